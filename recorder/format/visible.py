"""Text that people wrote, so that it steers no reader and hides nothing.  replay/export/SPEC.md §1."""

import re
from typing import Final

# Controls but TAB and LF, what turns the direction, other line ends, tags, halves of surrogate pairs.
_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
_LINE_ENDS: Final = re.compile("\r\n?")
_HANGING: Final = "\n    "


def visible(text: str) -> str:
    """Return a text in which what cannot be seen is spelled out as its code point; its line ends are LF."""
    return _HIDDEN.sub(lambda found: code_point(found[0]), _LINE_ENDS.sub("\n", text))


def hanging(text: str) -> str:
    """Return a visible text whose further lines are set in, so that none passes for a line of its own."""
    return visible(text).replace("\n", _HANGING)


def on_one_line(text: str) -> str:
    """Return a visible text without line ends."""
    return " ".join(visible(text).split("\n"))


def code_point(character: str) -> str:
    """Return how a character is written that cannot be shown."""
    return f"⟨U+{ord(character):04X}⟩"
