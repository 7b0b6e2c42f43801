"""Texts as the fonts here can write them; a character that none has is spelled out as its code point."""

import unicodedata
from collections.abc import Iterator
from typing import Final

from recorder.format.visible import code_point, visible
from replay.fonts import faces
from replay.fonts.faces import REGULAR, Face

_UNNAMED: Final = ("Cc", "Cf", "Cn", "Co", "Cs")
# They choose how their neighbours look, and show nothing themselves.
_SILENT: Final = frozenset("\u00ad\u034f\u200b\u200c\u200d\u2060") | {
    chr(code)
    for span in ((0x180B, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
    for code in range(span[0], span[1] + 1)
}
_MARKS: Final = 3  # set over or under one letter; piled up they would cover other lines
_TAB: Final = "    "


class Spelling:
    """Remembers what the font that comes along has, which is nearly all that is written."""

    def __init__(self) -> None:
        self._plain = {"\n"}
        known = faces.face_of("⟨", REGULAR) and faces.face_of("⟩", REGULAR)
        self._brackets = {} if known else str.maketrans("⟨⟩", "«»")  # the font that comes along has these

    def spelled(self, text: str) -> tuple[str, tuple[Face, ...]]:
        """Return a text of which every character can be written, and the other fonts that takes."""
        text = visible(text)
        if self._plain.issuperset(text):
            return text, ()
        text = text.replace("\t", _TAB).translate(self._brackets)
        others = dict[Face, None]()
        return "".join(self._told(text, others)), tuple(others)

    def _told(self, text: str, others: dict[Face, None]) -> Iterator[str]:
        base, base_face, marks = "", REGULAR, 0
        for char in text:
            if char in _SILENT:
                yield char
                continue
            if char in self._plain:
                base, base_face, marks = char, REGULAR, 0
                yield char
                continue
            mark = unicodedata.category(char).startswith("M")
            marks = marks + 1 if mark else 0
            face = _face(char, over=(base, base_face) if mark and base else None)
            if face is None or marks > _MARKS:
                # All of it is in the fonts that were found for what visible() spells out.
                yield from self._told(code_point(char).translate(self._brackets), others)
                base = ""
                continue
            if face != REGULAR:
                others[face] = None
            elif not mark:
                self._plain.add(char)
            base, base_face = (base if mark else char), face
            yield char


def _face(char: str, *, over: tuple[str, Face] | None = None) -> Face | None:
    """Return the font that has a character, and of a mark what stands under it."""
    if unicodedata.category(char) in _UNNAMED:
        return None
    if over and faces.has(over[1], char):
        return over[1]
    face = faces.face_of(char, REGULAR)
    return face if face and (not over or faces.has(face, over[0])) else None
