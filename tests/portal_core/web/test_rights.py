"""Every page of people who sign in, for every role and for another account: as the table of rights says."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

import pytest
from fastapi.routing import APIRoute

from portal_core.roles import RIGHTS, Action, Reach, Role
from portal_core.web import own_routes, people_routes, portal_routes
from tests.portal_core.web.site import PASSWORD, Site


class Of(Enum):
    """What a page needs: a right to one's own, to anything at all, or to a thing of the account."""

    OWN = Reach.OWN, 0
    ANYTHING = Reach.OWN, 1
    ACCOUNT = Reach.ACCOUNT, 2


@dataclass(frozen=True)
class Page:
    method: str
    path: str
    action: Action
    of: Of
    data: tuple[tuple[str, str], ...] = ()


_PORTAL: Final = (
    ("name", "New"), ("begins", "web chat"), ("recording", "required"), ("consent", "box"), ("places", "server"),
)  # fmt: skip
PAGES: Final = (
    Page("GET", "/me", Action.SEE_OWN_SETTINGS, Of.OWN),
    Page(
        "POST", "/me", Action.SEE_OWN_SETTINGS, Of.OWN,
        (("name", "New"), ("language", "en"), ("time_zone", "UTC")),
    ),
    Page("POST", "/me/email", Action.SEE_OWN_SETTINGS, Of.OWN, (("email", "a@b.example"), ("password", PASSWORD))),
    Page("POST", "/me/email/code", Action.SEE_OWN_SETTINGS, Of.OWN),
    Page("POST", "/me/email/confirm", Action.SEE_OWN_SETTINGS, Of.OWN, (("code", "{code}"),)),
    Page(
        "POST", "/me/password", Action.SEE_OWN_SETTINGS, Of.OWN,
        (("present", PASSWORD), ("password", "seven quiet lamps"), ("again", "seven quiet lamps")),
    ),
    Page("POST", "/me/sign-ins/{sign_in_id}/end", Action.SEE_OWN_SETTINGS, Of.OWN),
    Page("GET", "/manage", Action.SIGN_IN_TO_PAGES, Of.OWN),
    Page("GET", "/manage/people", Action.EDIT_AGENT, Of.ANYTHING),
    Page("GET", "/manage/people/new", Action.ADD_AGENT, Of.ACCOUNT),
    Page(
        "POST", "/manage/people", Action.ADD_AGENT, Of.ACCOUNT,
        (("login", "new"), ("name", "New"), ("email", "new@example.org")),
    ),
    Page("GET", "/manage/portals", Action.SEE_PORTAL_SETTINGS, Of.ANYTHING),
    Page("GET", "/manage/portals/new", Action.MAKE_PORTAL, Of.ACCOUNT),
    Page("POST", "/manage/portals", Action.MAKE_PORTAL, Of.ACCOUNT, _PORTAL),
    Page("GET", "/manage/portals/{portal_id}", Action.SEE_PORTAL_SETTINGS, Of.ACCOUNT),
    Page("POST", "/manage/portals/{portal_id}", Action.CHANGE_PORTAL, Of.ACCOUNT, _PORTAL),
)  # fmt: skip
OURS: Final = 1
THEIRS: Final = 2


def ask(site: Site, page: Page, login: str, portal: int) -> int:
    """Return the status that somebody gets."""
    client = site.signed_in(login)
    site.signed_in(login)
    path = page.path.format(portal_id=portal, sign_in_id=1)
    if page.path == "/me/email/confirm":
        client.post("/me/email", data={"email": "a@b.example", "password": PASSWORD})
    data = {name: value.format(code=site.mails()[0].subject[-6:] if site.mails() else "") for name, value in page.data}
    return int(client.request(page.method, path, data=data or None).status_code)


@pytest.fixture
def both(site: Site) -> Site:
    """A portal of ours, and one of another account."""
    site.add_portal("Ours")
    site.add_portal("Theirs", account_id=site.account("Theirs"))
    return site


def test_every_page_is_in_the_table() -> None:
    routes = [*own_routes.router.routes, *people_routes.router.routes, *portal_routes.router.routes]
    found = {(method, one.path) for one in routes if isinstance(one, APIRoute) for method in one.methods or ()}
    assert found == {(page.method, page.path) for page in PAGES}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.method} {page.path}")
def test_each_role_gets_what_the_table_gives_it(both: Site, page: Page, role: Role) -> None:
    both.person("ann", role)
    allowed = RIGHTS[page.action][role] >= page.of.value[0]
    status = ask(both, page, "ann", OURS)
    assert status in ({200, 201, 303} if allowed else {403})


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("page", [one for one in PAGES if "portal_id" in one.path], ids=lambda page: page.method)
def test_what_another_account_has_is_not_there(both: Site, page: Page, role: Role) -> None:
    both.person("ann", role)
    assert ask(both, page, "ann", THEIRS) == 404
    assert ask(both, page, "ann", 99) == 404


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.method} {page.path}")
def test_who_has_not_signed_in_gets_nothing(both: Site, page: Page) -> None:
    path = page.path.format(portal_id=OURS, sign_in_id=1)
    data = dict(page.data)
    led = both.browser().request(page.method, path, data=data or None)
    assert (led.status_code, led.headers["location"].startswith("/sign-in")) == (303, True)
    refused = both.browser(accept="application/json").request(page.method, path, data=data or None)
    assert (refused.status_code, set(refused.json())) == (401, {"why", "hint"})
    assert both.audit() == []
