"""What stands beside the picture: chat and events, search, diagnostics.  Pure.

Lists are painted from their first visible row on, so that a hundred thousand lines cost no more than twenty.
"""

from collections.abc import Callable
from typing import Final

from replay.search import MAX_HITS, Hit
from replay.window.acts import Act, Choose, Do, tip
from replay.window.bars import button
from replay.window.box import Box
from replay.window.icons import icon
from replay.window.paint import SMALL, TEXT, Canvas
from replay.window.rows import Row
from replay.window.theme import Colour, Theme
from replay.window.times import clock
from replay.window.view import Scroll, Side, View

_TABS: Final = ((Side.CHAT, Do.CHAT), (Side.SEARCH, Do.SEARCH), (Side.DIAGNOSTICS, Do.DIAGNOSTICS))
_HEAD: Final = 48.0
_FIELD: Final = 46.0
_PAD: Final = 14.0
_LINE: Final = 18.0
_CLOCK: Final = 56.0
_MOST_LINES: Final = 40  # of one row; who wrote more is read in an export


def side_panel(canvas: Canvas, view: View) -> None:
    """Paint the side of a view."""
    theme, box = canvas.theme, canvas.box
    canvas.fill(theme.surface)
    canvas.line((box.left, box.top), (box.left, box.bottom), theme.line)
    body = list_box(box, view)
    match view.side:
        case Side.CHAT:
            if not view.rows:
                _nothing(canvas, body, "Nobody wrote anything, and nothing was noted.")
            _list(canvas, body, len(view.rows), view.scroll, lambda number, at: _row(canvas, view, number, at))
        case Side.SEARCH:
            _field(canvas, view, Box(box.left, box.top + _HEAD, box.width, _FIELD))
            if view.query and not view.hits:
                _nothing(canvas, body, view.trouble or "Nothing like that was said or noted.")
            elif not view.query:
                _nothing(canvas, body, "Chat, markers, notes and diagnostics are searched. All words must be there.")
            _list(canvas, body, len(view.hits), view.scroll, lambda number, at: _hit(canvas, view, number, at))
        case Side.DIAGNOSTICS:
            _snapshot_title(canvas, view, Box(box.left, box.top + _HEAD, box.width, _FIELD))
            if not view.snapshot and not view.snapshot_title:
                _nothing(canvas, body, "There is no snapshot of a machine up to here.")
            _list(canvas, body, len(view.snapshot), view.scroll, lambda number, at: _fact(canvas, view, number, at))
    # Above the list, so that rows slide under it.
    head = Box(box.left + 1, box.top, box.width - 1, _HEAD)
    canvas.rectangle(head, theme.surface)
    if view.side is Side.SEARCH:
        _field(canvas, view, Box(box.left, box.top + _HEAD, box.width, _FIELD))
    elif view.side is Side.DIAGNOSTICS:
        _snapshot_title(canvas, view, Box(box.left, box.top + _HEAD, box.width, _FIELD))
    _tabs(canvas, view, head)
    canvas.line((box.right - 1, box.top), (box.right - 1, box.bottom), theme.line)


def list_box(box: Box, view: View) -> Box:
    """Return where the list of a side is."""
    head = _HEAD + (0 if view.side is Side.CHAT else _FIELD)
    return Box(box.left + 1, box.top + head, box.width - 1, box.height - head)


def row_heights(canvas: Canvas, view: View) -> tuple[int, Callable[[int], float]]:
    """Return how many rows the list has, and how high each is."""
    match view.side:
        case Side.CHAT:
            return len(view.rows), lambda number: _row_height(canvas, view.rows[number])
        case Side.SEARCH:
            return len(view.hits), lambda number: _hit_height(canvas, view.hits[number])
        case _:
            return len(view.snapshot), lambda number: _fact_height(canvas, view.snapshot[number])


def _list(canvas: Canvas, body: Box, count: int, scroll: Scroll, paint: Callable[[int, Box], float]) -> None:
    top, number = body.top - scroll.above, scroll.row
    while number < count and top < body.bottom:
        top += paint(number, Box(body.left, top, body.width, 0))
        number += 1
    if number - scroll.row < count:
        tall = max(28.0, body.height * (number - scroll.row) / count)
        at = body.top + (body.height - tall) * scroll.row / max(1, count - (number - scroll.row))
        canvas.rectangle(Box(body.right - 6, min(at, body.bottom - tall), 4, tall), canvas.theme.edge, radius=2)


