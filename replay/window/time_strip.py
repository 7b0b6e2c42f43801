"""How much happened when, as a strip of bars: painted once for a time line, and kept.  Pure.

A bar is as high as the busiest moment in it; where nothing happens there is a dot, and gaps are hatched.  Lines of the
chat are ticks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from recorder.format.events import Line, Marker
from recorder.format.summary import Activity
from replay.timeline import Gap, GapKind, Span, Timeline
from replay.window.kept import Kept
from replay.window.theme import Colour, Theme

# Bit lengths of a second's bytes between which bars grow: below it is a blinking cursor, above a new picture.
_LEVELS: Final = {"screen": (9, 20), "pointer": (4, 20), "chat": (3, 20)}
_PITCH: Final = 4.0  # points from bar to bar
_LEAST: Final = 0.16  # of the height: what is seen of the least that happened
_HATCH: Final = 7  # px between the lines of a gap
_TICK: Final = 3  # points from one line of the chat to the next, at least
_FLAG: Final = (8.0, 10.0)  # points: of a marker
_WORD: Final = 30.0  # points: no word is narrower
_SMOOTH: Final = 4  # flags are drawn so many times larger and made smaller


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a strip is to look.  Units: px; scale is pixels to a point."""

    size: tuple[int, int]
    scale: float
    theme: Theme
    played: bool


def strip(timeline: Timeline, look: Look) -> Image.Image:
    """Return the strip of a time line; nobody writes to it."""
    return _STRIPS.of(timeline, look)


def ticks(timeline: Timeline, size: tuple[int, int], scale: float) -> Image.Image:
    """Return the mask of the ticks for lines of the chat, of that size in px; nobody writes to it."""
    return _TICKS.of(timeline, (*size, scale))


def flags(timeline: Timeline, width: int, scale: float) -> Image.Image:
    """Return the mask of the flags of markers over so many px, with half a flag more on both sides.

    Nobody writes to it.
    """
    return _FLAGS.of(timeline, (width, scale))


def wide_gaps(timeline: Timeline, width: float) -> tuple[Gap, ...]:
    """Return the gaps, none over another, that are wide enough for a word on so many points."""
    return _WIDE_GAPS.of(timeline, width)


def markers(timeline: Timeline) -> tuple[tuple[int, str], ...]:
    """Return the markers: times in µs, and names."""
    return _MARKERS.of(timeline, None)


def heights(activity: Activity, duration_us: int, count: int) -> npt.NDArray[np.float64]:
    """Return how much happened in so many equal whiles of a session: 0 nothing, 1 as much as there can be."""
    tall = np.zeros(count)
    for kind, levels in activity.levels.items():
        values = np.frombuffer(levels, np.uint8).astype(np.float64)
        if not len(values) or duration_us <= 0:
            continue
        least, most = _LEVELS.get(kind, (4, 20))
        share = np.where(values > least, _LEAST + (1 - _LEAST) * (values - least) / (most - least), 0.0)
        # Of a short session a step is many bars wide, of a long one a bar many steps.
        # As floats: a file may claim to last for centuries.
        borders = np.arange(count + 1, dtype=float) * (duration_us / count / activity.step_us)
        begins = borders[:-1].astype(np.int64)
        ends = np.maximum(begins + 1, np.ceil(borders[1:]))
        there = begins < len(share)
        edges = np.append(begins[there], min(len(share), int(ends[there][-1]) if there.any() else 0))
        tall[there] = np.maximum(tall[there], _greatest(share, edges))
    return np.minimum(tall, 1.0)


