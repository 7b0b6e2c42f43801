"""What was tried and wrong, as rows.  The rules are portal_core.guessing; who is an address, a login, or everyone."""

from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session as Transaction

from portal_core.db.models import Guess
from portal_core.guessing import HOUR_US, REMEMBERED_US, Everyone, Tried

_EVERYONE: Final = "everyone's codes"


def tried(tx: Transaction, who: str) -> Tried:
    """Return what is remembered of somebody."""
    row = tx.get(Guess, who)
    return Tried(**row.tried) if row else Tried()  # type: ignore[arg-type] # as keep wrote them


def keep(tx: Transaction, who: str, tried: Tried) -> None:
    """Remember it."""
    fields: dict[str, object] = {"wrong": tried.wrong, "last_us": tried.last_us}
    _put(tx, who, fields, forgotten_us=tried.last_us + REMEMBERED_US)


def everyone(tx: Transaction) -> Everyone:
    """Return the newest wrong codes over all addresses."""
    row = tx.get(Guess, _EVERYONE)
    return Everyone(times_us=tuple(row.tried["times_us"])) if row else Everyone()  # type: ignore[arg-type] # as below


def count_for_all(tx: Transaction, *, now_us: int) -> None:
    """Count a wrong code."""
    counted = everyone(tx).after_wrong(now_us=now_us)
    _put(tx, _EVERYONE, {"times_us": list(counted.times_us)}, forgotten_us=now_us + HOUR_US)


def forget(tx: Transaction, *, now_us: int) -> None:
    """Delete what says nothing any more."""
    tx.execute(delete(Guess).where(Guess.forgotten_us <= now_us))


def _put(tx: Transaction, who: str, fields: dict[str, object], *, forgotten_us: int) -> None:
    row = tx.get(Guess, who)
    if row is None:
        tx.add(Guess(who=who, tried=fields, forgotten_us=forgotten_us))
    else:
        row.tried, row.forgotten_us = fields, forgotten_us
