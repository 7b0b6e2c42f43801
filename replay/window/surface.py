"""How large the window is: in pixels, in points, and in what its mouse is counted.  Pure.

X11 and Windows count everything in pixels and tell how many dots there are to an inch; macOS counts in points, of
which each has several pixels.
"""

from dataclasses import dataclass
from typing import Final, Self

from replay.window.box import Point, Size

_MOST: Final = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """A window.  Units: size_px in pixels; counted as the toolkit counts; scale is pixels to a point."""

    size_px: tuple[int, int]
    counted: tuple[int, int]
    scale: float

    @classmethod
    def of(cls, size_px: tuple[int, int], counted: tuple[int, int], dots: float) -> Self:
        """Return the surface of a window; dots is how many times more dots to an inch it has than 96."""
        wanted = max(size_px[0] / max(1, counted[0]), dots)
        # Quarters: with any other part of a pixel no two lines would be as thick as each other.
        return cls(size_px=size_px, counted=counted, scale=min(_MOST, max(1.0, round(wanted * 4) / 4)))

    @property
    def size(self) -> Size:
        """Width and height in points."""
        return self.size_px[0] / self.scale, self.size_px[1] / self.scale

    def point(self, x: float, y: float) -> Point:
        """Return where the mouse is, of which the toolkit counts y from below."""
        width, height = (max(1, one) for one in self.counted)
        return x / width * self.size[0], (1 - y / height) * self.size[1]
