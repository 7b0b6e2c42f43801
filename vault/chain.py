"""From sealed blocks to durable ones: hash, link, sign in one thread; append in another; make durable in a third.

Rule of this file: *durable* moves only after the store's sync returned, and an error ends everything for good.
"""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from vault.anchor import Anchor
from vault.block import Head, finish
from vault.errors import PartEndedError
from vault.header import Header
from vault.outside import Outside
from vault.primitives import SigningKey
from vault.store import Growing

SYNC_BYTES: Final = 8 * 1024 * 1024  # synced at latest after so much …
SYNC_US: Final = 1_000_000  # … or so long after the first byte that is not durable
# While one such run is on its way to the disk the next may be appended, but no more, so that the loss stays bounded
# (SPEC.md §7, torn bytes).  A block larger than that goes alone.
MAX_UNSYNCED: Final = 2 * SYNC_BYTES


@dataclass(frozen=True, slots=True)
class Sealed:
    """A block on its way: all but link and signature, until it has a hash."""

    head: Head
    buffer: bytearray
    hash: bytes = b""


_Way = queue.SimpleQueue[Sealed | None]


class Chain:
    """Append blocks in the order they come, and say which are durable."""

    def __init__(
        self,
        growing: Growing,
        header: Header,
        *,
        signer: SigningKey,
        outside: Outside,
        buffers: int,
    ) -> None:
        self._growing = growing
        self._signer = signer
        self._outside = outside
        self._sealed: _Way = queue.SimpleQueue()
        self._linked: _Way = queue.SimpleQueue()
        self._free: queue.SimpleQueue[bytearray] = queue.SimpleQueue()
        for _ in range(buffers):
            self._free.put(bytearray())
        self._news = threading.Condition()
        self._wanted = 0
        self._unsynced_since_us = 0
        self._held_back = False
        self._error: Exception | None = None
        self._closing = False
        growing.append(header.raw)
        growing.sync()
        self._written = self._durable = Anchor(
            recording_id=header.about.recording_id,
            signer=header.signer,
            block=0,
            hash=header.hash,
            size=header.size,
            time_us=outside.wall_us(),
        )
        self._threads = [
            threading.Thread(target=self._run, args=(body, waiting), name=name, daemon=True)
            for body, waiting, name in (
                (self._link_all, self._sealed, "sealcast-link"),
                (self._append_all, self._linked, "sealcast-append"),
                (self._sync_all, None, "sealcast-sync"),
            )
        ]
        for thread in self._threads:
            thread.start()

    @property
    def durable(self) -> Anchor:
        """The newest block that is durable."""
        return self._durable

    def check(self) -> None:
        """Errors: PartEndedError once anything went wrong."""
        if self._error:
            raise PartEndedError(why=str(self._error)) from self._error

    def buffer(self, size: int) -> bytearray:
        """Return a buffer of that size; waits while the disk is slower than the caller."""
        free = self._free.get()
        return free if len(free) == size else bytearray(size)

    def put(self, sealed: Sealed) -> None:
        """Hand a block over.  Its buffer comes back by itself."""
        self._sealed.put(sealed)

    def sync(self, number: int) -> Anchor:
        """Return when that block is durable.  Errors: PartEndedError."""
        with self._news:
            self._wanted = number
            self._news.notify_all()
            self._news.wait_for(lambda: self._error or self._durable.block >= number)
        self.check()
        return self._durable

    def close(self) -> None:
        """Wait for all threads; nothing may be put afterwards."""
        linking, appending, syncing = self._threads
        self._sealed.put(None)
        linking.join()
        appending.join()
        with self._news:
            self._closing = True
            self._news.notify_all()
        syncing.join()

    def _run(self, body: Callable[[], None], waiting: _Way | None) -> None:
        try:
            body()
        except Exception as error:  # noqa: BLE001 - whatever it was, the caller must not wait for ever but be told
            self._fail(error)
            while waiting and (sealed := waiting.get()):
                self._free.put(sealed.buffer)  # so that the caller wakes up and is told

    def _fail(self, error: Exception) -> None:
        with self._news:
            self._error = self._error or error
            self._news.notify_all()

    def _link_all(self) -> None:
        recording_id, block_hash = self._written.recording_id, self._written.hash
        try:
            while sealed := self._sealed.get():
                view = memoryview(sealed.buffer)
                block_hash = finish(view, link=block_hash, recording_id=recording_id, signer=self._signer)
                self._linked.put(replace(sealed, hash=block_hash))
        finally:
            self._linked.put(None)

    def _append_all(self) -> None:
        while sealed := self._linked.get():
            view = memoryview(sealed.buffer)
            if self._waits_for_room(len(view)):
                self._growing.append(view)
                self._note(sealed.head.number, sealed.hash, len(view))
            self._free.put(sealed.buffer)

    def _waits_for_room(self, size: int) -> bool:
        """Wait until so much more may be unsynced; False when everything has ended instead."""
        with self._news:
            if not self._room_for(size):
                self._held_back = True
                self._news.notify_all()
                self._news.wait_for(lambda: self._error or self._room_for(size))
                self._held_back = False
            return self._error is None

    def _room_for(self, size: int) -> bool:
        return not self._unsynced() or self._unsynced() + size <= MAX_UNSYNCED

    def _note(self, number: int, block_hash: bytes, size: int) -> None:
        with self._news:
            if not self._unsynced():
                self._unsynced_since_us = self._outside.monotonic_us()
            self._written = replace(self._written, block=number, hash=block_hash, size=self._written.size + size)
            self._news.notify_all()

    def _unsynced(self) -> int:
        return self._written.size - self._durable.size

    def _sync_all(self) -> None:
        while True:
            with self._news:
                while not self._closing and not self._due():
                    self._news.wait(self._patience_s())
                if self._error or (self._closing and not self._unsynced()):
                    return
                target, began_us = self._written, self._outside.monotonic_us()
            self._growing.sync()
            with self._news:
                self._durable = replace(target, time_us=self._outside.wall_us())
                self._unsynced_since_us = began_us
                self._news.notify_all()

    def _due(self) -> bool:
        if self._error:
            return True
        asked = self._held_back or self._written.block >= self._wanted > self._durable.block
        return self._unsynced() > 0 and (asked or self._left_us() <= 0 or self._unsynced() >= SYNC_BYTES)

    def _left_us(self) -> int:
        return self._unsynced_since_us + SYNC_US - self._outside.monotonic_us()

    def _patience_s(self) -> float | None:
        # When all is synced nothing is done until there is news.
        return max(0, self._left_us()) / 1e6 if self._unsynced() else None
