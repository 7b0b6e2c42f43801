"""Session codes as rows: made, listed, revoked, looked up by whoever has nine digits, redeemed.

The rules are portal_core.codes and portal_core.guessing; each function here is part of one transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session as Transaction

from portal_core import guessing
from portal_core.codes import SHARE_LIFE_US, CodeState, IssuedCode, SessionCode, draw, issue, share_name
from portal_core.db import guesses
from portal_core.db.models import Code, Person, Portal, Session
from portal_core.errors import ExpiredCodeError, NotFoundError, PortalError, UnknownCodeError
from portal_core.portals import PortalSettings

_CODE: Final = "code"


def as_issued(row: Code) -> IssuedCode:
    """Return what the rules know of a code."""
    return IssuedCode(
        code=SessionCode(row.digits),
        name=row.name,
        made_us=row.made_us,
        expires_us=row.expires_us,
        state=CodeState(row.state),
    )


def active_of(tx: Transaction, person_id: int, *, now_us: int) -> Sequence[Code]:
    """Return an agent's active session codes, the oldest first; share codes are their customers'."""
    chosen = select(Code).where(
        Code.agent_id == person_id,
        Code.state == CodeState.ACTIVE.value,
        Code.expires_us > now_us,
        Code.session_id.is_(None),
    )
    return tx.scalars(chosen.order_by(Code.made_us, Code.id)).all()


def make(tx: Transaction, agent: Person, portal: Portal, settings: PortalSettings, name: str, *, now_us: int) -> Code:
    """Make a code.  Errors: those of codes.issue."""
    issued = issue(
        _drawn(tx, now_us=now_us),
        name,
        his=[as_issued(one) for one in active_of(tx, agent.id, now_us=now_us)],
        limit=settings.active_codes,
        life_minutes=settings.code_life_minutes,
        now_us=now_us,
    )
    row = Code(
        account_id=agent.account_id,
        portal_id=portal.id,
        agent_id=agent.id,
        name=issued.name,
        digits=issued.code.digits,
        state=issued.state.value,
        made_us=issued.made_us,
        expires_us=issued.expires_us,
    )
    tx.add(row)
    tx.flush()
    return row


def make_share(tx: Transaction, session: Session, *, now_us: int) -> tuple[Code, bool]:
    """Return the share code of a running session, and whether it was made now.

    A session has one at a time; one whose life is mostly over gives way to a new one.
    """
    mine = select(Code).where(Code.session_id == session.id, Code.state == CodeState.ACTIVE.value)
    for row in tx.scalars(mine):
        if as_issued(row).left_us(now_us=now_us) * 2 > SHARE_LIFE_US:
            return row, False
        if as_issued(row).active(now_us=now_us):
            row.state = as_issued(row).revoke(now_us=now_us).state.value
    made = Code(
        account_id=session.account_id,
        portal_id=session.portal_id,
        agent_id=session.agent_id,
        name=share_name(session.customer),
        digits=_drawn(tx, now_us=now_us).digits,
        state=CodeState.ACTIVE.value,
        made_us=now_us,
        expires_us=now_us + SHARE_LIFE_US,
        session_id=session.id,
    )
    tx.add(made)
    tx.flush()
    return made, True


def _drawn(tx: Transaction, *, now_us: int) -> SessionCode:
    expire(tx, now_us=now_us)
    active = select(Code.digits).where(Code.state == CodeState.ACTIVE.value)
    return draw({SessionCode(one) for one in tx.scalars(active)})


def revoke(tx: Transaction, code_id: int, *, person_id: int, now_us: int) -> Code:
    """Take one's own code back.  Errors: NotFoundError, WrongStateError."""
    row = his(tx, code_id, person_id=person_id)
    row.state = as_issued(row).revoke(now_us=now_us).state.value
    return row


def his(tx: Transaction, code_id: int, *, person_id: int) -> Code:
    """Return a session code that an agent made; share codes are their customers'.  Errors: NotFoundError."""
    row = tx.get(Code, code_id)
    shares = row is not None and row.session_id is not None and row.state == CodeState.ACTIVE.value
    if row is None or row.agent_id != person_id or shares:
        raise NotFoundError(what=_CODE)
    return row


def expire(tx: Transaction, *, now_us: int) -> None:
    """Note of codes whose time is over that they have ended, so that their digits are free."""
    over = select(Code).where(Code.state == CodeState.ACTIVE.value, Code.expires_us <= now_us)
    for row in tx.scalars(over):
        row.state = as_issued(row).at(now_us=now_us).state.value


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCode:
    """Where a code leads; session is the running one of a share code."""

    row: Code
    portal: Portal
    agent: Person
    session: Session | None
    who: str = ""  # looked it up, as guesses are counted


def look_up(tx: Transaction, digits: SessionCode, *, address: str, now_us: int) -> FoundCode | PortalError:
    """Return where a code leads; or what is to be raised once the guess is counted.

    Errors: TooManyGuessesError, when this address must wait.
    """
    who = f"code {guessing.address_key(address)}"
    tried = guesses.tried(tx, who)
    guessing.require(tried, now_us=now_us, pace=guessing.ADDRESS)
    row = tx.scalars(select(Code).where(Code.digits == digits.digits).order_by(Code.id.desc())).first()
    state = _state(tx, row, now_us=now_us) if row else None
    if row is None or state is not CodeState.ACTIVE:
        guesses.keep(tx, who, guessing.after_wrong(tried, now_us=now_us))
        guesses.count_for_all(tx, now_us=now_us)
        return ExpiredCodeError(state=state.value) if state else UnknownCodeError()
    # It was no guess: no pause begins.  What was guessed before is forgiven when the code is used up.
    return replace(_found(tx, row), who=who)


def forgive(tx: Transaction, found: FoundCode) -> None:
    """Forgive whoever redeemed a code that he mistyped some before.  SPEC.md D5."""
    tried = guesses.tried(tx, found.who)
    guesses.keep(tx, found.who, guessing.after_right(tried, forgiven=guessing.FREE))


def again(tx: Transaction, found: FoundCode) -> FoundCode:
    """Return in a transaction of its own where a code leads that was looked up before."""
    return _found(tx, tx.get_one(Code, found.row.id))


def _found(tx: Transaction, row: Code) -> FoundCode:
    return FoundCode(
        row=row,
        portal=tx.get_one(Portal, row.portal_id),
        agent=tx.get_one(Person, row.agent_id),
        session=tx.get_one(Session, row.session_id) if row.session_id else None,
    )


def _state(tx: Transaction, row: Code, *, now_us: int) -> CodeState:
    """Return what became of a code; one that leads into a session ends with it."""
    session = tx.get_one(Session, row.session_id) if row.session_id else None
    state = as_issued(row).at(now_us=now_us).state
    return CodeState.EXPIRED if state is CodeState.ACTIVE and session and session.state == "ended" else state
