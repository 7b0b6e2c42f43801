"""Sessions as rows: begun with a code, looked at by whoever takes part, and what is kept of their recordings."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session as Transaction

from portal_core.codes import one_line
from portal_core.db import audit
from portal_core.db.codes import FoundCode, as_issued
from portal_core.db.models import Copy, Entry, Person, Portal, Recording, Seat, Session
from portal_core.errors import BadSettingsError, NotFoundError, OtherNoticeError
from portal_core.live.effects import RecordingIs
from portal_core.live.log import Entry as LogEntry
from portal_core.live.messages import Role
from portal_core.portals import Consent, Mode, Place, PortalSettings, recording_notice
from portal_core.portals import Recording as Wanted
from portal_core.recording_state import WITH_REASON, RecordingState, State, begin, missing, of_session
from portal_core.said import Said

CUSTOMER_SEAT: Final = 1
ENDED: Final = "ended"
CHAT: Final = ("line", "marker", "snapshot")  # kinds of entries that a passphrase protects in the recording
_NOT_NOTED: Final = Said("it was not noted why")
_AGREE: Final = Said("this session is recorded; tick the box if you agree, else do not join")


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """What a customer says before he joins; notice is what he was told of the recording, "" where that is not known."""

    name: str = ""
    email: str = ""
    agreed: bool = False
    notice: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A session that has just begun."""

    session: Session
    portal: Portal
    agent: Person
    seat: Seat
    settings: PortalSettings


def settings_of(plain: object) -> PortalSettings:
    """Return the settings of a row."""
    assert isinstance(plain, dict)
    return PortalSettings.parse(plain, modes=list(Mode))


def redeem(
    tx: Transaction,
    found: FoundCode,
    joining: Joining,
    *,
    ids: tuple[bytes, str],
    obstacle: str | None,
    now_us: int,
) -> Begun:
    """Begin the session of a code.  ids are the session's 16 bytes and what lets the customer in.

    Errors: BadNameError, those of require_consent, CannotRecordError, ExpiredCodeError.
    """
    session_id, token = ids
    settings = settings_of(found.portal.settings)
    name = one_line(joining.name, what="name") if joining.name.strip() else found.row.name
    require_consent(settings, joining)
    state = begin(settings.recording, obstacle=obstacle)
    found.row.state = as_issued(found.row).redeem(now_us=now_us).state.value
    session = Session(
        id=session_id,
        account_id=found.row.account_id,
        portal_id=found.portal.id,
        agent_id=found.agent.id,
        customer=name,
        settings=dict(found.portal.settings),
        state="waiting",
        recording=(RecordingIs.ON if state.state is State.RECORDING else RecordingIs.OFF).value,
        recording_why=state.why or None,
        recording_open=state.state is State.RECORDING,
        made_us=now_us,
        language=joining.language,
        email=one_line(joining.email, what="e-mail address") if joining.email.strip() else None,
    )
    tx.add(session)
    tx.flush()
    found.row.session_id = session_id
    seat = Seat(
        session_id=session_id,
        id=CUSTOMER_SEAT,
        account_id=session.account_id,
        role=Role.CUSTOMER.value,
        name=name,
        token=digest_of(token),
    )
    tx.add(seat)
    _note_redeemed(tx, found, session, now_us=now_us)
    return Begun(session=session, portal=found.portal, agent=found.agent, seat=seat, settings=settings)


def redeem_share(tx: Transaction, found: FoundCode, *, seat: int, token: str, now_us: int) -> None:
    """Use a share code, once: another seat of the session's customer, whose number the session has given.

    Errors: ExpiredCodeError.
    """
    assert found.session
    found.row.state = as_issued(found.row).redeem(now_us=now_us).state.value
    tx.add(
        Seat(
            session_id=found.session.id,
            id=seat,
            account_id=found.session.account_id,
            role=Role.CUSTOMER.value,
            name=found.row.name,
            token=digest_of(token),
        )
    )
    _note_redeemed(tx, found, found.session, now_us=now_us)


def require_consent(settings: PortalSettings, joining: Joining) -> None:
    """Refuse whoever did not agree where that is asked for, or was told something else.

    Errors: BadSettingsError, OtherNoticeError.
    """
    if joining.notice and joining.notice != recording_notice(settings):
        raise OtherNoticeError
    if settings.recording is not Wanted.OFF and settings.consent is Consent.BOX and not joining.agreed:
        raise BadSettingsError(faults={"agreed": _AGREE})


def _note_redeemed(tx: Transaction, found: FoundCode, session: Session, *, now_us: int) -> None:
    about: dict[str, object] = {"session": session.id.hex(), "code": found.row.id, "name": found.row.name}
    audit.add(tx, audit.What.CODE_REDEEMED, account_id=session.account_id, person_id=None, at_us=now_us, about=about)


