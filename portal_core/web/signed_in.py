"""Who asks: the sign-in that a browser's cookie or a program's token stands for.

Where a token is given, the cookie does not count: a request with a token is not checked for its origin.
"""

from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import Depends, HTTPException, Request
from starlette.requests import HTTPConnection

from portal_core.db import models as rows
from portal_core.db import sign_ins
from portal_core.errors import FirstPasswordError, NotAllowedError, NotSignedInError
from portal_core.roles import Action, Belongs, Person, Reach, Role, reach, require
from portal_core.said import Said
from portal_core.sign_ins import LIFE_US, SEEN_AGAIN_US
from portal_core.web.context import context_of

FIRST: Final = "/first"  # where the first password is changed
COOKIE: Final = "__Host-sealcast"
COOKIE_LIFE_S: Final = LIFE_US // 1_000_000
_BEARER: Final = "Bearer "
_PEOPLE: Final = ("/manage/people", Said("People"))
_PORTALS: Final = ("/manage/portals", Said("Portals"))
_CONSOLE: Final = ("/console", Said("Console"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Somebody who signed in."""

    person: Person
    account_id: int
    person_id: int
    sign_in_id: int
    login: str
    name: str
    language: str
    time_zone: str
    first_password: bool

    @property
    def home(self) -> str:
        """Where he begins."""
        return home_of(self.person.role, first_password=self.first_password)

    @property
    def places(self) -> tuple[tuple[str, Said], ...]:
        """Where he may go: addresses and names."""
        if self.first_password:
            return ()
        wanted = (
            (Action.SIGN_IN_TO_CONSOLE, _CONSOLE),
            (Action.EDIT_AGENT, _PEOPLE),
            (Action.SEE_PORTAL_SETTINGS, _PORTALS),
        )
        return tuple(place for action, place in wanted if self._may(action))

    def require(self, action: Action, *, what: str, own: bool = False) -> None:
        """Refuse what he may not do with a thing of his account; own: with what is his alone.

        Errors: NotAllowedError.
        """
        people = frozenset({self.person_id}) if own else frozenset()
        require(self.person, action, Belongs(account_id=self.account_id, people=people), what=what)

    def require_anywhere(self, action: Action) -> None:
        """Refuse what he may do with nothing at all.  Errors: NotAllowedError."""
        if not self._may(action):
            raise NotAllowedError(role=self.person.role.value, action=action.value)

    def _may(self, action: Action) -> bool:
        return reach(self.person.role, action, granted=self.person.granted) is not Reach.NOTHING


def home_of(role: Role, *, first_password: bool) -> str:
    """Return where somebody begins."""
    if first_password:
        return FIRST
    return _CONSOLE[0] if reach(role, Action.SIGN_IN_TO_CONSOLE) is not Reach.NOTHING else "/manage"


def who_is_signed_in(connection: HTTPConnection) -> SignedIn | None:
    """Return whoever asks; None for who has not signed in."""
    if not hasattr(connection.state, "signed_in"):
        token = _token(connection)
        connection.state.signed_in = _find(connection, token) if token else None
    found = connection.state.signed_in
    assert found is None or isinstance(found, SignedIn)
    return found


def at_first(request: Request) -> SignedIn:
    """Return whoever signed in, though it be with the password that was handed out.  Errors: NotSignedInError."""
    me = who_is_signed_in(request)
    if me is None:
        to = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        _lead(request, f"/sign-in?to={quote(to)}" if request.method == "GET" else "/sign-in")
        raise NotSignedInError
    return me


def signed_in(request: Request) -> SignedIn:
    """Return whoever signed in.  Errors: NotSignedInError, FirstPasswordError; browsers are led to where to do that."""
    me = at_first(request)
    if me.first_password:
        _lead(request, FIRST)
        raise FirstPasswordError
    return me


Me = Annotated[SignedIn, Depends(signed_in)]
MeAtFirst = Annotated[SignedIn, Depends(at_first)]


def _lead(request: Request, address: str) -> None:
    if "text/html" in request.headers.get("accept", ""):
        raise HTTPException(303, headers={"Location": address})


def _token(connection: HTTPConnection) -> str | None:
    given = connection.headers.get("authorization")
    if given is not None:
        return given.removeprefix(_BEARER) if given.startswith(_BEARER) else None
    return connection.cookies.get(COOKIE)


def _find(connection: HTTPConnection, token: str) -> SignedIn | None:
    context = context_of(connection)
    now_us = context.now_us()
    with context.db.look() as tx:
        found = sign_ins.with_token(tx, token, now_us=now_us)
    if found is None:
        return None
    row, person = found
    if now_us - row.seen_us >= SEEN_AGAIN_US:
        with context.db.begin() as tx:
            sign_ins.seen(tx, row.id, now_us=now_us)
    return _value(row, person)


def _value(row: rows.SignIn, person: rows.Person) -> SignedIn:
    return SignedIn(
        person=Person(id=person.id, account_id=person.account_id, role=Role(person.role)),
        account_id=person.account_id,
        person_id=person.id,
        sign_in_id=row.id,
        login=person.login,
        name=person.name,
        language=person.language,
        time_zone=person.time_zone,
        first_password=person.first_password,
    )
