"""Painted panels on the graphics card: a texture each, drawn pixel for pixel."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image

from replay.window.box import Box
from replay.window.quad import Quad, Texture

_FRAGMENT: Final = """#version 330 core
uniform sampler2D pixels;
uniform vec2 size;
in vec2 at;
out vec4 shown;
void main() {
    vec4 found = texelFetch(pixels, ivec2(at * size), 0);
    shown = vec4(found.rgb * found.a, found.a);
}
"""


@dataclass(slots=True)
class _Shown:
    texture: Texture
    box: Box


class PanelQuads:
    """The panels of a window, by name.  It owns their textures; the OpenGL context is current whenever it is used."""

    def __init__(self) -> None:
        self._quad = Quad(_FRAGMENT)
        self._shown: dict[str, _Shown] = {}

    def put(self, name: str, image: Image.Image, box: Box) -> None:
        """Take what a panel looks like now, and where it lies.  Shapes: RGBA, as many pixels as the box has."""
        shown = self._shown.get(name)
        if shown is None or shown.texture.size != image.size:
            if shown:
                shown.texture.close()
            shown = self._shown[name] = _Shown(Texture(*image.size), box)
        shown.texture.put(np.asarray(image))
        shown.box = box

    def move(self, name: str, box: Box) -> None:
        """Show a panel elsewhere, as it looks."""
        self._shown[name].box = box

    def draw(self, names: Iterable[str], *, size_px: tuple[int, int], scale: float) -> None:
        """Draw panels, the lowest first, on a surface of that size; scale is pixels to a point."""
        for name in names:
            shown = self._shown[name]
            shown.texture.bind()
            place = round(shown.box.left * scale), round(shown.box.top * scale), *shown.texture.size
            self._quad.draw(place, size_px=size_px, size=shown.texture.size)

    def forget(self, names: Iterable[str]) -> None:
        """Free panels that are shown no more."""
        for name in list(names):
            shown = self._shown.pop(name, None)
            if shown:
                shown.texture.close()

    def close(self) -> None:
        """Free all of it."""
        self.forget(list(self._shown))
        self._quad.close()
