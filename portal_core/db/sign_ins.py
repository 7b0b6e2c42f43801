"""Sign-ins, as they are kept: one row each, which can be ended."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal_core import sign_ins
from portal_core.db import models as rows
from portal_core.errors import NotFoundError


def with_token(tx: Session, token: str, *, now_us: int) -> tuple[rows.SignIn, rows.Person] | None:
    """Return a sign-in that is still good, and whose it is."""
    row = tx.scalars(select(rows.SignIn).where(rows.SignIn.token == sign_ins.digest_of(token))).one_or_none()
    if row is None or not good(row, now_us=now_us):
        return None
    person = tx.get(rows.Person, row.person_id)
    return None if person is None or person.deleted_us is not None else (row, person)


def good(row: rows.SignIn, *, now_us: int) -> bool:
    """Say whether it was not ended, by anybody or by time."""
    return row.ended_us is None and not sign_ins.over(made_us=row.made_us, seen_us=row.seen_us, now_us=now_us)


def seen(tx: Session, sign_in_id: int, *, now_us: int) -> None:
    """Note that somebody is there, unless that was noted later."""
    one = (rows.SignIn.id == sign_in_id, rows.SignIn.seen_us < now_us)
    tx.execute(update(rows.SignIn).where(*one).values(seen_us=now_us))


def of_person(tx: Session, person_id: int, *, now_us: int) -> Sequence[rows.SignIn]:
    """Return somebody's sign-ins that are still good, those used last first."""
    mine = select(rows.SignIn).where(rows.SignIn.person_id == person_id, rows.SignIn.ended_us.is_(None))
    found = tx.scalars(mine.order_by(rows.SignIn.seen_us.desc(), rows.SignIn.id.desc()))
    return [row for row in found if good(row, now_us=now_us)]


def end(tx: Session, sign_in_id: int, *, person_id: int, now_us: int) -> None:
    """End one of somebody's.  Errors: NotFoundError for one that is not his, or has ended."""
    row = tx.get(rows.SignIn, sign_in_id)
    if row is None or row.person_id != person_id or not good(row, now_us=now_us):
        raise NotFoundError(what="sign-in")
    row.ended_us = now_us


def end_others(tx: Session, person_id: int, *, but: int, now_us: int) -> None:
    """End all of somebody's but one."""
    mine = (rows.SignIn.person_id == person_id, rows.SignIn.id != but, rows.SignIn.ended_us.is_(None))
    tx.execute(update(rows.SignIn).where(*mine).values(ended_us=now_us))
