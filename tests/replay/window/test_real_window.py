"""The window on a real screen with real OpenGL: what it shows is what was recorded, to the pixel."""

import ctypes.util
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from recorder.format.events import Joined, Line, Marker
from replay.scene import Pixels
from replay.window.box import Box
from replay.window.layout import layout, pictures, x_at
from tests.recorder.writing import SCREEN
from tests.replay.sessions import Maker, Truth
from tests.virtual_screen import VirtualScreen
from tests.waiting import until
from vault.local import LocalGrowing

SECOND_US = 1_000_000
WINDOW = (1280.0, 720.0)
FILM = (640, 480)
TIMES_US = [number * SECOND_US for number in range(20)]
PLACES = layout(WINDOW, side=True, bare=False)
PROGRAM = (sys.executable, "-m", "tests.replay.window.shown")

pytestmark = pytest.mark.skipif(not ctypes.util.find_library("GL"), reason="libgl1 is not installed")


@dataclass
class Watched:
    """A window that shows a recording."""

    screen: VirtualScreen
    process: "subprocess.Popen[bytes]"
    truth: Truth

    def press(self, *keys: str) -> None:
        self.screen.xdotool("key", *keys)

    def click(self, x: float, y: float) -> None:
        # Then away from there: what lies under the mouse shows a bubble over the picture.
        self.screen.xdotool("mousemove", round(x), round(y), "click", 1, "mousemove", round(WINDOW[0] / 2), 10)

    def shown(self, box: Box) -> Pixels:
        left, top, right, bottom = (round(edge) for edge in (box.left, box.top, box.right, box.bottom))
        return self.screen.screenshot()[top:bottom, left:right]

    def shows(self, time_us: int, *, stage: Box = PLACES.stage) -> None:
        """Wait until the picture of a time is shown, pixel for pixel."""
        picture = self.truth.at(SCREEN, time_us)
        assert picture
        (box,) = pictures(stage, [FILM], fit=False, scale=1.0)
        until(lambda: bool(np.array_equal(self.shown(box), picture[1])))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    path = tmp_path_factory.mktemp("film") / "one.sealcast"
    maker = Maker(LocalGrowing(path))
    maker.writer.put_event(Joined(id=1, role="customer", name="Grace Hopper"), time_us=0)
    for number, time_us in enumerate(TIMES_US):
        maker.picture(time_us, keyframe=number % 5 == 0, size=FILM)
        if number == 6:
            maker.writer.put_event(Marker(name="here"), time_us=time_us)
            maker.writer.put_event(Line(by=1, text="hello"), time_us=time_us)
    maker.finish()
    return path, maker.truth


@pytest.fixture(params=["dark", "light"])
def watched(film: tuple[Path, Truth], request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Watched]:
    path, truth = film
    with VirtualScreen(1280, 720, manager=False) as screen:
        screen.at_home(tmp_path)
        process = screen.start(*PROGRAM, str(path), request.param)
        window = screen.window("Sealcast")
        screen.xdotool("windowmove", window, 0, 0, "windowfocus", "--sync", window)
        yield Watched(screen, process, truth)


def test_it_shows_what_was_recorded(watched: Watched) -> None:
    watched.press("z")
    watched.shows(0)
    watched.press("period", "period")
    watched.shows(2 * SECOND_US)
    watched.press("comma")
    watched.shows(SECOND_US)
    watched.press("m")
    watched.shows(6 * SECOND_US)
    watched.press("l")
    watched.shows(16 * SECOND_US)
    watched.press("Left")
    watched.shows(11 * SECOND_US)
    watched.click(x_at(PLACES.track, 8_500_000, TIMES_US[-1]), PLACES.track.middle[1])
    watched.shows(8 * SECOND_US)
    watched.press("f")
    watched.shows(8 * SECOND_US, stage=Box.of(WINDOW))
    watched.press("Escape")
    watched.shows(8 * SECOND_US)
    watched.press("ctrl+q")
    assert watched.process.wait(20) == 0


def test_it_plays_to_the_end_and_then_rests(watched: Watched) -> None:
    watched.press("z")
    watched.shows(0)
    watched.press(*["bracketright"] * 8, "space")
    watched.shows(TIMES_US[-1])
    watched.screen.still()


def test_without_a_display_that_is_said(film: tuple[Path, Truth]) -> None:
    path, _ = film
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    done = subprocess.run([*PROGRAM, str(path), "dark"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode
    assert done.stderr.strip().splitlines()[-1].startswith("replay.errors.WindowError")
