"""What a screen shows, one change after the other: drawn by numbers, so that an example can be made smaller."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from recorder.codec.grid import Grid, Pixels, Rectangle

Change = tuple[str, int]  # which, and a number from which all else is drawn
Random = np.random.Generator


@dataclass
class Screen:
    """A picture that changes.  It owns its pixels.  Shapes: (height, width) uint32 0xXXRRGGBB; XX means nothing."""

    width: int
    height: int
    pixels: Pixels = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.pixels = np.full((self.height, self.width), 0xFFF0F0F0, np.uint32)

    @property
    def frame(self) -> npt.NDArray[np.uint8]:
        return self.pixels.view(np.uint8).reshape(self.height, self.width, 4)

    @property
    def colours(self) -> Pixels:
        return self.pixels & np.uint32(0xFFFFFF)

    @property
    def grid(self) -> Grid:
        return Grid(self.width, self.height)

    @property
    def canvas(self) -> Pixels:
        """The picture in whole tiles, black beyond it."""
        canvas = self.grid.canvas()
        canvas[: self.height, : self.width] = self.colours
        return canvas

    def change(self, change: Change) -> list[Rectangle]:
        """Change something; return where."""
        which, number = change
        return CHANGES[which](self, np.random.default_rng(number))

    def some(self, random: Random) -> Rectangle:
        left, top = int(random.integers(self.width)), int(random.integers(self.height))
        right, bottom = random.integers(left + 1, self.width + 1), random.integers(top + 1, self.height + 1)
        return left, top, int(right), int(bottom)

    def put(self, place: Rectangle, pixels: npt.ArrayLike) -> list[Rectangle]:
        left, top, right, bottom = place
        self.pixels[top:bottom, left:right] = pixels
        return [place]


def _fill(screen: Screen, random: Random) -> list[Rectangle]:
    return screen.put(screen.some(random), random.integers(2**32, dtype=np.uint32))


def _noise(screen: Screen, random: Random) -> list[Rectangle]:
    place = screen.some(random)
    return screen.put(place, random.integers(2**32, size=_size(place), dtype=np.uint32))


def _write(screen: Screen, random: Random) -> list[Rectangle]:
    """Rows of letters: strokes of six kinds, dark on light."""
    place = screen.some(random)
    height, width = _size(place)
    letters = random.random((6, 9, 6)) < 0.4
    text = random.integers(6, size=(height // 12 + 1, width // 7 + 1))
    page = np.zeros((len(text), 12, text.shape[1], 7), bool)
    page[:, 2:11, :, 1:] = letters[text].transpose(0, 2, 1, 3)
    ink = page.reshape(page.shape[0] * 12, -1)[:height, :width]
    return screen.put(place, np.where(ink, np.uint32(0x101010), np.uint32(0xFFFFFF)))


def _photograph(screen: Screen, random: Random) -> list[Rectangle]:
    place = screen.some(random)
    height, width = _size(place)
    y, x = np.mgrid[:height, :width]
    waves = random.uniform(10, 60, (3, 2))
    levels = [128 + 60 * np.sin(x / one + at) + 50 * np.cos(y / other) for at, (one, other) in enumerate(waves)]
    grain = random.normal(0, 2, (3, height, width))
    red, green, blue = np.clip(np.array(levels) + grain, 0, 255).astype(np.uint32)
    return screen.put(place, red << 16 | green << 8 | blue)


def _scroll(screen: Screen, random: Random) -> list[Rectangle]:
    """Move what is in a rectangle within it; what comes into sight is written."""
    left, top, right, bottom = place = screen.some(random)
    height, width = _size(place)
    before = screen.pixels[top:bottom, left:right].copy()
    _write_all(screen, place, random)
    fresh = screen.pixels[top:bottom, left:right]
    far = int(random.integers(1, 60)) * int(random.choice((-1, 1)))
    if random.random() < 0.3:
        fresh, before, height = fresh.T, before.T, width
    if abs(far) < height:
        fresh[max(0, far) : height + min(0, far)] = before[max(0, -far) : height + min(0, -far)]
    return [place]


def _drag(screen: Screen, random: Random) -> list[Rectangle]:
    """Move a window; where it was is another ground."""
    left, top, right, bottom = place = screen.some(random)
    height, width = _size(place)
    window = screen.pixels[top:bottom, left:right].copy()
    to_left, to_top = int(random.integers(screen.width - width + 1)), int(random.integers(screen.height - height + 1))
    screen.put(place, random.integers(2**32, dtype=np.uint32))
    to = to_left, to_top, to_left + width, to_top + height
    return [place, *screen.put(to, window)]


def _nothing(_screen: Screen, _random: Random) -> list[Rectangle]:
    return []


def _write_all(screen: Screen, place: Rectangle, random: Random) -> None:
    page = Screen(place[2] - place[0], place[3] - place[1])
    for _ in range(2):
        _write(page, random)
    screen.put(place, page.pixels)


def _size(place: Rectangle) -> tuple[int, int]:
    left, top, right, bottom = place
    return bottom - top, right - left


CHANGES: Final[dict[str, Callable[[Screen, Random], list[Rectangle]]]] = {
    "fill": _fill, "noise": _noise, "write": _write, "photograph": _photograph, "scroll": _scroll, "drag": _drag,
    "nothing": _nothing,
}  # fmt: skip


def said(exact: Sequence[Rectangle], how: str, screen: Screen, random: Random) -> list[Rectangle]:
    """Say of a change where it is: exactly, in pieces that overlap, or with more than what changed."""
    match how:
        case "larger":
            return [
                (max(0, left - 9), max(0, top - 5), min(screen.width, right + 3), min(screen.height, bottom + 17))
                for left, top, right, bottom in exact
            ]
        case "overlapping":
            return [*exact, *(part for one in exact for part in _halves(one)), *exact[:1]]
        case "everything":
            return [(0, 0, screen.width, screen.height)]
        case "elsewhere, too":
            return [*exact, screen.some(random)]
    return list(exact)


SAID: Final = ("exactly", "larger", "overlapping", "everything", "elsewhere, too")


def _halves(place: Rectangle) -> Iterator[Rectangle]:
    left, top, right, bottom = place
    middle = (left + right) // 2
    yield left, top, min(right, middle + 2), bottom
    yield min(middle, right - 1), top, right, bottom
