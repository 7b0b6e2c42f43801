import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from portal_core.db.database import Database
from portal_core.db.models import Account, Code, Person, Portal, Row


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path / 'portal.db'}")


def account(database: Database, name: str = "Ours") -> int:
    with database.begin() as rows:
        made = Account(name=name, made_us=1)
        rows.add(made)
        rows.flush()
        return made.id


def person(account_id: int, login: str = "ann") -> Person:
    return Person(
        account_id=account_id, login=login, name="Ann", email="ann@example.org", role="agent", password="x", made_us=1
    )


def test_what_migrations_make_is_what_the_models_say(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Row.metadata) == []


def test_opening_it_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    account(database)
    database.close()
    again = Database(f"sqlite:///{tmp_path / 'portal.db'}")
    with again.begin() as rows:
        assert [one.name for one in rows.scalars(select(Account))] == ["Ours"]


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    made = account(database)

    def add_twice() -> None:
        with database.begin() as rows:
            rows.add(person(made))
            rows.flush()
            rows.add(person(made))

    with pytest.raises(IntegrityError):
        add_twice()
    with database.begin() as rows:
        assert rows.scalars(select(Person)).all() == []


def test_every_row_belongs_to_an_account_that_is_there(database: Database) -> None:
    for name, table in Row.metadata.tables.items():
        assert "account_id" in table.columns or name in {"account", "guess"}
    with pytest.raises(IntegrityError), database.begin() as rows:
        rows.add(person(99))


def test_nine_digits_are_unique_while_they_are_active(database: Database) -> None:
    made = account(database)
    with database.begin() as rows:
        agent = person(made)
        portal = Portal(
            account_id=made,
            vault_id=bytes(16),
            name="P",
            address="p",
            mode="phone",
            type="SmartPin",
            settings={},
            made_us=1,
        )
        rows.add_all([agent, portal])
        rows.flush()
        fields = {"account_id": made, "portal_id": portal.id, "agent_id": agent.id, "digits": "123456789"}

    def add(state: str) -> None:
        with database.begin() as rows:
            rows.add(Code(**fields, name=state, state=state, made_us=1, expires_us=2))  # type: ignore[arg-type] # ints and a str

    for state in ("expired", "redeemed", "active", "expired"):
        add(state)
    with pytest.raises(IntegrityError):
        add("active")


def test_writers_wait_for_each_other(database: Database) -> None:
    made = account(database)
    with database.begin() as rows:
        rows.execute(text("CREATE TABLE counted (n INTEGER)"))
        rows.execute(text("INSERT INTO counted VALUES (0)"))

    def count() -> None:
        for _ in range(50):
            with database.begin() as rows:
                n = rows.execute(text("SELECT n FROM counted")).scalar_one()
                rows.execute(text("UPDATE counted SET n = :n"), {"n": n + 1})

    threads = [threading.Thread(target=count) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    with database.begin() as rows:
        assert rows.execute(text("SELECT n FROM counted")).scalar_one() == 200
        assert rows.get(Account, made) is not None


def test_who_reads_sees_one_moment_and_waits_for_nobody_who_writes(database: Database) -> None:
    account(database, "before")
    everybody = select(Account.name).order_by(Account.id)
    with database.begin() as writing:
        writing.add(Account(name="after", made_us=2))
        writing.flush()
        with database.look() as rows:  # the writer cannot end before this one does
            assert rows.scalars(everybody).all() == ["before"]
    with database.look() as rows:
        assert rows.scalars(everybody).all() == ["before", "after"]
        account(database, "later")
        assert rows.scalars(everybody).all() == ["before", "after"]


def test_who_reads_cannot_write_and_who_comes_next_can(database: Database) -> None:
    def write() -> None:
        with database.look() as rows:
            rows.add(Account(name="no", made_us=1))

    for _ in range(20):  # more often than there are connections
        with pytest.raises(OperationalError):
            write()
        account(database, "yes")
    with database.look() as rows:
        assert {*rows.scalars(select(Account.name))} == {"yes"}
