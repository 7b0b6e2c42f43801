import os
import signal
import subprocess
import time
from collections.abc import Iterator

import numpy as np
import pytest

from recorder.capture.damage import DamageSource
from recorder.capture.frame import Region
from recorder.capture.mask import Mask
from recorder.capture.screen import list_monitors, open_screen
from recorder.capture.wanted import Wanted
from recorder.errors import CaptureError
from tests.recorder.capture.watched import Watched, lacking_screen, xdotool
from tests.virtual_screen import VirtualScreen
from tests.waiting import until

COUNT = 'i=0; while [ $i -lt {} ]; do i=$((i+1)); echo "$i: the quick brown fox"; sleep 0.01; done; sleep 99'


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualScreen]:
    with VirtualScreen() as started:
        started.at_home(tmp_path_factory.mktemp("programs"))
        yield started


@pytest.fixture
def watched(screen: VirtualScreen) -> Iterator[Watched]:
    source = open_screen(environment=screen.environment)
    assert isinstance(source, DamageSource)
    with Watched(source) as opened:
        yield opened


def test_real_programs_are_seen_as_a_screenshot_sees_them(screen: VirtualScreen, watched: Watched) -> None:
    clock = screen.start("xclock", "-update", "1", "-geometry", "100x100+1150+10")
    term = screen.start("xterm", "-T", "counting", "-geometry", "80x24+10+10", "-e", COUNT.format(60))
    screen.window("counting")
    pad = screen.start("mousepad", "--disable-server")
    window = screen.window("Mousepad")
    screen.xdotool("windowmove", window, 500, 200)
    assert watched.same_when_still(screen)
    watched.while_running(xdotool(screen, f"windowactivate --sync {window} type Dear_customer"))
    assert watched.same_when_still(screen)
    moves = (f"windowmove {window} {500 - 3 * n} {200 + n} sleep 0.003" for n in range(150))
    watched.while_running(xdotool(screen, " ".join(moves)))
    assert watched.same_when_still(screen)
    # A menu is a window that no window manager knows of.
    watched.while_running(xdotool(screen, "key alt+f sleep 0.2 key Down"))
    assert watched.same_when_still(screen)
    for program in (term, pad, clock):
        screen.end(program)
    assert watched.same_when_still(screen)
    assert watched.frames > 10


def test_what_floods_the_screen_does_not_flood_the_recorder(screen: VirtualScreen, watched: Watched) -> None:
    assert watched.same_when_still(screen)
    assert isinstance(watched.source, DamageSource)
    flood = screen.start("xterm", "-e", "yes | head -n 100000")
    until(lambda: flood.poll() is not None)
    # Much was painted thousands of times; besides, the pointer's shape changed with the windows below it.
    assert watched.source._display.connection.pending_events() < 10
    assert watched.same_when_still(screen)


def test_nothing_happens_while_nothing_changes(screen: VirtualScreen, watched: Watched) -> None:
    assert watched.same_when_still(screen)
    assert watched.source.wait(100_000) is False
    assert watched.source.frame() is None
    assert watched.source.pointer() == []
    whole = watched.look(whole=True)
    assert whole
    assert np.array_equal(whole.pixels[..., :3], screen.screenshot())


def test_a_wait_ends_when_somebody_wakes_it(screen: VirtualScreen, watched: Watched) -> None:
    assert watched.same_when_still(screen)
    began_s = time.monotonic()
    watched.source.wake()
    assert watched.source.wait(60_000_000) is False
    before = signal.signal(signal.SIGUSR1, lambda *_: watched.source.wake())
    killer = subprocess.Popen(["sh", "-c", f"sleep 0.1; kill -USR1 {os.getpid()}"])
    assert watched.source.wait(60_000_000, rest_us=60_000_000) is False
    assert time.monotonic() - began_s < 60  # neither waited as long as it might have
    killer.wait()
    signal.signal(signal.SIGUSR1, before)


def test_a_rest_outlasts_changes(screen: VirtualScreen, watched: Watched) -> None:
    assert watched.same_when_still(screen)
    clock = screen.start("xclock", "-update", "1")
    screen.window("xclock")
    assert isinstance(watched.source, DamageSource)
    began_us = watched.source._now_us()
    assert watched.source.wait(60_000_000, rest_us=300_000)
    assert watched.source._now_us() - began_us >= 300_000
    screen.end(clock)


