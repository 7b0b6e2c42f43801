"""Sheets of paper as PDF, filled from the top: the door to Skia.  SPEC.md §2.6.  Units: points.

Skia shapes text and gives it its direction; which font has a character is known before (spelled.py), so that Skia never
looks for one: every line is as high as every other, and where a page ends can be counted.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from io import BytesIO
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Final, Self

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from replay.errors import ExportError
from replay.export.spelled import Spelling
from replay.fonts.faces import REGULAR, SEMIBOLD, Face

_WIDTH: Final = 595.28  # A4
_HEIGHT: Final = 841.89
_TOP: Final = 48.0
_BOTTOM: Final = 790.0
LEFT: Final = 48.0
RIGHT: Final = 547.0
_FOOT: Final = 812.0
_SIZE: Final = 9.5
_LINE: Final = 13.5
_MOST: Final = 5_000  # characters that are laid out at once; a page has fewer
_WHOLE: Final = 10  # lines that are not torn apart by the end of a page
_STEPS: Final = re.compile(r"\S{1,40}\s?|\s")  # where a page may end in a text
_LEFTWARD: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_ALONE: Final = "\u2068{}\u2069"  # first strong isolate: a line has the direction of its first letter


class Ink(Enum):
    """What letters look like: weight, colour, size, height of a line."""

    TEXT = ("regular", 0xFF1D2129, _SIZE, _LINE)
    SOFT = ("regular", 0xFF6B7280, _SIZE, _LINE)
    STRONG = ("semibold", 0xFF1D2129, _SIZE, _LINE)
    INSIDE = ("semibold", 0xFF7A5200, _SIZE, _LINE)
    ALARM = ("regular", 0xFF9B1C10, _SIZE, _LINE)
    TITLE = ("semibold", 0xFF1D2129, 18.0, 24.0)


@dataclass(frozen=True, slots=True)
class Block:
    """Text that was laid out."""

    paragraph: Any
    lines: int
    line: float


class Sheets:
    """A document that is written from its beginning to its end; afterwards data is it.

    Errors: ExportError where Skia cannot be loaded.
    """

    def __init__(self, *, title: str, subject: str = "", foot: str = "") -> None:
        self.data = b""
        self._skia = skia = _loaded()
        self._spelling = Spelling()
        self._files = skia.FontMgr.New_Custom_Empty()
        self._fonts = skia.textlayout.TypefaceFontProvider()
        self._names = dict[Face, str]()
        self._regular = self._files.makeFromData(skia.Data.MakeWithCopy(_as_written(REGULAR.path)))
        self._fonts.registerTypeface(self._regular, "regular")
        semibold = self._files.makeFromData(skia.Data.MakeWithCopy(_as_written(SEMIBOLD.path)))
        self._fonts.registerTypeface(semibold, "semibold")
        self._collection = self._fresh()
        self._unicode = skia.Unicodes.ICU.Make()
        self._styles = {ink: self._style(ink, ()) for ink in Ink}
        self._paragraphs = {ink: self._paragraph_style(ink) for ink in Ink}
        self._label = skia.Font(self._regular, _SIZE)
        self._paints = {ink: skia.Paint(Color=ink.value[1], AntiAlias=True) for ink in Ink}
        self._stream = skia.DynamicMemoryWStream()
        about = {"Title": _whole(title), "Subject": _whole(subject), "Creator": "Sealcast"}
        self._document = skia.PDF.MakeDocument(self._stream, skia.PDF.Metadata(about))
        self._foot = self.block([(foot, Ink.SOFT)], RIGHT - LEFT - 60)
        self._base = self._foot.paragraph.AlphabeticBaseline  # of every line, from its top
        self._page = 0
        self._canvas: Any = None
        self._y = _BOTTOM

    def __enter__(self) -> Self:
        self._next_page()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error:
            self._document.abort()
            return
        self._document.endPage()
        self._document.close()
        self.data = bytes(self._stream.detachAsData())

    def block(self, parts: Sequence[tuple[str, Ink]], width: float) -> Block:
        """Return a text laid out, of parts that look different; the first tells the height of all its lines."""
        return self._laid_out([(*self._spelling.spelled(text), ink) for text, ink in parts], width)

    def _laid_out(self, parts: Sequence[tuple[str, tuple[Face, ...], Ink]], width: float) -> Block:
        """Return spelled text laid out, with the fonts that it needs beside our own."""
        ink = parts[0][2]
        builder = self._skia.textlayout.ParagraphBuilder.make(self._paragraphs[ink], self._collection, self._unicode)
        for spelled, others, its_ink in parts:
            if others and _LEFTWARD.search(spelled):
                spelled = "\n".join(map(_ALONE.format, spelled.split("\n")))  # noqa: PLW2901 - as it is laid out
            builder.pushStyle(self._style(its_ink, others) if others else self._styles[its_ink])
            builder.addText(spelled)
            builder.pop()
        paragraph = builder.Build()
        paragraph.layout(width)
        line = ink.value[3]
        return Block(paragraph, max(1, round(paragraph.Height / line)), line)

    def put(
        self,
        blocks: Sequence[tuple[float, Block]],
        *,
        labels: Sequence[tuple[float, str, Ink]] = (),
        tinted: bool = False,
    ) -> None:
        """Put blocks side by side, each from its left edge, on one page; labels are ASCII."""
        height = max(block.lines * block.line for _, block in blocks)
        if self._y + height > _BOTTOM:
            self._next_page()
        if tinted:
            ground = self._skia.Rect(LEFT - 6, self._y - 1, RIGHT + 6, self._y + height + 1)
            self._canvas.drawRect(ground, self._skia.Paint(Color=0xFFFFF6DD))
        for left, text, ink in labels:
            self._canvas.drawString(text, left, self._y + self._base, self._label, self._paints[ink])
        for left, block in blocks:
            block.paragraph.paint(self._canvas, left, self._y)
        self._y += height

    def put_long(
        self,
        beside: Sequence[tuple[float, Block]],
        text: str,
        ink: Ink,
        span: tuple[float, float],
        *,
        labels: Sequence[tuple[float, str, Ink]] = (),
        tinted: bool = False,
    ) -> None:
        """Put a text between two edges, its first lines beside blocks and labels, over as many pages as it takes."""
        left, width = span[0], span[1] - span[0]
        (text, others), at = self._spelling.spelled(text), 0
        while not at or at < len(text):
            piece = text[at : at + _MOST]
            block = self._laid_out([(piece, others, ink)], width)
            fitting = int((_BOTTOM - self._y) / block.line)
            if block.lines > fitting:
                if fitting < _WHOLE:
                    self._next_page()
                    continue
                piece = self._fitting(piece, others, ink, width, fitting)
                block = self._laid_out([(piece.removesuffix("\n"), others, ink)], width)
            self.put([*([] if at else beside), (left, block)], labels=() if at else labels, tinted=tinted)
            at += len(piece) or 1
        self._y += ink.value[3] / 4

    def _fitting(self, text: str, others: tuple[Face, ...], ink: Ink, width: float, lines: int) -> str:
        """Return how much of a text fits in some lines."""
        ends = [step.end() for step in _STEPS.finditer(text)]

        def taken(end: int) -> int:
            return self._laid_out([(text[:end].removesuffix("\n"), others, ink)], width).lines

        return text[: ends[max(0, bisect_right(ends, lines, key=taken) - 1)]]

    def rule(self) -> None:
        """Draw a line across, with space above and below."""
        self._y += _LINE / 2
        self._canvas.drawRect(self._skia.Rect(LEFT, self._y, RIGHT, self._y + 0.6), self._skia.Paint(Color=0xFFD5D9DF))
        self._y += _LINE

    def _next_page(self) -> None:
        if self._page:
            self._document.endPage()
        self._page += 1
        self._collection = self._fresh()  # it remembers all that was laid out, and needs to for no longer than a page
        self._canvas = self._document.beginPage(_WIDTH, _HEIGHT)
        self._y = _TOP
        number, paint = str(self._page), self._paints[Ink.SOFT]
        self._foot.paragraph.paint(self._canvas, LEFT, _FOOT - self._base)
        self._canvas.drawString(number, RIGHT - self._label.measureText(number), _FOOT, self._label, paint)

    def _fresh(self) -> Any:  # noqa: ANN401 - Skia tells no types
        collection = self._skia.textlayout.FontCollection()
        collection.setDefaultFontManager(self._fonts, "regular")
        return collection

    def _style(self, ink: Ink, others: tuple[Face, ...]) -> Any:  # noqa: ANN401 - Skia tells no types
        weight, colour, size, _ = ink.value
        style = self._skia.textlayout.TextStyle()
        style.setFontFamilies([weight, *map(self._name, others)])
        style.setFontSize(size)
        style.setColor(colour)
        return style

    def _name(self, face: Face) -> str:
        if face not in self._names:
            self._names[face] = f"other {len(self._names)}"
            self._fonts.registerTypeface(self._files.makeFromFile(str(face.path), face.number), self._names[face])
        return self._names[face]

    def _paragraph_style(self, ink: Ink) -> Any:  # noqa: ANN401 - Skia tells no types
        _, _, size, line = ink.value
        strut = self._skia.textlayout.StrutStyle()
        strut.setStrutEnabled(True)
        strut.setForceStrutHeight(True)
        strut.setFontFamilies(["regular"])
        strut.setFontSize(size)
        strut.setHeight(line / size)
        strut.setHeightOverride(True)
        style = self._skia.textlayout.ParagraphStyle()
        style.setStrutStyle(strut)
        return style


def _loaded() -> ModuleType:
    try:
        import skia  # noqa: PLC0415 - it takes long, and needs libraries of the system that nothing else here does
    except ImportError as error:
        raise ExportError(
            f"PDF cannot be made here: {error}", advice="install libgl1, libegl1 and libfontconfig1, or export as html"
        ) from error
    else:
        return skia  # type: ignore[no-any-return]


def _as_written(path: Path) -> bytes:
    """Return a font that shows characters as they are: Inter would make an arrow of -> and of 2x2 a product."""
    file = BytesIO()
    with TTFont(path, lazy=True) as font:
        del font["GSUB"]
        font.save(file, reorderTables=None)
    return file.getvalue()


def _whole(text: str) -> str:
    """Return a text as metadata can hold it."""
    return text.encode("utf-8", "replace").decode()
