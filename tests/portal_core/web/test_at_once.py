"""Many tries at the same moment: each is counted before it is looked at, and few are looked at together."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Final

import pytest

from portal_core import passwords
from portal_core.db import models as rows
from portal_core.db import people
from portal_core.errors import TooManyGuessesError, WrongPasswordError
from portal_core.guessing import FREE
from portal_core.passwords import Password, PasswordHash
from portal_core.web import own_routes, sign_in_routes
from portal_core.web.password_checks import hash_of, proven
from tests.portal_core.web.site import PASSWORD, Site

TRIES = 24
STRONG: Final = "nine purple lanterns over Oslo"


class Looks:
    """Counts how many are looked at, and how many of them at one moment."""

    def __init__(self, derive: Callable[..., bytes]) -> None:
        self._derive = derive
        self._lock = threading.Lock()
        self._now = 0
        self.all = 0
        self.most = 0

    def __call__(self, password: Password, **cost: object) -> bytes:
        with self._lock:
            self._now += 1
            self.all += 1
            self.most = max(self.most, self._now)
        try:
            return self._derive(password, **cost)
        finally:
            with self._lock:
                self._now -= 1


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Looks:
    made = Looks(passwords._derive)
    monkeypatch.setattr(passwords, "_derive", made)
    return made


def together(act: Callable[[int], object]) -> None:
    with ThreadPoolExecutor(TRIES) as threads:
        list(threads.map(act, range(TRIES)))


def attempt(site: Site, login: str, address: str) -> str:
    try:
        proven(site.portal.context, login, "wrong password", address=address)
    except (WrongPasswordError, TooManyGuessesError) as error:
        return type(error).__name__
    return "in"


@pytest.mark.parametrize("same", ["login", "address"])
def test_a_thousand_tries_at_once_are_no_more_than_a_few(site: Site, looks: Looks, same: str) -> None:
    site.person("ann")
    together(
        lambda number: attempt(
            site,
            "ann" if same == "login" else f"login{number}",
            f"192.0.2.{number}" if same == "login" else "192.0.2.1",
        )
    )
    assert looks.all == FREE


def test_no_more_than_two_are_looked_at_together(site: Site, looks: Looks) -> None:
    together(lambda number: attempt(site, f"login{number}", f"192.0.2.{number}"))
    assert looks.all == TRIES
    together(lambda _: hash_of(Password.parse(PASSWORD)))
    assert looks.all == 2 * TRIES
    assert looks.most == 2


def test_a_password_that_was_changed_meanwhile_lets_nobody_in(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    person = site.person("ann")
    before = passwords.require

    def change_then_require(typed: str, stored: PasswordHash | None) -> None:
        with site.portal.context.db.begin() as tx:
            people.find(tx, person).password = str(PasswordHash.of(Password.parse("another one of mine")))
        before(typed, stored)

    monkeypatch.setattr(passwords, "require", change_then_require)
    with pytest.raises(WrongPasswordError):
        proven(site.portal.context, "ann", PASSWORD, address="192.0.2.1")


@pytest.mark.parametrize(
    ("door", "page", "typed", "status"),
    [
        (sign_in_routes, "/sign-in", {"login": "ann", "password": PASSWORD}, 401),
        (own_routes, "/me/password", {"present": PASSWORD, "password": STRONG, "again": STRONG}, 400),
        (own_routes, "/me/email", {"email": "ann@home.example", "password": PASSWORD}, 400),
    ],
)
def test_a_password_that_is_changed_while_it_is_compared_proves_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch, door: ModuleType, page: str, typed: dict[str, str], status: int
) -> None:
    site.person("ann")
    browser, changed = site.signed_in("ann"), hash_of(Password.parse("what was chosen meanwhile"))
    compared = door.proven

    def meanwhile(*who: object, **where: object) -> rows.Person:
        found: rows.Person = compared(*who, **where)
        with site.portal.context.db.begin() as tx:
            people.find(tx, found.id).password = changed
        return found

    monkeypatch.setattr(door, "proven", meanwhile)
    assert browser.post(page, data=typed).status_code == status
    assert (site.row("ann").password, site.row("ann").email) == (changed, "ann@example.org")
