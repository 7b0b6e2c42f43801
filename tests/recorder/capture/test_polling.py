from collections.abc import Iterator

import pytest

from recorder.capture.cover import PAINT
from recorder.capture.frame import Region
from recorder.capture.grab import Grabber
from recorder.capture.mask import Mask
from recorder.capture.polling import PollingSource
from recorder.capture.screen import open_screen
from recorder.capture.wanted import Wanted
from recorder.capture.x_display import XDisplay
from recorder.errors import CaptureError
from tests.recorder.capture.watched import Watched, lacking_screen, xdotool
from tests.virtual_screen import VirtualScreen


@pytest.fixture(scope="module")
def screen() -> Iterator[VirtualScreen]:
    with VirtualScreen() as started:
        yield started


def poll(screen: VirtualScreen, *masks: str, wanted: Wanted | None = None, pointer: bool = True) -> Watched:
    source = PollingSource(
        wanted or Wanted(),
        [Mask.parse(mask) for mask in masks],
        grabber=Grabber(screen.display),
        display=XDisplay(screen.display) if pointer else None,
        interval_us=20_000,
    )
    return Watched(source)


def test_real_programs_are_seen_as_a_screenshot_sees_them(screen: VirtualScreen) -> None:
    with poll(screen) as watched:
        clock = screen.start("xclock", "-update", "1", "-geometry", "100x100+1150+10")
        term = screen.start("xterm", "-T", "counting", "-geometry", "80x24+10+10", "-e", "seq 300; sleep 99")
        window = screen.window("counting")
        assert watched.same_when_still(screen)
        moves = (f"windowmove {window} {10 + 3 * n} {20 + n} sleep 0.005" for n in range(60))
        watched.while_running(xdotool(screen, " ".join(moves) + " mousemove 77 88 click 1"))
        assert watched.same_when_still(screen)
        clicks = [(sample.x_px, sample.y_px) for sample in watched.samples if sample.buttons]
        assert clicks == [(77, 88)]
        screen.end(term)
        screen.end(clock)
        assert watched.same_when_still(screen)


def test_a_look_is_taken_at_a_rate_and_shows_nothing_new_while_nothing_changes(screen: VirtualScreen) -> None:
    with poll(screen, pointer=False) as watched:
        assert watched.same_when_still(screen)
        assert watched.source.wait(1_000_000)
        assert watched.source.frame() is None
        assert watched.source.pointer() == []
        assert watched.source.wait(1) is False
        assert watched.source.wait(0, rest_us=30_000)
        watched.source.wake()
        assert watched.source.wait(60_000_000, rest_us=60_000_000)
        assert watched.look(whole=True)


def test_a_region_is_hidden_and_a_window_cannot_be(screen: VirtualScreen) -> None:
    with poll(screen, "0,0,60x50", wanted=Wanted(region=Region(20, 10, 200, 200))) as watched:
        screen.xdotool("mousemove", 21, 11)
        watched.until(lambda: watched.frames > 0)
        assert watched.shown.shape == (190, 180, 4)
        assert (watched.shown[:40, :40] == PAINT).all()
    grabber = Grabber(screen.display)
    with pytest.raises(CaptureError):
        PollingSource(Wanted(), [Mask.parse("window:x")], grabber=grabber)
    grabber.close()


def test_a_screen_that_changes_its_size_is_recorded_on(screen: VirtualScreen) -> None:
    with poll(screen) as watched:
        for size in ("640x480", "1280x720"):
            screen.tell("xrandr", "--fb", size)
            width_px, height_px = map(int, size.split("x"))
            watched.until(lambda: watched.shown.shape == (height_px, width_px, 4))  # noqa: B023 - called at once
            assert watched.same_when_still(screen)


def test_a_screen_that_goes_away_ends_the_recording() -> None:
    with VirtualScreen(320, 200, manager=False) as small, poll(small, pointer=False) as watched:
        watched.look()
        small.server.kill()
        small.server.wait()
        with pytest.raises(CaptureError):
            watched.until(lambda: False)


@pytest.mark.parametrize("missing", [("DAMAGE",), ("DAMAGE", "RECORD")])
def test_an_x_server_that_lacks_extensions_is_polled(missing: tuple[str, ...]) -> None:
    with lacking_screen(*missing) as screen:
        source = open_screen(environment=screen.environment)
        assert isinstance(source, PollingSource)
        with Watched(source) as watched:
            watched.until(lambda: bool(watched.frames and watched.samples))
            assert watched.samples[0].shape
            screen.xdotool("mousemove", 12, 34)
            watched.until(lambda: (watched.samples[-1].x_px, watched.samples[-1].y_px) == (12, 34))


def test_a_pointer_is_looked_for_where_nobody_tells_of_it() -> None:
    with lacking_screen("RECORD") as screen, Watched(open_screen(environment=screen.environment)) as watched:
        watched.until(lambda: bool(watched.samples))
        screen.xdotool("mousemove", 12, 34)
        watched.until(lambda: (watched.samples[-1].x_px, watched.samples[-1].y_px) == (12, 34))
