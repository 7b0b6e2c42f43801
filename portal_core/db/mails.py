"""The outbox: messages that wait to be sent, or were.  When the next try is, portal_core.mailing says."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal_core.db import models as rows
from portal_core.errors import NotFoundError
from portal_core.mail_addresses import mail_address

# So long nobody else takes a message that somebody is sending; whoever died over it leaves it until then.
TAKEN_US: Final = 15 * 60_000_000
NEVER_US: Final = 2**53 - 1


def put(tx: Session, *, account_id: int, to: str, subject: str, body: str, now_us: int) -> rows.Mail:
    """Add a message, which is due at once.  Errors: BadNameError for an address that is none."""
    row = rows.Mail(
        account_id=account_id, to=mail_address(to), subject=subject, body=body, made_us=now_us, next_us=now_us
    )
    tx.add(row)
    tx.flush()
    return row


def any_due(tx: Session, *, now_us: int) -> bool:
    """Say whether there are messages to be tried now."""
    waiting = select(rows.Mail.id).where(rows.Mail.sent_us.is_(None), rows.Mail.next_us <= now_us)
    return tx.scalars(waiting.limit(1)).first() is not None


def due(tx: Session, *, now_us: int, limit: int) -> Sequence[rows.Mail]:
    """Take messages that are to be tried now, those that wait longest first; the try is counted with that."""
    waiting = select(rows.Mail).where(rows.Mail.sent_us.is_(None), rows.Mail.next_us <= now_us)
    ordered = waiting.order_by(rows.Mail.next_us, rows.Mail.id).limit(limit).with_for_update(skip_locked=True)
    found = tx.scalars(ordered).all()
    for row in found:
        row.tries += 1
        row.next_us = now_us + TAKEN_US
    return found


def sent(tx: Session, mail_id: int, *, now_us: int) -> None:
    """Note that a message left.  Its text is forgotten: links in it open things.  Errors: NotFoundError."""
    row = _find(tx, mail_id)
    row.sent_us, row.next_us, row.why, row.body = now_us, NEVER_US, None, ""


def failed(tx: Session, mail_id: int, *, why: str, next_us: int | None) -> None:
    """Note why a message did not leave, and the next try; None gives it up.  Errors: NotFoundError."""
    row = _find(tx, mail_id)
    row.why, row.next_us = why, NEVER_US if next_us is None else next_us
    if next_us is None:
        row.body = ""


def _find(tx: Session, mail_id: int) -> rows.Mail:
    row = tx.get(rows.Mail, mail_id)
    if row is None:
        raise NotFoundError(what="message")
    return row
