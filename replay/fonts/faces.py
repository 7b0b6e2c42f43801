"""Which font has which characters: the door to fontTools and fontconfig.

Inter comes along.  What it lacks is looked for in the fonts of the system, which are listed once, all their characters
at a time: asking for one character after the other would let a hostile text hold up the window for minutes.
"""

import shutil
import subprocess
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

_FONTS: Final = Path(__file__).parent
_LISTED: Final = "%{file}\t%{index}\t%{color}\t%{weight}\t%{slant}\t%{family[0]}\t%{charset}\n"
_REGULAR: Final = 80  # fontconfig's weight
_EMOJI: Final = 0x1F000  # signs from here on have a picture in colour, if any


class Face(NamedTuple):
    """A font in a file; of several in one file, which."""

    path: Path
    number: int = 0
    coloured: bool = False


REGULAR: Final = Face(_FONTS / "Inter-Regular.ttf")
SEMIBOLD: Final = Face(_FONTS / "Inter-SemiBold.ttf")
_OWN: Final = (REGULAR, SEMIBOLD)


class _Listed(NamedTuple):
    face: Face
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def has(self, code: int) -> bool:
        at = bisect_right(self.starts, code) - 1
        return at >= 0 and code <= self.ends[at]


def has(face: Face, char: str) -> bool:
    """Say whether a font has a character."""
    if face in _OWN:
        return ord(char) in _characters(face)
    return _of_system()[face].has(ord(char))


@lru_cache(16384)
def face_of(char: str, own: Face, *, coloured: bool = False) -> Face | None:
    """Return the font that draws a character: our own, else the best one of the system that has it, else none."""
    code = ord(char)
    coloured = coloured or code >= _EMOJI
    if not coloured and code in _characters(own):
        return own
    found = [one.face for one in _of_system().values() if one.has(code)]
    fitting = [face for face in found if face.coloured == coloured] or found
    return next(iter(fitting), own if code in _characters(own) else None)


@cache
def _characters(face: Face) -> frozenset[int]:
    with TTFont(face.path, lazy=True) as font:
        return frozenset(font.getBestCmap())


@cache
def _of_system() -> dict[Face, _Listed]:
    """Return the fonts of the system, upright regular sans ones first."""
    program = shutil.which("fc-list")
    if program is None:
        return {}
    with suppress(OSError, subprocess.SubprocessError):
        listed = subprocess.run([program, "--format", _LISTED], capture_output=True, timeout=10, check=True)  # noqa: S603 - nothing of it comes from outside
        rows = sorted(_rows(listed.stdout.decode(errors="replace")), key=lambda row: row[0])
        return {one.face: one for _, one in rows}
    return {}


def _rows(text: str) -> Iterator[tuple[tuple[object, ...], _Listed]]:
    for line in text.splitlines():
        with suppress(ValueError):
            path, index, coloured, weight, slant, family, charset = line.split("\t")
            spans = [span.partition("-") for span in charset.split()]
            starts = tuple(int(first, 16) for first, _, _ in spans)
            ends = tuple(int(last or first, 16) for first, _, last in spans)
            # A variable font lists its instances, too; the upper half of the number says which.
            face = Face(Path(path), int(index) & 0xFFFF, coloured == "True")
            if Path(path).suffix.lower() in (".ttf", ".otf", ".ttc") and starts:
                worth = ("Mono" in family, "Sans" not in family, slant != "0", _away(weight), len(path), path)
                yield worth, _Listed(face, starts, ends)


def _away(weight: str) -> float:
    try:
        return abs(float(weight) - _REGULAR)
    except ValueError:  # a range, of a variable font
        return 0
