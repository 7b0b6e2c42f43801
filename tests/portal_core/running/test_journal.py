"""The journal of running sessions: what cannot be written is written later, and nothing is told before."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.orm import Session as Transaction

from portal_core.db.database import Database
from portal_core.running import journal as journals
from portal_core.running.journal import Journal
from tests.portal_core.served import PATIENCE_S
from tests.waiting import until


class Away:
    """A database that cannot be had so often."""

    def __init__(self, real: Database, error: Exception, *, times: int) -> None:
        self._real, self._error, self._left = real, error, times

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        self._left -= 1
        if self._left >= 0:
            raise self._error
        with self._real.begin() as tx:
            yield tx


AWAY: list[Exception] = [
    OperationalError("insert", {}, Exception("the disk is full")),
    NoConnectionError("QueuePool limit of size 5 overflow 10 reached"),
]


@pytest.mark.parametrize("error", AWAY)
def test_what_cannot_be_written_at_once_is_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(journals, "_AGAIN_S", 0.01)
    with closing(Database(f"sqlite:///{tmp_path / 'portal.db'}")) as database:
        journal, written = Journal(cast(Database, Away(database, error, times=3))), threading.Event()
        done: list[str] = []
        journal.put(lambda _: done.append("written"), lambda: done.append("told"))
        journal.put(lambda _: None, written.set)
        assert written.wait(PATIENCE_S)
        journal.close()
        assert done == ["written", "told"]


def test_what_could_not_be_written_until_the_stop_is_not_told(tmp_path: Path) -> None:
    with closing(Database(f"sqlite:///{tmp_path / 'portal.db'}")) as database:
        journal = Journal(cast(Database, Away(database, AWAY[0], times=10**6)))
        told: list[str] = []
        journal.put(lambda _: None, lambda: told.append("told"))
        journal.close()
        assert told == []


class Stuck:
    """A database that is locked while the portal is stopped, and free again after the first wait for it."""

    def __init__(self, real: Database) -> None:
        self._real, self._locked = real, True
        self.asked, self.free = threading.Event(), threading.Event()

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        if self._locked:
            self._locked = False
            self.asked.set()
            self.free.wait(PATIENCE_S)
            raise AWAY[0]
        with self._real.begin() as tx:
            yield tx


def test_after_what_could_not_be_written_until_the_stop_nothing_is_written(tmp_path: Path) -> None:
    with closing(Database(f"sqlite:///{tmp_path / 'portal.db'}")) as database:
        stuck, written = Stuck(database), list[str]()
        journal = Journal(cast(Database, stuck))
        journal.put(lambda _: written.append("first"))
        assert stuck.asked.wait(PATIENCE_S)
        journal.put(lambda _: written.append("second"))
        stopping = threading.Thread(target=journal.close)
        stopping.start()
        until(journal._closing.is_set)
        stuck.free.set()
        stopping.join(PATIENCE_S)
        assert written == []


def test_one_bad_change_stops_no_journal(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'portal.db'}")
    journal, done = Journal(database), threading.Event()

    def bad(_: Transaction) -> None:
        raise OverflowError("a number that no row has")

    journal.put(bad)
    journal.put(lambda _: None, done.set)
    assert done.wait(PATIENCE_S)
    journal.close()
    database.close()
