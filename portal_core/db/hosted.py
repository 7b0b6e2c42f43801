"""Recordings as programs see them: those that somebody may play, with what is known of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Executable, select, tuple_
from sqlalchemy.orm import Session as Transaction

from portal_core.db import models as rows
from portal_core.errors import NotFoundError
from portal_core.roles import Action, Belongs, Person, Reach, may, reach

_JOINED: Final = (
    select(rows.Recording, rows.Session, rows.Portal, rows.Person)
    .join(rows.Session, rows.Session.id == rows.Recording.session_id)
    .join(rows.Portal, rows.Portal.id == rows.Session.portal_id)
    .join(rows.Person, rows.Person.id == rows.Session.agent_id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosted:
    """A part of a session's recording, with the rows it belongs to."""

    part: rows.Recording
    session: rows.Session
    portal: rows.Portal
    agent: rows.Person

    @property
    def belongs(self) -> Belongs:
        """Whose it is."""
        return Belongs(account_id=self.session.account_id, people=frozenset({self.session.agent_id}))


def page(tx: Transaction, person: Person, *, before: tuple[int, bytes] | None, limit: int) -> list[Hosted]:
    """Return the newest recordings that somebody may play; before is when the last one seen was made, and its id."""
    wanted = _JOINED.where(rows.Recording.account_id == person.account_id)
    if reach(person.role, Action.PLAY_RECORDINGS, granted=person.granted) is not Reach.ACCOUNT:
        wanted = wanted.where(rows.Session.agent_id == person.id)
    if before:
        wanted = wanted.where(tuple_(rows.Recording.made_us, rows.Recording.id) < before)
    ordered = wanted.order_by(rows.Recording.made_us.desc(), rows.Recording.id.desc()).limit(limit)
    return [one for one in _all(tx, ordered) if may(person, Action.PLAY_RECORDINGS, one.belongs)]


def find(tx: Transaction, recording_id: bytes) -> Hosted:
    """Return a part.  Errors: NotFoundError."""
    found = _all(tx, _JOINED.where(rows.Recording.id == recording_id))
    if not found:
        raise NotFoundError(what="recording")
    return found[0]


def parts_of(tx: Transaction, person: Person, session_id: bytes) -> list[Hosted]:
    """Return the parts of a session that somebody may play, in order."""
    ordered = _JOINED.where(rows.Session.id == session_id).order_by(rows.Recording.part)
    return [one for one in _all(tx, ordered) if may(person, Action.PLAY_RECORDINGS, one.belongs)]


def portal_at(tx: Transaction, address: str, *, account_id: int) -> rows.Portal:
    """Return an account's portal by its address.  Errors: NotFoundError."""
    wanted = select(rows.Portal).where(rows.Portal.address == address, rows.Portal.account_id == account_id)
    portal = tx.scalars(wanted).first()
    if portal is None:
        raise NotFoundError(what="portal")
    return portal


def plays_of(tx: Transaction, person: Person, portal: rows.Portal) -> bool:
    """Say whether there is anything of a portal that somebody may play, or may come to be."""
    if may(person, Action.PLAY_RECORDINGS, Belongs(account_id=portal.account_id)):
        return True
    if reach(person.role, Action.PLAY_RECORDINGS, granted=person.granted) is Reach.NOTHING:
        return False
    own = select(rows.Session.id).where(rows.Session.portal_id == portal.id, rows.Session.agent_id == person.id)
    return tx.scalars(own.limit(1)).first() is not None


def anchors_of(tx: Transaction, recording_id: bytes) -> Sequence[rows.Anchor]:
    """Return what was durable of it, and when."""
    return tx.scalars(
        select(rows.Anchor).where(rows.Anchor.recording_id == recording_id).order_by(rows.Anchor.block)
    ).all()


def date(time_us: int) -> str:
    """Return a time as programs pass it on to people."""
    return datetime.fromtimestamp(time_us // 1_000_000, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _all(tx: Transaction, wanted: Executable) -> list[Hosted]:
    return [
        Hosted(part=part, session=session, portal=portal, agent=agent)
        for part, session, portal, agent in tx.execute(wanted)
    ]
