"""Signing in and out, for browsers and for programs, and choosing a language.  SPEC.md A2, A6, A7."""

from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, RedirectResponse, Response

from portal_core.db import audit, sign_ins
from portal_core.db import models as rows
from portal_core.db.audit import What
from portal_core.errors import HINTS, PortalError, TooManyGuessesError, WrongPasswordError
from portal_core.roles import Role
from portal_core.sign_ins import digest_of, draw_token
from portal_core.texts import LANGUAGES
from portal_core.web import email_codes
from portal_core.web.context import address_of, context_of
from portal_core.web.noting import note
from portal_core.web.pages import show
from portal_core.web.password_checks import proven, still_proven
from portal_core.web.signed_in import COOKIE, COOKIE_LIFE_S, FIRST, home_of, who_is_signed_in

router: Final = APIRouter()
_MAX_BROWSER: Final = 300
_LANGUAGE: Final = "language"
_A_YEAR_S: Final = 365 * 24 * 3600


class Credentials(BaseModel):
    """What a program signs in with."""

    login: str
    password: str


@router.get("/sign-in")
def ask(request: Request, to: str = "") -> Response:
    """Show the form; whoever signed in before is led on."""
    me = who_is_signed_in(request)
    if me is not None:
        return RedirectResponse(me.home, status_code=303)
    return show(request, "sign_in.html", {"login": "", "to": local_path(to), "error": None, "hint": ""})


@router.post("/sign-in")
def sign_in(
    request: Request,
    login: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    to: Annotated[str, Form()] = "",
) -> Response:
    """Let somebody in."""
    try:
        token, person = _begin(request, login, password)
    except (WrongPasswordError, TooManyGuessesError) as error:
        values = {"login": login, "to": local_path(to), "error": error.said, "hint": HINTS[type(error)]}
        return show(request, "sign_in.html", values, status=_status(error))
    answer = RedirectResponse(_next(person, local_path(to)), status_code=303)
    answer.set_cookie(COOKIE, token, max_age=COOKIE_LIFE_S, path="/", secure=True, httponly=True, samesite="lax")
    return answer


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    """Let somebody go; it ends his sign-in here."""
    me, context = who_is_signed_in(request), context_of(request)
    if me is not None:
        now_us = context.now_us()
        with context.db.begin() as tx:
            sign_ins.end(tx, me.sign_in_id, person_id=me.person_id, now_us=now_us)
            note(tx, request, me, What.SIGNED_OUT)
    answer = RedirectResponse("/sign-in", status_code=303)
    answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    return answer


@router.post("/api/sign-in")
def sign_in_a_program(request: Request, credentials: Credentials) -> Response:
    """Give a program the token that it sends as a bearer."""
    token, _ = _begin(request, credentials.login, credentials.password)
    return JSONResponse({"token": token})


@router.get("/language/{code}")
def choose_language(code: str, back: str = "") -> Response:
    """Remember in which language a visitor reads, and lead him back."""
    answer = RedirectResponse(local_path(back) or "/", status_code=303)
    if code in LANGUAGES:
        answer.set_cookie(_LANGUAGE, code, max_age=_A_YEAR_S, path="/", secure=True, httponly=True, samesite="lax")
    return answer


def local_path(text: str) -> str:
    """Return an address of this portal; "" for any other, to which nobody is led."""
    # Browsers take a backslash for a slash, and leave out tabs and ends of lines.
    plain = text.isprintable() and "\\" not in text and text.startswith("/") and not text.startswith("//")
    return text if plain and not urlsplit(text).netloc else ""


def _begin(request: Request, login: str, password: str) -> tuple[str, rows.Person]:
    context, address = context_of(request), address_of(request)
    proved = proven(context, login, password, address=address)
    token, now_us = draw_token(), context.now_us()
    with context.db.begin() as tx:
        person = still_proven(tx, proved)
        tx.add(
            rows.SignIn(
                account_id=person.account_id,
                person_id=person.id,
                token=digest_of(token),
                address=address,
                browser=request.headers.get("user-agent", "")[:_MAX_BROWSER],
                made_us=now_us,
                seen_us=now_us,
            )
        )
        audit.add(
            tx,
            What.SIGNED_IN,
            account_id=person.account_id,
            person_id=person.id,
            at_us=now_us,
            address=address,
        )
        if person.first_password and not person.email_confirmed:
            email_codes.send_if_possible(context, tx, person)
        return token, person


def _next(person: rows.Person, to: str) -> str:
    if person.first_password:
        return to if to.partition("?")[0] == FIRST else FIRST
    return to or home_of(Role(person.role), first_password=False)


def _status(error: PortalError) -> int:
    return 429 if isinstance(error, TooManyGuessesError) else 401
