"""A picture as tiles of 16 × 16 pixels.  Pure.  SPEC.md §2."""

from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

TILE: Final = 16  # px, SPEC.md §7
PIXELS: Final = TILE * TILE  # of a tile
MAX_SIDE: Final = 16_384  # px
_BAND: Final = 32  # rows of pixels that are put aside at once: they stay in a processor's cache

Pixels = npt.NDArray[np.uint32]  # 0x00RRGGBB, or with a byte above that means nothing
Value = TypeVar("Value", np.uint8, np.uint32)
Canvas = npt.NDArray[Value]  # something of each pixel, of whole tiles
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Rectangle = tuple[int, int, int, int]  # left, top, right, bottom; px, the latter two exclusive


def move(canvas: "Canvas[Value]", to: tuple[int, int], origin: tuple[int, int], size: tuple[int, int]) -> None:
    """Copy a rectangle of a canvas to another place, as if it were put aside first.  Units: left, top; px."""
    (left, top), (from_left, from_top), (width, height) = to, origin, size
    bands = range(0, height, _BAND)
    for first in bands if top <= from_top else reversed(bands):
        rows = min(_BAND, height - first)
        band = canvas[from_top + first : from_top + first + rows, from_left : from_left + width].copy()
        canvas[top + first : top + first + rows, left : left + width] = band


def some(pixels: Flags) -> Flags:
    """Return for each tile whether any of its pixels is true.  Shapes: pixels are those of whole tiles."""
    eights = np.ascontiguousarray(pixels).view(np.uint64)
    lines = np.bitwise_or.reduce(eights.reshape(len(pixels) // TILE, TILE, -1), axis=1)
    return np.asarray((lines[:, ::2] | lines[:, 1::2]) != 0)


@dataclass(frozen=True, slots=True)
class Grid:
    """The tiles of a picture of that size, px."""

    width_px: int
    height_px: int

    @property
    def rows(self) -> int:
        """How many tiles it is high."""
        return -(-self.height_px // TILE)

    @property
    def columns(self) -> int:
        """How many tiles it is wide."""
        return -(-self.width_px // TILE)

    @property
    def count(self) -> int:
        """How many tiles it has."""
        return self.rows * self.columns

    def canvas(self) -> Pixels:
        """Return a black picture of whole tiles.  Shapes: (16 × rows, 16 × columns) uint32."""
        return np.zeros((self.rows * TILE, self.columns * TILE), np.uint32)

    def tiles(self, canvas: "Canvas[Value]") -> "Canvas[Value]":
        """Return a view of a canvas.  Shapes: (rows, columns, 16, 16)."""
        return canvas.reshape(self.rows, TILE, self.columns, TILE).transpose(0, 2, 1, 3)

    def pixels(self, around: tuple[slice, slice]) -> tuple[slice, slice]:
        """Return the rows and columns of pixels of such tiles."""
        rows, columns = around
        return slice(rows.start * TILE, rows.stop * TILE), slice(columns.start * TILE, columns.stop * TILE)

    def around(self, rectangle: Rectangle) -> tuple[slice, slice]:
        """Return the rows and columns of tiles that a rectangle touches."""
        left, top, right, bottom = rectangle
        return slice(top // TILE, -(-bottom // TILE)), slice(left // TILE, -(-right // TILE))

    def beyond(self, places: Numbers) -> Flags:
        """Return which tiles reach beyond the picture."""
        right = (places % self.columns == self.columns - 1) & (self.width_px % TILE > 0)
        below = (places // self.columns == self.rows - 1) & (self.height_px % TILE > 0)
        return np.asarray(right | below)

    def filled(self, tiles: Pixels, places: Numbers) -> Pixels:
        """Return tiles that go on beyond the picture as it ends, which costs a lossy one least."""
        for side, axis, last in (
            (self.width_px % TILE, 2, places % self.columns == self.columns - 1),
            (self.height_px % TILE, 1, places // self.columns == self.rows - 1),
        ):
            if side and last.any():
                inside = np.minimum(np.arange(TILE), side - 1)
                tiles = tiles.copy()
                tiles[last] = np.take(tiles[last], inside, axis=axis)
        return tiles
