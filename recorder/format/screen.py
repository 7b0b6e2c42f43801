"""Configurations of screen tracks, and states of the pointer.  SPEC.md §4.4, §4.6."""

from dataclasses import dataclass, field
from typing import Final, Self

from recorder.format.errors import FormatError
from recorder.format.pack import Fields, bytes_of, list_of, number_of, pack, text_of, unpack, unpack_fields

TILES: Final = "tiles"  # the codec of recorder.codec
MAX_SIDE: Final = 16_384  # px
MAX_REORDER: Final = 16
MAX_CODEC: Final = 64  # bytes
MAX_DESCRIPTION: Final = 65_536  # bytes
MAX_SHAPE_SIDE: Final = 512  # px
_MOVE_FIELDS: Final = 3
_SHAPE_FIELDS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """How the packets after it are decoded.  Units: px."""

    codec: str
    width_px: int
    height_px: int
    description: bytes | None = None
    reorder: int = 0
    title: str | None = None

    def to_payload(self) -> bytes:
        """Return it as a packet's payload."""
        fields: Fields = {"codec": self.codec, "width": self.width_px, "height": self.height_px}
        if self.description is not None:
            fields["description"] = self.description
        if self.reorder:
            fields["reorder"] = self.reorder
        if self.title is not None:
            fields["title"] = self.title
        return pack(fields)

    @classmethod
    def read(cls, payload: bytes) -> Self:
        """Return the configuration of a payload.  Errors: FormatError and its kin."""
        what = "configuration of a screen"
        fields = unpack_fields(payload, what=what)
        description, title = fields.get("description"), fields.get("title")
        return cls(
            codec=text_of(fields.get("codec"), what=f"codec in the {what}", limit=MAX_CODEC),
            width_px=number_of(fields.get("width"), what=f"width in the {what}", least=1, limit=MAX_SIDE + 1),
            height_px=number_of(fields.get("height"), what=f"height in the {what}", least=1, limit=MAX_SIDE + 1),
            description=None
            if description is None
            else bytes_of(description, what=f"description in the {what}", limit=MAX_DESCRIPTION),
            reorder=number_of(fields.get("reorder", 0), what=f"reorder in the {what}", limit=MAX_REORDER + 1),
            title=None if title is None else text_of(title, what=f"title in the {what}"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What the pointer looks like.

    Shapes: rgba is height × width × 4 bytes, alpha not premultiplied, row 0 on top; empty when the pointer is hidden.
    Units: px; the hot spot counts from the upper left.
    """

    hot_x_px: int
    hot_y_px: int
    width_px: int
    height_px: int
    rgba: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """Where the pointer is, px of the picture; which buttons are down (1 left, 2 middle, 4 right, …)."""

    x_px: int
    y_px: int
    buttons: int
    shape: Shape | None = None  # given in keyframes

    def to_payload(self) -> bytes:
        """Return it as a packet's payload."""
        row: list[object] = [self.x_px, self.y_px, self.buttons]
        if self.shape:
            shape = self.shape
            row += [shape.hot_x_px, shape.hot_y_px, shape.width_px, shape.height_px, shape.rgba]
        return pack(row)

    @classmethod
    def read(cls, payload: bytes, *, keyframe: bool) -> Self:
        """Return the state of a payload.  Errors: FormatError and its kin."""
        what = "state of the pointer"
        row = list_of(unpack(payload, what=what), what=what)
        if len(row) < (_SHAPE_FIELDS if keyframe else _MOVE_FIELDS):
            raise FormatError(what=what, why="a field is missing")
        far = 2**31
        x_px, y_px = (number_of(one, what=what, least=-far, limit=far) for one in row[:2])
        buttons = number_of(row[2], what=what)
        if not keyframe:
            return cls(x_px=x_px, y_px=y_px, buttons=buttons)
        hot_x_px, hot_y_px, width_px, height_px = (
            number_of(one, what="shape of the pointer", limit=MAX_SHAPE_SIDE + 1) for one in row[3:7]
        )
        rgba = bytes_of(row[7], what="shape of the pointer")
        if len(rgba) != width_px * height_px * 4:
            raise FormatError(what="shape of the pointer", why="its pixels are not width × height")
        shape = Shape(hot_x_px=hot_x_px, hot_y_px=hot_y_px, width_px=width_px, height_px=height_px, rgba=rgba)
        return cls(x_px=x_px, y_px=y_px, buttons=buttons, shape=shape)
