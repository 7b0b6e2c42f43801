"""What somebody searches for, and where it stands in a text: all words, phrases in quotes, case and accents aside.

Pure.  Texts come from strangers: they are folded sign by sign, and every place in the folded text knows its sign.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Self

from replay.errors import BadQueryError

MAX_QUERY: Final = 200  # characters; more than anybody types
_MOST_PLACES: Final = 100  # of a word in a text; what is shown of it is short
_WORDS: Final = re.compile(r'["“”„]([^"“”„]*)["“”„]?|([^\s"“”„]+)')


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as it is compared.  places has, for every character of it, that of the text it came from."""

    text: str
    places: Sequence[int] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Query:
    """Words and phrases, folded; all of them must be there."""

    words: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what somebody typed.  Errors: BadQueryError where it is too long, or nothing is left of it."""
        if len(text) > MAX_QUERY:
            raise BadQueryError(why=f"it has more than {MAX_QUERY} characters")
        words = [fold(phrase or word).text.strip() for phrase, word in _WORDS.findall(text)]
        if not any(words):
            raise BadQueryError(why="there is no word in it")
        return cls(tuple(dict.fromkeys(word for word in words if word)))

    def in_text(self, text: str) -> bool:
        """Say whether all words are in it."""
        folded = fold(text).text
        return all(word in folded for word in self.words)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return where the words stand, in order, without overlaps; nothing unless all are there.

        Units: characters of the text as it was given; the end is exclusive.
        """
        folded = fold(text)
        found = list[tuple[int, int]]()
        for word in self.words:
            places = _places(word, folded.text)
            if not places:
                return []
            found += [(folded.places[at], _end(folded, at + len(word), len(text))) for at in places]
        return _joined(found)


def fold(text: str) -> Folded:
    """Return a text without case and accents, its blanks and line ends as single blanks."""
    if text.isascii() and not re.search(r"[\t-\r\x1c-\x1f]|  ", text):
        return Folded(text.lower(), range(len(text)))
    folded, places = list[str](), list[int]()
    for at, char in enumerate(text):
        for one in _fold_char(char):
            if one != " " or not folded or folded[-1] != " ":
                folded.append(one)
                places.append(at)
    return Folded("".join(folded), places)


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    if char.isspace():
        return " "
    # Case folding can bring accents and unfold what was one sign, so both are done on both sides.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    return "".join(one for one in plain if not unicodedata.combining(one))


def _places(word: str, text: str) -> list[int]:
    found, at = list[int](), text.find(word)
    while at >= 0 and len(found) < _MOST_PLACES:
        found.append(at)
        at = text.find(word, at + len(word))
    return found


def _end(folded: Folded, at: int, size: int) -> int:
    """Return where a match ends: accents behind its last letter belong to it, and so does half a ligature."""
    following = folded.places[at] if at < len(folded.places) else size
    return max(following, folded.places[at - 1] + 1)


def _joined(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined = list[tuple[int, int]]()
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined
