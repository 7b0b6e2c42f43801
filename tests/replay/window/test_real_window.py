"""The window on a real screen with real OpenGL: what it shows is what was recorded, to the pixel."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from recorder.format.events import Joined, Line, Marker
from replay.scene import Pixels
from replay.window.acts import BY_KEY, Do
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
# What xdotool calls them.
KEY_NAMES = {
    "Space": "space", "[": "bracketleft", "]": "bracketright", ",": "comma", ".": "period", "/": "slash",
    "?": "question", "Left": "Left", "Right": "Right", "Up": "Up", "Down": "Down", "PageUp": "Prior",
    "PageDown": "Next", "Home": "Home", "End": "End", "Enter": "Return", "Tab": "Tab", "Escape": "Escape", "F1": "F1",
    "Shift+M": "shift+m", "Shift+T": "shift+t", "Ctrl+Q": "ctrl+q", "Ctrl+W": "ctrl+w",
}  # fmt: skip


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


def test_every_key_reaches_its_act(film: tuple[Path, Truth], tmp_path: Path) -> None:
    path, _ = film
    said = tmp_path / "said"
    with VirtualScreen(1280, 720, manager=False) as screen, said.open("wb") as out:
        screen.at_home(tmp_path)
        process = subprocess.Popen([*PROGRAM, str(path), "dark", "acts"], env=screen.environment, stdout=out)
        try:
            window = screen.window("Sealcast")
            screen.xdotool("windowmove", window, 0, 0, "windowfocus", "--sync", window)
            expected = list[str]()

            def as_expected() -> bool:
                return said.read_text().splitlines() == expected

            for key, act in sorted(BY_KEY.items(), key=lambda one: (one[1] is Do.QUIT, one[1] is Do.LEAVE)):
                # In the field of the search, and under the help, keys mean something else.
                closing = ["Escape"] if act in (Do.SEARCH, Do.HELP, Do.STANDING) else []
                screen.xdotool("key", KEY_NAMES.get(key, key.lower()), *closing)
                expected += [str(act), *[str(Do.BACK)] * len(closing)]
                until(as_expected)
            assert process.wait(20) == 0
        finally:
            process.kill()
            process.wait()


def test_where_pixels_are_small_it_is_as_large_and_as_exact(film: tuple[Path, Truth], tmp_path: Path) -> None:
    path, truth = film
    with VirtualScreen(2048, 1152, manager=False) as screen:
        screen.at_home(tmp_path)
        subprocess.run(["xrdb", "-merge"], input=b"Xft.dpi: 144\n", env=screen.environment, check=True)
        process = screen.start(*PROGRAM, str(path), "dark")
        window = screen.window("Sealcast")
        screen.xdotool("windowmove", window, 0, 0, "windowfocus", "--sync", window)
        watched = Watched(screen, process, truth)
        scale, size_px = 1.5, (1843, 1037)  # nine tenths of the screen: more it does not take
        found = layout((size_px[0] / scale, size_px[1] / scale), side=True, bare=False)
        (box,) = pictures(found.stage, [FILM], fit=False, scale=scale)
        left, top = round(box.left * scale), round(box.top * scale)
        watched.press("z", "period", "period")
        picture = truth.at(SCREEN, 2 * SECOND_US)
        assert picture
        place = Box(left, top, *FILM)
        until(lambda: bool(np.array_equal(watched.shown(place), picture[1])))
        # The mouse is where it seems to be.
        x, y = x_at(found.track, 8_500_000, TIMES_US[-1]), found.track.middle[1]
        watched.click(x * scale, y * scale)
        later = truth.at(SCREEN, 8 * SECOND_US)
        assert later
        until(lambda: bool(np.array_equal(watched.shown(place), later[1])))


@pytest.mark.parametrize("lacking", ["display", "OpenGL"])
def test_where_it_cannot_be_shown_that_is_said(film: tuple[Path, Truth], lacking: str) -> None:
    path, _ = film
    with VirtualScreen(640, 480, lacking=("GLX",), manager=False) as screen:
        gone = ("DISPLAY", "WAYLAND_DISPLAY") if lacking == "display" else ()
        environment = {name: value for name, value in screen.environment.items() if name not in gone}
        command = [*PROGRAM, str(path), "dark"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("replay.errors.WindowError")
    assert lacking in done.stderr.strip().splitlines()[-1]
