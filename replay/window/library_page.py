"""The library: all recordings of a folder in a table, with a field to search, by mouse and by keys.  Pure.

Rows are painted from the first visible one on, so that thousands cost no more than twenty.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from recorder.format.quantities import counted, length, size
from replay.browsing import Browsing, Column, customer
from replay.library_entries import Entry
from replay.states import COMPLETE, EMPTY, PARTIAL, RECORDING, RECOVERED
from replay.window.acts import SHORTCUTS as ALL_SHORTCUTS
from replay.window.acts import Act, Choose, Do, Order
from replay.window.bars import button
from replay.window.box import Box
from replay.window.icons import icon
from replay.window.paint import SMALL, TITLE, Canvas
from replay.window.side_panel import text_field
from replay.window.theme import Colour, Theme

ROW: Final = 46.0
_TOP: Final = 72.0
_HEADS: Final = 34.0
_FOOT: Final = 40.0
_PAD: Final = 24.0
_FIELD: Final = 300.0
_WIDTHS: Final = {
    Column.DATE: 150.0,
    Column.CUSTOMER: 0.0,
    Column.PORTAL: 170.0,
    Column.LENGTH: 90.0,
    Column.STATE: 130.0,
}
# Below these widths a column is left out: the rest says more.
_LEAST: Final = {Column.PORTAL: 720.0, Column.LENGTH: 560.0, Column.STATE: 440.0}
_USED: Final = (
    Do.SEARCH, Do.FOCUS, Do.ENTER, Do.UP, Do.DOWN, Do.PAGE_UP, Do.PAGE_DOWN, Do.BEGINNING, Do.END, Do.THEME, Do.HELP,
    Do.BACK, Do.QUIT,
)  # fmt: skip
SHORTCUTS: Final = tuple(one for one in ALL_SHORTCUTS if one.act in _USED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelves:
    """A moment of the library.  first is the number of the first row in sight; day says when, as people read it."""

    browsing: Browsing
    day: Callable[[int], str]
    first: int = 0
    typing: bool = False
    loading: bool = False


def library_page(canvas: Canvas, shelves: Shelves) -> None:
    """Paint the library."""
    theme, box = canvas.theme, canvas.box
    canvas.fill(theme.surface)
    top, heads, body, foot = box.rows(_TOP, _HEADS, 0, _FOOT)
    _title(canvas, shelves, top)
    if shelves.browsing.shown:
        _heads(canvas, shelves.browsing, heads)
        _rows(canvas, shelves, body)
    else:
        _nothing(canvas, shelves, Box(box.left, heads.top, box.width, heads.height + body.height))
    _foot(canvas, shelves.browsing, foot)


def rows_in_sight(box: Box) -> int:
    """Return how many whole rows a page of that size shows."""
    return max(1, int((box.height - _TOP - _HEADS - _FOOT) // ROW))


def acted(shelves: Shelves, act: Act, *, box: Box) -> Shelves:
    """Return what an act makes of it; acts that are not the library's make nothing of it."""
    page, browsing = rows_in_sight(box), shelves.browsing
    if act in (Do.FOCUS, Do.SEARCH):
        return replace(shelves, typing=act is Do.SEARCH or not shelves.typing)
    match act:
        case Choose(number):
            shelves, moved = replace(shelves, typing=False), browsing.choose(number)
        case Order(column) if isinstance(column, Column):
            moved = browsing.ordered(column)
        case _:
            last = len(browsing.shown)
            steps = {Do.UP: -1, Do.DOWN: 1, Do.PAGE_UP: -page, Do.PAGE_DOWN: page, Do.BEGINNING: -last, Do.END: last}
            moved = browsing.move(steps[act]) if isinstance(act, Do) and act in steps else browsing
    return shelves if moved == browsing else _in_sight(shelves, moved, page)


def typed(shelves: Shelves, text: str, *, box: Box) -> Shelves:
    """Search for what is typed."""
    return _in_sight(shelves, shelves.browsing.searched(text), rows_in_sight(box))


def renewed(shelves: Shelves, browsing: Browsing, *, loading: bool, box: Box) -> Shelves:
    """Take what is known by now; what is in sight stays, as far as it is there."""
    first = min(shelves.first, _last_first(browsing, rows_in_sight(box)))
    return replace(shelves, browsing=browsing, loading=loading, first=first)


