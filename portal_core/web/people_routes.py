"""The company's start page and its people: listed, and added with a first password that is shown once.  SPEC.md B4."""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from portal_core.codes import one_line
from portal_core.db import models as rows
from portal_core.db import people
from portal_core.db.audit import What
from portal_core.db.database import Transaction
from portal_core.errors import BadNameError, TakenError
from portal_core.mail_addresses import mail_address
from portal_core.passwords import Password, draw
from portal_core.roles import Action, Belongs, Role, may
from portal_core.sign_ins import login_name
from portal_core.web.context import context_of
from portal_core.web.faults import Faults, fault_of
from portal_core.web.noting import note
from portal_core.web.pages import show
from portal_core.web.password_checks import hash_of
from portal_core.web.signed_in import Me, SignedIn

router: Final = APIRouter()
_Text = Annotated[str, Form()]
_NOTHING_TYPED: Final = {"login": "", "name": "", "email": ""}


@router.get("/manage")
def start(request: Request, me: Me) -> Response:
    """Show where a manager begins."""
    me.require(Action.SIGN_IN_TO_PAGES, what="page", own=True)
    return show(request, "manage.html")


@router.get("/manage/people")
def listed(request: Request, me: Me) -> Response:
    """Show everybody whom he may change."""
    me.require_anywhere(Action.EDIT_AGENT)
    with context_of(request).db.look() as tx:
        found = people.of_account(tx, me.account_id)
    shown = [one for one in found if may(me.person, Action.EDIT_AGENT, _belongs(one))]
    return show(
        request,
        "people.html",
        {"people": shown, "may_add": may(me.person, Action.ADD_AGENT, Belongs(account_id=me.account_id))},
    )


@router.get("/manage/people/new")
def ask(request: Request, me: Me) -> Response:
    """Show the form for an agent."""
    me.require(Action.ADD_AGENT, what="person")
    return show(request, "person_new.html", {"typed": _NOTHING_TYPED, "faults": {}})


@router.post("/manage/people")
def add(request: Request, me: Me, login: _Text = "", name: _Text = "", email: _Text = "") -> Response:
    """Add an agent, and show his first password: never again, for only its hash is kept."""
    me.require(Action.ADD_AGENT, what="person")
    typed = {"login": login, "name": name, "email": email}
    kept, faults = _checked(typed)
    if faults:
        return _again(request, typed, faults)
    password = draw()
    hashed = hash_of(Password.parse(password))
    context = context_of(request)
    try:
        with context.db.begin() as tx:
            person = _add(tx, me, kept, hashed, now_us=context.now_us())
            about: rows.Fields = {"person": person.id, "login": person.login, "name": person.name}
            note(tx, request, me, What.AGENT_ADDED, about)
    except TakenError as error:
        return _again(request, typed, {"login": fault_of(error)})
    values = {"person": person, "password": password, "sign_in": f"{context.settings.public_url}/sign-in"}
    return show(request, "person_added.html", values, status=201)


def _add(tx: Transaction, me: SignedIn, kept: Mapping[str, str], hashed: str, *, now_us: int) -> rows.Person:
    if people.taken(tx, kept["login"]):
        raise TakenError(what="login", name=kept["login"])
    person = rows.Person(
        account_id=me.account_id,
        login=kept["login"],
        name=kept["name"],
        email=kept["email"],
        role=Role.AGENT.value,
        password=hashed,
        made_us=now_us,
        language=me.language,
        time_zone=me.time_zone,
    )
    tx.add(person)
    tx.flush()
    return person


def _checked(typed: Mapping[str, str]) -> tuple[dict[str, str], Faults]:
    """Return what is kept of what was typed, and what is wrong with it."""
    checks = {"login": login_name, "name": lambda text: one_line(text, what="name"), "email": mail_address}
    kept, faults = dict[str, str](), dict[str, tuple[str, str]]()
    for field, check in checks.items():
        try:
            kept[field] = check(typed[field])
        except BadNameError as error:
            faults[field] = fault_of(error)
    return kept, faults


def _again(request: Request, typed: Mapping[str, str], faults: Faults) -> Response:
    return show(request, "person_new.html", {"typed": typed, "faults": faults}, status=400)


def _belongs(person: rows.Person) -> Belongs:
    return Belongs(account_id=person.account_id, people=frozenset({person.id}))
