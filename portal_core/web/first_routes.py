"""The first sign-in: confirm the e-mail address, choose a password.  SPEC.md A2, A4."""

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, RedirectResponse, Response

from portal_core.db import people, sign_ins
from portal_core.db.audit import What
from portal_core.errors import (
    BadNameError,
    TooManyGuessesError,
    WeakPasswordError,
    WrongEmailCodeError,
)
from portal_core.mail_addresses import mail_address
from portal_core.passwords import MIN_GUESSES_LOG10, Password
from portal_core.roles import Role
from portal_core.said import Said
from portal_core.web import email_codes
from portal_core.web.context import address_of, context_of
from portal_core.web.faults import Faults, fault_of, twice
from portal_core.web.noting import note
from portal_core.web.pages import language_of, show
from portal_core.web.password_checks import hash_of, same
from portal_core.web.signed_in import MeAtFirst, SignedIn, home_of

router: Final = APIRouter()
HANDED_OUT: Final = Said("this is the password that was handed out")


class Typed(BaseModel):
    """What somebody has typed so far."""

    password: str


@router.get("/first")
def ask(request: Request, me: MeAtFirst, code: str = "") -> Response:
    """Show what is needed; whoever has chosen a password before is led on."""
    return _page(request, me, code=code) if me.first_password else RedirectResponse(me.home, status_code=303)


@router.post("/first/code")
def send_code(request: Request, me: MeAtFirst, email: Annotated[str, Form()] = "") -> Response:
    """Send a code to an address, which is his from then on."""
    if not me.first_password:
        return RedirectResponse(me.home, status_code=303)
    context = context_of(request)
    try:
        kept = mail_address(email)
        with context.db.begin() as tx:
            person = people.find(tx, me.person_id)
            if not person.email_confirmed:
                person.email = kept
                email_codes.send(context, tx, person)
    except (BadNameError, TooManyGuessesError) as error:
        return _page(request, me, email=email, faults={"email": fault_of(error)})
    return RedirectResponse("/first", status_code=303)


@router.post("/first")
def finish(
    request: Request,
    me: MeAtFirst,
    code: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Take the code and the new password: both, or nothing."""
    if not me.first_password:
        return RedirectResponse(me.home, status_code=303)
    context = context_of(request)
    with context.db.look() as tx:
        before = people.find(tx, me.person_id)
    try:
        chosen = Password.parse(password)
        chosen.require_strong(login=me.login, name=me.name)
    except WeakPasswordError as error:
        return _page(request, me, code=code, faults={"password": fault_of(error)})
    if same(before, password):
        return _page(request, me, code=code, faults={"password": (HANDED_OUT, "")})
    if again != password:
        return _page(request, me, code=code, faults=twice(password, again))
    try:
        if not before.email_confirmed:
            email_codes.require(context, before, code)
    except (WrongEmailCodeError, TooManyGuessesError) as error:
        return _page(request, me, faults={"code": fault_of(error)})
    kept = hash_of(chosen)
    with context.db.begin() as tx:
        person = people.find(tx, me.person_id)
        if person.first_password:  # else it was chosen in another window meanwhile
            if not before.email_confirmed:
                email_codes.confirmed(context, tx, me.person_id, email=before.email, address=address_of(request))
            person.password, person.first_password = kept, False
            sign_ins.end_others(tx, me.person_id, but=me.sign_in_id, now_us=context.now_us())
            note(tx, request, me, What.PASSWORD_CHANGED)
    return RedirectResponse(home_of(Role(person.role), first_password=False), status_code=303)


@router.post("/password-strength")
def strength(request: Request, me: MeAtFirst, typed: Typed) -> Response:
    """Say of a password how hard it is to guess: the tens' logarithm of the tries, and why it is refused if it is."""
    said = context_of(request).texts.for_language(language_of(request))
    guesses, why = 0.0, ""
    try:
        password = Password.parse(typed.password)
        guesses = password.guesses_log10()
        password.require_strong(login=me.login, name=me.name)
    except WeakPasswordError as error:
        # What is one's own looks hard to whoever does not know whose it is.
        guesses, why = min(guesses, MIN_GUESSES_LOG10 - 1), said.sentence(error.why)
    return JSONResponse({"guesses": guesses, "why": why})


def _page(
    request: Request, me: SignedIn, *, code: str = "", email: str | None = None, faults: Faults | None = None
) -> Response:
    context = context_of(request)
    with context.db.look() as tx:
        person = people.find(tx, me.person_id)
    values = {
        "code": code[:20],
        "email": person.email if email is None else email,
        "sent_to": person.email,
        "confirmed": person.email_confirmed,
        "to_folder": context.settings.mail is None,
        "faults": faults or {},
    }
    return show(request, "first.html", values, status=400 if faults else 200)
