"""Whether this desktop is light or dark, as far as it tells."""

import shutil
import subprocess
import sys
from contextlib import suppress
from typing import Final

from replay.window.theme import DARK, LIGHT, Theme

_ASKED: Final = {
    "linux": ("gsettings", "get", "org.gnome.desktop.interface", "color-scheme"),
    "darwin": ("defaults", "read", "-g", "AppleInterfaceStyle"),
}


def desktop_theme() -> Theme:
    """Return the theme of the desktop; light where it does not tell."""
    asked = _ASKED.get(sys.platform)
    program = shutil.which(asked[0]) if asked else None
    if asked and program:
        with suppress(OSError, subprocess.SubprocessError):
            told = subprocess.run([program, *asked[1:]], capture_output=True, timeout=2, check=False)  # noqa: S603 - nothing of it comes from outside
            if b"dark" in told.stdout.lower():
                return DARK
    return LIGHT
