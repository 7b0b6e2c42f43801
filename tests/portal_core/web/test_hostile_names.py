"""Names that somebody chose to do harm, or that are merely unlike ours: shown as they are, and nothing else."""

from html.parser import HTMLParser

import pytest

from portal_core.codes import one_line
from portal_core.roles import Role
from tests.portal_core.web.site import Site

NAMES = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '" autofocus onfocus="alert(1)',
    "' onmouseover='alert(1)",
    "</title></main><h1>Owned</h1>",
    "{{ 7 * 7 }} {% raw %} {name} {0} %s",
    "&lt;b&gt; &amp; &#x202e;",
    "\u202egnp.exe \u2066 Ann",
    "👩‍👩‍👧 🇩🇪 日本 עברית العربية",
    "Zͤ̂a̷l̴g̸o̵ Ω≈ç√",
    "javascript:alert(1)",
)


class Reading(HTMLParser):
    """What a browser reads of a page: its elements and its texts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements = list[str]()
        self.shown = list[str]()
        self.events = list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.events += [name for name, _ in attrs if name.startswith("on") or name == "style"]
        self.shown += [value or "" for name, value in attrs if name in ("value", "data-head")]

    def handle_data(self, data: str) -> None:
        self.shown.append(data)


def read(page: str) -> Reading:
    found = Reading()
    found.feed(page)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_names_are_shown_and_do_nothing(site: Site, name: str) -> None:
    kept = one_line(name, what="name")
    site.person("eve", Role.COMPANY_MANAGER, name="Plain")
    eve = site.signed_in("eve")
    form = {"begins": "web chat", "recording": "required", "consent": "box", "places": "server", "greeting": ""}
    people, made, first, own = "/manage/people", "/manage/portals", "/manage/portals/1", "/me"
    asked: list[tuple[str, dict[str, str] | None]] = [
        (people, {"login": "bob", "email": "bob@example.org"}),
        (people, None),
        (made, form | {"code_life_minutes": "x"}),
        (made, form),
        (made, None),
        (first, form | {"active_codes": "x"}),
        (first, None),
        (own, {"language": "en", "time_zone": "x"}),
        (own, {"language": "en", "time_zone": "UTC"}),
        (own, None),
    ]
    for path, data in asked:
        answer = eve.get(path) if data is None else eve.post(path, data=data | {"name": name})
        if answer.status_code == 303:
            continue
        found = read(answer.text)
        assert found.events == []
        assert found.elements.count("script") == (1 if path == own else 0)
        assert found.elements.count("h1") == 1
        assert any(kept in one or name in one for one in found.shown), answer.text
        assert not any("49 " in one for one in found.shown)


@pytest.mark.parametrize("name", NAMES)
def test_what_was_typed_as_a_login_is_shown_and_does_nothing(site: Site, name: str) -> None:
    answer = site.browser().post("/sign-in", data={"login": name, "password": "wrong password", "to": name})
    found = read(answer.text)
    assert answer.status_code == 401
    assert found.events == []
    assert name in found.shown
    assert found.elements.count("script") == 0