def test_one_monitor_a_region_or_all(screen: VirtualScreen) -> None:
    screen.tell("xrandr", "--setmonitor", "left", "800/200x720/180+0+0", "screen")
    screen.tell("xrandr", "--setmonitor", "right", "480/120x600/150+800+0", "none")
    monitors = list_monitors(screen.environment)
    assert [monitor.number for monitor in monitors] == [1, 2]
    assert [monitor.region for monitor in monitors] == [Region(0, 0, 800, 720), Region(800, 0, 1280, 600)]
    term = screen.start("xterm", "-geometry", "60x20+700+100", "-e", COUNT.format(20))
    region = Region(650, -20, 950, 333)
    for wanted, area in (
        (Wanted(monitor=2), Region(800, 0, 1280, 600)),
        (Wanted(region=region), Region(650, 0, 950, 333)),
        (Wanted(), Region(0, 0, 1280, 720)),
    ):
        with Watched(open_screen(wanted, environment=screen.environment)) as watched:
            assert watched.same_when_still(screen, area)
    screen.end(term)
    with Watched(open_screen(Wanted(monitor=2), environment=screen.environment)) as watched:
        watched.until(lambda: watched.shown.shape == (600, 480, 4))
        screen.tell("xrandr", "--setmonitor", "other", "300/120x400/150+900+50", "none")
        screen.tell("xrandr", "--delmonitor", "right")
        watched.until(lambda: watched.shown.shape == (400, 300, 4))
        screen.tell("xrandr", "--delmonitor", "other")
        screen.tell("xrandr", "--delmonitor", "left")
        # A monitor that has gone may come back, for a while.
        assert watched.source.frame() is None


def test_a_screen_that_changes_its_size_is_recorded_on(screen: VirtualScreen, watched: Watched) -> None:
    term = screen.start("xterm", "-geometry", "120x40+500+100", "-e", COUNT.format(60))
    sizes = ["1024x600", "640x480", "1280x720"] * 4
    changing = screen.start("sh", "-c", "; ".join(f"xrandr --fb {size}" for size in sizes))
    watched.while_running(changing)
    assert watched.same_when_still(screen)
    screen.tell("xrandr", "--newmode", "small", "30", "800", "816", "896", "1024", "600", "601", "604", "622")
    screen.tell("xrandr", "--addmode", "screen", "small")
    screen.tell("xrandr", "--output", "screen", "--mode", "small")
    assert watched.same_when_still(screen)
    assert watched.shown.shape == (600, 800, 4)
    screen.tell("xrandr", "--output", "screen", "--mode", "1280x720")
    assert watched.same_when_still(screen)
    assert watched.shown.shape == (720, 1280, 4)
    screen.end(term)


@pytest.mark.parametrize(
    ("wanted", "masks"),
    [
        (Wanted(monitor=2), ()),
        (Wanted(region=Region(1280, 0, 1300, 50)), ()),
        (Wanted(), (Mask(Region(0, 720, 10, 730)),)),
        (Wanted(), (Mask.parse("id:0x123"),)),
    ],
)
def test_what_is_not_on_the_screen_is_refused(screen: VirtualScreen, wanted: Wanted, masks: tuple[Mask, ...]) -> None:
    with pytest.raises(CaptureError):
        open_screen(wanted, masks, environment=screen.environment)


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"DISPLAY": ""},
        {"DISPLAY": ":9876"},
        {"DISPLAY": "nonsense"},
        {"WAYLAND_DISPLAY": "wayland-0"},
        {"XDG_SESSION_TYPE": "wayland"},
    ],
)
def test_without_a_display_there_is_nothing_to_record(environment: dict[str, str]) -> None:
    with pytest.raises(CaptureError):
        open_screen(environment=environment)
    with pytest.raises(CaptureError):
        list_monitors(environment)


def test_a_display_that_goes_away_ends_the_recording() -> None:
    for act in ("wait", "frame", "pointer"):
        with VirtualScreen(320, 200, manager=False) as screen:
            source = open_screen(environment=screen.environment)
            assert source.frame()
            screen.server.kill()
            screen.server.wait()
            with pytest.raises(CaptureError):
                source.wait(10_000_000) if act == "wait" else getattr(source, act)()
            source.close()


def test_few_colours_are_refused() -> None:
    with lacking_screen(depth_bits=16) as screen, pytest.raises(CaptureError):
        open_screen(environment=screen.environment)
