"""Everyone's own settings: role and rights, name, e-mail, password, language, time zone, sign-ins.  SPEC.md A5, A6."""

from collections.abc import Mapping
from typing import Annotated, Final
from zoneinfo import available_timezones

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from portal_core.browsers import browser_name
from portal_core.codes import one_line
from portal_core.db import mails, people, sign_ins
from portal_core.db import models as rows
from portal_core.db.audit import What
from portal_core.db.database import Transaction
from portal_core.errors import BadNameError, PortalError, WeakPasswordError
from portal_core.mail_addresses import mail_address
from portal_core.passwords import Password
from portal_core.roles import Action, Reach, reach
from portal_core.said import Said
from portal_core.texts import LANGUAGES
from portal_core.web import email_codes
from portal_core.web.context import RowId, address_of, context_of
from portal_core.web.faults import Faults, fault_of, twice
from portal_core.web.noting import note
from portal_core.web.pages import show
from portal_core.web.password_checks import hash_of, proven, still_proven
from portal_core.web.signed_in import Me, SignedIn

router: Final = APIRouter()
ZONES: Final = tuple(sorted(one for one in available_timezones() if "/" in one or one == "UTC"))
DONE: Final[Mapping[str, Said]] = {
    "saved": Said("Your settings are saved."),
    "email": Said("A code was sent to the new address; type it below to confirm the address."),
    "code": Said("A new code was sent."),
    "confirmed": Said("The e-mail address is confirmed."),
    "password": Said("The new password is good from now on; your other sign-ins have ended."),
    "ended": Said("That sign-in has ended."),
}
_NO_SUCH: Final = Said("choose one of the list")
_RIGHTS: Final[Mapping[Reach, Said]] = {
    Reach.OWN: Said("one's own"),
    Reach.TEAMS: Said("of the own teams"),
    Reach.ACCOUNT: Said("of the whole account"),
}
_Text = Annotated[str, Form()]


@router.get("/me")
def settings(request: Request, me: Me, done: str = "", code: str = "") -> Response:
    """Show them."""
    return _page(request, me, done=DONE.get(done), code=code)


@router.post("/me")
def change(request: Request, me: Me, name: _Text = "", language: _Text = "", time_zone: _Text = "") -> Response:
    """Take a name, a language and a time zone."""
    me.require(Action.SEE_OWN_SETTINGS, what="person", own=True)
    faults: dict[str, tuple[str, str]] = {}
    kept = ""
    try:
        kept = one_line(name, what="name")
    except BadNameError as error:
        faults["name"] = fault_of(error)
    if language not in LANGUAGES:
        faults["language"] = (_NO_SUCH, "")
    if time_zone not in ZONES:
        faults["time_zone"] = (_NO_SUCH, "")
    if faults:
        return _page(request, me, typed={"name": name, "language": language, "time_zone": time_zone}, faults=faults)
    with context_of(request).db.begin() as tx:
        person = people.find(tx, me.person_id)
        person.name, person.language, person.time_zone = kept, language, time_zone
        note(tx, request, me, What.OWN_SETTING_CHANGED, {"name": kept, "language": language, "time zone": time_zone})
    return _done("saved")


@router.post("/me/email")
def change_email(request: Request, me: Me, email: _Text = "", password: _Text = "") -> Response:
    """Take another address, and send a code there; the one before is told of it."""
    context = context_of(request)
    field = "email"
    try:
        kept = mail_address(email)
        field = "email_password"
        proved = proven(context, me.login, password, address=address_of(request))
        field = "email"
        with context.db.begin() as tx:
            person = still_proven(tx, proved)
            before, person.email, person.email_confirmed = person.email, kept, False
            email_codes.send(context, tx, person)
            _tell_before(request, tx, person, before)
            note(tx, request, me, What.OWN_SETTING_CHANGED, {"e-mail": kept})
    except PortalError as error:
        return _page(request, me, typed={"email": email}, faults={field: fault_of(error)})
    return _done("email")


@router.post("/me/email/code")
def send_code(request: Request, me: Me) -> Response:
    """Send another code."""
    context = context_of(request)
    try:
        with context.db.begin() as tx:
            person = people.find(tx, me.person_id)
            if not person.email_confirmed:
                email_codes.send(context, tx, person)
    except PortalError as error:
        return _page(request, me, faults={"code": fault_of(error)})
    return _done("code")


