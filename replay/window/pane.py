"""A window of pyglet, with what that lacks: a clipboard that is not waited for without end, and keys that are let go.

Windows of X11 alone lack it; elsewhere nothing of this changes anything.
"""

import time
from typing import Final

import pyglet

NAME: Final = "Sealcast"
PATIENCE_S: Final = 0.5  # for whoever owns the clipboard; he is asked while the window stands still
_MOST_PASTED: Final = 10_000  # characters
_MOST_NAMED: Final = 120  # characters of what is open


class _NobodyAnswersError(Exception):
    pass


class Pane(pyglet.window.Window):  # type: ignore[misc]  # each platform has its own
    """The window.  Errors: what pyglet raises where there is no display or no OpenGL; see app.py."""

    def __init__(self, width: int, height: int) -> None:
        config = pyglet.gl.Config(double_buffer=True, major_version=3, minor_version=3)  # type: ignore[abstract]  # each platform has its own
        self._until_s: float | None = None
        super().__init__(width, height, caption=NAME, resizable=True, vsync=False, config=config)

    def entitle(self, title: str) -> None:
        """Say on the window what is open in it; the name may be a stranger's."""
        shown = "".join(char for char in title[:_MOST_NAMED] if char.isprintable()).strip()
        caption = f"{shown} – {NAME}" if shown else NAME
        if caption != self.caption:
            self.set_caption(caption)

    def pasted(self) -> str:
        """Return what was copied elsewhere; nothing where nobody gives it."""
        self._until_s = time.monotonic() + PATIENCE_S
        try:
            return str(self.get_clipboard_text())[:_MOST_PASTED]
        except (_NobodyAnswersError, UnicodeDecodeError):
            return ""
        finally:
            self._until_s = None

    def change_full_screen(self) -> bool:
        """Go to full screen or back; return whether it is."""
        self.set_fullscreen(not self.fullscreen)
        # That a key was let go of meanwhile is never told, and it would seem to be held from now on.
        pyglet.clock.schedule_once(lambda _: getattr(self, "pressed_keys", set()).clear(), 0)
        return bool(self.fullscreen)

    def set_wm_class(self, name: str) -> None:  # noqa: ARG002 - as pyglet calls it
        """See pyglet; what desktops know the program by is the same whatever is open."""
        super().set_wm_class(NAME)

    def dispatch_platform_event(self, event: object) -> None:
        """See pyglet; while it waits for the clipboard it calls nothing but this."""
        if self._until_s is not None and time.monotonic() > self._until_s:
            raise _NobodyAnswersError
        super().dispatch_platform_event(event)
