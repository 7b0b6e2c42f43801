"""What was tried and wrong, as rows.  The rules are portal_core.guessing; who is an address, a login, or everyone."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session as Transaction

from portal_core.db import audit
from portal_core.db.models import Account, Fields, Guess, Person
from portal_core.guessing import HOUR_US, REMEMBERED_US, Everyone, Tried
from portal_core.roles import Role

_EVERYONE: Final = "everyone's codes"


def tried(tx: Transaction, who: str) -> Tried:
    """Return what is remembered of somebody."""
    row = tx.get(Guess, who)
    return Tried(**row.tried) if row else Tried()  # type: ignore[arg-type] # as keep wrote them


def keep(tx: Transaction, who: str, tried: Tried) -> None:
    """Remember it."""
    fields: Fields = {"wrong": tried.wrong, "last_us": tried.last_us}
    _put(tx, who, fields, forgotten_us=tried.last_us + REMEMBERED_US)


def everyone(tx: Transaction) -> Everyone:
    """Return the newest wrong codes over all addresses."""
    row = tx.get(Guess, _EVERYONE)
    if row is None:
        return Everyone()
    return Everyone(**row.tried | {"times_us": tuple(row.tried["times_us"])})  # type: ignore[arg-type] # as below


def count_for_all(tx: Transaction, *, now_us: int) -> None:
    """Count a wrong code."""
    _keep_for_all(tx, everyone(tx).after_wrong(now_us=now_us))


def take_alarm(tx: Transaction, *, now_us: int) -> Sequence[Person]:
    """Note that an alarm is told, also in the audit log; return who is told by mail.

    These are the company managers whose address is known to be theirs.
    """
    _keep_for_all(tx, everyone(tx).after_telling())
    for account_id in tx.scalars(select(Account.id)):
        audit.add(tx, audit.What.CODES_GUESSED, account_id=account_id, person_id=None, at_us=now_us)
    told = select(Person).where(
        Person.role == Role.COMPANY_MANAGER.value, Person.email_confirmed, Person.deleted_us.is_(None)
    )
    return tx.scalars(told).all()


def forget(tx: Transaction, *, now_us: int) -> None:
    """Delete what says nothing any more."""
    tx.execute(delete(Guess).where(Guess.forgotten_us <= now_us))


def _keep_for_all(tx: Transaction, counted: Everyone) -> None:
    fields = asdict(counted) | {"times_us": list(counted.times_us)}
    _put(tx, _EVERYONE, fields, forgotten_us=counted.times_us[-1] + HOUR_US)


def _put(tx: Transaction, who: str, fields: Fields, *, forgotten_us: int) -> None:
    row = tx.get(Guess, who)
    if row is None:
        tx.add(Guess(who=who, tried=fields, forgotten_us=forgotten_us))
    else:
        row.tried, row.forgotten_us = fields, forgotten_us