def _tabs(canvas: Canvas, view: View, head: Box) -> None:
    theme = canvas.theme
    close = Box(head.right - 42, head.top + 7, 34, 34)
    at, widths = head.left + 8, [canvas.width(side.value, bold=True) for side, _ in _TABS]
    around = min(24.0, (close.left - at) / len(_TABS) - 2 - sum(widths) / len(_TABS))
    for (side, act), width in zip(_TABS, widths, strict=True):
        wide = width + around
        place = Box(at, head.top + 8, wide, head.height - 16)
        on = view.side is side
        over = canvas.press(place, act if not on else Do.CHAT if side is Side.CHAT else act, tip(act))
        if on or over:
            canvas.rectangle(place, theme.accent_soft if on else theme.hover, radius=8)
        canvas.text(place, side.value, bold=True, align=0.5, colour=theme.accent if on else theme.muted)
        at += wide + 2
    closing: dict[Side | None, Act] = {Side.CHAT: Do.CHAT, Side.SEARCH: Do.SEARCH, Side.DIAGNOSTICS: Do.DIAGNOSTICS}
    button(canvas, close, "close", closing[view.side], says="Close")
    canvas.line((head.left, head.bottom - 1), (head.right, head.bottom - 1), theme.line)


def _nothing(canvas: Canvas, body: Box, words: str) -> None:
    top = body.top + 24
    for line in canvas.lines(words, body.width - 4 * _PAD):
        canvas.text(Box(body.left, top, body.width, _LINE), line, align=0.5, colour=canvas.theme.muted)
        top += _LINE


def role_colour(theme: Theme, role: str) -> Colour:
    """Return the colour of somebody's name."""
    known = {"customer": theme.customer, "agent": theme.agent, "specialist": theme.specialist}
    return known.get(role, theme.muted)


def _texts(canvas: Canvas, row: Row) -> tuple[str, ...]:
    # Beside what happened stands when; above what was said, too.
    wide = _wide(canvas) + 8 if row.who else _wide(canvas) - 18 - _CLOCK
    return canvas.lines(row.text, wide, most=_MOST_LINES)


def _wide(canvas: Canvas) -> float:
    return canvas.box.width - 2 * _PAD - 8


def _row_height(canvas: Canvas, row: Row) -> float:
    return len(_texts(canvas, row)) * _LINE + (20 if row.who else 0) + 14


def _row(canvas: Canvas, view: View, number: int, at: Box) -> float:
    theme, row = canvas.theme, view.rows[number]
    tall = _row_height(canvas, row)
    place = Box(at.left, at.top, at.width, tall)
    _ground(canvas, place, Choose(number), on=number == view.current)
    left, top = place.left + _PAD, place.top + 7
    when = clock(row.time_us, view.timeline.duration_us)
    _clock(canvas, place, top, when)
    if row.who:
        _speaker(canvas, row, Box(left, top, _wide(canvas) - _CLOCK, _LINE))
        for number_of, line in enumerate(_texts(canvas, row), 1):
            canvas.text(Box(left, top + 2 + _LINE * number_of, _wide(canvas) + 8, _LINE), line)
        return tall
    if row.role == "marker":
        icon(canvas, "marker", Box(left - 1, top + 3, 12, 12), theme.warn)
    else:
        canvas.circle((left + 5, top + _LINE / 2), 2.5, theme.edge)
    for line in _texts(canvas, row):
        colour = theme.text if row.role == "marker" else theme.muted
        canvas.text(Box(left + 18, top, _wide(canvas) - 18, _LINE), line, colour=colour)
        top += _LINE
    return tall


def _speaker(canvas: Canvas, row: Row, place: Box) -> None:
    theme = canvas.theme
    tag = canvas.width(row.note, size=SMALL) + 12 if row.note else 0
    colour = role_colour(theme, row.role)
    name = canvas.text(Box(place.left, place.top, place.width - tag - 10, _LINE), row.who, bold=True, colour=colour)
    if row.note:
        shown = Box(place.left + name + 8, place.top, tag, _LINE)
        canvas.rectangle(shown, theme.warn_soft, radius=5)
        canvas.text(shown, row.note, size=SMALL, align=0.5, colour=theme.warn)
    elif row.role:
        canvas.text(place.moved(name + 8, 1), row.role, size=SMALL, colour=theme.muted)


def _clock(canvas: Canvas, place: Box, top: float, words: str) -> None:
    at = Box(place.right - _PAD - _CLOCK, top + 1, _CLOCK, _LINE)  # on the line of what is larger
    canvas.text(at, words, size=SMALL, align=1, colour=canvas.theme.muted)


def _ground(canvas: Canvas, place: Box, act: Act, *, on: bool) -> None:
    over = canvas.press(place, act)
    if on or over:
        canvas.rectangle(
            Box(place.left + 5, place.top + 1, place.width - 14, place.height - 2),
            canvas.theme.accent_soft if on else canvas.theme.hover,
            radius=8,
        )


def _hit_lines(canvas: Canvas, hit: Hit) -> tuple[str, ...]:
    return canvas.lines(hit.snippet, _wide(canvas), most=4)


def _hit_height(canvas: Canvas, hit: Hit) -> float:
    return len(_hit_lines(canvas, hit)) * _LINE + 36


