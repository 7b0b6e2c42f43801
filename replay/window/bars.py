"""The bar above the picture and the controls below it.  Pure."""

from collections.abc import Iterator
from typing import Final

from replay.states import COMPLETE, NO_RECORDING, REFUSED, Standing
from replay.window.acts import Act, Do, SeekBy, tip
from replay.window.box import Box
from replay.window.icons import icon
from replay.window.paint import SMALL, TIME, TITLE, Canvas, text_width
from replay.window.theme import Colour, Theme, mixed
from replay.window.times import clock
from replay.window.view import Side, View

_BUTTON: Final = 36.0
_SECOND_US: Final = 1_000_000
_EXACT: Final = "1:1"


def top_bar(canvas: Canvas, view: View) -> None:
    """Paint whose session it is, and what may be said of the file: always in sight."""
    theme, box = canvas.theme, canvas.box
    canvas.fill(theme.surface)
    canvas.line((box.left, box.bottom - 1), (box.right, box.bottom - 1), theme.line)
    back = Box(box.left + 10, box.top + 8, _BUTTON, _BUTTON)
    button(canvas, back, "chevron", Do.LEAVE, says="Library  Ctrl+W")
    badge_left = badge(canvas, view)
    left = back.right + 10
    wide = badge_left - left - 20
    if not view.subtitle:
        canvas.text(Box(left, box.top, wide, box.height), view.title, size=TITLE, bold=True)
        return
    canvas.text(Box(left, box.top + 7, wide, 21), view.title, size=TITLE, bold=True)
    canvas.text(Box(left, box.top + 27, wide, 17), view.subtitle, size=SMALL, colour=theme.muted)


def badge(canvas: Canvas, view: View) -> float:
    """Paint the file's state; return where it begins."""
    theme, box, standing = canvas.theme, canvas.box, view.standing
    name, colour, ground = standing_look(theme, view.standing)
    word, detail = _standing_words(standing)
    most = box.width * 0.44
    wide = max(canvas.width(word, bold=True), min(canvas.width(detail, size=SMALL), most - 64)) + 52
    place = Box(box.right - wide - 12, box.top + 6, wide, 40)
    over = canvas.press(place, Do.STANDING, tip(Do.STANDING))
    canvas.rectangle(place, ground, radius=9, edge=colour if over else None)
    icon(canvas, name, Box(place.left + 10, place.top + 10, 20, 20), colour)
    inside = Box(place.left + 39, place.top, wide - 50, place.height)
    if detail:
        canvas.text(Box(inside.left, place.top + 4, inside.width, 17), word, colour=colour, bold=True)
        canvas.text(Box(inside.left, place.top + 20, inside.width, 15), detail, size=SMALL, colour=theme.muted)
    else:
        canvas.text(inside, word, colour=colour, bold=True)
    return place.left


def corner_badge(canvas: Canvas, view: View) -> None:
    """Paint the file's state, in a word, over the picture."""
    theme, box = canvas.theme, canvas.box
    name, colour, ground = standing_look(theme, view.standing)
    canvas.rectangle(box, ground, radius=box.height / 2, edge=theme.edge)
    icon(canvas, name, Box(box.left + 11, box.top + box.height / 2 - 8, 16, 16), colour)
    word, _ = _standing_words(view.standing)
    canvas.text(Box(box.left + 33, box.top, box.width - 40, box.height), word, bold=True, colour=colour)


def corner_width(view: View) -> float:
    """Return how wide that is.  Units: points."""
    word, _ = _standing_words(view.standing)
    return text_width(word, bold=True) + 48


def _standing_words(standing: Standing) -> tuple[str, str]:
    if standing.genuine:
        return f"{standing.word} · genuine", f"signed by someone {signer_in_words(standing)}"
    return standing.word, standing.why or (
        f"signed by someone {signer_in_words(standing)}" if standing.fingerprint else ""
    )


def signer_in_words(standing: Standing) -> str:
    """Return whose signature it is, without the digits, which nobody compares in passing."""
    return standing.signer.replace(f" ({standing.fingerprint})", "") if standing.fingerprint else standing.signer


def standing_look(theme: Theme, standing: Standing) -> tuple[str, Colour, Colour]:
    """Return what a state looks like: icon, colour, ground."""
    if standing.genuine:
        return "good", theme.good, theme.good_soft
    if not standing.verified:
        return "shield", theme.muted, theme.sunken
    if standing.word == COMPLETE:
        return "shield", theme.text, theme.sunken
    if standing.word in (REFUSED, NO_RECORDING):
        return "warning", theme.bad, theme.bad_soft
    return "warning", theme.warn, theme.warn_soft


