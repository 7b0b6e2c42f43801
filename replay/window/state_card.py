"""The card that says what the state of a file means, and whose signature it has.  Pure."""

from typing import Final

from replay.states import (
    COMPLETE,
    EMPTY,
    NOT_VERIFIED,
    NOT_YET,
    PARTIAL,
    RECORDING,
    RECOVERED,
    REFUSED,
    Standing,
)
from replay.window.acts import Do
from replay.window.bars import button, signer_in_words, standing_look
from replay.window.box import Box, Point
from replay.window.icons import icon
from replay.window.paint import SMALL, TITLE, Canvas

_WIDE: Final = 420.0
_PAD: Final = 20.0
_LINE: Final = 18.0
_MEANINGS: Final = {
    COMPLETE: "All of it is here, from the beginning to the end, and as it was sealed.",
    RECORDING: "It is being written just now. What is there by now can be seen; it is verified when it has ended.",
    RECOVERED: "The recorder was stopped. All that it had sealed by then is here; only the end is missing.",
    EMPTY: "The recorder was stopped at the very beginning; nothing was sealed by then.",
    PARTIAL: "Something of it is missing. What can be seen is as it was sealed.",
    REFUSED: "It is not what was sealed. Do not rely on it; copies elsewhere may be whole.",
    NOT_YET: "All of it is being read just now. What can be seen was checked before it was shown.",
    NOT_VERIFIED: "It could not be read to its end. What can be seen was checked before it was shown.",
}


def state_card(canvas: Canvas, standing: Standing, corner: Point) -> None:
    """Paint the card with its upper right corner there; pressing anywhere closes it."""
    theme, page = canvas.theme, canvas.box
    canvas.press(page, Do.STANDING)
    wide = min(_WIDE, page.width - 16)
    inside_width = wide - 2 * _PAD
    told = [line for each in sentences(standing) for line in (*canvas.lines(each, inside_width, most=6), "")]
    digits = _halves(standing.fingerprint)
    tall = 54 + sum(_LINE if line else _LINE / 2 for line in told) + (24 + 22 * len(digits) if digits else 0) + 8
    box = Box(corner[0] - wide, corner[1], wide, tall).within(page.inset(8))
    name, colour, _ = standing_look(theme, standing)
    canvas.rectangle(box, theme.raised, radius=14, edge=theme.edge)
    icon(canvas, name, Box(box.left + _PAD, box.top + 18, 20, 20), colour)
    title = f"{standing.word[:1].upper()}{standing.word[1:]}" + (" and genuine" if standing.genuine else "")
    canvas.text(Box(box.left + _PAD + 30, box.top + 16, wide - 110, 24), title, size=TITLE, bold=True)
    button(canvas, Box(box.right - 46, box.top + 11, 34, 34), "close", Do.STANDING, says="Close")
    top = box.top + 54
    for line in told:
        canvas.text(Box(box.left + _PAD, top, inside_width, _LINE), line)
        top += _LINE if line else _LINE / 2
    if digits:
        canvas.text(Box(box.left + _PAD, top, wide, 18), "Fingerprint", size=SMALL, bold=True, colour=theme.muted)
        for number, line in enumerate(digits):
            canvas.text(Box(box.left + _PAD, top + 21 + 22 * number, inside_width, 22), line, size=TITLE, bold=True)


def sentences(standing: Standing) -> list[str]:
    """Return what is said of a state: what it means, why it is so, and whose signature it is."""
    found = [_MEANINGS[standing.word]] if standing.word in _MEANINGS else []
    if standing.why and standing.why not in _MEANINGS:
        found.append(f"{standing.why[:1].upper()}{standing.why[1:]}.")
    if standing.listed:
        found.append(f"It was signed by someone {signer_in_words(standing)}: this key stands on your list.")
    elif standing.fingerprint:
        words = "Its owner can tell you on the telephone whether the fingerprint of the key is this."
        found.append(f"It was signed by someone {signer_in_words(standing)}. {words}")
    return found


def _halves(digits: str) -> list[str]:
    """Return a fingerprint in lines that people can compare: four groups each."""
    groups = digits.split("-") if digits else []
    return ["  ".join(groups[at : at + 4]) for at in range(0, len(groups), 4)]
