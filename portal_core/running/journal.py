"""What running sessions leave in the database: written in the order it came, by one thread, many in a transaction.

A change is done once its transaction is.  Where the disk is full it is tried again until it can be written, and
everybody waits for it: nothing is told that could be forgotten.
"""

import logging
import queue
import threading
from collections.abc import Callable
from typing import Final

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.orm import Session

from portal_core.db.database import Database

Change = Callable[[Session], None]
_Item = tuple[Change, Callable[[], None]]

_MOST_AT_ONCE: Final = 500
_AGAIN_S: Final = 1.0
_log: Final = logging.getLogger(__name__)


class Journal:
    """Write changes.  Any thread may put some; done is called in the journal's own thread."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._items: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sealcast-journal", daemon=True)
        self._thread.start()

    def put(self, change: Change, done: Callable[[], None] = lambda: None) -> None:
        """Write a change after all that came before it."""
        self._items.put((change, done))

    def flush(self, *, patience_s: float) -> None:
        """Return when all that was put is written, or when it takes too long."""
        written = threading.Event()
        self.put(lambda _: None, written.set)
        written.wait(patience_s)

    def close(self) -> None:
        """Return when all that was put is written, or cannot be."""
        self._closing.set()
        self._items.put(None)
        self._thread.join()

    def _run(self) -> None:
        # What comes after something that could not be written must not stand there without it.
        while (batch := self._next()) is not None and self._write(batch):
            pass

    def _next(self) -> list[_Item] | None:
        first = self._items.get()
        if first is None:
            return None
        batch = [first]
        while len(batch) < _MOST_AT_ONCE and not self._items.empty():
            item = self._items.get()
            if item is None:
                self._items.put(None)
                break
            batch.append(item)
        return batch

    def _write(self, batch: list[_Item]) -> bool:
        """Say whether what comes next may be written, too."""
        while True:
            try:
                with self._db.begin() as tx:
                    for change, _ in batch:
                        change(tx)
            except (OperationalError, InterfaceError, NoConnectionError) as error:
                # The disk is full, the database away, or all its connections are taken.
                _log.warning("sessions cannot be written: %s", getattr(error, "orig", error))
                if self._closing.wait(_AGAIN_S):
                    return False
            except Exception:  # noqa: BLE001 - whatever it is, nobody else's session is to stand still for it
                if len(batch) == 1:
                    _log.exception("a change was refused by the database")
                    _tell(batch)
                    return True
                # One of them is wrong; the others are not to suffer for it.
                return all(self._write([item]) for item in batch)
            else:
                _tell(batch)
                return True


def _tell(batch: list[_Item]) -> None:
    for _, done in batch:
        done()
