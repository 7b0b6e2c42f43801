"""Sleep that ends early: when one of some sockets has something to read, or somebody calls wake()."""

import contextlib
import select
import socket
from collections.abc import Sequence


class Sleep:
    """One sleeper.  Owns a pair of sockets; wake() may be called from any thread or signal handler."""

    def __init__(self) -> None:
        self._mine, self._theirs = socket.socketpair()
        self._mine.settimeout(0)
        self._theirs.settimeout(0)

    def sleep(self, duration_us: int, descriptors: Sequence[int] = ()) -> bool:
        """Sleep so long, or until a descriptor has something to read; return whether wake() was called."""
        readable, _, _ = select.select([self._mine.fileno(), *descriptors], [], [], max(0, duration_us) / 1e6)
        if self._mine.fileno() not in readable:
            return False
        with contextlib.suppress(BlockingIOError):
            while self._mine.recv(64):
                pass
        return True

    def wake(self) -> None:
        """End the sleep, or the next one if nobody sleeps now."""
        # Full means that it will wake anyway; closed, that nobody sleeps any more.
        with contextlib.suppress(OSError):
            self._theirs.send(b"\0")

    def close(self) -> None:
        """Give the sockets back."""
        self._mine.close()
        self._theirs.close()
