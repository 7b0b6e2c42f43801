"""Tiles of a picture, and rectangles that are copied within it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.codec.grid import TILE, Grid, move


@pytest.mark.parametrize(
    ("size", "rows", "columns"),
    [((1, 1), 1, 1), ((16, 16), 1, 1), ((17, 16), 1, 2), ((33, 49), 4, 3), ((16_384, 1), 1, 1_024)],
)
def test_a_grid_has_a_tile_for_every_pixel(size: tuple[int, int], rows: int, columns: int) -> None:
    grid = Grid(*size)
    assert (grid.rows, grid.columns, grid.count) == (rows, columns, rows * columns)
    assert grid.canvas().shape == (rows * TILE, columns * TILE)
    assert not grid.canvas().any()


def test_tiles_are_a_view_in_which_they_lie_along_rows() -> None:
    grid = Grid(40, 20)
    canvas = grid.canvas()
    grid.tiles(canvas)[1, 2, 3, 4] = 7
    assert np.argwhere(canvas).tolist() == [[16 + 3, 32 + 4]]


@given(st.data())
def test_moving_is_as_if_the_source_were_put_aside_first(data: st.DataObject) -> None:
    # Higher than a band of rows that is moved at once.
    height, width = data.draw(st.integers(1, 100)), data.draw(st.integers(1, 20))
    canvas = np.arange(height * width, dtype=np.uint32).reshape(height, width)
    rows, columns = data.draw(st.integers(1, height)), data.draw(st.integers(1, width))
    top, from_top = (data.draw(st.integers(0, height - rows)) for _ in range(2))
    left, from_left = (data.draw(st.integers(0, width - columns)) for _ in range(2))
    expected = canvas.copy()
    expected[top : top + rows, left : left + columns] = canvas[
        from_top : from_top + rows, from_left : from_left + columns
    ]
    move(canvas, (left, top), (from_left, from_top), (columns, rows))
    assert np.array_equal(canvas, expected)


def test_around_a_rectangle_are_the_tiles_that_it_touches() -> None:
    grid = Grid(100, 100)
    assert grid.around((0, 0, 1, 1)) == (slice(0, 1), slice(0, 1))
    assert grid.around((15, 16, 17, 32)) == (slice(1, 2), slice(0, 2))
    assert grid.around((99, 0, 100, 100)) == (slice(0, 7), slice(6, 7))


@pytest.mark.parametrize(
    ("size", "beyond"), [((32, 32), []), ((31, 32), [1, 3]), ((32, 31), [2, 3]), ((17, 17), [1, 2, 3])]
)
def test_tiles_at_the_right_and_the_bottom_may_reach_beyond(size: tuple[int, int], beyond: list[int]) -> None:
    grid = Grid(*size)
    assert np.flatnonzero(grid.beyond(np.arange(4))).tolist() == beyond


def test_what_lies_beyond_goes_on_as_the_picture_ends() -> None:
    grid = Grid(19, 18)
    tiles = np.arange(4 * 256, dtype=np.uint32).reshape(4, TILE, TILE)
    before = tiles.copy()
    filled = grid.filled(tiles, np.arange(4))
    assert np.array_equal(tiles, before)
    assert np.array_equal(filled[0], tiles[0])
    assert np.array_equal(filled[1], np.pad(tiles[1, :, :3], ((0, 0), (0, 13)), "edge"))
    assert np.array_equal(filled[2], np.pad(tiles[2, :2], ((0, 14), (0, 0)), "edge"))
    assert np.array_equal(filled[3], np.pad(tiles[3, :2, :3], ((0, 14), (0, 13)), "edge"))
