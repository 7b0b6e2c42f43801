"""Which entries of the log are in which block: a small file beside each part.

By it a portal that was stopped finds what is still to be recorded.  It holds numbers alone.  Where it lags behind its
part, as after a power cut, something is recorded twice, never lost.
"""

import contextlib
import os
import struct
from pathlib import Path
from typing import Final

from vault.durable import OWNER_ONLY

_MARK: Final = struct.Struct(">QQ")  # the number of the block, and of the newest entry in it


class Marks:
    """The marks of a part that is being written.  One that cannot be kept stops nothing: it lags behind."""

    def __init__(self, part: Path) -> None:
        self._path = marks_of(part)
        self._whole = False  # nothing that was cut is at its end

    def add(self, *, block: int, entry: int) -> None:
        """Note that an entry is in a block, or will be."""
        with contextlib.suppress(OSError):
            descriptor = os.open(self._path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, OWNER_ONLY)
            try:
                if not self._whole:  # what is left of one that was cut goes: the others stay where they are looked for
                    os.ftruncate(descriptor, os.fstat(descriptor).st_size // _MARK.size * _MARK.size)
                self._whole = False
                self._whole = os.write(descriptor, _MARK.pack(block, entry)) == _MARK.size
            finally:
                os.close(descriptor)


def marks_of(part: Path) -> Path:
    """Return where the marks of a part lie."""
    return part.with_suffix(".entries")


def newest_entry(part: Path, *, block: int) -> int:
    """Return the number of the newest entry that a part holds whose last good block is this one; 0 for none."""
    try:
        data = marks_of(part).read_bytes()
    except OSError:
        return 0
    whole = data[: len(data) // _MARK.size * _MARK.size]
    return max((entry for at, entry in _MARK.iter_unpack(whole) if at <= block), default=0)
