"""A recording on a portal's server as a source of bytes: read by ranges, ahead, with a bounded cache.

Nothing it gives needs trust: every block is proven by whoever reads it.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, TypeVar

from vault.errors import MalformedError, PortalRefusedError, StoreUnavailableError
from vault.portal import HostedRecording, Portal

PIECE: Final = 256 * 1024  # bytes; as much as a segment of a screen at most
MOST_AHEAD: Final = 16  # pieces asked for at once, as long as they are read in order
KEPT: Final = 128  # pieces, 32 MiB

_READERS: Final = 8  # whose places are remembered

_T = TypeVar("_T")


class PortalSource:
    """Bytes that lie elsewhere; what they are named by is told in errors.

    Errors: StoreUnavailableError, whatever failed.
    """

    def __init__(self, portal: Portal, recording: HostedRecording, *, name: str) -> None:
        self.name = name
        self._portal = portal
        self._id = recording.recording_id
        self._size = recording.size
        self._pieces: OrderedDict[int, bytes] = OrderedDict()
        self._onward: OrderedDict[int, int] = OrderedDict()  # pieces that would be read in order: how many were before
        self._closed = False
        self._lock = threading.Lock()
        self.requests = 0

    def size(self) -> int:
        """Return how many bytes there were when it was looked at last."""
        return self._size

    def look(self) -> bool:
        """See how many bytes there are by now; return whether more may come."""
        found = self._told(lambda: self._portal.recording(self._id))
        self._size = max(self._size, found.size)
        return found.growing

    def read(self, start: int, size: int) -> bytes:
        """Return so many bytes, fewer only where the bytes end."""
        end = min(start + size, self._size)
        if start >= end:
            return b""
        first, last = start // PIECE, (end - 1) // PIECE
        data = b"".join(self._piece(number, last) for number in range(first, last + 1))
        at = start - first * PIECE
        return data[at : at + end - start]

    def close(self) -> None:
        """Let go of what was kept; whoever still reads is told that it was closed."""
        with self._lock:
            self._closed = True
            self._pieces.clear()

    def _piece(self, number: int, last: int) -> bytes:
        with self._lock:
            kept = self._pieces.get(number)
            if kept is not None and len(kept) >= min(PIECE, self._size - number * PIECE):
                self._pieces.move_to_end(number)
                return kept
            # What is read in order is asked for ahead, more each time; after a jump it begins anew.
            ahead = min(max(2 * self._onward.pop(number, 0), last - number + 1), MOST_AHEAD)
            self._onward[number + ahead] = ahead
            while len(self._onward) > _READERS:
                self._onward.popitem(last=False)
        # Nobody waits for what another reads: somebody plays while all of it is verified.
        data = self._fetch(number * PIECE, min(ahead * PIECE, self._size - number * PIECE))
        with self._lock:
            for at in range(0, 0 if self._closed else len(data), PIECE):
                self._keep(number + at // PIECE, data[at : at + PIECE])
        return data[:PIECE]

    def _keep(self, number: int, piece: bytes) -> None:
        if len(piece) >= len(self._pieces.get(number, b"")):
            self._pieces[number] = piece
        self._pieces.move_to_end(number)
        while len(self._pieces) > KEPT:
            self._pieces.popitem(last=False)

    def _fetch(self, start: int, size: int) -> bytes:
        data, total = self._told(lambda: self._portal.bytes_of(self._id, start, size))
        if len(data) != size:
            raise StoreUnavailableError(name=self.name, why="the portal has less of it than it said")
        self._size = max(self._size, total)
        return data

    def _told(self, ask: Callable[[], _T]) -> _T:
        if self._closed:
            raise StoreUnavailableError(name=self.name, why="it was closed")
        self.requests += 1
        try:
            return ask()
        except (PortalRefusedError, MalformedError) as error:
            raise StoreUnavailableError(name=self.name, why=str(error)) from error
