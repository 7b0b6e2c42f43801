"""What an export leaves out for good: regions of screens, words, card numbers.  Pure.  SPEC.md §5."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from recorder.format.quantities import counted
from replay.timeline import Span

_LEAST_DIGITS: Final = 13
_MOST_DIGITS: Final = 19
_LEAST_BLOCKS: Final = 4
_MOST_BLOCKS: Final = 16
_BLOCK: Final = "█"
# Digits of any script, with little between neighbours: blanks, dashes, dots, slashes, what has no width.
_BETWEEN: Final = r"[\s\-\u2010-\u2015\u2212\uff0d._/\u00b7\u200b-\u200d\u2060\ufeff\u00ad]{0,2}"
_RUN: Final = re.compile(rf"\d(?:{_BETWEEN}\d){{{_LEAST_DIGITS - 1},}}")
_LEADS: Final = "23456"


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A part of a screen for a while.  Units: px of the screen as recorded; span in µs, None is always.

    track None is every screen; area None is all of it.
    """

    area: tuple[int, int, int, int] | None = None  # left, top, width, height
    span: Span | None = None
    track: str | None = None

    def covers(self, track: str, time_us: int) -> bool:
        """Whether it is painted over on a screen at a time."""
        return (self.track is None or self.track == track) and (self.span is None or time_us in self.span)

    def meets(self, span: Span) -> bool:
        """Whether it is painted over at any time of a while."""
        return self.span is None or (self.span.from_us < span.until_us and span.from_us < self.span.until_us)


class Redaction:
    """What is removed."""

    def __init__(self, *, regions: Sequence[Region] = (), words: Iterable[str] = (), cards: bool = True) -> None:
        self.regions = tuple(regions)
        forms = {unicodedata.normalize(form, word) for word in words if word for form in ("NFC", "NFD")}
        found = sorted(forms, key=len, reverse=True)
        self._words = re.compile("|".join(re.escape(one) for one in found), re.IGNORECASE) if found else None
        self._cards = cards

    def text(self, text: str) -> str:
        """Return a text without what is removed."""
        if self._words:
            text = self._words.sub(lambda found: _blocks(len(found[0])), text)
        if self._cards:
            for start, end in reversed(list(card_numbers(text))):
                text = text[:start] + _blocks(end - start) + text[end:]
        return text

    @property
    def sentence(self) -> str:
        """What was left out, without telling it."""
        parts = [counted(len(self.regions), "region")] if self.regions else []
        parts += ["words"] if self._words else []
        parts += ["card numbers"] if self._cards else []
        return f"Redacted: without {', '.join(parts)}."


def _blocks(length: int) -> str:
    return _BLOCK * min(_MOST_BLOCKS, max(_LEAST_BLOCKS, length))


def card_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Give where card numbers stand in a text: from, until; none lies over another."""
    for run in _RUN.finditer(text):
        places = [at for at in range(run.start(), run.end()) if text[at].isdecimal()]
        digits = "".join(str(unicodedata.decimal(text[at])) for at in places)
        at = 0
        while at <= len(digits) - _LEAST_DIGITS:
            length = _card(digits, at)
            if length:
                yield places[at], places[at + length - 1] + 1
            at += length or 1


def _card(digits: str, at: int) -> int:
    """Return how many digits from a place on are a card number, the longest that is; 0 where none is."""
    if digits[at] not in _LEADS:
        return 0
    lengths = range(min(_MOST_DIGITS, len(digits) - at), _LEAST_DIGITS - 1, -1)
    return next((length for length in lengths if _luhn(digits[at : at + length])), 0)


def _luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in digits[-1::-2])) % 10 == 0
