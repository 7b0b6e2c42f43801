"""The pictures of an export, one for each change: screens, pointers, cards, what is painted over.  SPEC.md §4, §5."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from recorder.format.screen import Pointer
from replay.export.contents import words
from replay.export.cut import Cut
from replay.export.layout import Layout
from replay.export.redaction import Region
from replay.fonts.faces import REGULAR
from replay.projector import Projector
from replay.scene import NOTHING_YET, Pixels, View
from replay.session import Session
from replay.timeline import SOON_US, Gap

MIN_STEP_US: Final = 1_000_000 // 15  # the pointer moves more often than anybody needs to see
_BLACK: Final = (0, 0, 0, 255)
_GREY: Final = (72, 66, 62)  # blue, green, red
_TEXT: Final = (235, 235, 235)
_RING: Final = (255, 140, 97)
_RING_PX: Final = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A picture from a time on.

    Shapes: pixels is (height, width, 4) uint8, blue, green, red, 255; it is drawn over for the next one.
    Units: µs since the export began.
    """

    time_us: int
    pixels: Pixels


class Film:
    """The pictures of some screens in a cut of a session.  One thread uses it.

    Errors: StoreUnavailableError.
    """

    def __init__(
        self,
        session: Session,
        layout: Layout,
        cut: Cut,
        regions: tuple[Region, ...] = (),
        *,
        tick: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._session, self._layout, self._cut, self._regions = session, layout, cut, regions
        self._tick = tick
        self._tracks = tuple(layout.fields)
        self._projector = Projector(session)
        self._pixels = np.zeros((layout.height_px, layout.width_px, 4), np.uint8)
        self._pixels[:] = _BLACK
        self._sizes: dict[str, tuple[int, int]] = {}  # of what lies in each field
        self._cards: dict[tuple[str, int, int], Pixels] = {}
        self._pointers: dict[str, tuple[Pointer, Pixels]] = {}
        self._awaits_us: int | None = None  # until when a gap's card stands for a picture that is still to come

    def frames(self) -> Iterator[Frame]:
        """Give the pictures in order, the first at 0; at equal times the last counts."""
        for span in self._cut.spans:
            time_us: int | None = span.from_us
            while time_us is not None and time_us < span.until_us:
                self._draw(time_us)
                self._tick(time_us)
                yield Frame(time_us=self._cut.export_us(time_us), pixels=self._pixels)
                time_us = self._next_us(time_us, span.until_us)

    def _next_us(self, time_us: int, until_us: int) -> int | None:
        timeline = self._session.timeline
        borders = [self._border_us(time_us)]
        if gap := timeline.left_out_at(time_us):
            borders.append(gap.span.until_us)
        else:
            borders.append(self._changed_us(time_us, until_us))
            borders += [timeline.begins_after(time_us, idle=False), self._awaits_us]
        return min((one for one in borders if one is not None), default=None)

    def _changed_us(self, time_us: int, until_us: int) -> int | None:
        shown_us = self._session.timeline.shown_at(time_us)
        pictured_us = self._projector.changed_us(shown_us, self._tracks)
        if pictured_us is None or pictured_us >= until_us:
            return None
        if self._awaits_us:
            return pictured_us
        return min(max(pictured_us, time_us + MIN_STEP_US), max(pictured_us, until_us - 1))

    def _border_us(self, time_us: int) -> int | None:
        """Return when something begins or ends to be painted over next."""
        edges = (edge for one in self._regions if one.span for edge in (one.span.from_us, one.span.until_us))
        return min((edge for edge in edges if edge > time_us), default=None)

    def _draw(self, time_us: int) -> None:
        gap = self._session.timeline.left_out_at(time_us)
        # The first picture is shown a moment early: what covers it then covers it now.
        shown_us = self._session.timeline.shown_at(time_us)
        views = () if gap else self._projector.views(shown_us, self._tracks)
        self._awaits_us = None
        if gap:
            for track in self._tracks:
                self._put(track, self._card(track, words(gap)))
        for view in views:
            if before := self._awaited_since(view, time_us):
                self._awaits_us = before.span.until_us + SOON_US
                self._put(view.track, self._card(view.track, words(before)))
                continue
            if view.picture is None:
                self._put(view.track, self._card(view.track, f"{view.why or 'nothing was shown'}"))
                continue
            left_px, top_px = self._put(view.track, view.picture.pixels)
            self._paint_pointer(view, left_px, top_px)
            self._paint_over(view, (time_us, shown_us), left_px, top_px)

    def _awaited_since(self, view: View, time_us: int) -> Gap | None:
        """Return the gap that ended a moment ago, if nothing of the screen has come since."""
        gap = self._session.timeline.left_out_before(time_us)
        if gap is None or time_us >= gap.span.until_us + SOON_US:
            return None
        awaited = view.picture.time_us < gap.span.until_us if view.picture else view.why == NOTHING_YET
        return gap if awaited else None

    def _put(self, track: str, pixels: Pixels) -> tuple[int, int]:
        # Nothing is larger than its field; whoever says otherwise of his pictures is cut.
        pixels = pixels[: self._layout.height_px, : self._layout.fields[track][1]]
        height_px, width_px = pixels.shape[:2]
        left_px, top_px = self._layout.corner(track, (width_px, height_px))
        if self._sizes.get(track) != (width_px, height_px):
            self._sizes[track] = width_px, height_px
            field_px = self._layout.fields[track]
            self._pixels[:, field_px[0] : sum(field_px)] = _BLACK
        self._pixels[top_px : top_px + height_px, left_px : left_px + width_px] = pixels
        return left_px, top_px

    def _paint_over(self, view: View, times_us: Iterable[int], left_px: int, top_px: int) -> None:
        assert view.picture
        width_px, height_px = view.picture.size
        for region in self._regions:
            if any(region.covers(view.track, time_us) for time_us in times_us):
                left, top, width, height = region.area or (0, 0, width_px, height_px)
                # Even edges on the whole picture: colours have half the resolution.
                x0, y0 = (left_px + left) & ~1, (top_px + top) & ~1
                x1 = min(left_px + width_px, left_px + left + width + 1 & ~1)
                y1 = min(top_px + height_px, top_px + top + height + 1 & ~1)
                self._pixels[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1), :3] = 0

    def _paint_pointer(self, view: View, left_px: int, top_px: int) -> None:
        pointer = view.pointer
        if pointer is None or pointer.shape is None or view.picture is None:
            return
        width_px, height_px = view.picture.size
        field = self._pixels[top_px : top_px + height_px, left_px : left_px + width_px]
        if pointer.buttons:
            _blend(field, _ring(), pointer.x_px - _RING_PX, pointer.y_px - _RING_PX)
        if pointer.shape.rgba:
            known = self._pointers.get(view.track)
            if known is None or known[0].shape is not pointer.shape:
                known = self._pointers[view.track] = pointer, _bgra(pointer)
            shape = pointer.shape
            _blend(field, known[1], pointer.x_px - shape.hot_x_px, pointer.y_px - shape.hot_y_px)

    def _card(self, track: str, text: str) -> Pixels:
        width_px, height_px = self._layout.fields[track][1], self._layout.height_px
        key = text, width_px, height_px
        if key not in self._cards:
            self._cards[key] = card(text, width_px, height_px)
        return self._cards[key]