def digest_of(token: str) -> bytes:
    """Return what is kept of what lets somebody in."""
    return hashlib.sha256(token.encode()).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Somebody who may see a session because he takes part in it.  seat is 0 for an agent who has none yet."""

    session: Session
    portal: Portal
    agent: Person
    role: Role
    seat: int
    person: Person | None


def participant(tx: Transaction, session_id: bytes, *, token: str | None, person_id: int | None) -> Participant:
    """Return who asks: a customer by what lets him in, or the session's agent.

    Errors: NotFoundError, the same for a session that is not and for one that is not his.
    """
    session = tx.get(Session, session_id)
    if session is None:
        raise NotFoundError(what="session")
    portal, agent = tx.get_one(Portal, session.portal_id), tx.get_one(Person, session.agent_id)
    seat = _seat(tx, session_id, Seat.token == digest_of(token)) if token else None
    if seat:
        return Participant(session=session, portal=portal, agent=agent, role=Role.CUSTOMER, seat=seat.id, person=None)
    if person_id is None or session.agent_id != person_id:
        raise NotFoundError(what="session")
    seat = _seat(tx, session_id, Seat.person_id == person_id)
    return Participant(
        session=session, portal=portal, agent=agent, role=Role.AGENT, seat=seat.id if seat else 0, person=agent
    )


def _seat(tx: Transaction, session_id: bytes, which: object) -> Seat | None:
    return tx.scalars(select(Seat).where(Seat.session_id == session_id, which)).first()  # type: ignore[arg-type] # a condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """A session that was running when the portal was stopped, with all that was said and recorded of it."""

    session: Session
    portal: Portal
    agent: Person
    seats: Sequence[Seat]
    entries: Sequence[Entry]
    parts: Sequence[Recording]


def unfinished(tx: Transaction) -> list[Unfinished]:
    """Return the sessions that have not ended, and those that are not all recorded."""
    return [
        Unfinished(
            session=one,
            portal=tx.get_one(Portal, one.portal_id),
            agent=tx.get_one(Person, one.agent_id),
            seats=tx.scalars(select(Seat).where(Seat.session_id == one.id).order_by(Seat.id)).all(),
            entries=entries_of(tx, one.id),
            parts=parts_of(tx, one.id),
        )
        for one in tx.scalars(select(Session).where((Session.state != ENDED) | Session.recording_open)).all()
    ]


def waiting_parts(tx: Transaction) -> Sequence[tuple[Recording, Session]]:
    """Return the parts of ended sessions whose files are here only until their copies are elsewhere."""
    wanted = select(Recording, Session).join(Session, Session.id == Recording.session_id)
    here = (Recording.waits, Session.state == ENDED, Recording.purged_us.is_(None))
    return [(part, session) for part, session in tx.execute(wanted.where(*here))]


def with_chat(tx: Transaction, portal_id: int) -> Sequence[Session]:
    """Return a portal's ended sessions that are recorded whole, and whose chat is still here."""
    chat = select(Entry.session_id).where(Entry.session_id == Session.id, Entry.kind.in_(CHAT)).exists()
    parts = select(Recording.id).where(Recording.session_id == Session.id)
    lacking = parts.where(Recording.state.not_in([State.COMPLETE.value, State.RECOVERED.value])).exists()
    here = (Session.portal_id == portal_id, Session.state == ENDED, Session.recording_open.is_(False))
    return tx.scalars(select(Session).where(*here, parts.exists(), ~lacking, chat)).all()


def forget_chat(tx: Transaction, session_id: bytes) -> None:
    """Delete what was said in a session, and found on machines."""
    tx.execute(delete(Entry).where(Entry.session_id == session_id, Entry.kind.in_(CHAT)))


def rate(tx: Transaction, session_id: bytes, *, stars: int, comment: str) -> None:
    """Keep what the customer says of a session; only the first time counts."""
    unrated = update(Session).where(Session.id == session_id, Session.stars.is_(None))
    tx.execute(unrated.values(stars=stars, comment=comment))


def entries_of(tx: Transaction, session_id: bytes) -> Sequence[Entry]:
    """Return what was said and done."""
    return tx.scalars(select(Entry).where(Entry.session_id == session_id).order_by(Entry.n)).all()


def log_of(rows: Sequence[Entry]) -> list[LogEntry]:
    """Return it as it was told."""
    return [LogEntry(n=one.n, at_us=one.at_us, by=one.seat, kind=one.kind, fields=one.fields, c=one.c) for one in rows]


def parts_of(tx: Transaction, session_id: bytes) -> Sequence[Recording]:
    """Return the parts of its recording, in order."""
    return tx.scalars(select(Recording).where(Recording.session_id == session_id).order_by(Recording.part)).all()


def confirm(tx: Transaction, part: Recording, *, place: str, now_us: int) -> None:
    """Note that a copy lies elsewhere, as it is here."""
    if tx.get(Copy, (part.id, place)) is None:
        tx.add(Copy(recording_id=part.id, place=place, account_id=part.account_id, confirmed_us=now_us))


def copies_of(tx: Transaction, recording_id: bytes) -> set[str]:
    """Return where copies were confirmed."""
    return set(tx.scalars(select(Copy.place).where(Copy.recording_id == recording_id)))


def state_of_part(part: Recording) -> RecordingState:
    """Return what can honestly be said of a part; of missing copies it says nothing."""
    state = State(part.state)
    return RecordingState(
        state=state,
        why=(part.why or _NOT_NOTED) if state in WITH_REASON else "",
        purged_us=(part.purged_us or 0) if state is State.PURGED else None,
    )


def state_with_copies(tx: Transaction, part: Recording, session: Session) -> RecordingState:
    """Return what can honestly be said of a part, and which of its copies are not confirmed."""
    said = state_of_part(part)
    if said.state in (State.RECORDING, State.PURGED):
        return said
    confirmed = {Place.SERVER, *(Place(name) for name in copies_of(tx, part.id))}
    return replace(said, missing=missing(settings_of(session.settings).places, confirmed=confirmed))


def state_of_all(session: Session, parts: Sequence[RecordingState]) -> RecordingState:
    """Return what can honestly be said of the recording of a session, from what is said of its parts."""
    if parts:
        return of_session(parts, screenless=session.screenless)
    return RecordingState(state=State.NONE, why=session.recording_why or _NOT_NOTED)
