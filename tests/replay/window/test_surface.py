"""Pixels and points of every kind of screen."""

import pytest

from replay.window.box import Box
from replay.window.layout import layout
from replay.window.paint import Canvas
from replay.window.surface import Surface
from replay.window.theme import DARK


@pytest.mark.parametrize(
    ("size_px", "counted", "dots", "scale", "size"),
    [
        ((1280, 720), (1280, 720), 1.0, 1.0, (1280, 720)),  # X11
        ((2560, 1440), (2560, 1440), 2.0, 2.0, (1280, 720)),  # X11 or Windows, with twice the dots
        ((1920, 1080), (1920, 1080), 1.5, 1.5, (1280, 720)),
        ((2560, 1440), (1280, 720), 1.5, 2.0, (1280, 720)),  # macOS, which counts 144 dots
        ((1280, 720), (1280, 720), 0.75, 1.0, (1280, 720)),
        ((1280, 720), (1280, 720), 1.04, 1.0, (1280, 720)),
        ((1280, 720), (1280, 720), 99.0, 4.0, (320, 180)),
        ((0, 0), (0, 0), 1.0, 1.0, (0, 0)),
    ],
)
def test_points_are_as_large_everywhere(
    size_px: tuple[int, int], counted: tuple[int, int], dots: float, scale: float, size: tuple[float, float]
) -> None:
    surface = Surface.of(size_px, counted, dots)
    assert (surface.scale, surface.size) == (scale, size)
    assert surface.point(0, counted[1]) == pytest.approx((0, 0 if counted[1] else size[1]))
    assert surface.point(counted[0], 0) == pytest.approx(size)


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 1.75, 2.0, 3.0])
@pytest.mark.parametrize("width", [1000.0, 1280.0, 1367.2])
def test_panels_meet_to_the_pixel(scale: float, width: float) -> None:
    found = layout((width, 711.2), side=True, bare=False)

    def edges(box: Box) -> tuple[int, int, int, int]:
        size = Canvas(box=box, theme=DARK, scale=scale).image.size
        left, top = round(box.left * scale), round(box.top * scale)
        return left, top, left + size[0], top + size[1]

    top, stage, time, controls = (edges(box) for box in (found.top, found.stage, found.time, found.controls))
    assert found.side
    side = edges(found.side)
    assert (top[3], stage[3], time[3]) == (stage[1], time[1], controls[1])
    assert stage[2] == side[0]
    assert side[2] == top[2]
