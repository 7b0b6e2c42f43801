"""The outbox: each message is taken by one, tried again after a crash, and forgotten once it left."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal_core.db import mails
from portal_core.db import models as rows
from portal_core.db.database import Database
from portal_core.errors import BadNameError, NotFoundError

NOW_US = 1_790_000_000_000_000


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'portal.db'}")
    with database.begin() as tx:
        tx.add(rows.Account(name="Ours", made_us=1))
    yield database
    database.close()


def put(database: Database, subject: str, *, now_us: int = NOW_US) -> int:
    with database.begin() as tx:
        to = " bob@example.org"
        return mails.put(tx, account_id=1, to=to, subject=subject, body="A link", now_us=now_us).id


def due(database: Database, *, now_us: int = NOW_US, limit: int = 10) -> list[str]:
    with database.begin() as tx:
        return [row.subject for row in mails.due(tx, now_us=now_us, limit=limit)]


def row(database: Database, mail_id: int) -> rows.Mail:
    with database.begin() as tx:
        found = tx.get(rows.Mail, mail_id)
        assert found
        return found


def test_a_message_is_due_at_once_and_is_as_it_was_put(database: Database) -> None:
    made = put(database, "code")
    assert due(database, now_us=NOW_US - 1) == []
    with database.begin() as tx:
        (found,) = mails.due(tx, now_us=NOW_US, limit=1)
    assert (found.id, found.to, found.subject, found.body) == (made, "bob@example.org", "code", "A link")
    assert (found.made_us, found.tries, found.sent_us) == (NOW_US, 1, None)


def test_what_is_no_address_is_not_put(database: Database) -> None:
    with pytest.raises(BadNameError), database.begin() as tx:
        mails.put(tx, account_id=1, to="bob", subject="code", body="", now_us=NOW_US)
    assert due(database) == []


def test_those_that_wait_longest_go_first_and_no_more_than_asked_for(database: Database) -> None:
    for subject, later_us in (("third", 2), ("first", 0), ("second", 0), ("late", 3)):
        put(database, subject, now_us=NOW_US + later_us)
    assert due(database, now_us=NOW_US + 2, limit=2) == ["first", "second"]
    assert due(database, now_us=NOW_US + 2) == ["third"]


def test_what_somebody_took_nobody_else_takes_until_he_must_have_died(database: Database) -> None:
    made = put(database, "code")
    assert due(database) == ["code"]
    assert due(database, now_us=NOW_US + mails.TAKEN_US - 1) == []
    assert due(database, now_us=NOW_US + mails.TAKEN_US) == ["code"]
    assert row(database, made).tries == 2


def test_what_was_sent_is_never_due_again_and_its_text_is_gone(database: Database) -> None:
    made = put(database, "code")
    due(database)
    with database.begin() as tx:
        mails.failed(tx, made, why="450 busy", next_us=NOW_US)
        mails.sent(tx, made, now_us=NOW_US + 5)
    assert due(database, now_us=mails.NEVER_US) == []
    found = row(database, made)
    assert (found.sent_us, found.why, found.body, found.subject) == (NOW_US + 5, None, "", "code")


def test_what_failed_is_due_at_its_next_time(database: Database) -> None:
    made = put(database, "code")
    due(database)
    with database.begin() as tx:
        mails.failed(tx, made, why="450 busy", next_us=NOW_US + 60)
    assert due(database, now_us=NOW_US + 59) == []
    assert due(database, now_us=NOW_US + 60) == ["code"]
    found = row(database, made)
    assert (found.why, found.tries, found.body) == ("450 busy", 2, "A link")


def test_what_was_given_up_is_never_due_again_and_says_why(database: Database) -> None:
    made = put(database, "code")
    due(database)
    with database.begin() as tx:
        mails.failed(tx, made, why="550 no such mailbox", next_us=None)
    assert due(database, now_us=mails.NEVER_US - 1) == []
    found = row(database, made)
    assert (found.sent_us, found.why, found.body) == (None, "550 no such mailbox", "")


def test_a_message_that_is_not_there_is_told(database: Database) -> None:
    with database.begin() as tx:
        with pytest.raises(NotFoundError):
            mails.sent(tx, 7, now_us=NOW_US)
        with pytest.raises(NotFoundError):
            mails.failed(tx, 7, why="", next_us=None)
