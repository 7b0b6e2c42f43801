"""What an export leaves out for good: regions of screens, words, card numbers.  Pure.  SPEC.md §5."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from recorder.format.quantities import counted, length
from replay.errors import ExportError
from replay.timeline import Span

_LEAST_DIGITS: Final = 13
_MOST_DIGITS: Final = 19
_LEAST_BLOCKS: Final = 4
_MOST_BLOCKS: Final = 16
_BLOCK: Final = "█"
_LEADS: Final = "23456"
_MOST_BETWEEN: Final = 4  # characters between neighbouring digits of a card: " - "
_UNSEEN: Final = (
    "Cf",
    "Cc",
    "Cs",
    "Mn",
)  # of these categories nothing is compared, but line ends and tabs are blanks


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


class Redaction:
    """What is removed.  It notes which words it came by."""

    def __init__(self, *, regions: Sequence[Region] = (), words: Iterable[str] = (), cards: bool = True) -> None:
        self.regions = tuple(regions)
        self._words = {word: folded for word in words if (folded := _folded(word)[0].strip())}
        self._cards = cards
        self._found: set[str] = set()

    def text(self, text: str) -> str:
        """Return a text without what is removed."""
        spans = [*self._of_words(text), *(card_numbers(text) if self._cards else ())]
        for start, end in reversed(_merged(spans)):
            blocks = min(_MOST_BLOCKS, max(_LEAST_BLOCKS, end - start))
            text = text[:start] + _BLOCK * blocks + text[end:]
        return text

    @property
    def sentence(self) -> str:
        """What was left out, without telling it."""
        parts = [counted(len(self.regions), "region")] if self.regions else []
        parts += ["words"] if self._words else []
        parts += ["card numbers"] if self._cards else []
        return f"Redacted: {', '.join(parts)} left out."

    @property
    def unfound(self) -> list[str]:
        """The words that it never came by."""
        return [word for word in self._words if word not in self._found]

    def require_within(self, sizes: Mapping[str, tuple[int, int]], duration_us: int) -> None:
        """Errors: ExportError for a region that covers nothing: whoever gave it meant something else.

        Shapes: sizes are the largest width and height of each screen, px.
        """
        for region in self.regions:
            if region.track is not None and region.track not in sizes:
                raise ExportError(
                    f"there is no screen {region.track} in what is exported", advice=f"there is {', '.join(sizes)}"
                )
            if region.span and region.span.from_us > duration_us:
                raise ExportError(
                    f"{length(region.span.from_us)} is outside of the recording",
                    advice=f"it ends at {length(duration_us)}",
                )
            left, top, width, height = region.area or (0, 0, 0, 0)
            for track in [region.track] if region.track else sizes:
                if left + width > sizes[track][0] or top + height > sizes[track][1]:
                    raise ExportError(
                        f"the region {left},{top},{width},{height} is not inside the picture",
                        advice=f"{track} has {sizes[track][0]} × {sizes[track][1]}",
                    )

    def _of_words(self, text: str) -> Iterator[tuple[int, int]]:
        if not self._words:
            return
        folded, places = _folded(text)
        for word, wanted in self._words.items():
            at = folded.find(wanted)
            while at >= 0:
                self._found.add(word)
                yield places[at], _end(text, places[at + len(wanted) - 1])
                at = folded.find(wanted, at + 1)


def card_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Give where card numbers stand in a text: from, until; they may lie over each other."""
    for places in _runs(text):
        digits = "".join(str(unicodedata.digit(text[at])) for at in places)
        for at in range(len(digits) - _LEAST_DIGITS + 1):
            if count := _card(digits, at):
                yield places[at], _end(text, places[at + count - 1])


def _runs(text: str) -> Iterator[list[int]]:
    """Give where digits of any script follow each other with little between them, if they are enough for a card."""
    run, between = list[int](), 0
    for at, char in enumerate(text):
        if unicodedata.digit(char, None) is not None:
            run.append(at)
            between = 0
        elif run and unicodedata.category(char) not in _UNSEEN:
            between += 1
            if char.isalpha() or between > _MOST_BETWEEN:
                if len(run) >= _LEAST_DIGITS:
                    yield run
                run, between = [], 0
    if len(run) >= _LEAST_DIGITS:
        yield run


def _card(digits: str, at: int) -> int:
    """Return how many digits from a place on are a card number, the longest that is; 0 where none is."""
    if digits[at] not in _LEADS:
        return 0
    counts = range(min(_MOST_DIGITS, len(digits) - at), _LEAST_DIGITS - 1, -1)
    return next((count for count in counts if _luhn(digits[at : at + count])), 0)


def _luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in digits[-1::-2])) % 10 == 0


def _folded(text: str) -> tuple[str, list[int]]:
    """Return a text as it is compared, and for each of its characters where it stood.

    Without case, width, accents and what cannot be seen; whatever is blank, however long, is one blank.
    """
    folded, places = list[str](), list[int]()
    for at, char in enumerate(text):
        for one in unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold()):
            if one.isspace():
                if folded and folded[-1] == " ":
                    continue
                one = " "  # noqa: PLW2901 - as it is compared
            elif unicodedata.category(one) in _UNSEEN:
                continue
            folded.append(one)
            places.append(at)
    return "".join(folded), places


def _end(text: str, last: int) -> int:
    """Return where what begins with a character ends, with its accents."""
    end = last + 1
    while end < len(text) and unicodedata.category(text[end]) in ("Mn", "Me"):
        end += 1
    return end


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged = list[tuple[int, int]]()
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
