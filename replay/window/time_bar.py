"""The time line: how much happened when, rests, gaps, markers, lines of the chat, and where we are.  Pure."""

from bisect import bisect_left
from typing import Final

from replay.timeline import GapKind, Timeline
from replay.window.acts import Scrub
from replay.window.box import Box
from replay.window.layout import SIGNS, track_of, x_at
from replay.window.paint import SMALL, Canvas
from replay.window.time_strip import Look, flags, markers, strip, ticks, wide_gaps
from replay.window.times import clock, ruler
from replay.window.view import View

_LABEL: Final = 90.0  # points from one time to the next
_TINY: Final = 11.0
_ROUND: Final = 6.0


def time_bar(canvas: Canvas, view: View) -> None:
    """Paint the time line of a view."""
    theme, box, timeline = canvas.theme, canvas.box, view.timeline
    canvas.fill(theme.surface)
    canvas.line((box.left, box.top), (box.right, box.top), theme.line)
    track = track_of(box)
    canvas.press(track.inset(-4, -6), Scrub())
    bars = Box(track.left, track.top + SIGNS, track.width, track.height - SIGNS)
    now_x = x_at(track, view.position_us, timeline.duration_us)
    _strip(canvas, bars, timeline, now_x)
    _gap_words(canvas, bars, timeline)
    _signs(canvas, track, timeline)
    _ruler(canvas, Box(track.left, track.bottom + 3, track.width, 14), timeline.duration_us)
    if view.hover_us is not None:
        at = x_at(track, view.hover_us, timeline.duration_us)
        canvas.rectangle(Box(at - 0.5, bars.top, 1, bars.height), theme.muted)
    canvas.rectangle(Box(now_x - 1, track.top + 4, 2, track.height - 2), theme.text)
    canvas.circle((now_x, track.top + 6), 5.5, theme.text)


def _strip(canvas: Canvas, bars: Box, timeline: Timeline, now_x: float) -> None:
    left, top, right, bottom = canvas.place(bars)
    size = right - left, bottom - top
    if min(size) <= 0:
        return
    ahead, played = (
        strip(timeline, Look(size=size, scale=canvas.scale, theme=canvas.theme, played=each)) for each in (False, True)
    )
    mask = canvas.rounded(size, _ROUND)
    canvas.image.paste(ahead, (left, top), mask)
    done = min(size[0], max(0, round((now_x - bars.left) * canvas.scale)))
    if done:
        part = 0, 0, done, size[1]
        canvas.image.paste(played.crop(part), (left, top), mask.crop(part))


def _gap_words(canvas: Canvas, bars: Box, timeline: Timeline) -> None:
    theme = canvas.theme
    for gap in wide_gaps(timeline, bars.width):
        left, right = (x_at(bars, each, timeline.duration_us) for each in (gap.span.from_us, gap.span.until_us))
        word = gap.kind.value
        wide = canvas.width(word, size=_TINY) + 14
        if right - left < wide + 8:
            continue
        damaged = gap.kind is GapKind.DAMAGE
        place = Box(left, bars.top, right - left, bars.height).centred(wide, 18)
        canvas.rectangle(place, theme.bad_soft if damaged else theme.surface, radius=5)
        canvas.text(place, word, size=_TINY, align=0.5, colour=theme.bad if damaged else theme.muted)


def _signs(canvas: Canvas, track: Box, timeline: Timeline) -> None:
    theme = canvas.theme
    left, top, right, bottom = canvas.place(Box(track.left, track.top + 3, track.width, 6))
    if right > left:
        mask = ticks(timeline, (right - left, bottom - top), canvas.scale)
        canvas.image.paste(theme.customer, (left, top), mask)
        mask = flags(timeline, right - left, canvas.scale)
        over = (mask.width - (right - left)) // 2
        canvas.image.paste(theme.warn, (left - over, canvas.place(track)[1]), mask)


def _ruler(canvas: Canvas, box: Box, duration_us: int) -> None:
    theme = canvas.theme
    for time_us in ruler(duration_us, max(1, int(box.width / _LABEL))):
        at = x_at(box, time_us, duration_us)
        words = clock(time_us, duration_us)
        wide = canvas.width(words, size=_TINY)
        left = min(max(box.left, at - wide / 2), box.right - wide)
        canvas.text(Box(left, box.top, wide + 2, box.height), words, size=_TINY, colour=theme.muted)


def bubble(canvas: Canvas, view: View) -> None:
    """Paint what is at the place of the mouse: picture, time, and what it lies in."""
    theme, box = canvas.theme, canvas.box
    canvas.rectangle(box, theme.raised, radius=10, edge=theme.edge)
    time_us = view.hover_us or 0
    words = clock(time_us, view.timeline.duration_us)
    gap = view.timeline.gap_at(time_us)
    marker = _marker_near(view, time_us)
    if gap:
        words += f"  ·  {gap.kind.value}"
    elif marker:
        words += f"  ·  {marker}"
    elif view.timeline.idle_at(time_us):
        words += "  ·  idle"
    caption = Box(box.left + 10, box.bottom - 28, box.width - 20, 26)
    canvas.text(caption, words, size=SMALL, align=0.5, bold=True)
    inside = Box(box.left + 6, box.top + 6, box.width - 12, box.height - 34)
    if view.preview and inside.height > 0:
        canvas.picture(inside, view.preview)


def _marker_near(view: View, time_us: int) -> str | None:
    """Return what the marker under the mouse is called."""
    near_us, found = view.timeline.duration_us // 150, markers(view.timeline)
    at = bisect_left(found, time_us - near_us, key=lambda one: one[0])
    return next((name for at_us, name in found[at : at + 1] if at_us <= time_us + near_us), None)


def bubble_box(view: View, track: Box, page: Box) -> Box:
    """Return where the bubble is."""
    wide, tall = 170.0, 32.0
    if view.preview:
        wide = 252.0
        tall = min(36 + (wide - 12) * view.preview.height / view.preview.width, page.height * 0.6)
    middle = x_at(track, view.hover_us or 0, view.timeline.duration_us)
    return Box(round(middle - wide / 2), round(track.top - tall - 8), wide, round(tall)).within(page.inset(8))
