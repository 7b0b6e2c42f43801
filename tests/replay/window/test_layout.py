"""Where things lie: everything on the page, nothing over anything else, times where they are."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replay.window.box import Box
from replay.window.layout import layout, pictures, time_at, x_at
from replay.window.times import clock, ruler
from tests.replay.window.moments import SECOND_US, SIZES


@pytest.mark.parametrize("size", [(640.0, 400.0), *SIZES, (3840.0, 2160.0)])
@pytest.mark.parametrize("side", [True, False])
def test_panels_fill_the_page(size: tuple[float, float], *, side: bool) -> None:
    found = layout(size, side=side, bare=False)
    panels = [found.top, found.stage, found.time, found.controls]
    if found.side and size[0] >= 900:
        panels.append(found.side)
        assert sum(one.width * one.height for one in panels) == pytest.approx(size[0] * size[1])
        for one, other in itertools.combinations(panels, 2):
            assert (
                one.right <= other.left or other.right <= one.left or one.bottom <= other.top or other.bottom <= one.top
            )
    assert all(one.right <= size[0] and one.bottom <= size[1] for one in panels)
    assert found.track.bottom <= found.time.bottom


def test_bare_is_without_bars() -> None:
    alone = layout((1280.0, 720.0), side=False, bare=True)
    assert (alone.stage, alone.side, alone.controls.height) == (alone.page, None, 0)
    beside = layout((1280.0, 720.0), side=True, bare=True)
    assert beside.side
    assert (beside.stage.right, beside.side.right, beside.side.height) == (beside.side.left, 1280.0, 720.0)


def test_where_there_is_no_picture_the_chat_is_large() -> None:
    found = layout((1280.0, 720.0), side=True, bare=False, chat_only=True)
    assert found.side
    assert found.side.width == 760
    assert found.side.middle[0] == 640


@given(duration_us=st.integers(1, 10**11), share=st.floats(0, 1), width=st.floats(50, 4000))
def test_a_place_of_the_time_line_is_its_time(duration_us: int, share: float, width: float) -> None:
    track = Box(16, 0, width, 40)
    time_us = round(duration_us * share)
    assert abs(time_at(track, x_at(track, time_us, duration_us), duration_us) - time_us) <= 1 + duration_us // 10**9
    assert time_at(track, -1e6, duration_us) == 0
    assert time_at(track, 1e6, duration_us) == duration_us


@given(
    sizes=st.lists(st.tuples(st.integers(1, 16384), st.integers(1, 16384)), min_size=1, max_size=2),
    scale=st.sampled_from([1.0, 1.5, 2.0]),
)
def test_fitted_pictures_lie_on_the_stage_in_their_shape(sizes: list[tuple[int, int]], scale: float) -> None:
    stage = Box(0, 52, 940, 548)
    for box, (width_px, height_px) in zip(pictures(stage, sizes, fit=True, scale=scale), sizes, strict=True):
        assert box.width <= stage.width + 1
        assert box.height <= stage.height + 1
        assert box.width * height_px == pytest.approx(box.height * width_px, abs=2 * max(width_px, height_px))


def test_one_to_one_is_pixel_for_pixel() -> None:
    (box,) = pictures(Box(0, 52, 940, 548), [(1920, 1080)], fit=False, scale=2.0)
    assert (box.width * 2, box.height * 2) == (1920, 1080)
    assert box.left * 2 == round(box.left * 2)


@pytest.mark.parametrize(
    ("time_us", "longest_us", "words"),
    [
        (0, 0, "0:00"),
        (65 * SECOND_US, 600 * SECOND_US, "1:05"),
        (65 * SECOND_US, 3600 * SECOND_US, "0:01:05"),
        (36_000 * SECOND_US, 36_000 * SECOND_US, "10:00:00"),
    ],
)
def test_times_are_no_longer_than_the_session_needs(time_us: int, longest_us: int, words: str) -> None:
    assert clock(time_us, longest_us) == words


@given(duration_us=st.integers(0, 2**53), most=st.integers(1, 40))
def test_a_ruler_has_no_more_times_than_fit(duration_us: int, most: int) -> None:
    found = list(ruler(duration_us, most))
    assert found[0] == 0
    assert len(found) <= most + 1


@pytest.mark.parametrize("bare", [True, False])
def test_beside_a_small_picture_more_of_it_is_seen_than_of_the_chat(*, bare: bool) -> None:
    found = layout((640.0, 400.0), side=True, bare=bare)
    assert found.side
    assert found.side.width <= 0.4 * 640
