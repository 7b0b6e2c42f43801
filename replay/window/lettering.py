"""Text as pixels: the door to Pillow's fonts.

A line is drawn four times larger and made small again: so letters stand where they belong, not on whole pixels.  A
character that no font has, or that would steer the text around it, is shown as its code point.  Units: px.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from math import ceil
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFont, features

from replay.fonts import faces
from replay.fonts.faces import Face
from replay.window.theme import Colour

_SMOOTH: Final = 4
_UP: Final = 1.15  # of the size: what stands above the line; accents on capitals do
_DOWN: Final = 0.42
_CAPITAL: Final = 0.727  # of the size, Inter's capitals
_EMOJI_PX: Final = 109  # the one size of bitmaps in Noto Color Emoji
_EMOJI_SCALE: Final = 1.1
_HIDDEN: Final = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
# They show nothing by themselves, and steer nothing here.
_SILENT: Final = frozenset("\u00ad\u034f\u061c\u200b\u200c\u200e\u200f\u2060\ufe0e\ufeff") | {
    chr(code) for code in range(0xE0020, 0xE0080)
}
_JOINER: Final = "\u200d"
_PICTURE: Final = "\ufe0f"  # asks for a picture in colour
_LEFTWARD: Final = {"R": True, "AL": True, "L": False, "EN": False}
_MARKS: Final = 3  # set over or under one letter; piled up they would cover other lines
_MAX_CHARS: Final = 2_000  # of one line that is drawn; more does not fit on any screen
_NARROWEST: Final = 0.2  # of the size, a letter
_TABULAR: Final = ["tnum"] if features.check("raqm") else None  # a time that runs does not tremble
_OF_TIMES: Final = frozenset("0123456789:.")


class Weight(Enum):
    """How heavy letters are."""

    REGULAR = faces.REGULAR
    SEMIBOLD = faces.SEMIBOLD


@dataclass(frozen=True, slots=True)
class _Run:
    """Characters that one font draws."""

    face: Face
    text: str


@dataclass(frozen=True, slots=True)
class _Ink:
    """A line that was drawn: where its letters cover the ground, and pictures in colour with their places."""

    mask: Image.Image
    pictures: tuple[tuple[int, int, Image.Image], ...]


def width(text: str, size_px: int, weight: Weight = Weight.REGULAR) -> float:
    """Return how wide a line is."""
    return _width(text[:_MAX_CHARS], size_px, weight)


@lru_cache(8192)
def fitted(text: str, size_px: int, weight: Weight, most_px: float) -> str:
    """Return a line that is no wider, its end cut off where it must be."""
    most_chars = min(_MAX_CHARS, ceil(max(0.0, most_px) / (size_px * _NARROWEST)) + 8)
    cut, text = len(text) > most_chars, text[:most_chars]
    if not cut and width(text, size_px, weight) <= most_px:
        return text
    short, long = 0, len(text)
    while short < long:
        middle = (short + long + 1) // 2
        if width(text[:middle].rstrip() + "…", size_px, weight) <= most_px:
            short = middle
        else:
            long = middle - 1
    return text[:short].rstrip() + "…"


@lru_cache(8192)
def wrapped(text: str, size_px: int, weight: Weight, most_px: int, most_lines: int = 1000) -> tuple[str, ...]:
    """Return the lines of a text that are no wider; words that are too long are cut."""
    lines = list[str]()
    for paragraph in text.splitlines() or [""]:
        for line in _wrapped(paragraph, size_px, weight, most_px):
            if len(lines) == most_lines:
                lines[-1] = fitted(f"{lines[-1]} …", size_px, weight, most_px)
                return tuple(lines)
            lines.append(line)
    return tuple(lines)


def draw(
    image: Image.Image, left_px: float, middle_px: float, text: str, size_px: int, weight: Weight, colour: Colour
) -> None:
    """Draw a line that begins at the left and stands around the middle."""
    text = text[:_MAX_CHARS]
    if not text:
        return
    ink = _ink(text, size_px, weight)
    left, top = round(left_px), round(middle_px + size_px * _CAPITAL / 2) - round(size_px * _UP)
    mask = ink.mask
    if colour[3] < 255:
        mask = ImageChops.multiply(mask, Image.new("L", mask.size, colour[3]))
    letters = Image.new("RGBA", mask.size, (*colour[:3], 255))
    letters.putalpha(mask)
    _lay(image, letters, left, top)
    for x, y, picture in ink.pictures:
        _lay(image, picture, left + x, top + y)


def _lay(image: Image.Image, over: Image.Image, left: int, top: int) -> None:
    # alpha_composite takes no negative places.
    cut = max(0, -left), max(0, -top), over.width, over.height
    if cut[0] < cut[2] and cut[1] < cut[3]:
        image.alpha_composite(over, (max(0, left), max(0, top)), cut)


def _wrapped(paragraph: str, size_px: int, weight: Weight, most_px: int) -> Iterator[str]:
    line, line_px, space_px = "", 0.0, width(" ", size_px, weight)
    for each in paragraph.split(" "):
        word, word_px = each, width(each, size_px, weight)
        if line and line_px + space_px + word_px <= most_px:
            line, line_px = f"{line} {word}", line_px + space_px + word_px
            continue
        if line:
            yield line
        while word_px > most_px and len(word) > 1:
            fits = max(1, len(fitted(word, size_px, weight, most_px)) - 1)
            yield word[:fits]
            word = word[fits:]
            word_px = width(word, size_px, weight)
        line, line_px = word, word_px
    yield line


@lru_cache(16384)
def _width(text: str, size_px: int, weight: Weight) -> float:
    return sum(_advance(run, size_px) for run in _runs(text, weight))


def _advance(run: _Run, size_px: int) -> float:
    font = _font(run.face, size_px)
    if run.face.coloured:
        return font.getlength(run.text) * size_px * _EMOJI_SCALE / _EMOJI_PX
    return font.getlength(run.text, features=_features(run.text)) / _SMOOTH


@lru_cache(4096)
def _ink(text: str, size_px: int, weight: Weight) -> _Ink:
    runs = _runs(text, weight)
    up, down = round(size_px * _UP), round(size_px * _DOWN)
    whole = ceil(sum(_advance(run, size_px) for run in runs)) + 2
    large = Image.new("L", (whole * _SMOOTH, (up + down) * _SMOOTH))
    pen, at, pictures = ImageDraw.Draw(large), 0.0, []
    for run in runs:
        font = _font(run.face, size_px)
        if run.face.coloured:
            picture = _picture(run, size_px)
            pictures.append((round(at), up + round(size_px * 0.16) - picture.height, picture))
        else:
            place = round(at * _SMOOTH), up * _SMOOTH
            pen.text(place, run.text, 255, font, anchor="ls", features=_features(run.text))
        at += _advance(run, size_px)
    return _Ink(large.reduce(_SMOOTH), tuple(pictures))


def _picture(run: _Run, size_px: int) -> Image.Image:
    font = _font(run.face, size_px)
    left, top, right, bottom = font.getbbox(run.text, anchor="ls")
    whole = Image.new("RGBA", (max(1, ceil(right - left)), max(1, ceil(bottom - top))))
    ImageDraw.Draw(whole).text((-left, -top), run.text, font=font, anchor="ls", embedded_color=True)
    scale = size_px * _EMOJI_SCALE / _EMOJI_PX
    size = max(1, round(whole.width * scale)), max(1, round(whole.height * scale))
    return whole.resize(size, Image.Resampling.BOX)


def _features(text: str) -> list[str] | None:
    return _TABULAR if _OF_TIMES.issuperset(text) else None


@lru_cache(256)
def _font(face: Face, size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(face.path, _EMOJI_PX if face.coloured else size_px * _SMOOTH, index=face.number)


@lru_cache(8192)
def _runs(text: str, weight: Weight) -> tuple[_Run, ...]:
    own = weight.value
    if text.isascii() and text.isprintable():
        return (_Run(own, text),) if text else ()
    runs = list[_Run]()
    for piece, face in _pieces(text, own):
        if runs and runs[-1].face == face:
            runs[-1] = _Run(face, runs[-1].text + piece)
        else:
            runs.append(_Run(face, piece))
    return tuple(runs)


def _pieces(text: str, own: Face) -> Iterator[tuple[str, Face]]:
    text = unicodedata.normalize("NFC", text)
    last: Face | None = own  # None after a sign that no font has
    marks = 0
    for char, following, inside in zip(text, f"{text[1:]} ", _inside_leftward(text), strict=True):
        marks = marks + 1 if unicodedata.combining(char) else 0
        if char in _SILENT or marks > _MARKS:
            continue
        if char in (_JOINER, _PICTURE):
            if last and last.coloured:
                yield char, last
        elif marks and last:
            if faces.has(last, char):
                yield char, last
        elif char.isspace() and unicodedata.category(char) in ("Zs", "Cc"):
            last = last if last and inside and faces.has(last, " ") else own
            yield " ", last
        else:
            last = last if last and inside and faces.has(last, char) else _face(char, following, own)
            yield (char, last) if last else (f"\u2039{ord(char):04X}\u203a", own)


def _face(char: str, following: str, own: Face) -> Face | None:
    if unicodedata.category(char) in _HIDDEN:
        return None
    return faces.face_of(char, own, coloured=following == _PICTURE)


def _inside_leftward(text: str) -> list[bool]:
    """Say of each sign whether it stands between letters of a script that runs to the left.

    Such words and what is between them stay one run, or they would stand in the wrong order.
    """
    inside, after = [False] * len(text), False
    leftward = [_LEFTWARD.get(unicodedata.bidirectional(char)) for char in text]
    for at in range(len(text) - 1, -1, -1):
        after = after if leftward[at] is None else bool(leftward[at])
        inside[at] = leftward[at] is None and after
    before = False
    for at, way in enumerate(leftward):
        before = before if way is None else way
        inside[at] = inside[at] and before
    return inside
