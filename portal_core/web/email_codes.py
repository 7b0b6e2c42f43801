"""Codes that prove an e-mail address: sent there, typed here, each counted."""

from portal_core import guessing, sign_ins
from portal_core.db import audit, guesses, mails, people
from portal_core.db import models as rows
from portal_core.db.audit import What
from portal_core.db.database import Transaction
from portal_core.errors import TooManyGuessesError, WrongEmailCodeError
from portal_core.guessing import LOGIN
from portal_core.web.context import Context


def send(context: Context, tx: Transaction, person: rows.Person) -> None:
    """Send somebody a code.  Errors: TooManyGuessesError: the pause after the ones before it is not over."""
    now_us = context.now_us()
    who = _sent_to(person.id)
    sent = guesses.tried(tx, who)
    guessing.require(sent, now_us=now_us, pace=LOGIN)
    guesses.keep(tx, who, guessing.after_wrong(sent, now_us=now_us))
    code = sign_ins.email_code(
        email=person.email, password_hash=person.password, person_id=person.id, now_us=now_us
    )  # fmt: skip
    _ = context.texts.for_language(person.language)
    page = "/first" if person.first_password else "/me"
    body = _(
        "Somebody signed in to the portal as {login} and gave this e-mail address.\n\n"
        "The code that confirms it: {code}\n\n"
        "It is good for an hour. This page takes it, too:\n{link}\n\n"
        "If that was not you, nothing needs to be done.",
        login=person.login,
        code=code,
        link=f"{context.settings.public_url}{page}?code={code}",
    )
    mails.put(
        tx,
        account_id=person.account_id,
        to=person.email,
        subject=_("Your code for the portal: {code}", code=code),
        body=body,
        now_us=now_us,
    )


def send_if_possible(context: Context, tx: Transaction, person: rows.Person) -> None:
    """Send a code unless there is no address, or one was sent too short a time ago."""
    try:
        if person.email:
            send(context, tx, person)
    except TooManyGuessesError:
        return  # the page has a button for another


def require(context: Context, person: rows.Person, typed: str) -> None:
    """Refuse what is not the code that was sent to somebody's address; a transaction of its own counts it before.

    Errors: TooManyGuessesError, WrongEmailCodeError.
    """
    now_us = context.now_us()
    who = f"e-mail code of {person.id}"
    with context.db.begin() as tx:
        tried = guesses.tried(tx, who)
        guessing.require(tried, now_us=now_us, pace=LOGIN)
        guesses.keep(tx, who, guessing.after_wrong(tried, now_us=now_us))
    right = person.email != "" and sign_ins.email_proven(
        typed, email=person.email, password_hash=person.password, person_id=person.id, now_us=now_us
    )  # fmt: skip
    if not right:
        raise WrongEmailCodeError
    with context.db.begin() as tx:
        guesses.keep(tx, who, guessing.Tried())


def confirmed(context: Context, tx: Transaction, person_id: int, *, email: str, address: str) -> rows.Person:
    """Note that an address is somebody's, in the caller's transaction.

    Errors: WrongEmailCodeError where he has another address meanwhile.
    """
    person = people.find(tx, person_id)
    if person.email != email:
        raise WrongEmailCodeError
    person.email_confirmed = True
    guesses.keep(tx, _sent_to(person_id), guessing.Tried())
    audit.add(
        tx,
        What.EMAIL_CONFIRMED,
        account_id=person.account_id,
        person_id=person.id,
        at_us=context.now_us(),
        about={"e-mail": email},
        address=address,
    )
    return person


def _sent_to(person_id: int) -> str:
    return f"e-mail codes sent to {person_id}"
