"""Sends a sealed file to a portal, whole blocks at a time, be it finished or still growing; goes on where it was.

The portal checks each block by its signature; nothing is opened, here or there.  SPEC.md F30.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vault.block import HEAD_SIZE, read_head
from vault.errors import MalformedError, PortalRefusedError, StoreUnavailableError, VaultError
from vault.header import Header
from vault.local import LocalFile
from vault.portal import Portal, Pushed
from vault.store import Source
from vault.walk import read_start

AT_ONCE: Final = 4 * 1024 * 1024  # bytes; one block may be more
BLOCKS_AT_ONCE: Final = 2_000  # the portal checks a signature for each
LOOK_S: Final = 1.0
PAUSES_S: Final = (1.0, 2.0, 4.0, 8.0, 15.0)  # after a lost line, the last again and again
_ELSEWHERE: Final = 409
_TROUBLE_THERE: Final = 500  # and above: its disk is full, say


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A portal where somebody signed in, and the address of the one of its portals that a recording is for."""

    portal: Portal
    address: str

    def __str__(self) -> str:
        return f"{self.portal.connection.site} ({self.address})"


class Sending:
    """One file on its way.

    Errors: PortalRefusedError for what the portal does not take; StoreUnavailableError when it is not reached.
    """

    def __init__(self, source: Source, to: Destination, *, customer: str = "") -> None:
        self._source = source
        self._to = to
        self._customer = customer
        self.header: Header = read_start(source)
        self.reached: Pushed | None = None

    @property
    def complete(self) -> bool:
        """Whether the portal has all of it, and its end."""
        return self.reached is not None and self.reached.complete

    @property
    def size(self) -> int:
        """Bytes that the portal has."""
        return self.reached.size if self.reached else 0

    def begin(self) -> None:
        """Begin, or learn how far it is; a portal that has more than this file is an error, too."""
        reached = self._to.portal.begin_upload(self._to.address, self.header.raw, customer=self._customer)
        if reached.size > self._source.size():
            raise MalformedError(what="recording", why="it is shorter here than at the portal, which has more of it")
        self.reached = reached

    def send(self) -> bool:
        """Send the next whole blocks; False when there are none by now."""
        if self.reached is None:
            self.begin()
        assert self.reached
        blocks = b"" if self.reached.complete else self._next(self.reached.size)
        if not blocks:
            return False
        try:
            self.reached = self._to.portal.go_on(self.header.about.recording_id, self.reached.size, blocks)
        except PortalRefusedError as error:
            if error.status != _ELSEWHERE:
                raise
            # What was sent before had arrived, and only its answer was lost.
            before, self.reached = self.reached, self._to.portal.upload(self.header.about.recording_id)
            if self.reached.size <= before.size:
                raise
        return True

    def _next(self, offset: int) -> bytes:
        end, there = offset, self._source.size()
        for _ in range(BLOCKS_AT_ONCE):
            head = read_head(self._source.read(end, HEAD_SIZE))
            if head is None or end + head.size > there:
                break
            if end > offset and end + head.size - offset > AT_ONCE:
                break
            end += head.size
        return self._source.read(offset, end - offset)


class PushingBeside:
    """Sends a growing file in a thread of its own.  A lost line is waited for and never stops who writes the file.

    It owns the thread; trouble is the last one, None while all goes well.
    """

    def __init__(self, path: Path, to: Destination, *, customer: str = "") -> None:
        self._path = path
        self._to = to
        self._customer = customer
        self._sending: Sending | None = None
        self._news = threading.Condition()
        self._ended = False  # whether the file is: then it is only read to its end
        self._given_up = False
        self.trouble: VaultError | None = None
        self._thread = threading.Thread(target=self._run, name="sealcast-push", daemon=True)
        self._thread.start()

    @property
    def size(self) -> int:
        """Bytes that the portal has."""
        return self._sending.size if self._sending else 0

    @property
    def complete(self) -> bool:
        """Whether the portal has all of it."""
        return self._sending is not None and self._sending.complete

    def end(self) -> None:
        """Say that the file has its end now."""
        with self._news:
            self._ended = True
            self._news.notify_all()

    def wait(self, seconds: float) -> bool:
        """Wait for the thread; say whether it has ended."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def give_up(self) -> None:
        """Send no more."""
        with self._news:
            self._given_up = self._ended = True
            self._news.notify_all()

    def _run(self) -> None:
        lost = 0
        try:
            with LocalFile(self._path) as source:
                while not self._given_up and not self.complete:
                    ended = self._ended
                    try:
                        if self._sending is None:
                            self._sending = Sending(source, self._to, customer=self._customer)
                        sent = self._sending.send()
                        self.trouble, lost = None, 0
                    except (StoreUnavailableError, PortalRefusedError) as error:
                        if not _passes(error):
                            raise
                        self.trouble = error
                        self._pause(PAUSES_S[min(lost, len(PAUSES_S) - 1)])
                        lost += 1
                        continue
                    if not sent:
                        if ended:
                            return  # all that is there was sent, and it has no end
                        self._pause(LOOK_S)
        except VaultError as error:
            self.trouble = error

    def _pause(self, seconds: float) -> None:
        with self._news:
            if not self._given_up:
                # The end of the file is a reason to look at once, and no reason to ask a lost line more often.
                self._news.wait_for(lambda: self._given_up or (self._ended and self.trouble is None), seconds)


def _passes(error: VaultError) -> bool:
    """Say whether it may go better later."""
    return not isinstance(error, PortalRefusedError) or error.status >= _TROUBLE_THERE


def send_all(
    path: Path, to: Destination, *, customer: str, tick: Callable[[int], None], pause: Callable[[float], None]
) -> Sending:
    """Send what there is of a file by now; a lost line is tried again so often as there are pauses.

    Errors: VaultError, of which what arrived stays there, and is gone on with the next time.
    """
    with LocalFile(path) as source:
        sending = Sending(source, to, customer=customer)
        lost = 0
        while True:
            try:
                more = sending.send()
            except (StoreUnavailableError, PortalRefusedError) as error:
                if not _passes(error) or lost == len(PAUSES_S):
                    raise
                pause(PAUSES_S[lost])
                lost += 1
                continue
            lost = 0
            tick(sending.size)
            if not more:
                return sending