def scrolled(shelves: Shelves, by: int, *, box: Box) -> Shelves:
    """Move the list by so many rows; what is chosen stays."""
    last = _last_first(shelves.browsing, rows_in_sight(box))
    return replace(shelves, first=min(max(0, shelves.first + by), last))


def _in_sight(shelves: Shelves, browsing: Browsing, page: int) -> Shelves:
    number = browsing.number or 0
    first = min(max(shelves.first, number - page + 1), number, _last_first(browsing, page))
    return replace(shelves, browsing=browsing, first=max(0, first))


def _last_first(browsing: Browsing, page: int) -> int:
    return max(0, len(browsing.shown) - page)


def _title(canvas: Canvas, shelves: Shelves, box: Box) -> None:
    theme, browsing = canvas.theme, shelves.browsing
    wide = min(_FIELD, box.width * 0.45)
    keys = Box(box.right - _PAD - 36, box.top + 18, 36, 36)
    button(canvas, keys, "help", Do.HELP)
    field = Box(keys.left - 8 - wide, box.top + 18, wide, 36)
    text_field(canvas, field, browsing.text, hint="Search recordings", typing=shelves.typing, sign="search")
    words = field.left - box.left - _PAD - 20
    canvas.text(Box(box.left + _PAD, box.top + 15, words, 24), "Recordings", size=TITLE + 4, bold=True)
    icon(canvas, "folder", Box(box.left + _PAD, box.top + 43, 13, 13), theme.muted)
    folder = Box(box.left + _PAD + 18, box.top + 41, words - 18, 17)
    canvas.text(folder, str(browsing.library.folder), size=SMALL, colour=theme.muted)


def _columns(box: Box) -> dict[Column, Box]:
    shown = [column for column in Column if box.width >= _LEAST.get(column, 0)]
    cut = Box(box.left + _PAD, box.top, box.width - 2 * _PAD, box.height).columns(
        *(_WIDTHS[column] for column in shown), gap=16
    )
    return dict(zip(shown, cut, strict=True))


def _heads(canvas: Canvas, browsing: Browsing, box: Box) -> None:
    theme = canvas.theme
    for column, place in _columns(box).items():
        over = canvas.press(place, Order(column), f"Order by {column.value.lower()}")
        on = column is browsing.column
        colour = theme.text if on or over else theme.muted
        wide = canvas.text(place, column.value, size=SMALL, bold=True, colour=colour)
        if on:
            _arrow(canvas, place.left + wide + 9, place.middle[1], up=browsing.rising, colour=theme.accent)
    canvas.line((box.left, box.bottom - 1), (box.right, box.bottom - 1), theme.line)


def _arrow(canvas: Canvas, x: float, y: float, *, up: bool, colour: Colour) -> None:
    tip = -3.0 if up else 3.0
    canvas.polygon(((x - 4, y - tip * 0.8), (x + 4, y - tip * 0.8), (x, y + tip)), colour)


