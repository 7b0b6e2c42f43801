"""Blocks from a source, each with its hash; the next one is read and hashed while the last one is used.

Hashing is what reading through a file waits for, so one thread does nothing else.  Nothing is judged here.
"""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

from vault.block import HEAD_SIZE, Head, read_head
from vault.errors import StoreUnavailableError
from vault.primitives import SIGNATURE_SIZE
from vault.store import Source

# Smaller blocks are hashed sooner than handed to a thread (measured, docs/benchmarks.md).
_HASHED_BESIDE: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Loaded:
    """A whole block with a well-formed head; its hash may still be on its way."""

    offset: int
    head: Head
    data: memoryview
    hash: Callable[[], bytes]


def load(source: Source, offset: int, head: Head, *, beside: ThreadPoolExecutor | None = None) -> Loaded | None:
    """Read the block of this head, and hash it now or beside; None when the file ends in it.

    Errors: StoreUnavailableError.
    """
    data = memoryview(source.read(offset, head.size))
    if len(data) < head.size or read_head(data) != head:
        return None  # the head that was looked at before is not taken at its word
    hashed: Callable[[], bytes] = partial(_hash, data)
    if beside and head.size >= _HASHED_BESIDE:
        with suppress(RuntimeError):  # no thread does anything more once the interpreter is about to end
            hashed = beside.submit(hashed).result
    return Loaded(offset, head, data, hashed)


class Loader:
    """Loads blocks one after the other, and begins with each next one before anybody asks."""

    def __init__(self, source: Source, beside: ThreadPoolExecutor) -> None:
        self._source = source
        self._beside = beside
        self._following: Loaded | None = None

    def load(self, offset: int, head: Head, size: int, *, above: int) -> Loaded | None:
        """Load the block of this head; None when the file of that size ends in it, or its number is not above."""
        following, self._following = self._following, None
        if head.number <= above or offset + head.size > size:
            return None
        if following and (following.offset, following.head) == (offset, head):
            return following
        return load(self._source, offset, head, beside=self._beside)

    def begin_next(self, loaded: Loaded, size: int) -> None:
        """Begin with the block behind this one, if there is one."""
        offset = loaded.offset + loaded.head.size
        with suppress(StoreUnavailableError):  # it is read again when somebody asks for it, who is then told
            head = read_head(self._source.read(offset, HEAD_SIZE))
            self._following = self.load(offset, head, size, above=loaded.head.number) if head else None


def _hash(block: memoryview) -> bytes:
    return hashlib.sha256(block[:-SIGNATURE_SIZE]).digest()
