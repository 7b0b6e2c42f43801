"""What was scrolled or dragged is found, and how far."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.codec.grid import Pixels, move
from recorder.codec.moves import copy, dragged, scrolled


@pytest.mark.parametrize("far", [-200, -37, -3, -1, 1, 2, 16, 37, 199])
def test_a_page_that_was_scrolled(far: int) -> None:
    page, fresh = textured(400, 300), textured(400, 300, seed=1)
    new = fresh.copy()
    new[max(0, far) : 300 + min(0, far)] = page[max(0, -far) : 300 + min(0, -far)]
    assert scrolled(page, new) == (0, far)
    one = copy(page, new, (0, far))
    assert one
    assert (one.from_left, one.from_top) == (one.left, one.top - far)
    assert one.width * one.height >= 0.9 * 400 * (300 - abs(far))
    assert scrolled(np.ascontiguousarray(page.T), np.ascontiguousarray(new.T)) == (far, 0)


@pytest.mark.parametrize("way", [(40, 0), (0, -31), (17, 23), (-64, 9), (-5, -40)])
def test_a_window_that_was_dragged(way: tuple[int, int]) -> None:
    ground, window = textured(500, 400), textured(200, 150, seed=1)
    right, down = way
    old, new = ground.copy(), ground.copy()
    old[100:250, 120:320] = window
    new[100 + down : 250 + down, 120 + right : 320 + right] = window
    # What differs lies in this rectangle.
    top, left = 100 + min(0, down), 120 + min(0, right)
    region = np.s_[top : 250 + max(0, down), left : 320 + max(0, right)]
    assert dragged(old[region], new[region]) == way
    one = copy(old[region], new[region], way)
    assert one
    assert abs(left + one.left - 120 - right) <= 4
    assert abs(top + one.top - 100 - down) <= 4
    assert abs(one.width - 200) <= 8
    assert abs(one.height - 150) <= 8


def test_nothing_is_found_where_nothing_moved() -> None:
    one, other = textured(300, 200), textured(300, 200, seed=1)
    for old, new in ((one, other), (one, one), (np.zeros_like(one), one), (one, np.zeros_like(one))):
        assert scrolled(old, new) is None
        assert dragged(old, new) is None


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 2**16))
def test_whatever_differs_a_copy_lies_in_the_region_and_gains(width: int, height: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    old, new = (random.integers(0, 3, (height, width), np.uint32) for _ in range(2))
    for look in (scrolled, dragged):
        look(old, new)
    right, down = int(random.integers(-width, width + 1)), int(random.integers(-height, height + 1))
    one = copy(old, new, (right, down))
    if one is None:
        return
    assert (one.left - one.from_left, one.top - one.from_top) == (right, down)
    assert min(one.left, one.top, one.from_left, one.from_top) >= 0
    assert min(one.width, one.height) >= 1
    assert max(one.left, one.from_left) + one.width <= width
    assert max(one.top, one.from_top) + one.height <= height


def test_a_copy_of_what_moved_makes_it_right() -> None:
    page = textured(320, 240)
    new = page.copy()
    move(new, (10, 20), (30, 50), (280, 180))
    shift = scrolled(page, new) or dragged(page, new)
    assert shift == (-20, -30)
    one = copy(page, new, shift)
    assert one
    shown = page.copy()
    move(shown, (one.left, one.top), (one.from_left, one.from_top), (one.width, one.height))
    assert np.count_nonzero(shown != new) < 0.05 * np.count_nonzero(page != new)


def textured(width: int, height: int, seed: int = 0) -> Pixels:
    """Return what has hardly two pieces that are alike."""
    random = np.random.default_rng(seed)
    return np.asarray(random.integers(0, 2**24, (height, width), np.uint32))
