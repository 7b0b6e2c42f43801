"""Displays of a Linux machine: from the X server if there is one (through python-xlib), else from the kernel."""

import os
from collections.abc import Iterator
from pathlib import Path

from Xlib.display import Display
from Xlib.error import ConnectionClosedError, DisplayError, XError

from recorder.capture.diagnostics.probe import Found, MissingError, fact, number, told
from recorder.format.snapshot import Category


def displays() -> Category:
    """Monitors with their places and sizes."""
    name = os.environ.get("DISPLAY")
    try:
        if name:
            return told("displays", monitors(name))
        why = "there is no X display here"
    except (ConnectionClosedError, DisplayError, XError, OSError) as error:
        why = f"the X display {name} does not answer ({error})"
    plugged = list(connectors(Path("/sys/class/drm")))
    if not plugged:
        raise MissingError(why=f"{why}, and the kernel knows of no monitor that is plugged in")
    return told("displays", plugged, missing=f"{why}, so the places of the monitors are not known")


def monitors(name: str) -> list[Found]:
    """Ask an X server for its monitors."""
    display = Display(name)
    try:
        root = display.screen().root
        if not display.has_extension("RANDR"):
            whole = root.get_geometry()
            return [{"name": "screen", "width_px": whole.width, "height_px": whole.height}]
        return [
            {
                "name": display.get_atom_name(one.name),
                "primary": bool(one.primary),
                "left_px": one.x,
                "top_px": one.y,
                "width_px": one.width_in_pixels,
                "height_px": one.height_in_pixels,
                "width_mm": one.width_in_millimeters,
                "height_mm": one.height_in_millimeters,
            }
            for one in root.xrandr_get_monitors().monitors
        ]
    finally:
        display.close()


def connectors(folder: Path) -> Iterator[Found]:
    """Give what is plugged into the graphics cards, with the size it prefers."""
    for connector in sorted(folder.glob("card*-*")):
        if fact(connector / "status") == "connected":
            mode = (fact(connector / "modes") or "").partition("\n")[0]
            width, _, height = mode.partition("x")
            yield {
                "name": connector.name.partition("-")[2],
                "enabled": fact(connector / "enabled") == "enabled",
                "width_px": number(width),
                "height_px": number(height.rstrip("i")),
            }
