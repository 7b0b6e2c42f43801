"""Pictures of screens in OpenGL: sharp at any size, the pointer above them, a ring where a button went down.

Every pixel of the window is the mean of what lies under it: so text stays readable when it is made small, edges stay
edges when it is made large, and one to one it is what was recorded.  A picture is uploaded whole, its rows as they lie
in memory, and its colours are put in order while drawing: 1920 × 1080 take 0.6 ms that way, finding out what changed
takes 0.8, and drawing 2.5 (llvmpipe, 2 cores EPYC, 2026-11-22).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import numpy as np
from pyglet import gl

from replay.scene import Pixels
from replay.window.page import Film
from replay.window.quad import Quad, Rect, Texture, largest_px

CLICK_US: Final = 400_000
_RING: Final = (9.0, 24.0)  # points: its radius at first and at last
_HELD: Final = 11.0
_THICK: Final = 2.5
_RING_COLOUR: Final = (0.38, 0.55, 1.0)  # seen on black and on white
_MEAN: Final = """#version 330 core
uniform sampler2D pixels;
uniform vec2 size;
uniform vec2 under;
uniform int swapped;
in vec2 at;
out vec4 shown;
void main() {
    vec2 from = at * size - 0.5 * under;
    vec2 until = from + under;
    ivec2 last = ivec2(size) - 1;
    vec4 sum = vec4(0.0);
    float all = 0.0;
    for (int y = int(floor(from.y + 0.001)); float(y) < until.y - 0.001; y++) {
        float high = min(until.y, float(y + 1)) - max(from.y, float(y));
        for (int x = int(floor(from.x + 0.001)); float(x) < until.x - 0.001; x++) {
            float part = high * (min(until.x, float(x + 1)) - max(from.x, float(x)));
            vec4 found = texelFetch(pixels, clamp(ivec2(x, y), ivec2(0), last), 0);
            sum += part * vec4(found.rgb * found.a, found.a);
            all += part;
        }
    }
    sum /= all;
    shown = swapped == 1 ? sum.bgra : sum;
}
"""
_CIRCLE: Final = """#version 330 core
uniform float side;
uniform float radius;
uniform float thick;
uniform vec4 colour;
in vec2 at;
out vec4 shown;
void main() {
    float away = abs(length((at - 0.5) * side) - radius) - 0.5 * thick;
    float line = clamp(0.5 - away, 0.0, 1.0);
    // A dark edge beside the line, so that it is seen on any ground.
    float edge = clamp(1.5 - away, 0.0, 1.0) * 0.35;
    float alpha = max(line, edge) * colour.a;
    shown = vec4(colour.rgb * line * colour.a, alpha);
}
"""


_Key = tuple[int, str, str]  # place among the films, track, what of it


@dataclass(slots=True)
class _Kept:
    texture: Texture
    content: object  # what was uploaded last


class Films:
    """The screens of a window.  It owns their textures; the OpenGL context is current whenever it is used."""

    def __init__(self) -> None:
        self._mean = Quad(_MEAN)
        self._circle = Quad(_CIRCLE)
        self._largest_px = largest_px()
        self._kept: dict[_Key, _Kept] = {}

    def draw(self, films: Sequence[Film], *, size_px: tuple[int, int], scale: float) -> None:
        """Draw films on a surface of that size; scale is pixels to a point."""
        used = set[_Key]()
        for number, film in enumerate(films):
            # Not by its edges: one to one, its size is the picture's to the pixel, wherever it lies.
            left, top, width, height = (
                round(each * scale) for each in (film.box.left, film.box.top, film.box.width, film.box.height)
            )
            place = left, top, max(1, width), max(1, height)
            with _cut(place, size_px):
                used |= self._picture(number, film, place, size_px)
                used |= self._pointer(number, film, place, size_px, scale)
        for key in self._kept.keys() - used:
            self._kept.pop(key).texture.close()

    def close(self) -> None:
        """Free all of it."""
        for kept in self._kept.values():
            kept.texture.close()
        self._kept.clear()
        self._mean.close()
        self._circle.close()

    def _picture(self, number: int, film: Film, place: Rect, size_px: tuple[int, int]) -> set[_Key]:
        picture, key = film.view.picture, (number, film.view.track, "picture")
        if picture is None:
            return set()
        # A picture larger than the card takes loses rows and columns.
        thin = -(-max(picture.size) // self._largest_px)
        self._put(key, picture, picture.pixels[::thin, ::thin])
        self._draw(key, place, size_px, swapped=1)
        return {key}

    def _pointer(self, number: int, film: Film, place: Rect, size_px: tuple[int, int], scale: float) -> set[_Key]:
        view = film.view
        if not view.picture or not view.pointer:
            return set()
        zoom = place[2] / view.picture.size[0]
        x, y = place[0] + view.pointer.x_px * zoom, place[1] + view.pointer.y_px * zoom
        for radius, opacity in rings(view.pointer.buttons, view.clicked_us, film.now_us):
            self._ring((x, y), radius, opacity, size_px, scale)
        shape, key = view.pointer.shape, (number, view.track, "pointer")
        if not shape or not shape.rgba:
            return set()
        self._put(key, shape, np.frombuffer(shape.rgba, np.uint8).reshape(shape.height_px, shape.width_px, 4))
        at = round(x - shape.hot_x_px * zoom), round(y - shape.hot_y_px * zoom)
        size = max(1, round(shape.width_px * zoom)), max(1, round(shape.height_px * zoom))
        self._draw(key, (*at, *size), size_px, swapped=0)
        return {key}

    def _put(self, key: _Key, content: object, pixels: Pixels) -> None:
        size = pixels.shape[1], pixels.shape[0]
        kept = self._kept.get(key)
        if kept and kept.texture.size != size:
            kept.texture.close()
            kept = None
        if kept is None:
            kept = self._kept[key] = _Kept(Texture(*size), None)
        if kept.content is not content:
            kept.texture.put(pixels)
            kept.content = content

    def _draw(self, key: _Key, place: Rect, size_px: tuple[int, int], *, swapped: int) -> None:
        texture = self._kept[key].texture
        texture.bind()
        under = texture.size[0] / place[2], texture.size[1] / place[3]
        self._mean.draw(place, size_px=size_px, size=texture.size, under=under, swapped=swapped)

    def _ring(
        self, middle: tuple[float, float], radius: float, opacity: float, size_px: tuple[int, int], scale: float
    ) -> None:
        side = 2 * round((radius + _THICK + 2) * scale)
        place = round(middle[0] - side / 2), round(middle[1] - side / 2), side, side
        self._circle.draw(
            place,
            size_px=size_px,
            side=float(side),
            radius=radius * scale,
            thick=_THICK * scale,
            colour=(*_RING_COLOUR, opacity),
        )


def rings(buttons: int, clicked_us: int | None, now_us: int) -> Iterator[tuple[float, float]]:
    """Give the circles around the pointer: radius in points, opacity.  One stays while a button is down."""
    if buttons:
        yield _HELD, 0.9
    age_us = CLICK_US if clicked_us is None else now_us - clicked_us
    if 0 <= age_us < CLICK_US:
        part = age_us / CLICK_US
        yield _RING[0] + (_RING[1] - _RING[0]) * (1 - (1 - part) ** 2), 1 - part**2


@contextmanager
def _cut(place: Rect, size_px: tuple[int, int]) -> Iterator[None]:
    """Let nothing be drawn outside a rectangle: a pointer at the edge of its screen stays on it."""
    left, top, width, height = place
    gl.glEnable(gl.GL_SCISSOR_TEST)
    gl.glScissor(left, size_px[1] - top - height, width, height)
    try:
        yield
    finally:
        gl.glDisable(gl.GL_SCISSOR_TEST)
