"""The library: which recordings lie in a folder, and what looks at them make of it."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from recorder.file_names import SUFFIX
from replay.library_entries import Library, Part, entries

MAX_FILES: Final = 20_000
MAX_NAMES: Final = 100_000  # that are noted of all folders together; links to one folder may be many


def of_parts(folder: Path, parts: Sequence[Part], *, of: int) -> Library:
    """Return the library of so many files, of which these were looked at."""
    return Library(folder=folder, entries=tuple(entries(parts)), unseen=max(0, of - len(parts)))


def recordings_in(folder: Path) -> list[Path]:
    """Return the files called so in a folder and its subfolders, one level deep, by name.  Errors: OSError."""
    found, folders = _listed(folder, most=MAX_NAMES)
    for below in sorted(folders):
        with suppress(OSError):  # a folder that is not ours to read holds nothing we could show
            found += _listed(below, most=MAX_NAMES - len(found))[0]
    return sorted(found)


def _listed(folder: Path, *, most: int) -> tuple[list[Path], list[Path]]:
    """Return the recordings in a folder, and its folders; so many of each at most."""
    found, folders = list[Path](), list[Path]()
    with os.scandir(folder) as entries:
        for one in entries:
            if _is_folder(one):
                if len(folders) < MAX_FILES:
                    folders.append(Path(one.path))
            elif one.name.endswith(SUFFIX) and not one.name.startswith("."):
                if len(found) >= most:
                    break
                found.append(Path(one.path))
    return found, folders


def _is_folder(one: "os.DirEntry[str]") -> bool:
    try:
        return one.is_dir()
    except OSError:
        return False  # it is told when it is looked at
