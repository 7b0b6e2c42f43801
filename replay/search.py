"""Search in what was said and noted in a session.  Pure; what was said comes from sayings.py."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import nsmallest
from typing import Final

from replay.query import Query

MAX_HITS: Final = 1000  # of a recording; who has more adds a word
_SHOWN: Final = 120  # characters of a snippet
_BEFORE: Final = 40  # characters of it before the first match


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """Text at a time.  Units: time_us since the session began.  who is None where nobody is named."""

    time_us: int
    track: str
    who: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Where something was found.

    Shapes: matches are ranges of characters in the snippet, in order, the end exclusive.
    Units: time_us since the session began.  Nothing in a snippet steers the terminal or window it is shown in.
    """

    time_us: int
    track: str
    who: str | None
    snippet: str
    matches: tuple[tuple[int, int], ...]


def search(query: Query, sayings: Iterable[Saying], *, most: int = MAX_HITS) -> list[Hit]:
    """Return the hits in order of time, the first ones where there are more than so many."""
    return nsmallest(most, _hits(query, sayings), key=lambda hit: hit.time_us)


def _hits(query: Query, sayings: Iterable[Saying]) -> Iterator[Hit]:
    for one in sayings:
        if spans := query.spans(one.text):
            snippet, matches = _snippet(one.text, spans)
            yield Hit(time_us=one.time_us, track=one.track, who=one.who, snippet=snippet, matches=matches)


def _snippet(text: str, spans: list[tuple[int, int]]) -> tuple[str, tuple[tuple[int, int], ...]]:
    start = max(0, spans[0][0] - _BEFORE)
    start = 0 if len(text) <= _SHOWN else _word_begin(text, start, spans[0][0])
    end = min(len(text), start + _SHOWN)
    before, after = "… " if start else "", " …" if end < len(text) else ""
    shift = len(before) - start
    matches = tuple((at + shift, min(until, end) + shift) for at, until in spans if at < end)
    # One sign for one, so that the places stay.
    plain = "".join(char if char.isprintable() else " " if char.isspace() else "\ufffd" for char in text[start:end])
    return before + plain + after, matches


def _word_begin(text: str, start: int, match: int) -> int:
    """Return where the next word begins, if there is one before the match."""
    if start == 0:
        return 0
    blank = text.find(" ", start, match)
    return start if blank < 0 else blank + 1
