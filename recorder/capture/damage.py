"""A screen of X11: fetches only what was painted, and covers what is private before anybody sees it."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from recorder.capture.compare import differences
from recorder.capture.cover import Cover, paint, within
from recorder.capture.frame import Frame, Pixels, Region
from recorder.capture.gather import gathered
from recorder.capture.grab import Grabber
from recorder.capture.mask import Mask, PrivateWindow, private_regions
from recorder.capture.pointer import PointerSample
from recorder.capture.wake import Sleep
from recorder.capture.wanted import Absence, OutOfScreenError, Wanted
from recorder.capture.x_display import XDisplay
from recorder.capture.x_pointer import XPointer
from recorder.capture.x_windows import XWindows
from vault.outside import monotonic_us

# Between tries to find what is wanted while the screen changes.
_TRY_AGAIN_US: Final = 50_000


class DamageSource:
    """A FrameSource.  Owns, once it is made, its connections to the screen, and the buffer of its frames."""

    def __init__(
        self,
        wanted: Wanted,
        masks: Sequence[Mask],
        *,
        grabber: Grabber,
        display: XDisplay,
        now_us: Callable[[], int] = monotonic_us,
    ) -> None:
        """Begin to watch; both connections are to the same X11 display, which has DAMAGE.

        Errors: CaptureError when what is wanted is not there, or a mask lies outside the screen.
        """
        self._wanted = wanted
        self._grabber = grabber
        self._display = display
        self._now_us = now_us
        self._area = wanted.region_on(grabber.screen, grabber.monitors)
        self._cover = Cover(private_regions(masks, grabber.screen))
        private = [mask.what for mask in masks if isinstance(mask.what, PrivateWindow)]
        display.watch(windows=bool(private))
        self._windows = XWindows(display, private, now_us=now_us()) if private else None
        self._private: set[Region] = set()
        self._pointer = XPointer(display)
        self._sleep = Sleep()
        self._buffer: Pixels = np.zeros((0, 0, 4), np.uint8)
        # The first frame finds out how large it is, as any after a change.
        display.resized = True
        self._absence = Absence()

    def wait(self, patience_us: int, *, rest_us: int = 0) -> bool:
        """Sleep until something may have changed; see FrameSource."""
        began_us = self._now_us()
        rest_us = max(rest_us, _TRY_AGAIN_US if self._absence else 0)
        patience_us = max(patience_us, rest_us)
        woken = False
        while True:
            now_us = self._take_in()
            left_us = began_us + patience_us - now_us
            resting_us = began_us + rest_us - now_us
            if (due_us := self._due_us()) is not None:
                left_us = min(left_us, max(due_us - now_us, resting_us))
            stirred = self._stirred(now_us)
            if woken or left_us <= 0 or (stirred and resting_us <= 0):
                return stirred
            descriptors = [self._display.descriptor, *self._pointer.descriptors]
            woken = self._sleep.sleep(resting_us if stirred else left_us, descriptors)

    def _due_us(self) -> int | None:
        dues = (self._cover.due_us, self._windows.due_us if self._windows else None)
        return min((due_us for due_us in dues if due_us is not None), default=None)

    def _stirred(self, now_us: int) -> bool:
        due_us = self._due_us()
        return (
            self._display.damaged
            or self._display.resized
            or self._pointer.stirred
            or (self._windows is not None and self._windows.stirred)
            or (due_us is not None and due_us <= now_us)
        )

    def _take_in(self) -> int:
        now_us = self._now_us()
        self._pointer.read(now_us)
        for event in self._display.events():
            if self._windows:
                self._windows.take(event, now_us)
        return now_us

    def frame(self, *, whole: bool = False) -> Frame | None:
        """Return what is shown now, None when nothing differs; see FrameSource."""
        now_us = self._take_in()
        try:
            if resized := self._display.resized:
                self._lay_out()
            frame = self._fetch(now_us, whole=whole or resized)
        except OutOfScreenError as error:
            self._absence.note(error, now_us=now_us)
            self._display.resized = True
            return None
        self._absence.over()
        return frame

    def _lay_out(self) -> None:
        self._display.resized = False
        self._grabber.reopen()
        self._area = self._wanted.region_on(self._grabber.screen, self._grabber.monitors)
        self._buffer = np.zeros((self._area.height_px, self._area.width_px, 4), np.uint8)

    def _fetch(self, now_us: int, *, whole: bool) -> Frame | None:
        # What is painted from here on is told anew, so nothing is lost between this and the grabs.
        dirty = self._display.collect() if whole or self._display.damaged else []
        self._take_in()
        dirty += self._cover.leave(self._left(now_us), now_us=now_us)
        hidden = self._cover.hidden(self._private)
        wanted = [self._area] if whole else gathered(region.clipped(self._area) for region in dirty)
        fetched = [(region, self._grabber.grab(region)) for region in wanted if whole or not _under(region, hidden)]
        if self._windows and fetched:
            # Windows moved on while pixels were fetched: everywhere they were up to now has been told.
            self._display.sync()
            self._take_in()
            self._private = self._windows.places(now_us)
            hidden = self._cover.hidden(self._private)
        changed = [self._keep(region, pixels, hidden, whole=whole) for region, pixels in fetched]
        new = self._cover.new(hidden)
        paint(self._buffer, new, place=self._area)
        changed += [] if whole else [within(region, self._area) for region in new]
        changed = [region for region in changed if region.area]
        return Frame(time_us=now_us, pixels=self._buffer, changed=tuple(changed)) if changed else None

    def _left(self, now_us: int) -> set[Region]:
        """Look where private windows are now, and return where they were since the frame before, and are no more."""
        if not self._windows:
            return set()
        before = self._private | self._windows.places(now_us)
        self._windows.settle()
        self._private = self._windows.places(now_us)
        return before - self._private

    def _keep(self, region: Region, pixels: Pixels, hidden: frozenset[Region], *, whole: bool) -> Region:
        """Put fetched pixels into the buffer; return what changed there, with an area of 0 for nothing."""
        # Painted before they reach the buffer, where somebody may still be looking at the frame before.
        paint(pixels, hidden, place=region)
        place = within(region, self._area)
        kept = self._buffer[place.top_px : place.bottom_px, place.left_px : place.right_px]
        if not whole and next(differences(kept, pixels), None) is None:
            return Region(0, 0, 0, 0)
        kept[:] = pixels
        return place

    def pointer(self) -> list[PointerSample]:
        """Return what the pointer did since the last time; see FrameSource."""
        return self._pointer.samples(self._area, self._take_in())

    def wake(self) -> None:
        """End a wait; see FrameSource."""
        self._sleep.wake()

    def close(self) -> None:
        """Give everything back."""
        self._pointer.close()
        self._display.close()
        self._grabber.close()
        self._sleep.close()


def _under(region: Region, hidden: frozenset[Region]) -> bool:
    return any(region.clipped(each) == region for each in hidden)
