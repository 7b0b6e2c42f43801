"""Icons, drawn by code: strokes and shapes in a box of 20 × 20, in any colour and size.  Pure."""

from collections.abc import Callable
from math import cos, pi, sin
from typing import Final

from replay.window.box import Box, Point
from replay.window.paint import Canvas
from replay.window.theme import Colour

_SIDE: Final = 20


class _Pen:
    """Draws in a box of 20 × 20, wherever that lies."""

    def __init__(self, canvas: Canvas, box: Box, colour: Colour) -> None:
        self._canvas, self._colour = canvas, colour
        self._scale = min(box.width, box.height) / _SIDE
        self._left = box.middle[0] - self._scale * _SIDE / 2
        self._top = box.middle[1] - self._scale * _SIDE / 2

    def at(self, x: float, y: float) -> Point:
        return self._left + x * self._scale, self._top + y * self._scale

    def stroke(self, *points: Point, closed: bool = False, thick: float = 1.7) -> None:
        moved = tuple(self.at(*point) for point in points)
        self._canvas.stroke(moved, self._colour, thick=thick * self._scale, closed=closed)

    def fill(self, *points: Point) -> None:
        self._canvas.polygon(tuple(self.at(*point) for point in points), self._colour)

    def disc(self, x: float, y: float, radius: float) -> None:
        self._canvas.circle(self.at(x, y), radius * self._scale, self._colour)

    def ring(self, x: float, y: float, radius: float, thick: float = 1.7) -> None:
        self._canvas.circle(self.at(x, y), radius * self._scale, self._colour, ring=thick * self._scale)

    def block(self, x: float, y: float, width: float, height: float, radius: float = 1) -> None:
        left, top = self.at(x, y)
        box = Box(left, top, width * self._scale, height * self._scale)
        self._canvas.rectangle(box, self._colour, radius=radius * self._scale)

    def arc(self, x: float, y: float, radius: float, begin: float, end: float, *, thick: float = 1.7) -> None:
        steps = 24
        turns = [begin + (end - begin) * step / steps for step in range(steps + 1)]
        self.stroke(*[(x + radius * cos(turn * pi), y + radius * sin(turn * pi)) for turn in turns], thick=thick)


def _play(pen: _Pen) -> None:
    pen.fill((6, 3.5), (16.5, 10), (6, 16.5))


def _pause(pen: _Pen) -> None:
    pen.block(5, 4, 3.6, 12)
    pen.block(11.4, 4, 3.6, 12)


def _back(pen: _Pen) -> None:
    pen.arc(10, 10.8, 7, -0.5, 1.18, thick=1.35)
    pen.fill((10.4, 0.6), (10.4, 7), (5.9, 3.8))


def _on(pen: _Pen) -> None:
    pen.arc(10, 10.8, 7, -0.5, -2.18, thick=1.35)
    pen.fill((9.6, 0.6), (9.6, 7), (14.1, 3.8))


def _step_back(pen: _Pen) -> None:
    pen.block(4, 4.5, 2, 11)
    pen.fill((15, 4.5), (15, 15.5), (7.5, 10))


def _step_on(pen: _Pen) -> None:
    pen.block(14, 4.5, 2, 11)
    pen.fill((5, 4.5), (5, 15.5), (12.5, 10))


def _skip(pen: _Pen) -> None:
    pen.fill((2.5, 5), (2.5, 15), (9, 10))
    pen.fill((9.5, 5), (9.5, 15), (16, 10))
    pen.block(16, 5, 1.8, 10, 0.6)


def _chat(pen: _Pen) -> None:
    pen.stroke((3, 4), (17, 4), (17, 13.5), (9.5, 13.5), (6, 17), (6, 13.5), (3, 13.5), closed=True)
    pen.stroke((6.5, 7.6), (13.5, 7.6), thick=1.4)
    pen.stroke((6.5, 10.4), (11, 10.4), thick=1.4)


def _search(pen: _Pen) -> None:
    pen.ring(8.8, 8.8, 5.6)
    pen.stroke((13, 13), (17, 17), thick=2)


def _diagnostics(pen: _Pen) -> None:
    pen.stroke((2, 11), (5.5, 11), (8, 4.5), (12, 16), (14.2, 11), (18, 11))


