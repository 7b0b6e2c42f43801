"""A canvas: shapes, icons and text in points, painted with Pillow, and where they can be pressed.  Pure."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from PIL import Image, ImageChops, ImageDraw

from replay.window import lettering
from replay.window.acts import Act
from replay.window.box import Box, Point
from replay.window.lettering import Weight
from replay.window.theme import CLEAR, Colour, Theme

_SMOOTH: Final = 4  # shapes are drawn so many times larger and made smaller

TEXT: Final = 13.0  # points
SMALL: Final = 11.5
TITLE: Final = 15.0
TIME: Final = 14.0


def text_width(text: str, *, size: float = TEXT, bold: bool = False) -> float:
    """Return how wide a line is in points, whatever it is painted on."""
    return lettering.width(text, round(size * 4), Weight.SEMIBOLD if bold else Weight.REGULAR) / 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Hot:
    """A place that does something when it is pressed, and what is said while the mouse is over it."""

    box: Box
    act: Act
    tip: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A part of a page.  It is painted anew when its key changes, or what of it the mouse is over."""

    name: str
    box: Box
    key: Hashable
    paint: Callable[["Canvas"], None]


@dataclass(slots=True)
class Canvas:
    """A panel to paint on.  Units: points from the page's upper left; scale is pixels to a point."""

    box: Box
    theme: Theme
    scale: float
    mouse: Point | None = None
    hot: list[Hot] = field(default_factory=list)
    image: Image.Image = field(init=False)

    def __post_init__(self) -> None:
        # By its edges, so that panels beside each other meet to the pixel.
        left, top, right, bottom = (
            round(edge * self.scale) for edge in (self.box.left, self.box.top, self.box.right, self.box.bottom)
        )
        self.image = Image.new("RGBA", (max(1, right - left), max(1, bottom - top)), CLEAR)

    def over(self, box: Box) -> bool:
        """Say whether the mouse is there."""
        return self.mouse is not None and self.mouse in box

    def press(self, box: Box, act: Act, tip: str = "") -> bool:
        """Let a place do something; return whether the mouse is over it."""
        self.hot.append(Hot(box=box, act=act, tip=tip))
        return self.over(box)

    def fill(self, colour: Colour) -> None:
        """Paint all of it."""
        self.image.paste(colour, (0, 0, *self.image.size))

    def rectangle(self, box: Box, colour: Colour, *, radius: float = 0, edge: Colour | None = None) -> None:
        """Paint a rectangle, its corners round if wished, a thin line around it."""
        left, top, right, bottom = self._px(box)
        if right <= left or bottom <= top:
            return
        if edge:
            self._shape(left, top, right - left, bottom - top, radius, edge)
            thin = max(1, round(self.scale))
            left, top, right, bottom = left + thin, top + thin, right - thin, bottom - thin
            radius = max(0.0, radius - 1)
        self._shape(left, top, right - left, bottom - top, radius, colour)

    def line(self, one: Point, other: Point, colour: Colour, *, thick: float = 1) -> None:
        """Draw a line that runs along the page or down."""
        left, right = sorted((one[0], other[0]))
        top, bottom = sorted((one[1], other[1]))
        self.rectangle(Box(left, top, max(thick, right - left), max(thick, bottom - top)), colour)

    def text(
        self, box: Box, text: str, *, colour: Colour | None = None, size: float = TEXT, bold: bool = False,
        align: float = 0,
    ) -> float:  # fmt: skip
        """Write a line into a box, in the middle of its height; what does not fit is cut.  Return its width.

        align is 0 for the left, 0.5 for the middle, 1 for the right.
        """
        weight, size_px = Weight.SEMIBOLD if bold else Weight.REGULAR, round(size * self.scale)
        shown = lettering.fitted(text, size_px, weight, box.width * self.scale)
        wide_px = lettering.width(shown, size_px, weight)
        left, top, right, bottom = self._px(box)
        at = left + (right - left - wide_px) * align, (top + bottom) / 2
        lettering.draw(self.image, round(at[0]), round(at[1]), shown, size_px, weight, colour or self.theme.text)
        return wide_px / self.scale

    def width(self, text: str, *, size: float = TEXT, bold: bool = False) -> float:
        """Return how wide a line would be."""
        weight = Weight.SEMIBOLD if bold else Weight.REGULAR
        return lettering.width(text, round(size * self.scale), weight) / self.scale

    def lines(self, text: str, width: float, *, size: float = TEXT, most: int = 1000) -> tuple[str, ...]:
        """Cut a text into lines that fit."""
        return lettering.wrapped(text, round(size * self.scale), Weight.REGULAR, round(width * self.scale), most)

    def polygon(self, points: tuple[Point, ...], colour: Colour) -> None:
        """Paint a shape with straight edges."""
        lefts, tops = [x for x, _ in points], [y for _, y in points]
        box = Box(min(lefts), min(tops), max(lefts) - min(lefts), max(tops) - min(tops)).inset(-1)
        left, top, right, bottom = self._px(box)
        large = Image.new("L", ((right - left) * _SMOOTH, (bottom - top) * _SMOOTH))
        k = self.scale * _SMOOTH
        moved = [((x - self.box.left) * k - left * _SMOOTH, (y - self.box.top) * k - top * _SMOOTH) for x, y in points]
        ImageDraw.Draw(large).polygon(moved, 255)
        self._stamp(large.resize((right - left, bottom - top), Image.Resampling.BOX), left, top, colour)

    def stroke(self, points: tuple[Point, ...], colour: Colour, *, thick: float = 1.6, closed: bool = False) -> None:
        """Draw a line through points, its ends and corners round."""
        margin = thick + 1
        lefts, tops = [x for x, _ in points], [y for _, y in points]
        box = Box(min(lefts), min(tops), max(lefts) - min(lefts), max(tops) - min(tops)).inset(-margin)
        left, top, right, bottom = self._px(box)
        large = Image.new("L", ((right - left) * _SMOOTH, (bottom - top) * _SMOOTH))
        pen, k = ImageDraw.Draw(large), self.scale * _SMOOTH
        moved = [((x - self.box.left) * k - left * _SMOOTH, (y - self.box.top) * k - top * _SMOOTH) for x, y in points]
        if closed:
            moved.append(moved[0])
        pen.line(moved, 255, round(thick * k), joint="curve")
        half = thick * k / 2
        for x, y in moved:
            pen.ellipse((x - half, y - half, x + half, y + half), 255)
        self._stamp(large.resize((right - left, bottom - top), Image.Resampling.BOX), left, top, colour)

    def circle(self, middle: Point, radius: float, colour: Colour, *, ring: float = 0) -> None:
        """Paint a disc, or a ring of that thickness."""
        box = Box(middle[0] - radius, middle[1] - radius, 2 * radius, 2 * radius)
        left, top, right, bottom = self._px(box.inset(-1))
        large = Image.new("L", ((right - left) * _SMOOTH, (bottom - top) * _SMOOTH))
        pen, k = ImageDraw.Draw(large), self.scale * _SMOOTH
        x, y = (middle[0] - self.box.left) * k - left * _SMOOTH, (middle[1] - self.box.top) * k - top * _SMOOTH
        pen.ellipse((x - radius * k, y - radius * k, x + radius * k, y + radius * k), 255)
        if ring:
            inner = (radius - ring) * k
            pen.ellipse((x - inner, y - inner, x + inner, y + inner), 0)
        self._stamp(large.resize((right - left, bottom - top), Image.Resampling.BOX), left, top, colour)

    def picture(self, box: Box, picture: Image.Image) -> None:
        """Show a picture in a box, made as large as that."""
        left, top, right, bottom = self._px(box)
        if right > left and bottom > top:
            sized = picture.resize((right - left, bottom - top), Image.Resampling.BILINEAR)
            self.image.paste(sized.convert("RGBA"), (left, top))

    def rounded(self, size_px: tuple[int, int], radius: float) -> Image.Image:
        """Return the mask of a rectangle with round corners; nobody writes to it.  Units: radius in points."""
        width, height = size_px
        return _rounded(width, height, min(round(radius * self.scale), width // 2, height // 2))

    def place(self, box: Box) -> tuple[int, int, int, int]:
        """Return where a box lies in the image: left, top, right, bottom in px."""
        return self._px(box)

    def _shape(self, left: int, top: int, width: int, height: int, radius: float, colour: Colour) -> None:
        if width <= 0 or height <= 0:
            return
        radius_px = min(round(radius * self.scale), width // 2, height // 2)
        mask = _rounded(width, height, radius_px) if radius_px else Image.new("L", (width, height), 255)
        self._stamp(mask, left, top, colour)

    def _stamp(self, mask: Image.Image, left: int, top: int, colour: Colour) -> None:
        """Lay a colour over what is there, where the mask says how much."""
        if colour[3] < 255:
            mask = ImageChops.multiply(mask, Image.new("L", mask.size, colour[3]))
        stamp = Image.new("RGBA", mask.size, (*colour[:3], 255))
        stamp.putalpha(mask)
        # alpha_composite takes no negative places.
        cut = (max(0, -left), max(0, -top), mask.width, mask.height)
        if cut[0] < cut[2] and cut[1] < cut[3]:
            self.image.alpha_composite(stamp, (max(0, left), max(0, top)), cut[:2])

    def _px(self, box: Box) -> tuple[int, int, int, int]:
        left, top = box.left - self.box.left, box.top - self.box.top
        edges = left, top, left + box.width, top + box.height
        return tuple(round(each * self.scale) for each in edges)  # type: ignore[return-value]  # four of them


@lru_cache(512)
def _rounded(width: int, height: int, radius: int) -> Image.Image:
    mask = Image.new("L", (width, height), 255)
    if not radius:
        return mask
    corner = Image.new("L", (radius * _SMOOTH * 2, radius * _SMOOTH * 2))
    ImageDraw.Draw(corner).ellipse((0, 0, radius * _SMOOTH * 2 - 1, radius * _SMOOTH * 2 - 1), 255)
    disc = corner.resize((radius * 2, radius * 2), Image.Resampling.BOX)
    for x, y, cut in (
        (0, 0, (0, 0, radius, radius)),
        (width - radius, 0, (radius, 0, 2 * radius, radius)),
        (0, height - radius, (0, radius, radius, 2 * radius)),
        (width - radius, height - radius, (radius, radius, 2 * radius, 2 * radius)),
    ):
        mask.paste(disc.crop(cut), (x, y))
    return mask