def card(text: str, width_px: int, height_px: int) -> Pixels:
    """Return a grey picture with a sentence in its middle."""
    image = Image.new("RGB", (width_px, height_px), _GREY)
    font = ImageFont.truetype(str(REGULAR.path), max(10, min(width_px // 30, height_px // 12)))
    ImageDraw.Draw(image).text((width_px / 2, height_px / 2), text, font=font, fill=_TEXT, anchor="mm")
    pixels = np.full((height_px, width_px, 4), 255, np.uint8)
    pixels[..., :3] = np.asarray(image)
    return pixels


def _bgra(pointer: Pointer) -> Pixels:
    assert pointer.shape
    shape = pointer.shape
    return np.frombuffer(shape.rgba, np.uint8).reshape(shape.height_px, shape.width_px, 4)[..., [2, 1, 0, 3]]


def _ring() -> Pixels:
    side = 2 * _RING_PX + 1
    away = np.hypot(*np.mgrid[-_RING_PX : _RING_PX + 1, -_RING_PX : _RING_PX + 1]) - (_RING_PX - 3)
    ring = np.zeros((side, side, 4), np.uint8)
    ring[..., :3] = _RING
    ring[..., 3] = np.clip(2.5 - np.abs(away), 0, 1) * 230
    return ring


def _blend(field: Pixels, shape: Pixels, left_px: int, top_px: int) -> None:
    """Lay a shape over a field; what stands over its edge is not there."""
    x0, y0 = max(0, left_px), max(0, top_px)
    x1, y1 = min(field.shape[1], left_px + shape.shape[1]), min(field.shape[0], top_px + shape.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    part = shape[y0 - top_px : y1 - top_px, x0 - left_px : x1 - left_px].astype(np.uint16)
    under, alpha = field[y0:y1, x0:x1, :3], part[..., 3:]
    under[:] = ((part[..., :3] * alpha + under.astype(np.uint16) * (255 - alpha) + 127) // 255).astype(np.uint8)
