"""A source whose every frame is held against the frame before it, and a window of one colour."""

import contextlib
import subprocess
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

import numpy as np
from Xlib import X, display
from Xlib.protocol import display as protocol_display
from Xlib.protocol import event, rq

from recorder.capture.frame import Frame, Pixels, Region
from recorder.capture.pointer import PointerSample
from recorder.capture.source import FrameSource
from tests.virtual_screen import VirtualScreen
from tests.waiting import until

MAGENTA = 0xFF00FF


class Watched:
    """Looks at a source; what differs from one frame to the next must lie in what is called changed."""

    def __init__(self, source: FrameSource) -> None:
        self.source = source
        self.shown: Pixels = np.zeros((0, 0, 4), np.uint8)
        self.frames = 0
        self.samples: list[PointerSample] = []
        self.magenta = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.source.close()

    def look(self, patience_us: int = 20_000, *, whole: bool = False) -> Frame | None:
        self.source.wait(patience_us)
        frame = self.source.frame(whole=whole)
        self.samples += self.source.pointer()
        if frame is None:
            return None
        self.frames += 1
        self.magenta += magenta(frame.pixels)
        if frame.pixels.shape == self.shown.shape and not whole:
            differing = frame.pixels.view(np.uint32)[..., 0] != self.shown.view(np.uint32)[..., 0]
            for part in frame.changed:
                differing[part.top_px : part.bottom_px, part.left_px : part.right_px] = False
            assert not differing.any()
        else:
            assert frame.changed == (Region(0, 0, *frame.size),)
        self.shown = frame.pixels.copy()
        return frame

    def until(self, true: Callable[[], bool], patience_us: int = 20_000) -> None:
        """Look on until it is so."""

        def so() -> bool:
            self.look(patience_us)
            return true()

        until(so)

    def while_running(self, process: "subprocess.Popen[bytes]") -> None:
        """Look on, as fast as possible, until a program has ended."""
        self.until(lambda: process.poll() is not None, patience_us=2_000)
        assert process.wait() == 0

    def same_when_still(self, screen: VirtualScreen, area: Region | None = None) -> bool:
        """Look on until a screenshot falls between two looks that saw no change; say whether it shows the same."""
        while True:
            until(lambda: self.look(100_000) is None)
            shot = screen.screenshot()
            if self.look(1_000) is None:
                break
        if area:
            shot = shot[area.top_px : area.bottom_px, area.left_px : area.right_px]
        # The fourth byte means nothing.
        return np.array_equal(shot, self.shown[..., :3])


@contextlib.contextmanager
def lacking_screen(*extensions: str, depth_bits: int = 24) -> Iterator[VirtualScreen]:
    """Start a small screen whose X server lacks something."""
    with VirtualScreen(320, 200, depth_bits=depth_bits, lacking=extensions, manager=False) as screen:
        try:
            _forget_extensions()
            yield screen
        finally:
            _forget_extensions()


def _forget_extensions() -> None:
    """Make python-xlib ask the next server: it keeps for the whole process how one numbers its extensions' events."""
    protocol_display.Display.event_classes = event.event_class.copy()
    protocol_display.Display.extension_major_opcodes = {}


def magenta(pixels: Pixels) -> int:
    """Count the pixels of that colour."""
    return int(np.count_nonzero(pixels.view(np.uint32)[..., 0] & 0xFFFFFF == MAGENTA))


def xdotool(screen: VirtualScreen, script: str) -> "subprocess.Popen[bytes]":
    """Start it, and do not wait for it; the words of the script are its arguments."""
    return screen.start("xdotool", *script.split())


class Colours:
    """A program with windows of one colour.  Use it as a context manager."""

    def __init__(self, screen: VirtualScreen) -> None:
        self._display = display.Display(screen.display)
        self._root = self._display.screen().root

    def window(
        self,
        place: Region,
        *,
        title: str = "",
        name: str = "",
        popup: bool = False,
        owner: rq.Window | None = None,
        seen: bool = True,
    ) -> rq.Window:
        """Make a magenta window; it is not shown yet."""
        size = place.left_px, place.top_px, place.width_px, place.height_px
        kind = X.InputOutput if seen else X.InputOnly
        colour = {"background_pixel": MAGENTA} if seen else {}
        window = self._root.create_window(*size, 0, X.CopyFromParent, kind, override_redirect=popup, **colour)
        if title:
            window.set_wm_name(title)
        if name:
            window.set_wm_class(name, name)
        if owner:
            window.set_wm_transient_for(owner)
        # A window manager leaves it where it asks to be.
        window.set_wm_normal_hints(flags=0b101)
        self._display.sync()
        return window

    def do(self, *acts: Callable[[], object]) -> None:
        """Do things to windows, and wait until the server has."""
        for act in acts:
            act()
        self._display.sync()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._display.close()
