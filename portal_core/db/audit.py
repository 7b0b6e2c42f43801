"""The audit log: who did what, and when.  SPEC.md A9.  Rows are added, never changed; nothing of them is secret."""

from enum import Enum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal_core.db import models as rows


class What(Enum):
    """What is noted."""

    SIGNED_IN = "signed in"
    SIGN_IN_REFUSED = "sign-in refused"
    SIGNED_OUT = "signed out"
    SIGN_IN_ENDED = "sign-in ended"
    EMAIL_CONFIRMED = "e-mail address confirmed"
    OWN_SETTING_CHANGED = "own setting changed"
    PASSWORD_CHANGED = "password changed"  # noqa: S105 - an act
    AGENT_ADDED = "agent added"
    PORTAL_MADE = "portal made"
    PORTAL_CHANGED = "portal changed"
    CODE_MADE = "code made"
    CODE_REVOKED = "code revoked"
    CODE_MAILED = "code mailed"
    CODE_REDEEMED = "code redeemed"
    SESSION_OPENED = "session opened"
    SESSION_CLOSED = "session closed"
    RECORDING_HANDED_OUT = "recording handed out"
    KEYRING_HANDED_OUT = "keyring handed out"
    KEYRING_REPLACED = "keyring replaced"
    KEYRING_OPENED = "keyring opened by the server"
    FILE_KEY_HANDED_OUT = "key of a recording handed out"
    SIGNER_ENROLLED = "signer enrolled"
    RECORDING_PUSHED = "recording pushed"
    RECORDING_PURGED = "recording purged"
    CODES_GUESSED = "many wrong codes"


def add(
    tx: Session,
    what: What,
    *,
    account_id: int,
    person_id: int | None,
    at_us: int,
    about: rows.Fields | None = None,
    address: str | None = None,
) -> None:
    """Note what somebody did; person_id is None for who does not sign in."""
    tx.add(
        rows.Audit(
            account_id=account_id,
            at_us=at_us,
            person_id=person_id,
            what=what.value,
            about=about or {},
            address=address,
        )
    )


def count(tx: Session, what: What, *, person_id: int, since_us: int) -> int:
    """Return how often somebody did it since then."""
    wanted = select(func.count()).where(
        rows.Audit.what == what.value, rows.Audit.person_id == person_id, rows.Audit.at_us > since_us
    )
    return tx.execute(wanted).scalar_one()
