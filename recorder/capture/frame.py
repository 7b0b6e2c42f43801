"""Pixels of a screen at a time, and where they changed."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, order=True)
class Region:
    """A rectangle of pixels.  Units: px from the left and top; right and bottom are exclusive."""

    left_px: int
    top_px: int
    right_px: int
    bottom_px: int

    @property
    def width_px(self) -> int:
        """Width; never negative."""
        return max(0, self.right_px - self.left_px)

    @property
    def height_px(self) -> int:
        """Height; never negative."""
        return max(0, self.bottom_px - self.top_px)

    @property
    def area(self) -> int:
        """Pixels in it."""
        return self.width_px * self.height_px

    def clipped(self, other: Self) -> Self:
        """Return what lies in both; its area may be 0."""
        return type(self)(
            max(self.left_px, other.left_px),
            max(self.top_px, other.top_px),
            min(self.right_px, other.right_px),
            min(self.bottom_px, other.bottom_px),
        )

    def moved(self, right_px: int, down_px: int) -> Self:
        """Return it moved by so much."""
        return type(self)(
            self.left_px + right_px, self.top_px + down_px, self.right_px + right_px, self.bottom_px + down_px
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a screen showed.

    Shapes: pixels is (height, width, 4) uint8: blue, green, red, and a byte that means nothing; row 0 on top.  It is
        the source's own buffer, valid until the source's next frame; nobody else writes to it.
    Units: time_us is the source's monotonic clock when the pixels were fetched; changed lists, in the frame's own
        pixels, regions outside which nothing differs from the frame before (of the same size).
    """

    time_us: int
    pixels: Pixels
    changed: tuple[Region, ...]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in px."""
        return self.pixels.shape[1], self.pixels.shape[0]

    @property
    def whole(self) -> Region:
        """All of it."""
        return Region(0, 0, *self.size)