def _full(pen: _Pen) -> None:
    for x, y, dx, dy in ((3.5, 3.5, 4, 4), (16.5, 3.5, -4, 4), (3.5, 16.5, 4, -4), (16.5, 16.5, -4, -4)):
        pen.stroke((x + dx, y), (x, y), (x, y + dy))


def _still(pen: _Pen) -> None:
    pen.stroke((2.5, 6), (6, 6), (7.5, 3.8), (12.5, 3.8), (14, 6), (17.5, 6), (17.5, 16), (2.5, 16), closed=True)
    pen.ring(10, 10.8, 3.1)


def _help(pen: _Pen) -> None:
    pen.ring(10, 10, 7.6)
    pen.arc(10, 8.4, 2.3, -1.05, 0.35)
    pen.stroke((10.6, 10.6), (10, 11.6), (10, 12))
    pen.disc(10, 14.4, 1)


def _screens(pen: _Pen) -> None:
    pen.stroke((2, 4.5), (18, 4.5), (18, 15.5), (2, 15.5), closed=True)
    pen.stroke((10, 4.5), (10, 15.5), thick=1.5)


def _shield(pen: _Pen) -> None:
    pen.stroke((10, 2.5), (16.5, 5), (16, 11), (13.5, 15), (10, 17.5), (6.5, 15), (4, 11), (3.5, 5), closed=True)


def _shield_good(pen: _Pen) -> None:
    _shield(pen)
    pen.stroke((7, 9.8), (9.3, 12.2), (13.2, 7.4))


def _warning(pen: _Pen) -> None:
    pen.stroke((10, 3), (18, 16.5), (2, 16.5), closed=True)
    pen.stroke((10, 8), (10, 11.5))
    pen.disc(10, 14, 1)


def _lock(pen: _Pen) -> None:
    pen.stroke((4.5, 9), (15.5, 9), (15.5, 17), (4.5, 17), closed=True)
    pen.arc(10, 8.5, 3.6, -1, 0)
    pen.disc(10, 13, 1.3)


def _chevron(pen: _Pen) -> None:
    pen.stroke((12, 4.5), (6.5, 10), (12, 15.5), thick=2)


def _close(pen: _Pen) -> None:
    pen.stroke((5, 5), (15, 15))
    pen.stroke((15, 5), (5, 15))


def _marker(pen: _Pen) -> None:
    pen.fill((5, 3), (15, 3), (15, 17), (10, 13), (5, 17))


def _eye(pen: _Pen) -> None:
    lid = (5.5, 6.2), (10, 4.8), (14.5, 6.2)
    pen.stroke((2, 10), *lid, (18, 10), (14.5, 13.8), (10, 15.2), (5.5, 13.8), closed=True)
    pen.ring(10, 10, 2.6)


def _folder(pen: _Pen) -> None:
    pen.stroke((2.5, 16), (2.5, 4.5), (8, 4.5), (10, 7), (17.5, 7), (17.5, 16), closed=True)


def _sun(pen: _Pen) -> None:
    pen.ring(10, 10, 3.6)
    for turn in range(8):
        x, y = cos(turn * pi / 4), sin(turn * pi / 4)
        pen.stroke((10 + 6 * x, 10 + 6 * y), (10 + 8 * x, 10 + 8 * y), thick=1.5)


ICONS: Final[dict[str, Callable[[_Pen], None]]] = {
    "play": _play,
    "pause": _pause,
    "back": _back,
    "on": _on,
    "step back": _step_back,
    "step on": _step_on,
    "skip": _skip,
    "chat": _chat,
    "search": _search,
    "diagnostics": _diagnostics,
    "full": _full,
    "still": _still,
    "help": _help,
    "screens": _screens,
    "shield": _shield,
    "good": _shield_good,
    "warning": _warning,
    "lock": _lock,
    "chevron": _chevron,
    "close": _close,
    "marker": _marker,
    "eye": _eye,
    "folder": _folder,
    "sun": _sun,
}


def icon(canvas: Canvas, name: str, box: Box, colour: Colour) -> None:
    """Draw an icon in the middle of a box, as large as that allows."""
    ICONS[name](_Pen(canvas, box, colour))
