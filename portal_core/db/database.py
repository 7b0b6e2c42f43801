"""The door to the database: opened, migrated, one transaction at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session as Transaction

_MIGRATIONS: Final = Path(__file__).parent / "migrations"
# Whoever commits moves so much into the file at once, and waits for the disk; so checkpoint() comes before it.
_AHEAD_PAGES: Final = 100_000
_READS: Final = "reads"  # of a connection: this transaction only does that
_BUSY_MS: Final = 10_000  # so long a transaction waits for another process's


__all__ = ["Database", "Transaction"]


class Database:
    """The portal's data.  It owns the connections.

    Errors: OSError and SQLAlchemy's own, when the place cannot be had.
    """

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        self._reading = self._engine.execution_options(**{_READS: True})
        with self._engine.begin() as connection:
            settings = Config()
            settings.set_main_option("script_location", str(_MIGRATIONS))
            settings.attributes["connection"] = connection
            command.upgrade(settings, "head")

    @property
    def engine(self) -> Engine:
        """What SQLAlchemy works with."""
        return self._engine

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """Give a transaction: all of it happens, or nothing."""
        with Transaction(self._engine, expire_on_commit=False) as tx, tx.begin():
            yield tx

    @contextmanager
    def look(self) -> Iterator[Transaction]:
        """Give a transaction that reads one moment's data, and waits for nobody who writes; it cannot write."""
        with Transaction(self._reading, expire_on_commit=False) as tx, tx.begin():
            yield tx

    def checkpoint(self) -> None:
        """Move what SQLite wrote ahead into the file, beside those who write: it waits for the disk, they do not."""
        if self._engine.dialect.name == "sqlite":
            with self._engine.raw_connection() as connection:
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()


def _engine(url: str) -> Engine:
    engine = create_engine(url, hide_parameters=True)  # what people say is in no log
    if make_url(url).get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's
    # Python's driver begins transactions late and commits some by itself; we say when.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        "synchronous=NORMAL",
        f"busy_timeout={_BUSY_MS}",
        f"wal_autocheckpoint={_AHEAD_PAGES}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's
    reads = bool(connection.get_execution_options().get(_READS))
    connection.exec_driver_sql(f"PRAGMA query_only={reads:d}")
    # At once as a writer: one that begins as a reader may find that it cannot become one.
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
