"""Where things are: boxes, and how they are cut up.  Pure.

Units: points, everywhere in this package: pixels where the device pixel ratio is 1.  x grows to the right, y down.
"""

from dataclasses import dataclass, replace
from typing import Self

Point = tuple[float, float]
Size = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a page.  Right and bottom are exclusive."""

    left: float
    top: float
    width: float
    height: float

    @classmethod
    def of(cls, size: Size) -> Self:
        """Return all of a page."""
        return cls(0, 0, *size)

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Where it ends below."""
        return self.top + self.height

    @property
    def middle(self) -> Point:
        """Its middle."""
        return self.left + self.width / 2, self.top + self.height / 2

    @property
    def size(self) -> Size:
        """Width and height."""
        return self.width, self.height

    def __contains__(self, point: Point) -> bool:
        return self.left <= point[0] < self.right and self.top <= point[1] < self.bottom

    def moved(self, x: float, y: float) -> Self:
        """Return it elsewhere."""
        return replace(self, left=self.left + x, top=self.top + y)

    def inset(self, x: float, y: float | None = None) -> Self:
        """Return what is left inside margins; never less than nothing."""
        y = x if y is None else y
        width, height = max(0.0, self.width - 2 * x), max(0.0, self.height - 2 * y)
        return replace(self, left=self.left + x, top=self.top + y, width=width, height=height)

    def rows(self, *heights: float, gap: float = 0) -> list[Self]:
        """Cut it into rows from the top; a height of 0 takes what the others leave."""
        taken = sum(heights) + gap * (len(heights) - 1)
        free = max(0.0, self.height - taken) / max(1, heights.count(0))
        cut, top = [], self.top
        for height in heights:
            cut.append(replace(self, top=top, height=height or free))
            top += (height or free) + gap
        return cut

    def columns(self, *widths: float, gap: float = 0) -> list[Self]:
        """Cut it into columns from the left; a width of 0 takes what the others leave."""
        taken = sum(widths) + gap * (len(widths) - 1)
        free = max(0.0, self.width - taken) / max(1, widths.count(0))
        cut, left = [], self.left
        for width in widths:
            cut.append(replace(self, left=left, width=width or free))
            left += (width or free) + gap
        return cut

    def centred(self, width: float, height: float) -> Self:
        """Return a box of that size in its middle."""
        return replace(
            self,
            left=round(self.left + (self.width - width) / 2),
            top=round(self.top + (self.height - height) / 2),
            width=width,
            height=height,
        )

    def within(self, outer: "Box") -> Self:
        """Return it pushed into another box, as far as it fits."""
        left = max(outer.left, min(self.left, outer.right - self.width))
        top = max(outer.top, min(self.top, outer.bottom - self.height))
        return replace(self, left=left, top=top)
