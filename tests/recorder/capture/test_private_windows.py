from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import pytest

from recorder.capture.cover import PAINT
from recorder.capture.frame import Region
from recorder.capture.mask import Mask
from recorder.capture.screen import open_screen
from tests.recorder.capture.watched import Colours, Watched, magenta, xdotool
from tests.virtual_screen import VirtualScreen
from tests.waiting import until

PLACE = Region(200, 150, 500, 350)


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualScreen]:
    with VirtualScreen() as started:
        started.at_home(tmp_path_factory.mktemp("programs"))
        # Something that is uncovered, and paints itself when it is.
        pad = started.start("mousepad", "--disable-server")
        window = started.window("Mousepad")
        started.xdotool("windowsize", window, 1000, 550, "windowmove", window, 50, 50)
        yield started
        started.end(pad)


@pytest.fixture
def colours(screen: VirtualScreen) -> Iterator[Colours]:
    with Colours(screen) as program:
        yield program


def watch(screen: VirtualScreen, *masks: str) -> Watched:
    return Watched(open_screen(masks=[Mask.parse(mask) for mask in masks], environment=screen.environment))


def shown(screen: VirtualScreen, name: str) -> int:
    """Wait until a window is there, and its colour on the screen."""
    window = screen.window(name)
    until(lambda: magenta_on(screen) > 0)
    return window


def magenta_places(screen: VirtualScreen) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    blue, green, red = np.moveaxis(screen.screenshot(), 2, 0)
    rows, columns = np.nonzero((blue == 255) & (green == 0) & (red == 255))
    return rows, columns


def magenta_on(screen: VirtualScreen) -> int:
    return len(magenta_places(screen)[0])


# What is done to window W, many times over, while frames are taken as fast as possible.
ACTS: dict[str, Callable[[int], str]] = {
    "moved": lambda n: f"windowmove W {60 + 3 * n} {40 + n} sleep 0.004",
    "resized": lambda n: f"windowsize W {100 + 3 * n} {400 - n} sleep 0.004",
    "unmapped": lambda _: "windowunmap W sleep 0.01 windowmap W sleep 0.01",
    "minimised": lambda _: "windowminimize W sleep 0.01 windowactivate W sleep 0.01",
    "dragged": lambda n: f"mousemove {300 + 3 * n} {250 + n} sleep 0.004",
}


@pytest.mark.parametrize("act", list(ACTS))
def test_a_private_window_is_in_no_frame_whatever_is_done_to_it(
    screen: VirtualScreen, colours: Colours, act: str
) -> None:
    with watch(screen, "window:^secret") as watched:
        secret = colours.window(PLACE, title="secret diary")
        colours.do(secret.map)
        watched.until(lambda: magenta_on(screen) > 0)
        script = " ".join(ACTS[act](n) for n in range(70))
        if act == "dragged":
            script = f"mousemove 300 250 keydown alt mousedown 1 {script} mouseup 1 keyup alt"
        watched.while_running(xdotool(screen, script.replace("W", str(secret.id))))
        # Everything else is seen again, after a while.
        colours.do(secret.destroy)
        watched.until(lambda: watched.same_when_still(screen))
        assert watched.magenta == 0


def test_without_a_mask_it_is_seen(screen: VirtualScreen, colours: Colours) -> None:
    with watch(screen) as watched:
        secret = colours.window(PLACE, title="secret diary")
        colours.do(secret.map)
        shown(screen, "secret")
        watched.until(lambda: watched.magenta > 0)
        colours.do(secret.destroy)


@pytest.mark.parametrize("mask", ["class:Diary", "id:{id}", "window:^my"])
def test_a_window_that_is_there_already_is_hidden_with_its_frame(
    screen: VirtualScreen, colours: Colours, mask: str
) -> None:
    secret = colours.window(PLACE, title="my diary", name="diary")
    colours.do(secret.map)
    shown(screen, "my diary")
    with watch(screen, mask.format(id=secret.id)) as watched:
        watched.until(lambda: watched.frames > 0)
        assert watched.magenta == 0
        # The title bar lies above.
        rows, columns = magenta_places(screen)
        assert len(rows) == PLACE.area
        assert (watched.shown[rows.min() - 10 : rows.max(), columns.min() : columns.max()] == PAINT).all()
        colours.do(secret.destroy)


