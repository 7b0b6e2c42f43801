"""Opens the screen that there is, in the cheapest way that it allows."""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from typing import Final

from recorder.capture.damage import DamageSource
from recorder.capture.grab import Grabber
from recorder.capture.mask import Mask
from recorder.capture.polling import PollingSource
from recorder.capture.source import FrameSource
from recorder.capture.wanted import Monitor, Wanted
from recorder.capture.x_display import XDisplay
from recorder.errors import CaptureError

_EVERYTHING: Final = Wanted()
_WAYLAND: Final = (
    "this is a Wayland session, which shows programs nothing of the screen;"
    " sign in to an X11 session, or share the screen in the browser"
)
# Xwayland before 23.1 has no extension of that name; its monitors are called so.
_XWAYLAND: Final = "XWAYLAND"


def open_screen(
    wanted: Wanted = _EVERYTHING, masks: Sequence[Mask] = (), *, environment: Mapping[str, str] = os.environ
) -> FrameSource:
    """Open this user's screen.

    Errors: CaptureError when there is none, it cannot be recorded (Wayland), what is wanted is not there, a mask lies
        outside the screen, or a window is to be masked where nobody tells of windows.
    """
    with ExitStack() as undo:
        name = _display(environment)
        grabber = undo.enter_context(closing(Grabber(name)))
        display = undo.enter_context(closing(XDisplay(name))) if name else None
        if display and (display.xwayland or any(each.name.startswith(_XWAYLAND) for each in grabber.monitors)):
            raise CaptureError(why=_WAYLAND)
        source: FrameSource
        if display and display.tells_damage:
            source = DamageSource(wanted, masks, grabber=grabber, display=display)
        else:
            source = PollingSource(wanted, masks, grabber=grabber, display=display)
        undo.pop_all()
        return source


def list_monitors(environment: Mapping[str, str] = os.environ) -> tuple[Monitor, ...]:
    """Return the monitors of this user's screen, the primary one first.  Errors: CaptureError when it has none."""
    with closing(Grabber(_display(environment))) as grabber:
        return grabber.monitors


def _display(environment: Mapping[str, str]) -> str | None:
    """Return the name of the X11 display; None where there is no such thing."""
    if sys.platform in {"darwin", "win32"}:
        return None
    if name := environment.get("DISPLAY"):
        return name
    if environment.get("WAYLAND_DISPLAY") or environment.get("XDG_SESSION_TYPE") == "wayland":
        raise CaptureError(why=_WAYLAND)
    raise CaptureError(why="there is no display: DISPLAY is not set; start it in a terminal of that desktop")