def _rows(canvas: Canvas, shelves: Shelves, box: Box) -> None:
    shown, chosen = shelves.browsing.shown, shelves.browsing.number
    page = max(1, int(box.height // ROW))
    for at, entry in enumerate(shown[shelves.first : shelves.first + page]):
        number = shelves.first + at
        _row(canvas, shelves, entry, number, Box(box.left, box.top + at * ROW, box.width, ROW), chosen=number == chosen)
    if len(shown) > page:
        tall = max(28.0, box.height * page / len(shown))
        top = box.top + (box.height - tall) * shelves.first / max(1, len(shown) - page)
        canvas.rectangle(Box(box.right - 7, top, 4, tall), canvas.theme.edge, radius=2)


def _row(canvas: Canvas, shelves: Shelves, entry: Entry, number: int, box: Box, *, chosen: bool) -> None:
    theme = canvas.theme
    ground = box.inset(10, 1)
    over = canvas.press(ground, Choose(number))
    if chosen or over:
        canvas.rectangle(ground, theme.accent_soft if chosen else theme.hover, radius=9)
    for column, place in _columns(box).items():
        match column:
            case Column.DATE:
                canvas.text(place, shelves.day(entry.began_us))
            case Column.CUSTOMER:
                _customer(canvas, entry, place)
            case Column.PORTAL:
                canvas.text(place, entry.portal or "–", colour=theme.text if entry.portal else theme.muted)
            case Column.LENGTH:
                told = "–" if entry.length_us is None else length(entry.length_us)
                canvas.text(place, told, colour=theme.muted if entry.length_us is None else theme.text)
            case Column.STATE:
                colour = state_colour(theme, entry.state.word)
                canvas.circle((place.left + 4, place.middle[1]), 3.5, colour)
                canvas.text(Box(place.left + 16, place.top, place.width - 16, place.height), entry.state.word)


def _customer(canvas: Canvas, entry: Entry, box: Box) -> None:
    below = " · ".join(filter(None, (entry.agent, counted(len(entry.parts), "part") if len(entry.parts) > 1 else None)))
    if not below:
        canvas.text(box, customer(entry), bold=entry.customer is not None)
        return
    canvas.text(Box(box.left, box.top + 5, box.width, 20), customer(entry), bold=entry.customer is not None)
    canvas.text(Box(box.left, box.top + 24, box.width, 16), below, size=SMALL, colour=canvas.theme.muted)


def state_colour(theme: Theme, word: str) -> Colour:
    """Return the colour of a state that was not verified: nothing is called good before that."""
    known = {COMPLETE: theme.muted, RECORDING: theme.accent, **dict.fromkeys((RECOVERED, PARTIAL, EMPTY), theme.warn)}
    return known.get(word, theme.bad)


def _foot(canvas: Canvas, browsing: Browsing, box: Box) -> None:
    theme = canvas.theme
    canvas.line((box.left, box.top), (box.right, box.top), theme.line)
    inside = box.inset(_PAD, 0)
    shown = browsing.shown
    told = f"{counted(len(shown), 'session')}, {size(sum(entry.size for entry in shown))}" if shown else ""
    if browsing.library.unseen:
        told += f"; {browsing.library.unseen} more files were not looked at"
    wide = canvas.text(inside, told, size=SMALL, colour=theme.muted, align=1)
    entry = browsing.entry
    if entry:
        reason = f" – {entry.state.why}" if entry.state.why else ""
        words = f"{entry.path.name}: {entry.state.word}{reason}"
        if entry.copies:
            words += f"; {len(entry.copies)} more {'copy' if len(entry.copies) == 1 else 'copies'} of it here"
        left = Box(inside.left, inside.top, inside.width - wide - 24, inside.height)
        canvas.text(left, words, size=SMALL, colour=theme.muted)


def _nothing(canvas: Canvas, shelves: Shelves, box: Box) -> None:
    theme = canvas.theme
    title, words = _why_nothing(shelves)
    place = box.centred(min(460.0, box.width - 2 * _PAD), 170)
    icon(canvas, "folder", Box(place.middle[0] - 20, place.top, 40, 40), theme.muted)
    canvas.text(Box(place.left, place.top + 54, place.width, 24), title, size=TITLE, bold=True, align=0.5)
    top = place.top + 86
    for line in canvas.lines(words, place.width, most=5):
        canvas.text(Box(place.left, top, place.width, 19), line, align=0.5, colour=theme.muted)
        top += 19


def _why_nothing(shelves: Shelves) -> tuple[str, str]:
    """Return why there is nothing to see, and what to do."""
    browsing, library = shelves.browsing, shelves.browsing.library
    if browsing.trouble:
        return "This cannot be searched for", f"{browsing.trouble[:1].upper()}{browsing.trouble[1:]}."
    if library.entries:
        return (
            "No recording fits",
            "Customer, portal, agent, day, state and name are searched. All words must be there.",
        )
    if shelves.loading:
        return "Looking …", str(library.folder)
    elsewhere = "Another folder opens with sealcast play --folder FOLDER."
    if library.missing:
        missing = f"{library.missing[:1].upper()}{library.missing[1:]}"
        return "No recordings yet", f"{missing}, where recordings are looked for. {elsewhere}"
    return "No recordings here", f"Recordings lie in {library.folder}, and there is none by now. {elsewhere}"
