"""Where the player's panels lie, for any size of the window.  Pure.  Units: points."""

from dataclasses import dataclass
from typing import Final

from replay.window.box import Box, Size

TOP: Final = 52.0
TIME: Final = 70.0
SIGNS: Final = 13.0  # of the time line: markers and lines of the chat, above its bars
_BARS: Final = 30.0
CONTROLS: Final = 54.0
SIDE: Final = 340.0
READABLE: Final = 760.0  # a side that has all the room; longer lines are tiring to read
NARROW: Final = 900.0  # a window in which the side covers the picture rather than making it small …
_COVERED: Final = 0.4  # … and at most so much of it
MARGIN: Final = 16.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The panels; side is None when nothing stands beside the picture."""

    page: Box
    top: Box
    stage: Box
    time: Box
    controls: Box
    side: Box | None

    @property
    def track(self) -> Box:
        """The time line proper, from the beginning to the end."""
        return track_of(self.time)


def track_of(time: Box) -> Box:
    """Return the time line proper in its panel."""
    return Box(time.left + MARGIN, time.top + 8, time.width - 2 * MARGIN, SIGNS + _BARS)


def layout(size: Size, *, side: bool, bare: bool, chat_only: bool = False) -> Layout:
    """Return where things lie; bare is without bars, and where there are no pictures the side takes their place."""
    page = Box.of(size)
    wide = min(SIDE, page.width * _COVERED)
    if bare:
        stage, beside = page.columns(0, wide) if side else (page, None)
        none = Box(0, page.bottom, stage.width, 0)
        return Layout(page=page, top=Box(0, 0, stage.width, 0), stage=stage, time=none, controls=none, side=beside)
    top, middle, time, controls = page.rows(TOP, 0, TIME, CONTROLS)
    if side and chat_only:
        large = middle.centred(min(READABLE, middle.width), middle.height)
        return Layout(page=page, top=top, stage=middle, time=time, controls=controls, side=large)
    beside = Box(middle.right - wide, middle.top, wide, middle.height) if side else None
    covered = page.width < NARROW
    stage = middle if beside is None or covered else Box(middle.left, middle.top, middle.width - wide, middle.height)
    return Layout(page=page, top=top, stage=stage, time=time, controls=controls, side=beside)


def time_at(track: Box, x: float, duration_us: int) -> int:
    """Return the time at a place of the time line."""
    part = (x - track.left) / track.width if track.width else 0
    return round(min(1.0, max(0.0, part)) * duration_us)


def x_at(track: Box, time_us: int, duration_us: int) -> float:
    """Return the place of a time."""
    return track.left + (track.width * time_us / duration_us if duration_us else 0)


def pictures(stage: Box, sizes: list[tuple[int, int]], *, fit: bool, scale: float) -> list[Box]:
    """Return where pictures of these sizes in px lie on the stage, side by side, fitted or pixel for pixel."""
    if not sizes:
        return []
    places = []
    cells = stage.columns(*[0.0] * len(sizes), gap=12 if len(sizes) > 1 else 0)
    for cell, (width_px, height_px) in zip(cells, sizes, strict=True):
        k = min(cell.width / width_px, cell.height / height_px) if fit else 1 / scale
        places.append(cell.centred(round(width_px * k * scale) / scale, round(height_px * k * scale) / scale))
    return places
