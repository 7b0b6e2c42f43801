"""Signing in and out: who comes in, what is kept, when it ends, and how often one may try."""

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from fastapi.testclient import TestClient

from portal_core.guessing import FREE, HOUR_US, SECOND_US
from portal_core.passwords import PasswordHash
from portal_core.roles import Role
from portal_core.sign_ins import IDLE_US, LIFE_US, SEEN_AGAIN_US
from portal_core.web.sign_in_routes import local_path
from portal_core.web.signed_in import COOKIE
from tests.portal_core.web.site import PASSWORD, Site, sign_in


@pytest.fixture
def ann(site: Site) -> TestClient:
    site.person("ann")
    return site.signed_in("ann")


@pytest.mark.parametrize(("role", "home"), [(one, "/console" if one is Role.AGENT else "/manage") for one in Role])
def test_everybody_is_led_to_where_he_works(site: Site, role: Role, home: str) -> None:
    site.person("ann", role)
    answer = sign_in(site.browser(), "ann", PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, home)


def test_the_cookie_is_safe_and_only_its_digest_is_kept(site: Site) -> None:
    site.person("ann")
    answer = sign_in(site.browser(), "ann", PASSWORD)
    name, _, rest = answer.headers["set-cookie"].partition("=")
    token, *attributes = [one.strip().lower() for one in rest.split(";")]
    assert name == COOKIE == "__Host-sealcast"
    assert {"httponly", "secure", "samesite=lax", "path=/"} <= set(attributes)
    assert not any(one.startswith("domain") for one in attributes)
    files = [path for path in site.folder.rglob("portal.db*") if path.is_file()]
    assert files
    assert not any(token.encode() in path.read_bytes() or PASSWORD.encode() in path.read_bytes() for path in files)


@pytest.mark.parametrize("login", ["ann", "  ANN ", "Ann"])
def test_a_login_is_found_however_it_is_spelled(site: Site, login: str) -> None:
    site.person("ann")
    assert sign_in(site.browser(), login, PASSWORD).status_code == 303


def test_an_unknown_login_and_a_wrong_password_get_one_answer(site: Site) -> None:
    site.person("ann")
    wrong = sign_in(site.browser("192.0.2.1"), "ann", "wrong password")
    unknown = sign_in(site.browser("192.0.2.2"), "bob", "wrong password")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text == unknown.text.replace("bob", "ann")
    assert "wrong password" not in wrong.text
    assert "set-cookie" not in wrong.headers


def test_somebody_who_was_deleted_does_not_come_in(site: Site) -> None:
    site.person("ann", deleted_us=1)
    assert sign_in(site.browser(), "ann", PASSWORD).status_code == 401


@pytest.mark.parametrize("login", ["ann", "nobody"])
def test_one_login_is_slowed_from_whatever_addresses(site: Site, login: str) -> None:
    site.person("ann")
    for number in range(FREE):
        assert sign_in(site.browser(f"192.0.2.{number}"), login, "wrong password").status_code == 401
    refused = sign_in(site.browser("192.0.2.99"), login, PASSWORD)
    assert refused.status_code == 429
    assert "1 second" in refused.text
    site.now_us += SECOND_US
    assert sign_in(site.browser("192.0.2.99"), login, PASSWORD).status_code == (303 if login == "ann" else 401)


def test_one_address_is_slowed_whatever_logins_it_tries(site: Site) -> None:
    site.person("ann")
    for number in range(FREE):
        assert sign_in(site.browser(), f"login{number}", "wrong password").status_code == 401
    assert sign_in(site.browser(), "ann", PASSWORD).status_code == 429
    assert sign_in(site.browser("192.0.2.2"), "ann", PASSWORD).status_code == 303
    # Its own right password does not forgive what was tried on others.
    site.now_us += SECOND_US
    assert sign_in(site.browser(), "ann", PASSWORD).status_code == 303
    assert sign_in(site.browser(), "ann", PASSWORD).status_code == 429


def test_who_mistyped_is_forgiven_by_the_right_password(site: Site) -> None:
    site.person("ann")
    for _ in range(3):
        for _ in range(FREE - 1):
            assert sign_in(site.browser(), "ann", "wrong password").status_code == 401
        assert sign_in(site.browser(), "ann", PASSWORD).status_code == 303


def test_a_try_that_is_refused_does_not_count(site: Site) -> None:
    site.person("ann")
    for _ in range(FREE):
        sign_in(site.browser(), "ann", "wrong password")
    for _ in range(20):
        assert sign_in(site.browser(), "ann", "wrong password").status_code == 429
    site.now_us += SECOND_US
    assert sign_in(site.browser(), "ann", PASSWORD).status_code == 303


def test_signing_out_ends_it_for_good(ann: TestClient) -> None:
    token = ann.cookies[COOKIE]
    assert ann.get("/me").status_code == 200
    answer = ann.post("/sign-out")
    assert answer.headers["location"] == "/sign-in"
    assert f'{COOKIE}=""' in answer.headers["set-cookie"]
    ann.cookies.set(COOKIE, token, domain="portal.example.org")
    assert ann.get("/me").status_code == 303