def controls(canvas: Canvas, view: View) -> None:
    """Paint the controls."""
    theme, box = canvas.theme, canvas.box
    canvas.fill(theme.surface)
    middle = box.top + (box.height - _BUTTON) / 2 - 3
    at = box.left + 12
    for name, act in (
        ("back", SeekBy(-10 * _SECOND_US)),
        ("step back", Do.STEP_BACK),
        ("pause" if view.playing else "play", Do.TOGGLE),
        ("step on", Do.STEP_ON),
        ("on", SeekBy(10 * _SECOND_US)),
    ):
        place = Box(at, middle, _BUTTON, _BUTTON)
        if act is Do.TOGGLE:
            over = canvas.press(place, act, tip(act))
            canvas.circle(place.middle, _BUTTON / 2, mixed(theme.accent_fill, theme.on_accent, 0.14 if over else 0))
            icon(canvas, name, place.inset(9), theme.on_accent)
        elif isinstance(act, SeekBy):
            button(canvas, place, name, act, inset=5)
            canvas.text(place.moved(0, 1.5), "10", size=8, bold=True, align=0.5)
        else:
            button(canvas, place, name, act)
        at += _BUTTON + 4
    longest_us = view.timeline.duration_us
    now = clock(view.position_us, longest_us)
    wide = canvas.text(Box(at + 10, middle, 90, _BUTTON), now, size=TIME, bold=True)
    end = f"/ {clock(longest_us, longest_us)}" + (" and growing" if view.growing else "")
    canvas.text(Box(at + 16 + wide, middle, 160, _BUTTON), end, colour=theme.muted)
    _right(canvas, view, middle, at + 16 + wide + canvas.width(end) + 12)


def _groups(view: View) -> Iterator[list[tuple[str, Act, bool]]]:
    """Give the controls at the right, from the right, in groups: icon, what it does, whether it is on."""
    yield [("help", Do.HELP, view.help), ("sun", Do.THEME, False), ("full", Do.FULL_SCREEN, view.full)]
    yield [
        ("diagnostics", Do.DIAGNOSTICS, view.side is Side.DIAGNOSTICS),
        ("search", Do.SEARCH, view.side is Side.SEARCH),
        ("chat", Do.CHAT, view.side is Side.CHAT),
    ]
    screens = [("screens", Do.TRACK, len(view.screens) > 1)] if len(view.timeline.screens) > 1 else []
    if view.timeline.screens:
        yield [("still", Do.STILL, False), (_EXACT, Do.FIT, not view.fit), *screens]


def _right(canvas: Canvas, view: View, top: float, least: float) -> None:
    """Paint the controls at the right, as many as there is room for; the others have keys."""
    at = canvas.box.right - 12
    for group in _groups(view):
        if at - _BUTTON < least + 150:
            break
        for name, act, on in group:
            if at - _BUTTON < least + 150:
                break
            at -= _BUTTON
            _small(canvas, Box(at, top, _BUTTON, _BUTTON), name, act, on=on)
            at -= 2
        at -= 7
        canvas.rectangle(Box(at, top + 9, 1, _BUTTON - 18), canvas.theme.edge)
        at -= 8
    at = _skip(canvas, at, top, on=view.skips_idle, least=least) - 8
    if at - 100 > least:
        _speed(canvas, Box(at - 100, top + 3, 100, _BUTTON - 6), view)


def _small(canvas: Canvas, place: Box, name: str, act: Act, *, on: bool) -> None:
    if name != _EXACT:
        button(canvas, place, name, act, on=on)
        return
    button(canvas, place, "", act, on=on)
    colour = canvas.theme.accent if on else canvas.theme.text
    canvas.text(place, name, size=SMALL, bold=True, align=0.5, colour=colour)


def _skip(canvas: Canvas, right: float, top: float, *, on: bool, least: float) -> float:
    wide = canvas.width("Skip idle") + 44
    if right - wide < least:
        return right
    place = Box(right - wide, top + 3, wide, _BUTTON - 6)
    over = canvas.press(place, Do.SKIP_IDLE, tip(Do.SKIP_IDLE))
    theme = canvas.theme
    ground = theme.accent_soft if on else theme.hover if over else theme.surface
    canvas.rectangle(place, ground, radius=8, edge=theme.accent if on else theme.edge)
    colour = theme.accent if on else theme.text
    icon(canvas, "skip", Box(place.left + 10, place.top + 7, 16, 16), colour)
    canvas.text(Box(place.left + 32, place.top, wide - 36, place.height), "Skip idle", colour=colour)
    return place.left


def _speed(canvas: Canvas, box: Box, view: View) -> None:
    theme = canvas.theme
    canvas.rectangle(box, theme.surface, radius=8, edge=theme.edge)
    slower, shown, faster = box.columns(28, 0, 28)
    for place, sign, act in ((slower, "−", Do.SLOWER), (faster, "+", Do.FASTER)):
        if canvas.press(place, act, tip(act)):
            canvas.rectangle(place.inset(2), theme.hover, radius=6)
        canvas.text(place, sign, align=0.5, bold=True, colour=theme.muted)
    canvas.text(shown, f"{view.speed:g} ×", align=0.5, bold=True)


def button(
    canvas: Canvas, box: Box, name: str, act: Act, *, on: bool = False, says: str = "", inset: float = 8.5
) -> None:
    """Paint a button with an icon, or the ground of one that has none."""
    theme = canvas.theme
    over = canvas.press(box, act, says or tip(act))
    if on or over:
        canvas.rectangle(box, theme.accent_soft if on else theme.hover, radius=8)
    if name:
        icon(canvas, name, box.inset(inset), theme.accent if on else theme.text)
