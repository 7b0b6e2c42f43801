"""A screen that tells nobody when it changes: looks at it at a rate, and compares.

This is for macOS, Windows, and X11 without DAMAGE.  What the pointer does is known on X11 only.
"""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from recorder.capture.compare import differences
from recorder.capture.cover import paint
from recorder.capture.frame import Frame, Pixels, Region
from recorder.capture.gather import gathered
from recorder.capture.grab import Grabber
from recorder.capture.mask import Mask, PrivateWindow, private_regions
from recorder.capture.pointer import PointerSample
from recorder.capture.wake import Sleep
from recorder.capture.wanted import Absence, OutOfScreenError, Wanted
from recorder.capture.x_display import XDisplay
from recorder.capture.x_pointer import XPointer
from recorder.errors import CaptureError
from vault.outside import monotonic_us

# Nobody tells of a monitor that comes, either.
_LOOK_ANEW_US: Final = 2_000_000


class PollingSource:
    """A FrameSource.  Owns, once it is made, its connections to the screen, and the buffer of its frames."""

    def __init__(
        self,
        wanted: Wanted,
        masks: Sequence[Mask],
        *,
        grabber: Grabber,
        display: XDisplay | None = None,
        interval_us: int = 100_000,
        now_us: Callable[[], int] = monotonic_us,
    ) -> None:
        """Begin to watch, with a look every interval_us; display is there on X11, for the pointer.

        Errors: CaptureError when what is wanted is not there, a mask lies outside the screen, or is a window.
        """
        for mask in masks:
            if isinstance(mask.what, PrivateWindow):
                raise CaptureError(why=f"the mask {mask} needs an X11 screen that tells what changes; mask a region")
        self._wanted = wanted
        self._hidden = private_regions(masks, grabber.screen)
        self._area = wanted.region_on(grabber.screen, grabber.monitors)
        self._grabber = grabber
        self._display = display
        self._pointer = XPointer(display) if display else None
        self._interval_us = interval_us
        self._now_us = now_us
        self._sleep = Sleep()
        self._absence = Absence()
        self._buffer: Pixels = np.zeros((0, 0, 4), np.uint8)
        self._looked_us = self._opened_us = now_us() - _LOOK_ANEW_US

    def wait(self, patience_us: int, *, rest_us: int = 0) -> bool:
        """Sleep until it is time to look again; see FrameSource."""
        began_us = self._now_us()
        woken = False
        while True:
            now_us = self._take_in()
            due_us = self._looked_us + self._interval_us
            left_us = max(began_us + rest_us, min(began_us + patience_us, due_us)) - now_us
            if woken or left_us <= 0:
                return now_us >= due_us
            descriptors = self._pointer.descriptors if self._pointer else []
            woken = self._sleep.sleep(left_us, descriptors)

    def _take_in(self) -> int:
        now_us = self._now_us()
        if self._display and self._pointer:
            self._pointer.read(now_us)
            self._display.events()
        return now_us

    def frame(self, *, whole: bool = False) -> Frame | None:
        """Return what is shown now, None when nothing differs; see FrameSource."""
        now_us = self._looked_us = self._take_in()
        try:
            if now_us - self._opened_us >= _LOOK_ANEW_US:
                whole |= self._look_anew()
                self._opened_us = now_us
            pixels = self._grabber.grab(self._area)
        except OutOfScreenError as error:
            self._absence.note(error, now_us=now_us)
            self._opened_us = now_us - _LOOK_ANEW_US
            return None
        self._absence.over()
        paint(pixels, self._hidden, place=self._area)
        everything = Region(0, 0, self._area.width_px, self._area.height_px)
        whole |= pixels.shape != self._buffer.shape
        changed = [everything] if whole else gathered(differences(self._buffer, pixels))
        self._buffer = pixels
        return Frame(time_us=now_us, pixels=pixels, changed=tuple(changed)) if changed else None

    def _look_anew(self) -> bool:
        self._grabber.reopen()
        before, self._area = self._area, self._wanted.region_on(self._grabber.screen, self._grabber.monitors)
        return before != self._area

    def pointer(self) -> list[PointerSample]:
        """Return what the pointer did since the last time; see FrameSource.  Nothing where it is not known."""
        now_us = self._take_in()
        return self._pointer.samples(self._area, now_us) if self._pointer else []

    def wake(self) -> None:
        """End a wait; see FrameSource."""
        self._sleep.wake()

    def close(self) -> None:
        """Give everything back."""
        if self._display and self._pointer:
            self._pointer.close()
            self._display.close()
        self._grabber.close()
        self._sleep.close()
