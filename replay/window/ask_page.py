"""The pages that ask for the passphrase, say that something is being opened, and why it cannot be shown.  Pure."""

from dataclasses import dataclass
from typing import Final

from replay.window.acts import Do
from replay.window.bars import button
from replay.window.box import Box
from replay.window.icons import icon
from replay.window.paint import SMALL, TITLE, Canvas
from replay.window.theme import mixed

_WIDE: Final = 460.0
_NAME: Final = 23.0
_DOT: Final = "•"
_PLAINLY: Final = (
    "Passphrase or recovery key. Nobody can reset it: not an administrator, not the makers of this program."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What the page says: for which file, by which keyring, what went wrong before, and whether it opens just now.

    shown is whether the letters are seen.
    """

    name: str
    keyring: str
    typed: str = ""
    shown: bool = False
    trouble: str | None = None
    opening: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Why something cannot be shown, and what to do; going_on is what is pressed to see it all the same."""

    title: str
    why: str
    hint: str
    going_on: str = ""


def ask_page(canvas: Canvas, asking: Asking) -> None:
    """Paint the question for the passphrase."""
    theme = canvas.theme
    canvas.fill(theme.stage)
    inside_width = _WIDE - 72
    names = canvas.lines(asking.name, inside_width - 24, size=TITLE + 1, most=3)
    plainly = canvas.lines(_PLAINLY, inside_width, size=SMALL)
    card = canvas.box.centred(_WIDE, 312 + _NAME * len(names) + 17 * len(plainly))
    canvas.rectangle(card, theme.raised, radius=16, edge=theme.edge if theme.name == "dark" else theme.line)
    canvas.circle((card.middle[0], card.top + 58), 26, theme.accent_soft)
    icon(canvas, "lock", Box(card.middle[0] - 13, card.top + 44, 26, 26), theme.accent)
    inside, top = card.inset(36, 0), card.top + 98
    for line in names:
        canvas.text(Box(inside.left, top, inside.width, _NAME), line, size=TITLE + 1, bold=True, align=0.5)
        top += _NAME
    words = f"sealed for {asking.keyring}"
    canvas.text(Box(inside.left, top, inside.width, 22), words, colour=theme.muted, align=0.5)
    _field(canvas, Box(inside.left, top + 40, inside.width, 44), asking)
    below = Box(inside.left, top + 89, inside.width, 18)
    for line in canvas.lines(asking.trouble or "", inside.width, size=SMALL, most=2):
        canvas.text(below, line, size=SMALL, colour=theme.bad)
        below = below.moved(0, 17)
    says, ready = "Opening …" if asking.opening else "Open", bool(asking.typed) and not asking.opening
    _press(canvas, Box(inside.left, top + 130, inside.width, 44), says, ready=ready)
    top += 190
    for line in plainly:
        canvas.text(Box(inside.left, top, inside.width, 17), line, size=SMALL, align=0.5, colour=theme.muted)
        top += 17
    button(canvas, Box(12, 10, 36, 36), "chevron", Do.LEAVE, says="Library  Ctrl+W")


def _press(canvas: Canvas, place: Box, says: str, *, ready: bool) -> None:
    theme = canvas.theme
    over = canvas.press(place, Do.ENTER, "")
    lit = mixed(theme.accent_fill, theme.on_accent, 0.12 if over else 0)
    canvas.rectangle(place, lit if ready else theme.hover, radius=10)
    canvas.text(place, says, bold=True, align=0.5, colour=theme.on_accent if ready else theme.muted)


def _field(canvas: Canvas, box: Box, asking: Asking) -> None:
    theme = canvas.theme
    edge = theme.bad if asking.trouble else theme.edge if asking.opening else theme.accent
    canvas.rectangle(box, theme.sunken, radius=10, edge=edge)
    eye = Box(box.right - 42, box.top + 4, 36, 36)
    button(canvas, eye, "eye", Do.REVEAL, on=asking.shown, says="Hide it" if asking.shown else "Show it")
    inside = Box(box.left + 14, box.top, box.width - 62, box.height)
    text = asking.typed if asking.shown else _DOT * len(asking.typed)
    while text and canvas.width(text, size=TITLE) > inside.width - 4:
        text = text[max(1, len(text) // 12) :]
    if text:
        canvas.text(inside, text, size=TITLE)
    else:
        canvas.text(Box(inside.left + 6, inside.top, inside.width, inside.height), "Passphrase", colour=theme.muted)
    if not asking.opening:
        x = inside.left + canvas.width(text, size=TITLE) + 1
        canvas.rectangle(Box(x, inside.middle[1] - 11, 1.5, 22), theme.accent)


def telling_page(canvas: Canvas, telling: Telling) -> None:
    """Paint why something cannot be shown, or what to know first."""
    theme = canvas.theme
    below = 62 if telling.going_on else 0
    canvas.fill(theme.stage)
    inside_width = _WIDE + 60 - 72
    why = canvas.lines(telling.why, inside_width, most=8)
    hint = canvas.lines(telling.hint, inside_width, most=6) if telling.hint else ()
    card = canvas.box.centred(_WIDE + 60, 174 + 19 * (len(why) + len(hint)) + below)
    canvas.rectangle(card, theme.raised, radius=16, edge=theme.edge)
    icon(canvas, "warning", Box(card.middle[0] - 18, card.top + 28, 36, 36), theme.warn)
    inside = card.inset(36, 0)
    canvas.text(Box(inside.left, card.top + 78, inside.width, 26), telling.title, size=TITLE + 1, bold=True, align=0.5)
    top = card.top + 114
    for line in why:
        canvas.text(Box(inside.left, top, inside.width, 19), line, align=0.5)
        top += 19
    top += 12
    for line in hint:
        canvas.text(Box(inside.left, top, inside.width, 19), line, align=0.5, colour=theme.muted)
        top += 19
    if telling.going_on:
        _press(canvas, Box(inside.left, card.bottom - 44 - 28, inside.width, 44), telling.going_on, ready=True)
    button(canvas, Box(12, 10, 36, 36), "chevron", Do.LEAVE, says="Library  Ctrl+W")


def opening_page(canvas: Canvas, name: str) -> None:
    """Paint that a recording of that name is being opened; without a name nothing is said yet."""
    theme = canvas.theme
    canvas.fill(theme.stage)
    if name:
        place = canvas.box.centred(min(_WIDE, canvas.box.width - 32), 60)
        canvas.text(Box(place.left, place.top, place.width, 26), "Opening …", size=TITLE + 1, bold=True, align=0.5)
        canvas.text(Box(place.left, place.top + 32, place.width, 22), name, align=0.5, colour=theme.muted)
    button(canvas, Box(12, 10, 36, 36), "chevron", Do.LEAVE, says="Library  Ctrl+W")
