"""What of the screen is to be recorded: all monitors, one of them, or a region.  Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from recorder.capture.frame import Region
from recorder.errors import CaptureError

# What a desktop takes to set up its monitors anew, and some.
_PATIENCE_US: Final = 5_000_000
_REGION: Final = re.compile(r"(-?\d{1,6}),(-?\d{1,6}),(\d{1,6})x(\d{1,6})")


class OutOfScreenError(CaptureError):
    """Something is not on the screen; or not any more, and may come back while the screen changes its size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitor:
    """One monitor.  Units: number counts from 1, the primary one; region in px of the whole screen."""

    number: int
    name: str
    region: Region


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One monitor by its number, or a region of the whole screen; neither stands for all monitors."""

    monitor: int | None = None
    region: Region | None = None

    def region_on(self, screen: Region, monitors: Sequence[Monitor]) -> Region:
        """Return what that is now.

        Errors: OutOfScreenError when there is no such monitor, or nothing of the region is on the screen.
        """
        regions = {monitor.number: monitor.region for monitor in monitors} or {1: screen}
        if self.region is not None:
            area = self.region
            missing = f"the region {region_text(area)} is outside the screen of {screen.width_px}x{screen.height_px}"
        elif self.monitor is not None:
            area = regions.get(self.monitor, Region(0, 0, 0, 0))
            missing = f"there is no monitor {self.monitor}, only {_numbers(len(regions))}"
        else:
            area = bounds(regions.values())
            missing = "it has no monitor"
        area = area.clipped(screen)
        if not area.area:
            raise OutOfScreenError(why=missing)
        return area


def _numbers(count: int) -> str:
    return "monitor 1" if count == 1 else f"1 to {count}"


class Absence:
    """For how long something is not on the screen, which may be changing its size at this moment."""

    def __init__(self) -> None:
        self._since_us: int | None = None

    def note(self, error: OutOfScreenError, *, now_us: int) -> None:
        """Take it; after five seconds it does not come back, and the error is raised."""
        self._since_us = now_us if self._since_us is None else self._since_us
        if now_us - self._since_us > _PATIENCE_US:
            raise error

    def over(self) -> None:
        """Note that it is there."""
        self._since_us = None

    def __bool__(self) -> bool:
        return self._since_us is not None


def bounds(regions: Iterable[Region]) -> Region:
    """Return the smallest region around all of them, of which there is at least one."""
    lefts, tops, rights, bottoms = zip(
        *((region.left_px, region.top_px, region.right_px, region.bottom_px) for region in regions), strict=True
    )
    return Region(min(lefts), min(tops), max(rights), max(bottoms))


def parse_region(text: str) -> Region | None:
    """Read LEFT,TOP,WIDTHxHEIGHT; None when the text is none, or the region is empty."""
    if not (found := _REGION.fullmatch(text.strip())):
        return None
    left_px, top_px, width_px, height_px = map(int, found.groups())
    region = Region(left_px, top_px, left_px + width_px, top_px + height_px)
    return region if region.area else None


def region_text(region: Region) -> str:
    """Return what parse_region reads."""
    return f"{region.left_px},{region.top_px},{region.width_px}x{region.height_px}"
