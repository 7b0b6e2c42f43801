"""What is laid over a page: the help, a word on the stage, a note that goes again, the name of a button.  Pure."""

from itertools import groupby
from typing import Final

from recorder.format.quantities import length
from replay.timeline import GapKind
from replay.window.acts import SHORTCUTS, Do
from replay.window.bars import button
from replay.window.box import Box
from replay.window.icons import icon
from replay.window.paint import SMALL, TITLE, Canvas
from replay.window.view import View

HELP_SIZE: Final = (760.0, 500.0)
_ROW: Final = 27.0


def help_card(canvas: Canvas) -> None:
    """Paint all keys, by what they are for."""
    theme, box = canvas.theme, canvas.box
    canvas.rectangle(box, theme.raised, radius=14, edge=theme.edge)
    canvas.text(Box(box.left + 28, box.top + 18, 400, 28), "Keys", size=TITLE + 3, bold=True)
    button(canvas, Box(box.right - 52, box.top + 16, 34, 34), "close", Do.HELP, says="Close")
    columns = Box(box.left + 28, box.top + 62, box.width - 56, box.height - 80).columns(0, 0, gap=36)
    tops = [columns[0].top, columns[1].top]
    for group, found in groupby(SHORTCUTS, key=lambda one: one.group):
        at = 0 if group in ("Play", "Move") else 1
        place = columns[at]
        canvas.text(Box(place.left, tops[at], place.width, 20), group, bold=True, colour=theme.muted, size=SMALL)
        tops[at] += 23
        for one in found:
            right = place.right
            for key in reversed(one.keys):
                wide = max(26, canvas.width(key, size=SMALL, bold=True) + 14)
                cap = Box(right - wide, tops[at] + 2, wide, _ROW - 6)
                canvas.rectangle(cap, theme.sunken, radius=5, edge=theme.edge)
                canvas.text(cap, key, size=SMALL, bold=True, align=0.5)
                right -= wide + 5
            canvas.text(Box(place.left, tops[at], right - place.left - 6, _ROW - 2), one.words)
            tops[at] += _ROW - 2
        tops[at] += 10


def stage_words(view: View) -> tuple[str, str, str] | None:
    """Return icon, title and sentence where no picture can be shown; None where one is."""
    gap = view.timeline.gap_at(view.position_us)
    if gap and gap.kind is GapKind.PAUSE:
        return "pause", "Paused", f"Nothing was recorded for {_long(gap.span.until_us - gap.span.from_us)}."
    if gap and gap.kind is GapKind.INTERRUPTION:
        later = _long(gap.span.until_us - gap.span.from_us)
        return "warning", "Interrupted", f"{gap.why[:1].upper()}{gap.why[1:]}; it went on {later} later."
    if view.why is None:
        return None
    if gap:
        left = gap.span.until_us - view.position_us
        return "warning", "Damaged", f"Nothing can be seen here. The picture is whole again in {_long(left)}."
    if not view.timeline.screens:
        return "chat", "No screen was recorded", "What was said and what happened stands beside."
    return "warning", "Nothing can be seen here", f"{view.why[:1].upper()}{view.why[1:]}."


def _long(time_us: int) -> str:
    seconds = max(1, round(time_us / 1_000_000))
    return f"{seconds} s" if seconds < 60 else length(time_us)


def stage_card(canvas: Canvas, words: tuple[str, str, str]) -> None:
    """Paint why there is no picture."""
    theme, box = canvas.theme, canvas.box
    name, title, sentence = words
    canvas.rectangle(box, theme.raised, radius=14, edge=theme.edge)
    icon(canvas, name, Box(box.left + 24, box.top + box.height / 2 - 16, 32, 32), theme.warn)
    inside = Box(box.left + 76, box.top + 16, box.width - 96, box.height - 30)
    canvas.text(Box(inside.left, inside.top, inside.width, 22), title, size=TITLE, bold=True)
    top = inside.top + 26
    for line in canvas.lines(sentence, inside.width, most=2):
        canvas.text(Box(inside.left, top, inside.width, 18), line, colour=theme.muted)
        top += 18


def note(canvas: Canvas, words: str) -> None:
    """Paint a short note."""
    theme, box = canvas.theme, canvas.box
    canvas.rectangle(box, theme.text, radius=9)
    canvas.text(box.inset(14, 0), words, align=0.5, colour=theme.surface)


def tip_card(canvas: Canvas, words: str) -> None:
    """Paint what a button is called."""
    theme, box = canvas.theme, canvas.box
    canvas.rectangle(box, theme.raised, radius=6, edge=theme.edge)
    name, _, key = words.partition("  ")
    wide = canvas.text(Box(box.left + 9, box.top, box.width, box.height), name, size=SMALL)
    if key:
        canvas.text(Box(box.left + 17 + wide, box.top, 80, box.height), key, size=SMALL, bold=True, colour=theme.muted)