def _greatest(values: npt.NDArray[np.float64], edges: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the greatest value from each edge to the next; reduceat takes one value where they are the same."""
    if len(edges) < 2:
        return np.zeros(0)
    starts = np.minimum(edges[:-1], len(values) - 1)
    return np.maximum.reduceat(values[: max(edges[-1], starts[-1] + 1)], starts)


def _painted(timeline: Timeline, look: Look) -> Image.Image:
    width, height = look.size
    pixels = np.empty((height, width, 4), np.uint8)
    pixels[:] = look.theme.sunken
    if width and height and timeline.duration_us:
        _bars(pixels, timeline, look)
        for damaged in (False, True):
            spans = [gap.span for gap in timeline.gaps if (gap.kind is GapKind.DAMAGE) == damaged]
            _hatched(pixels, _columns(spans, timeline.duration_us, width), look, damaged=damaged)
    return Image.fromarray(pixels, "RGBA")


def _bars(pixels: npt.NDArray[np.uint8], timeline: Timeline, look: Look) -> None:
    height, width, _ = pixels.shape
    pitch = max(2, round(_PITCH * look.scale))
    count = -(-width // pitch)
    tall = heights(timeline.activity, round(timeline.duration_us * count * pitch / width), count)
    dot, room = max(1, round(1.5 * look.scale)), height - round(6 * look.scale)
    high = np.maximum(dot, np.round(tall * room)).astype(int)
    tops = (height - high) // 2
    rows, columns = np.arange(height)[:, None], np.arange(width)
    bar = np.minimum(columns // pitch, count - 1)
    inside = (rows >= tops[bar]) & (rows < (tops + high)[bar]) & (columns % pitch < pitch - max(1, round(look.scale)))
    busy = (tall > 0)[bar]
    theme = look.theme
    bright: Colour = theme.heat_played if look.played else theme.heat
    pixels[inside & busy] = bright
    pixels[inside & ~busy] = theme.edge


def _columns(spans: Sequence[Span], duration_us: int, width: int) -> npt.NDArray[np.bool_]:
    """Return which columns of so many lie in whiles, all of them at once; a while is two columns wide at least."""
    edges = np.array([(one.from_us, one.until_us) for one in spans], np.float64).reshape(-1, 2)
    lefts, rights = np.round(edges * (width / duration_us)).astype(np.int64).T
    changes = np.zeros(width + 3, np.int64)
    np.add.at(changes, np.minimum(lefts, width), 1)
    np.add.at(changes, np.minimum(np.maximum(rights, lefts + 2), width), -1)
    return np.cumsum(changes)[:width] > 0


def _hatched(pixels: npt.NDArray[np.uint8], columns: npt.NDArray[np.bool_], look: Look, *, damaged: bool) -> None:
    height, width, _ = pixels.shape
    step = round(_HATCH * look.scale)
    pixels[:, columns] = look.theme.bad_soft if damaged else look.theme.surface
    slanted = (np.arange(width)[None, :] + np.arange(height)[:, None]) % step < max(1, step // 5)
    pixels[slanted & columns] = look.theme.bad if damaged else look.theme.edge


def _ticks(timeline: Timeline, look: tuple[int, int, float]) -> Image.Image:
    width, height, scale = look
    times = np.array([line.time_us for line in timeline.of(Line)], np.float64)
    thick, pitch = max(1, round(2 * scale)), max(2, round(_TICK * scale))
    lefts = np.unique(np.round(times * width / max(1, timeline.duration_us) / pitch)).astype(int) * pitch
    shown = np.zeros((height, width), np.uint8)
    for thin in range(thick):
        shown[:, np.clip(lefts + thin - thick // 2, 0, width - 1)] = 255
    return Image.fromarray(shown, "L")


def _flags(timeline: Timeline, look: tuple[int, float]) -> Image.Image:
    width, scale = look
    flag = np.asarray(_flag(scale))
    tall, wide = flag.shape
    shown = np.zeros((tall, width + wide), np.uint8)
    times = np.array([time_us for time_us, _ in markers(timeline)], np.float64)
    for left in np.unique(np.clip(np.round(times * width / max(1, timeline.duration_us)), 0, width).astype(int)):
        place = shown[:, left : left + wide]
        np.maximum(place, flag, out=place)
    return Image.fromarray(shown, "L")


def _flag(scale: float) -> Image.Image:
    """Return the mask of one flag; it is as many px wide on either side of its time."""
    half, tall = max(1, round(_FLAG[0] * scale / 2)), max(1, round(_FLAG[1] * scale))
    wide, notch = 2 * half * _SMOOTH, round(0.7 * tall) * _SMOOTH
    large = Image.new("L", (wide, tall * _SMOOTH))
    points = [(0, 0), (wide, 0), (wide, tall * _SMOOTH), (wide // 2, notch), (0, tall * _SMOOTH)]
    ImageDraw.Draw(large).polygon(points, 255)
    return large.reduce(_SMOOTH)


def _wide_gaps(timeline: Timeline, width: float) -> tuple[Gap, ...]:
    least_us, found, end_us = _WORD * timeline.duration_us / max(1.0, width), list[Gap](), 0
    for gap in timeline.gaps:
        # Damage may lie in a pause; one word is enough there.
        if gap.span.from_us >= end_us and gap.span.until_us - gap.span.from_us >= least_us:
            found.append(gap)
            end_us = gap.span.until_us
    return tuple(found)


def _markers(timeline: Timeline, _: None) -> tuple[tuple[int, str], ...]:
    return tuple((one.time_us, one.event.name) for one in timeline.happenings if isinstance(one.event, Marker))


_STRIPS: Final = Kept(_painted)
_TICKS: Final = Kept(_ticks)
_MARKERS: Final = Kept(_markers)
_FLAGS: Final = Kept(_flags)
_WIDE_GAPS: Final = Kept(_wide_gaps)
