"""People who sign in, as they are kept.  Deleted ones are found by nobody."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal_core.db import models as rows
from portal_core.errors import NotFoundError


def any_account(tx: Session) -> bool:
    """Say whether this installation was begun."""
    return tx.scalar(select(rows.Account.id).limit(1)) is not None


def with_login(tx: Session, login: str) -> rows.Person | None:
    """Return whose login that is, in whatever account."""
    found = select(rows.Person).where(rows.Person.login == login, rows.Person.deleted_us.is_(None))
    return tx.scalars(found).one_or_none()


def taken(tx: Session, login: str) -> bool:
    """Say whether somebody has or had that login."""
    return tx.scalar(select(rows.Person.id).where(rows.Person.login == login)) is not None


def find(tx: Session, person_id: int) -> rows.Person:
    """Return somebody.  Errors: NotFoundError."""
    person = tx.get(rows.Person, person_id)
    if person is None or person.deleted_us is not None:
        raise NotFoundError(what="person")
    return person


def of_account(tx: Session, account_id: int) -> Sequence[rows.Person]:
    """Return everybody of an account, by name."""
    found = select(rows.Person).where(rows.Person.account_id == account_id, rows.Person.deleted_us.is_(None))
    return tx.scalars(found.order_by(rows.Person.name, rows.Person.id)).all()
