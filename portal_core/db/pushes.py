"""Recordings that somebody pushes: which signers are his, and how far each recording is.  SPEC.md F30."""

from dataclasses import replace
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session as Transaction

from portal_core.db import models as rows
from portal_core.db import sessions
from portal_core.errors import BadBytesError, NotFoundError, TakenError
from portal_core.portals import Place, PortalSettings, Recording
from portal_core.pushes import SILENT_US, Reached, reached_by
from portal_core.recording_state import Event, RecordingState, State
from portal_core.said import Said
from vault.header import Header

MOST_SIGNERS: Final = 50  # of a person; each is a user on a machine
ANCHORS_EVERY_US: Final = 10 * 1_000_000
ENDED: Final = "ended"  # of a session: nobody goes on with it live


def enrol(tx: Transaction, signer: bytes, person: rows.Person, *, now_us: int) -> bool:
    """Take recordings of this signer from somebody from now on; False when they are taken already.

    Errors: TakenError if it is somebody else's; BadBytesError for too many.
    """
    row = tx.get(rows.Signer, signer)
    if row is not None:
        if row.person_id != person.id:
            raise TakenError(what="signer", name="of this recording")
        return False
    own = tx.scalars(select(rows.Signer.signer).where(rows.Signer.person_id == person.id)).all()
    if len(own) >= MOST_SIGNERS:
        raise BadBytesError(what="signer", why=Said("there are {count} already", count=len(own)))
    tx.add(rows.Signer(signer=signer, account_id=person.account_id, person_id=person.id, enrolled_us=now_us))
    return True


def enrolled(tx: Transaction, signer: bytes, *, person_id: int) -> bool:
    """Say whether somebody's recordings of this signer are taken."""
    row = tx.get(rows.Signer, signer)
    return row is not None and row.person_id == person_id


def push_of(tx: Transaction, recording_id: bytes, *, person_id: int) -> tuple[rows.Push, rows.Recording]:
    """Return how far somebody's recording is.  Errors: NotFoundError."""
    row = tx.get(rows.Push, recording_id)
    if row is None or row.person_id != person_id:
        raise NotFoundError(what="recording")
    return row, tx.get_one(rows.Recording, recording_id)


def reached(push: rows.Push, part: rows.Recording) -> Reached:
    """Return how far it is."""
    final = part.state == State.COMPLETE.value
    return Reached(block=push.block, digest=push.digest, size=part.size, final=final)


def begin_push(
    tx: Transaction, header: Header, portal: rows.Portal, *, person_id: int, customer: str, now_us: int
) -> rows.Recording:
    """Note a recording that begins to be pushed, in its session; a new session is one that its agent recorded himself.

    Errors: TakenError when there is another recording, or somebody else's session, of that id.
    """
    about = header.about
    session = tx.get(rows.Session, about.session_id)
    if session is None:
        session = rows.Session(
            id=about.session_id,
            account_id=portal.account_id,
            portal_id=portal.id,
            agent_id=person_id,
            customer=customer,
            settings=_settings(sessions.settings_of(portal.settings)),
            state=ENDED,
            recording="on",
            made_us=about.created_us,
            ended_us=now_us,
        )
        tx.add(session)
        tx.flush()
    elif not _pushed_by(tx, session, portal, person_id):
        raise TakenError(what="session", name=about.session_id.hex())
    taken = select(rows.Recording.id).where(
        (rows.Recording.id == about.recording_id)
        | ((rows.Recording.session_id == session.id) & (rows.Recording.part == about.part))
    )
    if tx.scalars(taken).first() is not None:
        raise TakenError(what="recording", name=about.recording_id.hex())
    beginning = reached_by(header)
    part = rows.Recording(
        id=about.recording_id,
        account_id=portal.account_id,
        session_id=session.id,
        part=about.part,
        file=f"{session.id.hex()}/{about.part}.sealcast",
        made_us=about.created_us,
        state=State.RECORDING.value,
        size=beginning.size,
    )
    tx.add(part)
    tx.flush()
    push = rows.Push(
        recording_id=part.id,
        account_id=portal.account_id,
        person_id=person_id,
        block=beginning.block,
        digest=beginning.digest,
        at_us=now_us,
    )
    tx.add(push)
    return part


def advance(tx: Transaction, recording_id: bytes, now: Reached, *, person_id: int, now_us: int) -> None:
    """Note how far it is, once that is durable; an anchor every ten seconds, and at the end."""
    push, part = push_of(tx, recording_id, person_id=person_id)
    push.block, push.digest, push.at_us = now.block, now.digest, now_us
    part.size = now.size
    session = tx.get_one(rows.Session, part.session_id)
    session.ended_us = now_us
    state = RecordingState(state=State(part.state)).after(Event.WHOLE if now.final else Event.BEGAN, now_us=now_us)
    part.state = state.state.value
    if now.final:
        part.fingerprint = now.digest
    last = tx.scalars(
        select(rows.Anchor.at_us).where(rows.Anchor.recording_id == part.id).order_by(rows.Anchor.block.desc()).limit(1)
    ).first()
    if now.final or last is None or now_us - last >= ANCHORS_EVERY_US:
        anchor = rows.Anchor(
            recording_id=part.id,
            block=now.block,
            account_id=part.account_id,
            digest=now.digest,
            size=now.size,
            at_us=now_us,
        )
        tx.add(anchor)


def give_up(tx: Transaction, *, now_us: int) -> None:
    """Let recordings count as they are of which nothing came for a while; they may still go on."""
    silent = (
        select(rows.Recording)
        .join(rows.Push, rows.Push.recording_id == rows.Recording.id)
        .where(rows.Recording.state == State.RECORDING.value, rows.Push.at_us <= now_us - SILENT_US)
    )
    for part in tx.scalars(silent):
        state = RecordingState(state=State(part.state)).after(Event.INTERRUPTED, now_us=now_us)
        part.state = state.state.value


def _pushed_by(tx: Transaction, session: rows.Session, portal: rows.Portal, person_id: int) -> bool:
    wanted = (
        select(rows.Push.person_id)
        .join(rows.Recording, rows.Recording.id == rows.Push.recording_id)
        .where(rows.Recording.session_id == session.id)
    )
    return session.portal_id == portal.id and set(tx.scalars(wanted)) == {person_id}


def _settings(settings: PortalSettings) -> rows.Fields:
    # Whoever pushes a recording wants it there, whatever the portal does with those of its own sessions.
    wanted = replace(settings, recording=Recording.WHEN_POSSIBLE, places=frozenset({Place.SERVER}))
    return dict(wanted.to_plain())
