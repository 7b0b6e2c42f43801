"""Text stays exact, photographs do not: counted on tiles whose kind is known."""

import numpy as np
import pytest

from recorder.codec.photographic import photographic
from tests.recorder.codec.labelled_tiles import (
    BITMAP,
    FONTS,
    SCHEMES,
    Tiles,
    covered_tiles,
    exact_tiles,
    photographic_tiles,
    texts_over_grain,
)

MOST_EXACT = 0.1  # of the photographic tiles


@pytest.fixture(scope="module")
def exact() -> dict[str, Tiles]:
    return exact_tiles()


@pytest.fixture(scope="module")
def photographs() -> dict[str, Tiles]:
    return photographic_tiles()


def told(kinds: dict[str, Tiles], *, expected: bool) -> list[str]:
    """Name every tile that is judged otherwise: its kind and its number there."""
    return [
        f"{kind} {number}"
        for kind, tiles in kinds.items()
        for number in np.flatnonzero(photographic(tiles) != expected)
    ]


def test_no_tile_of_text_or_of_a_window_is_lossy(exact: dict[str, Tiles]) -> None:
    wrong = told(exact, expected=False)
    assert not wrong, f"{len(wrong)} of {sum(map(len, exact.values()))} are lossy: {', '.join(wrong)}"


def test_at_most_a_tenth_of_photographic_tiles_are_exact(photographs: dict[str, Tiles]) -> None:
    wrong, count = told(photographs, expected=True), sum(map(len, photographs.values()))
    assert len(wrong) <= MOST_EXACT * count, f"{len(wrong)} of {count} are exact: {', '.join(wrong)}"


def test_there_are_enough_tiles_of_every_kind(exact: dict[str, Tiles], photographs: dict[str, Tiles]) -> None:
    for font in FONTS:
        for scheme in SCHEMES:
            assert len(exact[f"{font}: {scheme}"]) >= 4
            assert font == BITMAP or len(exact[f"{font}, subpixel: {scheme}"]) >= 4
    assert sum(map(len, exact.values())) >= 400
    assert sum(map(len, photographs.values())) >= 300


def test_what_the_edge_of_a_window_cuts_is_a_photograph_unless_letters_are_in_it() -> None:
    tiles = covered_tiles()
    assert photographic(tiles).mean() > 0.9
    letter = np.zeros((16, 16), np.bool_)
    letter[3:13, 10:12] = letter[7:9, 10:15] = True
    tiles[:, letter] ^= np.uint32(0xFFFFFF)
    assert not photographic(tiles).any()


def test_letters_over_a_photograph_are_mostly_exact(photographs: dict[str, Tiles]) -> None:
    tiles = np.concatenate(list(photographs.values()))
    # An "H", strokes of two pixels: white, or black where that would not be seen.
    letter = np.zeros((16, 16), np.bool_)
    letter[3:13, 4:6] = letter[3:13, 10:12] = letter[7:9, 4:12] = True
    light = (tiles >> 8 & 255).mean(axis=(1, 2)) > 127
    ink = np.where(light, np.uint32(0), np.uint32(0xFFFFFF))[:, None, None]
    written = np.where(letter, ink, tiles)
    lossy = int(photographic(written).sum())
    assert lossy <= len(tiles) * 0.02, f"{lossy} of {len(tiles)} are lossy"


def test_letters_over_grain_are_exact_but_for_a_few() -> None:
    tiles = texts_over_grain()
    assert len(tiles) > 1_500
    lossy = int(photographic(tiles).sum())
    assert lossy <= len(tiles) * 0.01, f"{lossy} of {len(tiles)} are lossy"


def test_what_is_plain_is_exact() -> None:
    colours = np.array([0, 0xFFFFFF, 0x808080, 0x0000FF, 0x123456], np.uint32)
    assert not photographic(np.repeat(colours, 256).reshape(-1, 16, 16)).any()


def test_the_order_of_tiles_does_not_matter(exact: dict[str, Tiles], photographs: dict[str, Tiles]) -> None:
    random = np.random.default_rng(3)
    noise = random.integers(0, 2**24, (200, 16, 16), np.uint32)
    tiles = np.concatenate([*exact.values(), *photographs.values(), noise])
    judged = photographic(tiles)
    for _ in range(5):
        order = random.permutation(len(tiles))[: random.integers(1, len(tiles))]
        assert np.array_equal(photographic(tiles[order]), judged[order])
    for number in random.integers(0, len(tiles), 20):
        assert photographic(tiles[number : number + 1]) == judged[number]


def test_a_view_is_judged_as_its_copy_and_stays_as_it_is(photographs: dict[str, Tiles]) -> None:
    tiles = np.concatenate(list(photographs.values()))
    before, view = tiles.copy(), tiles[::3].transpose(0, 2, 1)
    assert np.array_equal(photographic(view), photographic(view.copy()))
    assert np.array_equal(tiles, before)


def test_no_tiles_give_no_answers() -> None:
    none = photographic(np.zeros((0, 16, 16), np.uint32))
    assert none.shape == (0,)
    assert none.dtype == np.bool_