@pytest.mark.parametrize(("step_us", "steps"), [(IDLE_US - 1, 5), (HOUR_US, 40)])
def test_it_lasts_as_long_as_somebody_is_there(site: Site, ann: TestClient, step_us: int, steps: int) -> None:
    for _ in range(steps):
        site.now_us += step_us
        assert ann.get("/me").status_code == 200


def test_it_ends_after_twelve_hours_of_nothing(site: Site, ann: TestClient) -> None:
    site.now_us += IDLE_US
    answer = ann.get("/me")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?to=/me")


def test_it_ends_after_thirty_days_whatever_happens(site: Site, ann: TestClient) -> None:
    made_us = site.now_us
    while site.now_us + IDLE_US // 2 < made_us + LIFE_US:
        site.now_us += IDLE_US // 2
        assert ann.get("/me").status_code == 200
    site.now_us = made_us + LIFE_US
    assert ann.get("/me").status_code == 303


def test_it_is_noted_once_a_minute_that_somebody_is_there(site: Site, ann: TestClient) -> None:
    ann.get("/me")
    site.now_us += SEEN_AGAIN_US - 1
    ann.get("/me")
    site.now_us += IDLE_US - SEEN_AGAIN_US + 1
    assert ann.get("/me").status_code == 303


def test_after_signing_in_one_comes_to_where_one_wanted_to_go(site: Site) -> None:
    site.person("eve", Role.COMPANY_MANAGER)
    client = site.browser()
    led = client.get("/manage/portals?x=1")
    assert led.headers["location"] == "/sign-in?to=/manage/portals%3Fx%3D1"
    assert 'name="to" value="/manage/portals?x=1"' in client.get(led.headers["location"]).text
    answer = sign_in(client, "eve", PASSWORD, to="/manage/portals?x=1")
    assert answer.headers["location"] == "/manage/portals?x=1"


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil", "javascript:alert(1)", "evil",
        "/\t/evil.example", " /me", "///evil.example", "/\n/evil",
    ],
)  # fmt: skip
def test_nobody_is_led_to_another_site(site: Site, to: str) -> None:
    site.person("ann")
    assert local_path(to) == ""
    assert sign_in(site.browser(), "ann", PASSWORD, to=to).headers["location"] == "/console"
    assert site.browser().get("/language/de", params={"back": to}).headers["location"] == "/"


def test_a_program_signs_in_and_sends_its_token(site: Site) -> None:
    site.person("ann")
    client = site.browser(accept="application/json")
    answer = client.post("/api/sign-in", json={"login": "ann", "password": PASSWORD})
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    bearer = {"authorization": f"Bearer {answer.json()['token']}"}
    assert site.browser(accept="application/json").get("/me").status_code == 401
    assert site.browser().get("/me", headers=bearer).status_code == 200
    assert site.browser().get("/me", headers={"authorization": "Bearer no"}).status_code == 303


def test_with_a_token_the_cookie_does_not_count(ann: TestClient) -> None:
    assert ann.get("/me", headers={"authorization": "Bearer no"}).status_code == 303
    assert ann.get("/me", headers={"authorization": "Basic YTpi"}).status_code == 303
    assert ann.get("/me").status_code == 200


def test_a_program_is_refused_like_a_browser(site: Site) -> None:
    client = site.browser(accept="application/json")
    answers = [client.post("/api/sign-in", json={"login": "x", "password": "wrong password"}) for _ in range(FREE + 1)]
    assert [one.status_code for one in answers] == [401] * FREE + [429]
    assert all(set(one.json()) == {"why", "hint"} for one in answers)


def test_another_site_signs_nobody_in(site: Site) -> None:
    site.person("ann")
    answer = site.browser(**{"sec-fetch-site": "cross-site"}).post(
        "/sign-in", data={"login": "ann", "password": PASSWORD}
    )
    assert answer.status_code == 403


def test_what_happened_is_noted(site: Site) -> None:
    site.person("ann")
    sign_in(site.browser(), "nobody", "wrong password")
    sign_in(site.browser(), "ann", "wrong password")
    client = site.signed_in("ann")
    client.post("/sign-out")
    assert [what for what, _ in site.audit()] == ["sign-in refused", "signed in", "signed out"]
    assert "wrong password" not in str(site.audit())


def test_whoever_signed_in_is_led_on(ann: TestClient) -> None:
    assert ann.get("/sign-in").headers["location"] == "/console"


def test_a_hash_of_another_cost_is_made_anew(site: Site) -> None:
    kdf = Argon2id(salt=bytes(16), length=32, iterations=1, lanes=1, memory_cost=8 * 1024)
    digest = kdf.derive(PASSWORD.encode())
    cheap = PasswordHash(memory_kib=8 * 1024, passes=1, lanes=1, salt=bytes(16), digest=digest)
    site.person("ann", password=str(cheap))
    site.signed_in("ann")
    assert not PasswordHash.parse(site.row("ann").password).outdated
    site.signed_in("ann")
