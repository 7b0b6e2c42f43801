"""The door to mss: the pixels of a region of the screen, and the monitors, on every platform."""

import contextlib
from collections.abc import Iterator

import mss
import numpy as np
from mss.exception import ScreenShotError
from mss.models import Monitor as Found

from recorder.capture.frame import Pixels, Region
from recorder.capture.wanted import Monitor, OutOfScreenError
from recorder.errors import CaptureError


class Grabber:
    """A connection to the screen.  Owns it; not for several threads."""

    def __init__(self, display: str | None = None) -> None:
        """Open it.  Errors: CaptureError when there is no screen, or it has colours that are not 24 bits deep."""
        self._display = display
        self._mss: mss.MSS | None = None
        self.reopen()

    def reopen(self) -> None:
        """Look again how large the screen is and which monitors it has.

        Errors: CaptureError when the screen has gone; OutOfScreenError when it changes at this moment.
        """
        try:
            # Only X11 knows of displays; elsewhere naming one is refused.
            opened = mss.MSS() if self._display is None else mss.MSS(display=self._display)
        except ScreenShotError as error:
            where = f"the display {self._display}: " if self._display else ""
            raise CaptureError(why=where + _sentence(error)) from error
        # Not before: an X server that nobody is connected to starts anew.
        self.close()
        self._mss = opened
        with _translated():
            found = opened.monitors
        self.screen = _region(found[0])
        # The primary one first; else as the system counts them.  Without any, the whole screen is one.
        ordered = sorted(found[1:] or found, key=lambda monitor: not monitor.get("is_primary"))
        self.monitors = tuple(
            Monitor(number=number, name=monitor.get("output") or monitor.get("name") or "", region=_region(monitor))
            for number, monitor in enumerate(ordered, 1)
        )

    def grab(self, region: Region) -> Pixels:
        """Return what is shown there, without the pointer: a new array, (height, width, 4) uint8, as in Frame.

        Errors: OutOfScreenError when the region is not all on the screen, or the screen has gone: reopening tells.
        """
        assert self._mss
        with _translated():
            shot = self._mss.grab((region.left_px, region.top_px, region.right_px, region.bottom_px))
        return np.frombuffer(shot.raw, np.uint8).reshape(shot.height, shot.width, 4)

    def close(self) -> None:
        """Close it; a screen that has gone is closed already."""
        # Closed a second time after it complained, mss would free the connection twice.
        closing, self._mss = self._mss, None
        if closing:
            with contextlib.suppress(ScreenShotError):
                closing.close()


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    # A lost connection shows as an assertion in mss, or under python -O as a pointer to nothing.
    except (ScreenShotError, AssertionError, ValueError) as error:
        raise OutOfScreenError(why=_sentence(error)) from error


def _sentence(error: Exception) -> str:
    first, *_ = str(error).splitlines() or ["it went away"]
    return first[:1].lower() + first[1:]


def _region(found: Found) -> Region:
    left_px, top_px = found["left"], found["top"]
    return Region(left_px, top_px, left_px + found["width"], top_px + found["height"])
