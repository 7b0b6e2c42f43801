"""Recordings and chats that go from the server, as rows.  SPEC.md F16, F20, F23.

A part is purged in two steps, for rows and files are not changed together: purged_us says that it is gone, and waits
that its file still lies here.  So a file that could not be deleted is tried again, and none goes unnoted.
"""

from collections.abc import Sequence

from sqlalchemy import BigInteger, ColumnElement, String, case, cast, func, select
from sqlalchemy.orm import Session as Transaction

from portal_core.db import audit, sessions
from portal_core.db.models import Entry, Fields, Recording, Session
from portal_core.portals import DEFAULT_KEEP_DAYS, FOR_EVER
from portal_core.recording_state import DAY_US, Event, State


def parts_over(tx: Transaction, *, now_us: int) -> Sequence[bytes]:
    """Return the parts that were kept on the server as long as their sessions' settings say."""
    wanted = select(Recording.id).join(Session, Session.id == Recording.session_id)
    here = (Recording.waits.is_(False), Recording.purged_us.is_(None), Recording.state != State.RECORDING.value)
    return tx.scalars(wanted.where(*here, *_over(now_us))).all()


def chats_over(tx: Transaction, *, now_us: int) -> Sequence[bytes]:
    """Return the sessions whose chat was kept as long as their settings say."""
    chat = select(Entry.session_id).where(Entry.session_id == Session.id, Entry.kind.in_(sessions.CHAT)).exists()
    return tx.scalars(select(Session.id).where(chat, *_over(now_us))).all()


def purge(tx: Transaction, part_id: bytes, *, everywhere: bool, now_us: int) -> None:
    """Note that a part goes from the server; everywhere says that copies of it do not count any more.

    Errors: WrongStateError for one that is still recorded.
    """
    part = tx.get_one(Recording, part_id)
    if everywhere or not sessions.copies_of(tx, part_id):
        part.state = sessions.state_of_part(part).after(Event.PURGED, now_us=now_us).state.value
    part.purged_us, part.waits = now_us, True
    # What is missing in it was not recorded until now, and comes no more.
    tx.get_one(Session, part.session_id).recording_open = False
    about: Fields = {"recording": part_id.hex(), "session": part.session_id.hex()}
    audit.add(
        tx, audit.What.RECORDING_PURGED, account_id=part.account_id, person_id=None, at_us=now_us, about=about
    )  # fmt: skip


def still_here(tx: Transaction) -> list[tuple[bytes, str]]:
    """Return the parts that are purged and whose files still lie here: ids and files."""
    left = select(Recording.id, Recording.file).where(Recording.waits, Recording.purged_us.is_not(None))
    return [(part_id, file) for part_id, file in tx.execute(left)]


def deleted(tx: Transaction, part_id: bytes) -> None:
    """Note that the file of a purged part lies here no more."""
    tx.get_one(Recording, part_id).waits = False


def _over(now_us: int) -> tuple[ColumnElement[bool], ...]:
    said = func.coalesce(cast(Session.settings["keep_days"].as_string(), String), str(DEFAULT_KEEP_DAYS))
    days = case((said == FOR_EVER, None), else_=cast(said, BigInteger))
    return Session.state == sessions.ENDED, Session.ended_us + days * DAY_US <= now_us
