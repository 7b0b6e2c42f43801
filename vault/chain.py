"""From sealed blocks to durable ones: hash, link, sign, append in one thread; make durable in another.

Rule of this file: *durable* moves only after the store's sync returned, and an error ends everything for good.
"""

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from vault.anchor import Anchor
from vault.block import Head, finish
from vault.errors import PartEndedError
from vault.header import Header
from vault.primitives import SigningKey
from vault.store import Growing

SYNC_BYTES: Final = 8 * 1024 * 1024  # synced at latest after so much …
SYNC_S: Final = 1.0  # … or so long after the first byte that is not durable
# While one such run is on its way to the disk the next may be appended, but no more: the loss stays bounded.
MAX_UNSYNCED: Final = 2 * SYNC_BYTES


@dataclass(frozen=True, slots=True)
class Sealed:
    """A block on its way: all but link and signature."""

    head: Head
    buffer: bytearray


class Chain:
    """Append blocks in the order they come, and say which are durable."""

    def __init__(
        self,
        growing: Growing,
        header: Header,
        *,
        signer: SigningKey,
        wall_us: Callable[[], int],
        buffers: int,
    ) -> None:
        self._growing = growing
        self._signer = signer
        self._wall_us = wall_us
        self._queue: queue.SimpleQueue[Sealed | None] = queue.SimpleQueue()
        self._free: queue.SimpleQueue[bytearray] = queue.SimpleQueue()
        for _ in range(buffers):
            self._free.put(bytearray())
        self._news = threading.Condition()
        self._wanted = 0
        self._unsynced_since_s = 0.0
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
            time_us=wall_us(),
        )
        self._threads = [
            threading.Thread(target=self._run, args=(body,), name=name, daemon=True)
            for body, name in ((self._append_all, "sealcast-append"), (self._sync_all, "sealcast-sync"))
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
        self._queue.put(sealed)

    def sync(self, number: int) -> Anchor:
        """Return when that block is durable.  Errors: PartEndedError."""
        with self._news:
            self._wanted = number
            self._news.notify_all()
            self._news.wait_for(lambda: self._error or self._durable.block >= number)
        self.check()
        return self._durable

    def fail(self, error: Exception) -> None:
        """End everything; what is durable stays."""
        with self._news:
            self._error = self._error or error
            self._news.notify_all()

    def close(self) -> None:
        """Wait for both threads; nothing may be put afterwards."""
        self._queue.put(None)
        self._threads[0].join()
        with self._news:
            self._closing = True
            self._news.notify_all()
        self._threads[1].join()

    def _run(self, body: Callable[[], None]) -> None:
        try:
            body()
        except Exception as error:  # noqa: BLE001 - whatever it was, the caller must not wait for ever but be told
            self.fail(error)
            if body == self._append_all:
                while sealed := self._queue.get():
                    self._free.put(sealed.buffer)  # so that the caller wakes up and is told

    def _append_all(self) -> None:
        while sealed := self._queue.get():
            view = memoryview(sealed.buffer)
            block_hash = finish(
                view, link=self._written.hash, recording_id=self._written.recording_id, signer=self._signer
            )
            with self._news:
                self._news.wait_for(lambda: self._error or self._unsynced() < MAX_UNSYNCED)
                failed = self._error is not None
            if not failed:
                self._growing.append(view)
                self._note(sealed.head.number, block_hash, len(view))
            self._free.put(sealed.buffer)

    def _note(self, number: int, block_hash: bytes, size: int) -> None:
        with self._news:
            if not self._unsynced():
                self._unsynced_since_s = time.monotonic()
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
                target, began_s = self._written, time.monotonic()
            self._growing.sync()
            with self._news:
                self._durable = replace(target, time_us=self._wall_us())
                self._unsynced_since_s = began_s
                self._news.notify_all()

    def _due(self) -> bool:
        if self._error:
            return True
        late = time.monotonic() - self._unsynced_since_s >= SYNC_S
        asked = self._written.block >= self._wanted > self._durable.block
        return self._unsynced() > 0 and (asked or late or self._unsynced() >= SYNC_BYTES)

    def _patience_s(self) -> float | None:
        if not self._unsynced():
            return None  # clean: nothing is done until there is news
        return max(0.0, self._unsynced_since_s + SYNC_S - time.monotonic())
