"""Reads snapshots of machines beside the window: how large one is and how far in the file is up to who made it."""

import threading
from dataclasses import dataclass
from typing import Final

from replay.session import Session
from replay.snapshots import taken_at
from replay.window.local_time import local_day
from replay.window.machine import Rows, machine_rows
from vault.errors import VaultError

_LEFT_BEHIND_S: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What was put in at a time, and who says so; without a source there was nothing."""

    time_us: int
    source: str = ""
    rows: Rows = ()
    trouble: str = ""


class MachineReading:
    """Reads the snapshot that was asked for last, in a thread of its own."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._news = threading.Condition()
        self._wish: int | None = None
        self._ended = False
        self.read: Read | None = None  # the newest one
        self._thread = threading.Thread(target=self._run, name="sealcast-machine", daemon=True)
        self._thread.start()

    def ask(self, time_us: int) -> None:
        """Read what was put in at that time."""
        with self._news:
            self._wish = time_us
            self._news.notify_all()

    def close(self) -> None:
        """End the thread; one that still reads is left behind for a moment."""
        with self._news:
            self._ended = True
            self._news.notify_all()
        self._thread.join(_LEFT_BEHIND_S)

    def _run(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._wish is not None or self._ended)
                if self._ended or self._wish is None:
                    return
                time_us, self._wish = self._wish, None
            self.read = self._at(time_us)

    def _at(self, time_us: int) -> Read:
        try:
            found = next(taken_at(self._session, time_us, stopped=self._wanted_no_more), None)
        except VaultError as error:
            return Read(time_us=time_us, trouble=str(error))
        if found is None:
            return Read(time_us=time_us)
        return Read(time_us=time_us, source=found.snapshot.source, rows=machine_rows(found.snapshot, day=local_day))

    def _wanted_no_more(self) -> bool:
        return self._ended or self._wish is not None
