"""What is painted over in the frames, now and for a while after something private has left.  Pure.

All regions are in px of the whole screen, so they stay true when the recorded part of it moves.  What lingers is only
as long as a program takes that paints itself again: where one hangs, on a screen without a compositing manager, the
server itself goes on showing what lay above it, and after a second so do the frames.
"""

from collections.abc import Iterable
from typing import Final

from recorder.capture.frame import Pixels, Region
from recorder.capture.gather import gathered

# Dark grey, in the order blue, green, red, nothing.
PAINT: Final = (48, 48, 48, 0)
# A window that has left may still be seen: until the program below paints again, until a compositing manager shows the
# move, while its leaving is animated.
_LINGER_US: Final = 1_000_000


class Cover:
    """What lies under paint, and what lay there in the frame before."""

    def __init__(self, always: Iterable[Region]) -> None:
        self._always = frozenset(always)
        self._lingering: dict[Region, int] = {}
        self._before: frozenset[Region] = frozenset()

    @property
    def due_us(self) -> int | None:
        """When something will have lingered long enough."""
        return min(self._lingering.values(), default=None)

    def leave(self, left: Iterable[Region], *, now_us: int) -> list[Region]:
        """Note where something private was; return what may be shown again, and has to be fetched."""
        self._lingering |= dict.fromkeys(gathered(left), now_us + _LINGER_US)
        shown = [region for region, until_us in self._lingering.items() if until_us <= now_us]
        for region in shown:
            del self._lingering[region]
        return shown

    def hidden(self, private: Iterable[Region]) -> frozenset[Region]:
        """Return all that is to be painted over while that is private."""
        return self._always.union(self._lingering, private)

    def new(self, hidden: frozenset[Region]) -> list[Region]:
        """Return what of it was not painted over in the frame before; this is the frame now."""
        new = sorted(hidden - self._before)
        self._before = hidden
        return new


def paint(pixels: Pixels, hidden: Iterable[Region], *, place: Region) -> None:
    """Paint over what is hidden, in pixels (height, width, 4) that were fetched from that place."""
    for region in hidden:
        part = within(region, place)
        pixels[part.top_px : part.bottom_px, part.left_px : part.right_px] = PAINT


def within(region: Region, place: Region) -> Region:
    """Return what of the region lies in that place, counted from its left and top; its area may be 0."""
    part = region.clipped(place)
    # What ends before it begins would count from the far edge as a slice.
    return part.moved(-place.left_px, -place.top_px) if part.area else Region(0, 0, 0, 0)
