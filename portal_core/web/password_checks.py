"""Where passwords are compared and hashed: counted before they are looked at, and never many at a time."""

import hashlib
import threading
from typing import Final

from portal_core import guessing, passwords
from portal_core.db import audit, guesses, people
from portal_core.db import models as rows
from portal_core.db.audit import What
from portal_core.db.database import Transaction
from portal_core.errors import WrongPasswordError
from portal_core.passwords import Password, PasswordHash
from portal_core.sign_ins import same_login
from portal_core.web.context import Context

# Each takes 32 MiB and a core: whoever sends many at once must not stop the portal.
_AT_ONCE: Final = threading.BoundedSemaphore(2)


def proven(context: Context, login: str, typed: str, *, address: str) -> rows.Person:
    """Return whose login and password these are, as a row of a transaction that is over.

    Errors: TooManyGuessesError, WrongPasswordError.  Source: portal_core.guessing says why in this order.
    """
    login = same_login(login)
    by_address, by_login = f"address {guessing.address_key(address)}", _counted_as(login)
    now_us = context.now_us()
    with context.db.begin() as tx:
        both = ((by_address, guessing.ADDRESS), (by_login, guessing.LOGIN))
        tried = [guesses.tried(tx, who) for who, _ in both]
        for one, (_, pace) in zip(tried, both, strict=True):
            guessing.require(one, now_us=now_us, pace=pace)
        for one, (who, _) in zip(tried, both, strict=True):
            guesses.keep(tx, who, guessing.after_wrong(one, now_us=now_us))
        person = people.with_login(tx, login)
    stored = PasswordHash.parse(person.password) if person else None
    try:
        with _AT_ONCE:
            passwords.require(typed, stored)
    except WrongPasswordError:
        if person:
            _note_refusal(context, person, address)
        raise
    assert person is not None
    return _forgiven(context, person, typed, by_address, by_login)


def still_proven(tx: Transaction, proved: rows.Person) -> rows.Person:
    """Return the row as it is now, of whom proven() gave it.

    Errors: WrongPasswordError where the password was changed since.
    """
    person = people.find(tx, proved.id)
    if person.password != proved.password:
        raise WrongPasswordError
    return person


def same(person: rows.Person, typed: str) -> bool:
    """Say whether that is somebody's password already; only for himself, who has proven it."""
    with _AT_ONCE:
        return PasswordHash.parse(person.password).fits(typed)


def hash_of(password: Password) -> str:
    """Return what is kept of a new password."""
    with _AT_ONCE:
        return str(PasswordHash.of(password))


def _counted_as(login: str) -> str:
    # Not as it was typed: people type passwords there by mistake.
    return f"login {hashlib.sha256(login.encode()).hexdigest()}"


def _forgiven(context: Context, person: rows.Person, typed: str, by_address: str, by_login: str) -> rows.Person:
    outdated = PasswordHash.parse(person.password).outdated
    anew = hash_of(Password.parse(typed)) if outdated else person.password
    with context.db.begin() as tx:
        now = still_proven(tx, person)
        now.password = anew
        own, there = guesses.tried(tx, by_login), guesses.tried(tx, by_address)
        guesses.keep(tx, by_address, guessing.after_right(there, forgiven=own.wrong))
        guesses.keep(tx, by_login, guessing.after_right(own, forgiven=own.wrong))
        return now


def _note_refusal(context: Context, person: rows.Person, address: str) -> None:
    with context.db.begin() as tx:
        audit.add(
            tx,
            What.SIGN_IN_REFUSED,
            account_id=person.account_id,
            person_id=person.id,
            at_us=context.now_us(),
            address=address,
        )
