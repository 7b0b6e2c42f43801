"""The time line: how much happened when, rests, gaps, markers, lines of the chat, and where we are.  Pure."""

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from recorder.format.events import Line, Marker
from recorder.format.quantities import length
from replay.timeline import GapKind, Timeline
from replay.window.acts import Scrub
from replay.window.box import Box
from replay.window.layout import MARGIN, x_at
from replay.window.paint import SMALL, Canvas
from replay.window.view import View

_MOST_BITS: Final = 20  # a megabyte in a second
_HEAT_TOP: Final = 12.0
_HATCH: Final = 7  # px between the lines of a gap


def time_bar(canvas: Canvas, view: View) -> None:
    """Paint the time line of a view."""
    theme, box, timeline = canvas.theme, canvas.box, view.timeline
    canvas.fill(theme.surface)
    canvas.line((box.left, box.top), (box.right, box.top), theme.line)
    track = Box(box.left + MARGIN, box.top + 8, box.width - 2 * MARGIN, 38)
    canvas.press(track.inset(-4, -6), Scrub())
    strip = Box(track.left, track.top + _HEAT_TOP, track.width, track.height - _HEAT_TOP)
    canvas.rectangle(strip, theme.sunken, radius=5)
    now_x = x_at(track, view.position_us, timeline.duration_us)
    _heat(canvas, strip, timeline, now_x)
    for gap in timeline.gaps:
        left, right = (x_at(track, each, timeline.duration_us) for each in (gap.span.from_us, gap.span.until_us))
        _hatched(canvas, Box(left, strip.top, max(2, right - left), strip.height), damaged=gap.kind is GapKind.DAMAGE)
    _signs(canvas, track, timeline)
    if view.hover_us is not None:
        at = x_at(track, view.hover_us, timeline.duration_us)
        canvas.line((at, strip.top), (at, strip.bottom), theme.muted)
    canvas.rectangle(Box(now_x - 1, track.top + 4, 2, track.height - 2), theme.accent)
    canvas.circle((now_x, track.top + 5), 5, theme.accent)


def _heat(canvas: Canvas, strip: Box, timeline: Timeline, now_x: float) -> None:
    left, top, right, bottom = canvas.place(strip)
    width, height = right - left, bottom - top
    if width <= 0 or height <= 0 or not timeline.duration_us:
        return
    tall = _columns(timeline, width, height - 4)
    rows = np.arange(height)[:, None]
    shown = rows >= height - 2 - tall[None, :]
    shown &= rows < height - 2
    shown &= tall[None, :] > 0
    played = (np.arange(width) < round((now_x - strip.left) * canvas.scale))[None, :]
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[shown & played] = canvas.theme.heat_played
    pixels[shown & ~played] = canvas.theme.heat
    canvas.image.alpha_composite(Image.fromarray(pixels, "RGBA"), (left, top))


@lru_cache(8)
def _columns_of(levels: bytes, step_us: int, duration_us: int, width: int) -> npt.NDArray[np.float64]:
    """Return the greatest level in each column."""
    values = np.frombuffer(levels, np.uint8).astype(np.float64)
    columns = np.zeros(width)
    if len(values):
        # Of a short recording a step is many columns wide, of a long one a column many steps.
        first = (np.arange(width) * duration_us / width / step_us).astype(int)
        last = np.maximum(first + 1, np.ceil(np.arange(1, width + 1) * duration_us / width / step_us).astype(int))
        for column, (begin, end) in enumerate(zip(first, np.minimum(last, len(values)), strict=True)):
            if begin < end:
                columns[column] = values[begin:end].max()
    return columns


def _columns(timeline: Timeline, width: int, most: int) -> npt.NDArray[np.int64]:
    activity = timeline.activity
    tall = np.zeros(width)
    for levels in activity.levels.values():
        tall = np.maximum(tall, _columns_of(levels, activity.step_us, timeline.duration_us, width))
    return np.asarray(np.ceil(np.minimum(tall / _MOST_BITS, 1) * most), np.int64)


def _hatched(canvas: Canvas, box: Box, *, damaged: bool) -> None:
    left, top, right, bottom = canvas.place(box)
    width, height = max(1, right - left), bottom - top
    theme = canvas.theme
    pixels = np.empty((height, width, 4), np.uint8)
    pixels[:] = theme.bad_soft if damaged else theme.surface
    slanted = (np.arange(width)[None, :] + np.arange(height)[:, None]) % _HATCH < 2
    pixels[slanted] = theme.bad if damaged else theme.edge
    canvas.image.paste(Image.fromarray(pixels, "RGBA"), (left, top))


def _signs(canvas: Canvas, track: Box, timeline: Timeline) -> None:
    theme = canvas.theme
    seen: set[int] = set()
    for line in timeline.of(Line):
        at = round(x_at(track, line.time_us, timeline.duration_us))
        if at not in seen:
            seen.add(at)
            canvas.rectangle(Box(at - 1, track.top + 5, 2, 5), theme.customer, radius=1)
    for marker in timeline.of(Marker):
        x = x_at(track, marker.time_us, timeline.duration_us)
        y = track.top + 1
        points = ((x - 4, y), (x + 4, y), (x + 4, y + 9), (x, y + 6), (x - 4, y + 9))
        canvas.polygon(points, theme.warn)


def bubble(canvas: Canvas, view: View) -> None:
    """Paint what is at the place of the mouse: picture, time, and what it lies in."""
    theme, box = canvas.theme, canvas.box
    canvas.rectangle(box, theme.raised, radius=9, edge=theme.edge)
    time_us = view.hover_us or 0
    words = length(time_us)
    gap = view.timeline.gap_at(time_us)
    if gap:
        words += f" · {gap.kind.value}"
    elif view.timeline.idle_at(time_us):
        words += " · idle"
    caption = Box(box.left + 8, box.bottom - 26, box.width - 16, 22)
    canvas.text(caption, words, size=SMALL, align=0.5, bold=True)
    inside = Box(box.left + 6, box.top + 6, box.width - 12, box.height - 34)
    if view.preview and inside.height > 0:
        canvas.picture(inside, view.preview)


def bubble_box(view: View, track: Box, page: Box) -> Box:
    """Return where the bubble is."""
    wide, tall = 150.0, 30.0
    if view.preview:
        wide = 232.0
        tall = 34 + (wide - 12) * view.preview.height / view.preview.width
    middle = x_at(track, view.hover_us or 0, view.timeline.duration_us)
    return Box(round(middle - wide / 2), round(track.top - tall - 6), wide, round(tall)).within(page.inset(8))