def test_a_title_that_comes_later_hides_from_then_on_for_good(screen: VirtualScreen, colours: Colours) -> None:
    with watch(screen, "window:secret") as watched:
        window = colours.window(PLACE, title="letter")
        colours.do(window.map)
        watched.until(lambda: watched.magenta > 0)
        colours.do(lambda: window.set_wm_name("secret letter"))
        watched.until(lambda: not magenta(watched.shown))
        colours.do(lambda: window.set_wm_name("letter"), lambda: window.configure(x=400))
        watched.magenta = 0
        watched.until(lambda: watched.source.wait(300_000) is False)
        assert watched.magenta == 0
        assert magenta_on(screen) > 0
        colours.do(window.destroy)


def test_a_window_without_a_name_is_hidden_for_a_second(screen: VirtualScreen, colours: Colours) -> None:
    with watch(screen, "window:secret") as watched:
        window = colours.window(PLACE)
        colours.do(window.map)
        until(lambda: magenta_on(screen) > 0)
        watched.look()
        watched.look()
        assert watched.magenta == 0
        watched.until(lambda: watched.magenta > 0)
        colours.do(window.destroy)


def test_what_belongs_to_a_private_window_is_hidden_with_it(screen: VirtualScreen, colours: Colours) -> None:
    with Colours(screen) as other, Colours(screen) as third, watch(screen, "window:secret") as watched:
        secret = colours.window(PLACE, title="secret")
        dialog = other.window(PLACE.moved(400, 0), title="save?", owner=secret)
        menu = colours.window(PLACE.moved(0, 250), popup=True)
        colours.do(secret.map)
        other.do(dialog.map)
        colours.do(menu.map)
        watched.until(lambda: magenta_on(screen) > 2 * PLACE.area)
        watched.while_running(xdotool(screen, "sleep 0.3"))
        assert watched.magenta == 0
        # A menu of another program is not.
        foreign = third.window(PLACE.moved(500, 300), popup=True)
        third.do(foreign.map)
        watched.until(lambda: watched.magenta > 0)


def test_a_region_is_hidden_wherever_the_recorded_area_lies(screen: VirtualScreen, colours: Colours) -> None:
    with watch(screen, "200,150,300x200") as watched:
        window = colours.window(PLACE, popup=True)
        colours.do(window.map)
        until(lambda: magenta_on(screen) == PLACE.area)
        watched.look()
        assert watched.magenta == 0
        assert (watched.shown[150:350, 200:500] == PAINT).all()
        watched.until(lambda: watched.source.wait(100_000) is False)
        # What changes behind it changes nothing.
        colours.do(lambda: window.change_attributes(background_pixel=0x00FF00), window.clear_area)
        assert watched.look(1_000_000) is None
        colours.do(lambda: window.configure(x=300))
        colours.do(lambda: window.change_attributes(background_pixel=0xFF00FF), window.clear_area)
        watched.until(lambda: watched.magenta > 0)
        assert (watched.shown[150:350, 200:500] == PAINT).all()
        colours.do(window.destroy)


def test_a_frame_of_a_window_manager_is_no_popup_of_the_program_in_it(screen: VirtualScreen, colours: Colours) -> None:
    with Colours(screen) as manager, watch(screen, "window:secret") as watched:
        secret = colours.window(PLACE, title="secret")
        letter = colours.window(Region(0, 0, 200, 100), title="letter")
        frame = manager.window(PLACE.moved(400, 0), popup=True)
        colours.do(secret.map, lambda: letter.reparent(frame, 5, 5), letter.map)
        manager.do(frame.map)
        watched.until(lambda: watched.magenta > 0)


def test_what_only_takes_clicks_hides_nothing(screen: VirtualScreen, colours: Colours) -> None:
    with watch(screen, "window:secret") as watched:
        secret = colours.window(Region(0, 0, 50, 50), title="secret")
        glass = colours.window(PLACE, popup=True, seen=False)
        colours.do(secret.map, glass.map)
        screen.window("secret")
        watched.until(lambda: np.array_equal(watched.shown[10, 10], PAINT))
        assert not (watched.shown[150:350, 200:500] == PAINT).all()
