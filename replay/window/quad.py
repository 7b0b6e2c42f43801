"""Rectangles on the graphics card: textures, and programs that fill a rectangle.  Units: px, y grows down."""

import ctypes
from typing import Final

import numpy as np
import numpy.typing as npt
from pyglet import gl
from pyglet.graphics.shader import Shader, ShaderProgram

Rect = tuple[int, int, int, int]  # left, top, width, height
_VERTEX: Final = """#version 330 core
uniform vec4 place;
out vec2 at;
void main() {
    at = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    gl_Position = vec4(place.xy + at * place.zw, 0.0, 1.0);
}
"""


class Texture:
    """Pixels on the graphics card, one texel each.  It owns them until close."""

    def __init__(self, width_px: int, height_px: int) -> None:
        self.size = width_px, height_px
        self._id = gl.GLuint()
        gl.glGenTextures(1, ctypes.byref(self._id))
        self.bind()
        for name, value in (
            (gl.GL_TEXTURE_MIN_FILTER, gl.GL_NEAREST),
            (gl.GL_TEXTURE_MAG_FILTER, gl.GL_NEAREST),
            (gl.GL_TEXTURE_WRAP_S, gl.GL_CLAMP_TO_EDGE),
            (gl.GL_TEXTURE_WRAP_T, gl.GL_CLAMP_TO_EDGE),
        ):
            gl.glTexParameteri(gl.GL_TEXTURE_2D, name, value)
        gl.glTexImage2D(gl.GL_TEXTURE_2D, 0, gl.GL_RGBA8, width_px, height_px, 0, gl.GL_RGBA, gl.GL_UNSIGNED_BYTE, None)

    def bind(self) -> None:
        """Let programs draw from it."""
        gl.glActiveTexture(gl.GL_TEXTURE0)
        gl.glBindTexture(gl.GL_TEXTURE_2D, self._id)

    def put(self, pixels: npt.NDArray[np.uint8]) -> None:
        """Upload its pixels.  Shapes: (height, width, 4), of its size, row 0 on top."""
        height_px, width_px, _ = pixels.shape
        assert (width_px, height_px) == self.size
        lying = np.ascontiguousarray(pixels)
        self.bind()
        gl.glPixelStorei(gl.GL_UNPACK_ALIGNMENT, 4)
        gl.glPixelStorei(gl.GL_UNPACK_ROW_LENGTH, 0)
        gl.glTexSubImage2D(
            gl.GL_TEXTURE_2D, 0, 0, 0, width_px, height_px, gl.GL_RGBA, gl.GL_UNSIGNED_BYTE,
            ctypes.c_void_p(lying.ctypes.data),
        )  # fmt: skip

    def close(self) -> None:
        """Free it."""
        gl.glDeleteTextures(1, ctypes.byref(self._id))


class Quad:
    """A program that fills a rectangle; what it gives is premultiplied.

    The fragment shader knows at: where in the rectangle, 0 to 1, y down.
    """

    def __init__(self, fragment: str) -> None:
        self._program = ShaderProgram(Shader(_VERTEX, "vertex"), Shader(fragment, "fragment"))
        # The core profile draws nothing without one, be it empty.
        self._corners = gl.GLuint()
        gl.glGenVertexArrays(1, ctypes.byref(self._corners))

    def draw(self, place: Rect, *, size_px: tuple[int, int], **values: object) -> None:
        """Fill a rectangle of a surface of that size; values are the uniforms of the fragment shader."""
        left, top, width, height = place
        whole_width, whole_height = size_px
        gl.glEnable(gl.GL_BLEND)
        gl.glBlendFunc(gl.GL_ONE, gl.GL_ONE_MINUS_SRC_ALPHA)
        gl.glDisable(gl.GL_DEPTH_TEST)
        self._program.use()
        gl.glBindVertexArray(self._corners)
        self._program["place"] = (
            2 * left / whole_width - 1, 1 - 2 * top / whole_height, 2 * width / whole_width, -2 * height / whole_height,
        )  # fmt: skip
        for name, value in values.items():
            self._program[name] = value
        gl.glDrawArrays(gl.GL_TRIANGLE_STRIP, 0, 4)

    def close(self) -> None:
        """Free it."""
        gl.glDeleteVertexArrays(1, ctypes.byref(self._corners))
        self._program.delete()


def largest_px() -> int:
    """Return how wide or high a texture may be."""
    found = gl.GLint()
    gl.glGetIntegerv(gl.GL_MAX_TEXTURE_SIZE, ctypes.byref(found))
    return found.value
