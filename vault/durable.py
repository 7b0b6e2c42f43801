"""Files that are there whole, and still there after a power cut.  The edge between the vault and the disk."""

import errno
import glob
import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

if sys.platform == "darwin":
    import fcntl

from vault.errors import BlobExistsError, BlobNotFoundError, MalformedError, StoreUnavailableError

OWNER_ONLY: Final = 0o600
OLD_DRAFT_S: Final = 3600
_REASONS: Final = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file has grown as large as this disk or user allows",
    errno.EACCES: "no permission",
    errno.EPERM: "no permission",
    errno.EROFS: "the disk is read-only",
    errno.EISDIR: "this is a folder, a file is wanted",
    errno.ENOTDIR: "a part of its path is a file, not a folder",
    errno.EIO: "the disk reports an error",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ELOOP: "it is a link to somewhere else",
}


@contextmanager
def plain_errors(name: str) -> Iterator[None]:
    """Turn what the operating system reports into the vault's errors."""
    try:
        yield
    except FileNotFoundError as error:
        raise BlobNotFoundError(name=name) from error
    except FileExistsError as error:
        raise BlobExistsError(name=name) from error
    except OSError as error:
        why = _REASONS.get(error.errno or 0) or (error.strerror or "the disk reports an error").lower()
        raise StoreUnavailableError(name=name, why=why) from error


def sync_file(descriptor: int) -> None:
    """Return when all that was written to the file lies on the disk."""
    if sys.platform == "darwin":
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)  # fsync does not reach the platter there
    elif hasattr(os, "fdatasync"):
        os.fdatasync(descriptor)
    else:
        os.fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Return when names made or removed in the folder are on the disk."""
    if sys.platform == "win32":
        return  # a folder cannot be opened there; NTFS journals names
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def require_folder(folder: Path) -> None:
    """Errors: BlobNotFoundError, which names the folder and not what was to be in it; StoreUnavailableError."""
    with plain_errors(f"folder {folder}"):
        if not folder.is_dir():
            raise BlobNotFoundError(name=f"folder {folder}")


def write_whole(path: Path, data: bytes, *, replace: bool) -> None:
    """Write a file whole or not at all, its owner's alone; one that is replaced keeps its owner and mode.

    Errors: of draft_of.
    """
    with draft_of(path, replace=replace) as draft:
        draft.write_bytes(data)


@contextmanager
def draft_of(path: Path, *, replace: bool) -> Iterator[Path]:
    """Give an empty file beside a path, its owner's alone; when all went well it is durable and has the path's name.

    Errors: BlobExistsError if it is there and must not be replaced; BlobNotFoundError if its folder is missing;
        StoreUnavailableError; what fails within, with plain reasons.
    """
    require_folder(path.parent)
    if not path.name:
        raise StoreUnavailableError(name=str(path), why=_REASONS[errno.EISDIR])
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with plain_errors(str(path)):
        _remove_old_drafts(path)
        if not replace and os.path.lexists(path):  # before the work, not after it
            raise FileExistsError
        try:
            os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY))
            yield draft
            with draft.open("rb+") as file:
                os.fsync(file.fileno())
            if replace:
                _keep_owner_and_mode(draft, path)
            else:
                _take_name(draft, path)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(path.parent)


def _remove_old_drafts(path: Path) -> None:
    """Remove what a killed writer left; one that is still at work is younger."""
    for draft in path.parent.glob(f".{glob.escape(path.name)}.{'[0-9a-f]' * 8}"):
        if time.time() - draft.stat().st_mtime > OLD_DRAFT_S:
            draft.unlink(missing_ok=True)


def _keep_owner_and_mode(draft: Path, path: Path) -> None:
    if path.exists():
        before = path.stat()
        draft.chmod(before.st_mode & 0o777)
        if sys.platform != "win32" and os.geteuid() == 0:
            os.chown(draft, before.st_uid, before.st_gid)


def _take_name(draft: Path, path: Path) -> None:
    """Make the name, so that of two writers one is refused."""
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        raise
    except OSError:  # a file system without links: the name is there empty for a moment
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY))


def require_regular(path: Path) -> None:
    """Errors: StoreUnavailableError for a pipe or device, which might never end or answer; OSError."""
    if not (path.is_file() or path.is_dir()) and path.exists():
        raise StoreUnavailableError(name=str(path), why="this is no file on a disk")


def read_bounded(path: Path, *, limit: int, what: str) -> bytes:
    """Read a small file.

    Errors: MalformedError if it is larger than the limit; BlobNotFoundError; StoreUnavailableError.
    """
    with plain_errors(str(path)):
        require_regular(path)
        with path.open("rb") as file:
            data = file.read(limit + 1)
    if len(data) > limit:
        raise MalformedError(what=what, why=f"it is larger than {limit} bytes")
    return data
