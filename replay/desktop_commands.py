"""sealcast install-desktop: a double-click on a recording opens it, for the user who asks for that."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import click

from replay.desktop_files import files
from replay.errors import NoDesktopError
from vault import ask
from vault.durable import plain_errors, write_whole
from vault.places import data_folder

# They tell the desktop; where they are missing it looks by itself, at the next sign-in at the latest.
_TELL: Final = (("update-mime-database", "mime"), ("update-desktop-database", "applications"))
_PATIENCE_S: Final = 60


@click.command("install-desktop")
@click.option("--uninstall", is_flag=True, help="Take it away again.")
def install_desktop(*, uninstall: bool) -> None:
    """Let the file manager open recordings with sealcast play, for you alone.

    Writes an entry, a file type and an icon into your own folder of data, where desktops look for them.
    """
    if sys.platform in ("win32", "darwin"):
        raise NoDesktopError(
            why="this is for desktops of Linux and its kin; elsewhere choose sealcast in the file manager"
        )
    folder = data_folder().parent
    for name, text in files(_program()).items():
        path = folder / name
        with plain_errors(str(path)):
            if uninstall:
                path.unlink(missing_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.encode(), replace=True)
    for program, below in _TELL:
        _tell(program, folder / below)
    ask.say("recordings are no longer opened by a double-click" if uninstall else "a double-click opens recordings now")


def _program() -> str:
    """Return the path of the program that runs.  Errors: NoDesktopError."""
    beside = Path(sys.executable).with_name("sealcast")
    found = str(beside) if os.access(beside, os.X_OK) else shutil.which("sealcast")
    if found is None or not found.isprintable():
        raise NoDesktopError(why="where this program is installed cannot be written into a desktop's entry")
    return str(Path(found).absolute())


def _tell(program: str, folder: Path) -> None:
    path = shutil.which(program)
    if path is None or not folder.is_dir():
        return
    try:
        subprocess.run([path, folder], check=True, capture_output=True, timeout=_PATIENCE_S)  # noqa: S603 - both are ours
    except (OSError, subprocess.SubprocessError) as error:
        ask.say(f"warning: {program} failed: {error}")
