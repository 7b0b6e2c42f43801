"""What is laid over a page: the help, a word on the stage, a note that goes again, the name of a button.  Pure."""

from collections.abc import Sequence
from typing import Final

from recorder.format.events import Pause
from recorder.format.quantities import length
from replay.timeline import GapKind, Timeline
from replay.window import lettering
from replay.window.acts import SHORTCUTS, Do, Shortcut
from replay.window.bars import button
from replay.window.box import Box, Size
from replay.window.icons import icon
from replay.window.kept import Kept
from replay.window.lettering import Weight
from replay.window.paint import SMALL, TEXT, TITLE, Canvas, text_width
from replay.window.view import View

HELP_SIZE: Final = (980.0, 490.0)  # with all keys, where there is room
_FEW: Final = 20  # keys that two columns have room for
_NOTE_LINES: Final = 3
_ROW: Final = 26.0
_HEAD: Final = 62.0
_THREE: Final = 900.0  # a card that has room for three columns
# Which groups of keys stand below each other.
_COLUMNS: Final = {2: (("Move", "Look"), ("Play", "Window")), 3: (("Move",), ("Play", "Look"), ("Window",))}
_ARROWS: Final = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓", "PageUp": "Page ↑", "PageDown": "Page ↓"}


def help_card(canvas: Canvas, shortcuts: Sequence[Shortcut] = SHORTCUTS) -> None:
    """Paint keys, by what they are for: as a card, over a veil where there is more room than it needs."""
    theme, page = canvas.theme, canvas.box
    columns = _columns(shortcuts, page.width - 16)
    box = page.centred(*help_size(page.size, shortcuts))
    canvas.fill(theme.veil)
    canvas.press(page, Do.HELP)
    canvas.rectangle(box, theme.raised, radius=14, edge=theme.edge)
    canvas.text(Box(box.left + 28, box.top + 16, 400, 32), "Keys", size=TITLE + 3, bold=True)
    button(canvas, Box(box.right - 52, box.top + 15, 34, 34), "close", Do.HELP, says="Close")
    places = Box(box.left + 28, box.top + _HEAD, box.width - 56, box.height - _HEAD - 12).columns(
        *[0.0] * len(columns), gap=40
    )
    for names, place in zip(columns, places, strict=True):
        found = [[one for one in shortcuts if one.group == name] for name in names]
        count = sum(map(len, found)) + len(found)
        row = min(_ROW, (place.height - 10 * (len(found) - 1)) / count)
        top = place.top
        for name, its in zip(names, found, strict=True):
            canvas.text(Box(place.left, top, place.width, row), name, bold=True, colour=theme.muted, size=SMALL)
            for number, one in enumerate(its, 1):
                _shortcut(canvas, Box(place.left, top + number * row, place.width, row), one)
            top += (len(its) + 1) * row + 10


def help_size(page: Size, shortcuts: Sequence[Shortcut] = SHORTCUTS) -> Size:
    """Return how large the card with these keys is."""
    columns = _columns(shortcuts, page[0] - 16)
    counts = [(len(names), sum(one.group in names for one in shortcuts)) for names in columns]
    tall = max(_HEAD + 28 + 10 * (groups - 1) + _ROW * (groups + keys) for groups, keys in counts)
    return min(HELP_SIZE[0] / 3 * len(columns), page[0] - 16), min(tall, HELP_SIZE[1], page[1] - 16)


def _columns(shortcuts: Sequence[Shortcut], width: float) -> list[tuple[str, ...]]:
    """Return which groups of keys stand below each other."""
    many = width >= _THREE and len(shortcuts) > _FEW
    there = {one.group for one in shortcuts}
    cut = (tuple(name for name in names if name in there) for names in _COLUMNS[3 if many else 2])
    return [names for names in cut if names]


def _shortcut(canvas: Canvas, place: Box, shortcut: Shortcut) -> None:
    theme, right = canvas.theme, place.right
    size = min(SMALL, place.height * 0.6)
    for key in reversed(shortcut.keys):
        name = _ARROWS.get(key, key)
        wide = max(24, canvas.width(name, size=size, bold=True) + 14)
        cap = Box(right - wide, place.top, wide, place.height).inset(0, min(2, place.height / 20))
        canvas.rectangle(cap, theme.sunken, radius=5, edge=theme.edge)
        canvas.text(cap, name, size=size, bold=True, align=0.5)
        right -= wide + 5
    words = f"{shortcut.words[0].upper()}{shortcut.words[1:]}"
    canvas.text(Box(place.left, place.top, right - place.left - 6, place.height), words, size=min(TEXT, size + 1.5))


