"""Shows the window: where there is no display or no OpenGL, that is said plainly."""

from importlib import import_module

from replay.errors import WindowError
from replay.showing import Showing


def run(showing: Showing) -> None:
    """Show what is asked for until the window is closed.  Errors: WindowError."""
    try:
        # Whether there is a display shows when pyglet is loaded, or when the first window is made.
        pyglet = import_module("pyglet")
        pyglet.options["shadow_window"] = False
        desk = import_module("replay.window.desk").Desk(showing)
    except ImportError as error:
        raise WindowError(why=f"a library that it needs is missing ({error})") from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] != "pyglet":
            raise
        raise WindowError(why=_why(error)) from error
    desk.run()


def _why(error: Exception) -> str:
    name = type(error).__name__
    if name in ("NoSuchDisplayException", "NoSuchScreenModeException"):
        return "there is no display to show it on"
    return "the display has no OpenGL 3.3"