@router.post("/me/email/confirm")
def confirm_email(request: Request, me: Me, code: _Text = "") -> Response:
    """Take the code that was sent."""
    context = context_of(request)
    with context.db.look() as tx:
        person = people.find(tx, me.person_id)
    try:
        email_codes.require(context, person, code)
        with context.db.begin() as tx:
            email_codes.confirmed(context, tx, me.person_id, email=person.email, address=address_of(request))
    except PortalError as error:
        return _page(request, me, code=code, faults={"code": fault_of(error)})
    return _done("confirmed")


@router.post("/me/password")
def change_password(
    request: Request, me: Me, present: _Text = "", password: _Text = "", again: _Text = ""
) -> Response:  # fmt: skip
    """Take a new password; whoever signed in with the one before is signed out, but for this browser."""
    context = context_of(request)
    faults: dict[str, tuple[str, str]] = twice(password, again)
    try:
        chosen = Password.parse(password)
        chosen.require_strong(login=me.login, name=me.name)
    except WeakPasswordError as error:
        faults = {"password": fault_of(error)}
    if faults:
        return _page(request, me, faults=faults)
    try:
        proved = proven(context, me.login, present, address=address_of(request))
        kept = hash_of(chosen)
        with context.db.begin() as tx:
            still_proven(tx, proved).password = kept
            sign_ins.end_others(tx, me.person_id, but=me.sign_in_id, now_us=context.now_us())
            note(tx, request, me, What.PASSWORD_CHANGED)
    except PortalError as error:
        return _page(request, me, faults={"present": fault_of(error)})
    return _done("password")


@router.post("/me/sign-ins/{sign_in_id}/end")
def end_sign_in(request: Request, me: Me, sign_in_id: RowId) -> Response:
    """End one of his sign-ins."""
    context = context_of(request)
    with context.db.begin() as tx:
        sign_ins.end(tx, sign_in_id, person_id=me.person_id, now_us=context.now_us())
        note(tx, request, me, What.SIGN_IN_ENDED, {"sign-in": sign_in_id})
    return _done("ended")


def _done(what: str) -> Response:
    return RedirectResponse(f"/me?done={what}", status_code=303)


def _page(
    request: Request,
    me: SignedIn,
    *,
    done: Said | None = None,
    code: str = "",
    typed: Mapping[str, str] | None = None,
    faults: Faults | None = None,
) -> Response:
    me.require(Action.SEE_OWN_SETTINGS, what="person", own=True)
    context = context_of(request)
    with context.db.look() as tx:
        person = people.find(tx, me.person_id)
        own = sign_ins.of_person(tx, me.person_id, now_us=context.now_us())
    kept = {
        "name": person.name, "email": person.email, "language": person.language, "time_zone": person.time_zone,
    }  # fmt: skip
    values = {
        "typed": kept | dict(typed or {}),
        "role": me.person.role.value,
        "rights": _rights(me),
        "confirmed": person.email_confirmed,
        "email": person.email,
        "code": code[:20],
        "zones": ZONES,
        "sign_ins": own,
        "browser": browser_name,
        "done": done,
        "faults": faults or {},
    }
    return show(request, "me.html", values, status=400 if faults else 200)


def _rights(me: SignedIn) -> list[tuple[str, Said | None]]:
    """Return what somebody may do, and with which things; None where there is but one."""
    single = {Action.SIGN_IN_TO_CONSOLE, Action.SIGN_IN_TO_PAGES, Action.SEE_OWN_SETTINGS, Action.MAKE_PORTAL}
    reaches = {action: reach(me.person.role, action, granted=me.person.granted) for action in Action}
    return [
        (action.value, None if action in single else _RIGHTS[far])
        for action, far in reaches.items()
        if far is not Reach.NOTHING
    ]


def _tell_before(request: Request, tx: Transaction, person: rows.Person, before: str) -> None:
    if not before or before == person.email:
        return
    context = context_of(request)
    _ = context.texts.for_language(person.language)
    mails.put(
        tx,
        account_id=person.account_id,
        to=before,
        subject=_("Your e-mail address was changed"),
        body=_(
            "The e-mail address of {login} was changed to another one.\n\n"
            "If that was not you, tell a company manager of your portal at once: {link}",
            login=person.login,
            link=context.settings.public_url,
        ),
        now_us=context.now_us(),
    )