def stage_words(view: View) -> tuple[str, str, str] | None:
    """Return icon, title and sentence where no picture can be shown; None where one is."""
    gap = view.timeline.gap_at(view.position_us)
    if gap and gap.kind is GapKind.PAUSE:
        who = _PAUSED_BY.of(view.timeline, None).get(gap.span.from_us)
        title = f"Paused by {who}" if who else "Paused"
        return "pause", title, f"Nothing was recorded for {_long(gap.span.until_us - gap.span.from_us)}."
    if gap and gap.kind is GapKind.INTERRUPTION:
        later = _long(gap.span.until_us - gap.span.from_us)
        return "warning", "Interrupted", f"{gap.why[:1].upper()}{gap.why[1:]}; it went on {later} later."
    if view.why is None:
        return None
    if gap:
        left = gap.span.until_us - view.position_us
        return "warning", "Damaged", f"Nothing can be seen here. The picture is whole again in {_long(left)}."
    if not view.timeline.screens:
        beside = "What was said and what happened stands beside."
        return "chat", "No screen was recorded", beside if view.rows else "And nothing was said or noted."
    return "screens", "Nothing can be seen here", f"{view.why[:1].upper()}{view.why[1:]}."


def _paused_by(timeline: Timeline, _: None) -> dict[int, str]:
    people = timeline.people
    pauses = [(one.time_us, one.event.by) for one in timeline.happenings if isinstance(one.event, Pause)]
    return {time_us: people[by].name for time_us, by in pauses if by in people}


_PAUSED_BY: Final = Kept(_paused_by)


def _long(time_us: int) -> str:
    seconds = max(1, round(time_us / 1_000_000))
    return f"{seconds}\u00a0s" if seconds < 60 else length(time_us)


def stage_card(canvas: Canvas, words: tuple[str, str, str]) -> None:
    """Paint why there is no picture."""
    theme, box = canvas.theme, canvas.box
    name, title, sentence = words
    canvas.rectangle(box, theme.raised, radius=14, edge=theme.edge)
    grave = name == "warning"
    disc = Box(box.left + 22, box.middle[1] - 22, 44, 44)
    canvas.circle(disc.middle, 22, theme.warn_soft if grave else theme.accent_soft)
    icon(canvas, name, disc.inset(11), theme.warn if grave else theme.accent)
    inside = Box(box.left + 84, box.top, box.width - 104, box.height)
    lines = canvas.lines(sentence, inside.width, most=3)
    top = box.middle[1] - (24 + 18 * len(lines)) / 2
    canvas.text(Box(inside.left, top, inside.width, 22), title, size=TITLE, bold=True)
    for number, line in enumerate(lines):
        canvas.text(Box(inside.left, top + 24 + 18 * number, inside.width, 18), line, colour=theme.muted)


def note(canvas: Canvas, words: str) -> None:
    """Paint a note."""
    theme, box = canvas.theme, canvas.box
    canvas.rectangle(box, theme.text, radius=10)
    lines = canvas.lines(words, box.width - 32, most=_NOTE_LINES)
    top = box.middle[1] - 9 * len(lines)
    for number, line in enumerate(lines):
        canvas.text(Box(box.left + 16, top + 18 * number, box.width - 32, 18), line, align=0.5, colour=theme.surface)


def note_size(words: str, most: float) -> Size:
    """Return how large a note is that may be so wide."""
    wide = min(most, text_width(words) + 36)
    lines = lettering.wrapped(words, round(TEXT), Weight.REGULAR, round(wide - 32), _NOTE_LINES)
    return wide, 22 + 18.0 * len(lines)


def tip_card(canvas: Canvas, words: str) -> None:
    """Paint what a button is called, and its key."""
    theme, box = canvas.theme, canvas.box
    canvas.rectangle(box, theme.raised, radius=7, edge=theme.edge)
    name, _, key = words.partition("  ")
    key = _ARROWS.get(key, key)
    wide = canvas.text(Box(box.left + 10, box.top, box.width, box.height), name, size=SMALL)
    if key:
        cap = Box(box.left + 18 + wide, box.top + 4, canvas.width(key, size=SMALL, bold=True) + 10, box.height - 8)
        canvas.rectangle(cap, theme.sunken, radius=4, edge=theme.edge)
        canvas.text(cap, key, size=SMALL, bold=True, align=0.5, colour=theme.muted)


def tip_width(words: str) -> float:
    """Return how wide that is.  Units: points."""
    name, _, key = words.partition("  ")
    key = _ARROWS.get(key, key)
    return text_width(name, size=SMALL) + (text_width(key, size=SMALL, bold=True) + 24 if key else 6) + 16