def _hit(canvas: Canvas, view: View, number: int, at: Box) -> float:
    theme, hit = canvas.theme, view.hits[number]
    tall = _hit_height(canvas, hit)
    place = Box(at.left, at.top, at.width, tall)
    _ground(canvas, place, Choose(number), on=number == view.chosen)
    left, top = place.left + _PAD, place.top + 7
    who = hit.who or hit.track.capitalize()
    canvas.text(Box(left, top, _wide(canvas) - _CLOCK, _LINE), who, bold=True, colour=theme.muted)
    _clock(canvas, place, top, clock(hit.time_us, view.timeline.duration_us))
    top += 21
    found = {hit.snippet[begin:end] for begin, end in hit.matches}
    for line in _hit_lines(canvas, hit):
        for match in found:
            begin = line.find(match)
            if begin >= 0:
                x = left + canvas.width(line[:begin])
                ground = Box(x - 1, top + 1, canvas.width(match) + 2, _LINE - 2)
                canvas.rectangle(ground, theme.selection, radius=3)
        canvas.text(Box(left, top, _wide(canvas) + 8, _LINE), line)
        top += _LINE
    return tall


def _fact_lines(canvas: Canvas, fact: tuple[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    title, text = fact
    return canvas.lines(title, _wide(canvas), most=2), canvas.lines(text, _wide(canvas), size=SMALL, most=6)


def _fact_height(canvas: Canvas, fact: tuple[str, str]) -> float:
    if not fact[1]:
        return 38
    titles, texts = _fact_lines(canvas, fact)
    return len(titles) * 17 + len(texts) * 16 + 9


def _fact(canvas: Canvas, view: View, number: int, at: Box) -> float:
    theme, fact = canvas.theme, view.snapshot[number]
    left = at.left + _PAD
    if not fact[1]:
        canvas.text(Box(left, at.top + 14, _wide(canvas), 20), fact[0].capitalize(), bold=True, size=TEXT + 1)
        canvas.line((left, at.top + 36), (at.right - _PAD, at.top + 36), theme.line)
        return 38
    titles, texts = _fact_lines(canvas, fact)
    top = at.top + 4
    missing = fact[0] == "not told"
    for line in titles:
        canvas.text(Box(left, top, _wide(canvas), 17), line, colour=theme.warn if missing else theme.text)
        top += 17
    for line in texts:
        canvas.text(Box(left, top, _wide(canvas), 16), line, size=SMALL, colour=theme.muted)
        top += 16
    return _fact_height(canvas, fact)


def _field(canvas: Canvas, view: View, place: Box) -> None:
    canvas.rectangle(Box(place.left + 1, place.top, place.width - 1, place.height), canvas.theme.surface)
    hint, count = "Search this session", _count(view)
    text_field(canvas, place.inset(12, 5), view.query, hint=hint, typing=view.typing, sign="search", count=count)


def _count(view: View) -> str:
    """Return how many were found, and which of them was chosen."""
    if not view.hits:
        return ""
    many = f"{len(view.hits)}+" if len(view.hits) >= MAX_HITS else f"{len(view.hits)}"
    return f"{view.chosen + 1} of {many}" if view.chosen >= 0 else f"{many} found"


def text_field(canvas: Canvas, box: Box, text: str, *, hint: str, typing: bool, sign: str, count: str = "") -> None:
    """Paint a field to type in: its end is always in sight, and behind it how many were found."""
    theme = canvas.theme
    canvas.press(box, Do.FOCUS, "")
    canvas.rectangle(box, theme.sunken, radius=8, edge=theme.accent if typing else theme.edge)
    icon(canvas, sign, Box(box.left + 10, box.top + box.height / 2 - 8, 16, 16), theme.muted)
    counted = canvas.width(count, size=SMALL) + 10 if count else 0
    inside = Box(box.left + 34, box.top, box.width - 46 - counted, box.height)
    canvas.text(Box(inside.right, box.top, counted, box.height), count, size=SMALL, align=1, colour=theme.muted)
    shown = text
    while shown and canvas.width(shown) > inside.width - 4:
        shown = shown[max(1, len(shown) // 12) :]
    if shown:
        canvas.text(inside, shown)
    elif not typing:
        canvas.text(inside, hint, colour=theme.muted)
    if typing:
        x = inside.left + canvas.width(shown) + 1
        canvas.rectangle(Box(x, inside.top + inside.height / 2 - 9, 1.5, 18), theme.accent)


def _snapshot_title(canvas: Canvas, view: View, place: Box) -> None:
    canvas.rectangle(Box(place.left + 1, place.top, place.width - 1, place.height), canvas.theme.surface)
    words = view.snapshot_title or "Diagnostics"
    canvas.text(place.inset(_PAD, 0), words, bold=True)
    canvas.line((place.left, place.bottom - 1), (place.right, place.bottom - 1), canvas.theme.line)
