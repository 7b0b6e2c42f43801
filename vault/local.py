"""Sealed files in a local folder."""

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from vault.durable import OWNER_ONLY, plain_errors, require_folder, require_regular, sync_file, sync_folder
from vault.errors import BadNameError, StoreUnavailableError
from vault.lock import wait_for_lock
from vault.primitives import Buffer
from vault.store import BlobName, blob_name


class LocalFile:
    """A file to read from, at any place and from any thread.

    Errors: BlobNotFoundError, StoreUnavailableError.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        with plain_errors(str(path)):
            require_regular(path)
            self._file = path.open("rb", buffering=0)

    def size(self) -> int:
        """Return how many bytes there are by now."""
        with plain_errors(str(self.path)):
            return os.fstat(self._file.fileno()).st_size

    def read(self, start: int, size: int) -> bytes:
        """Return so many bytes, fewer only where the file ends."""
        with plain_errors(str(self.path)), self._lock:
            self._file.seek(start)
            data = self._file.read(size) or b""
            while len(data) < size and (more := self._file.read(size - len(data))):
                data += more
        return data

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class LocalGrowing:
    """A new file that one process writes; its lock says so to others.

    Errors: BlobExistsError; BlobNotFoundError if the folder is missing; StoreUnavailableError.
    """

    def __init__(self, path: Path) -> None:
        self._name = str(path)
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
        require_folder(path.parent)
        with plain_errors(self._name):
            self._descriptor = os.open(path, flags, OWNER_ONLY)
            try:
                # Somebody may look at the lock of the new file at this moment, for no longer than that.
                wait_for_lock(self._descriptor, name=self._name, patience_us=1_000_000)
                sync_folder(path.parent)
            except BaseException:
                self.abandon()
                path.unlink(missing_ok=True)
                raise

    def append(self, data: Buffer) -> None:
        """Add bytes at the end."""
        left = memoryview(data)
        with plain_errors(self._name):
            while left:
                left = left[os.write(self._descriptor, left) :]

    def sync(self) -> None:
        """Return when all that was appended is on the disk."""
        with plain_errors(self._name):
            sync_file(self._descriptor)

    def finish(self) -> None:
        """Make all of it durable and close the file, whatever comes of it."""
        try:
            self.sync()
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Close the file as it is."""
        # Whoever still writes then writes to no file, and never to another that was given the same number.
        descriptor, self._descriptor = self._descriptor, -1
        with contextlib.suppress(OSError):
            os.close(descriptor)


class LocalStore:
    """A folder of sealed files.  Links in it are not followed, and files whose names do not pass the gate not seen."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def create(self, name: BlobName) -> LocalGrowing:
        """Begin a new file.  Errors: BlobExistsError, StoreUnavailableError."""
        path = self._path(name)
        with plain_errors(name):
            made = [folder for folder in path.parents if not folder.exists()]
            path.parent.mkdir(parents=True, exist_ok=True)
            for folder in made:
                sync_folder(folder.parent)
        return LocalGrowing(path)

    def read(self, name: BlobName, start: int, size: int) -> bytes:
        """Return a range, shorter only where the file ends."""
        with plain_errors(name), os.fdopen(os.open(self._path(name), os.O_RDONLY), "rb") as file:
            file.seek(start)
            return file.read(size)

    def size(self, name: BlobName) -> int:
        """Return the size in bytes."""
        with plain_errors(name):
            return self._path(name).stat().st_size

    def list(self, prefix: str = "") -> Iterator[BlobName]:
        """Give the names that begin so, sorted."""
        for path in sorted(self._root.rglob("*")):
            with contextlib.suppress(BadNameError):
                name = blob_name(path.relative_to(self._root).as_posix())
                if name.startswith(prefix) and path.is_file() and path.resolve() == self._root.resolve() / name:
                    yield name

    def delete(self, name: BlobName) -> bool:
        """Remove for good; False if it was gone already."""
        path = self._path(name)
        with plain_errors(name):
            try:
                path.unlink()
            except (FileNotFoundError, NotADirectoryError):
                return False
            sync_folder(path.parent)
        return True

    def _path(self, name: BlobName) -> Path:
        path = self._root / name
        for one in (path, *path.parents[: name.count("/")]):
            if one.is_symlink():
                raise StoreUnavailableError(name=name, why="a part of it is a link to somewhere else")
        return path
