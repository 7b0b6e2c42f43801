from collections.abc import Iterator

import numpy as np
import pytest

from recorder.capture.frame import Region
from recorder.capture.pointer import PointerSample
from recorder.capture.screen import open_screen
from recorder.capture.source import FrameSource
from recorder.capture.wanted import Wanted
from recorder.capture.x_display import straight_alpha
from recorder.format.screen import Shape
from tests.virtual_screen import VirtualScreen
from tests.waiting import until


@pytest.fixture(scope="module")
def screen() -> Iterator[VirtualScreen]:
    with VirtualScreen(800, 600) as started:
        term = started.start("xterm", "-T", "text", "-geometry", "40x10+400+300", "-e", "sleep 999")
        started.window("text")
        yield started
        started.end(term)


@pytest.fixture
def source(screen: VirtualScreen) -> Iterator[FrameSource]:
    screen.xdotool("mousemove", 10, 10)
    opened = open_screen(environment=screen.environment)
    yield opened
    opened.close()


def told(source: FrameSource, *, until_x_px: int) -> list[PointerSample]:
    """Everything up to the sample at that place."""
    samples: list[PointerSample] = []

    def look() -> bool:
        source.wait(20_000)
        source.frame()
        samples.extend(source.pointer())
        return bool(samples) and samples[-1].x_px == until_x_px and not samples[-1].buttons

    until(look)
    return samples


def places(samples: list[PointerSample]) -> list[tuple[int, int, int]]:
    return [(sample.x_px, sample.y_px, sample.buttons) for sample in samples]


def test_the_first_sample_says_where_the_pointer_is_and_what_it_looks_like(source: FrameSource) -> None:
    first, *more = source.pointer()
    assert (first.x_px, first.y_px, first.buttons, more) == (10, 10, 0, [])
    assert first.shape
    assert first.shape.width_px * first.shape.height_px * 4 == len(first.shape.rgba)
    assert source.pointer() == []


def test_clicks_are_told_one_by_one_where_they_happened(screen: VirtualScreen, source: FrameSource) -> None:
    source.pointer()
    clicks = "mousemove 100 50 click 1 click 1 mousemove 120 60 click 3"
    drag = "mousemove 130 70 mousedown 1 mousemove 170 80 mouseup 1"
    screen.xdotool(*clicks.split(), *drag.split())
    assert places(told(source, until_x_px=170)) == [
        (100, 50, 1),
        (100, 50, 0),
        (100, 50, 1),
        (100, 50, 0),
        (120, 60, 4),
        (120, 60, 0),
        (130, 70, 1),
        (170, 80, 0),
    ]


def test_the_wheel_is_a_button(screen: VirtualScreen, source: FrameSource) -> None:
    source.pointer()
    screen.xdotool("click", 4, "click", 5, "mousemove", 11, 10)
    assert places(told(source, until_x_px=11)) == [(10, 10, 8), (10, 10, 0), (10, 10, 16), (10, 10, 0), (11, 10, 0)]


def test_motion_is_told_up_to_its_newest_place(screen: VirtualScreen, source: FrameSource) -> None:
    source.frame()
    source.pointer()
    screen.xdotool(*(word for n in range(200) for word in ("mousemove", n, n)))
    assert source.wait(1_000_000)
    assert places(source.pointer()) == [(199, 199, 0)]
    screen.xdotool("mousemove_relative", "--", -99, 1)
    assert source.wait(1_000_000)
    assert places(source.pointer()) == [(100, 200, 0)]
    assert source.wait(50_000) is False


def test_a_shape_is_told_when_it_changes(screen: VirtualScreen, source: FrameSource) -> None:
    arrow = source.pointer()[0].shape

    def over(x_px: int, y_px: int) -> Shape | None:
        screen.xdotool("mousemove", x_px, y_px)
        shapes: list[Shape | None] = []

        def look() -> bool:
            source.wait(20_000)
            shapes.extend(sample.shape for sample in source.pointer() if sample.shape)
            return bool(shapes)

        until(look)
        return shapes[-1]

    beam = over(500, 400)
    assert beam != arrow
    assert over(20, 20) == arrow
    assert over(500, 400) == beam
    screen.xdotool("mousemove", 510, 400)
    assert source.wait(1_000_000)
    assert [sample.shape for sample in source.pointer()] == [None]


def test_places_count_from_what_is_recorded_and_may_lie_outside(screen: VirtualScreen) -> None:
    source = open_screen(Wanted(region=Region(200, 100, 300, 200)), environment=screen.environment)
    screen.xdotool("mousemove", 210, 120, "mousemove", 150, 400, "click", 1)
    samples = told(source, until_x_px=-50)
    assert places(samples)[-2:] == [(-50, 300, 1), (-50, 300, 0)]
    source.close()


def test_the_pointer_is_no_part_of_a_frame(screen: VirtualScreen, source: FrameSource) -> None:
    screen.xdotool("mousemove", 60, 60)
    frame = source.frame(whole=True)
    assert frame
    assert not frame.pixels[40:100, 40:100, :3].any()
    assert np.array_equal(frame.pixels[..., :3], screen.screenshot())


PIXELS = [
    (0x00000000, (0, 0, 0, 0)),
    (0xFF102030, (0x10, 0x20, 0x30, 255)),
    (0x80402000, (127, 63, 0, 128)),
    (0x01010000, (255, 0, 0, 1)),
    # More than opaque cannot be.
    (0x10FF0000, (255, 0, 0, 16)),
]


@pytest.mark.parametrize(("pixel", "straight"), PIXELS)
def test_colours_of_a_shape_are_not_multiplied_by_alpha(pixel: int, straight: tuple[int, ...]) -> None:
    assert tuple(straight_alpha([pixel])) == straight
