"""An exclusive lock on an open file; it ends with the process, however that ends.  The door to fcntl and msvcrt."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from vault.durable import plain_errors
from vault.errors import AlreadyWritingError

_PAUSE_US: Final = 20_000

if sys.platform == "win32":
    import msvcrt

    # A byte far behind any content, so that readers are not disturbed.
    _PLACE = 2**62

    def take_lock(descriptor: int, *, shared: bool = False) -> bool:  # noqa: ARG001 - that system has one kind
        """Lock for writing, or just to look; False when another process holds the lock for writing."""
        place = os.lseek(descriptor, 0, os.SEEK_CUR)
        os.lseek(descriptor, _PLACE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, place, os.SEEK_SET)
        return True

else:
    import fcntl

    def take_lock(descriptor: int, *, shared: bool = False) -> bool:
        """Lock for writing, or just to look; False when another process holds the lock for writing."""
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def locked(path: Path) -> bool:
    """Say whether a process writes the file at this moment.  Errors: OSError."""
    with path.open("rb") as file:
        return not take_lock(file.fileno(), shared=True)


def wait_for_lock(descriptor: int, *, name: str, patience_us: int) -> None:
    """Lock for writing.  Errors: AlreadyWritingError when another process keeps the lock so long."""
    while not take_lock(descriptor):
        if patience_us <= 0:
            raise AlreadyWritingError(name=name)
        time.sleep(_PAUSE_US / 1e6)
        patience_us -= _PAUSE_US


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Hold a folder while files in it are read and replaced.

    Errors: AlreadyWritingError when another process keeps it for 10 seconds; BlobNotFoundError; StoreUnavailableError.
    """
    with plain_errors(f"folder {folder}"):
        name = folder / ".lock" if sys.platform == "win32" else folder
        descriptor = os.open(name, os.O_CREAT | os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        wait_for_lock(descriptor, name=str(folder), patience_us=10_000_000)
        yield
    finally:
        os.close(descriptor)
