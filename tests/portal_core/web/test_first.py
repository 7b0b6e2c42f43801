"""The first sign-in: a code from the mail, a password of one's own, and nothing else before."""

import pytest
from fastapi.testclient import TestClient

from portal_core.guessing import FREE
from portal_core.roles import Role
from portal_core.sign_ins import CODE_LIFE_US
from tests.portal_core.web.site import PASSWORD, Site, code_in, sign_in

OWN = "seven quiet lamps burn"


@pytest.fixture
def new(site: Site) -> TestClient:
    site.person("ann", first_password=True, email_confirmed=False)
    return site.signed_in("ann")


def finish(client: TestClient, code: str, password: str = OWN, again: str | None = None) -> int:
    data = {"code": code, "password": password, "again": password if again is None else again}
    answer = client.post("/first", data=data)
    return int(answer.status_code)


def test_a_code_comes_by_mail_and_opens_the_way(site: Site, new: TestClient) -> None:
    (mail,) = site.mails()
    assert mail.to == "ann@example.org"
    code = code_in(mail)
    assert f"https://portal.example.org/first?code={code}" in mail.body
    assert f'value="{code}"' in new.get(f"/first?code={code}").text
    answer = new.post("/first", data={"code": f"{code[:3]} {code[3:]}", "password": OWN, "again": OWN})
    assert answer.headers["location"] == "/console"
    assert new.get("/me").status_code == 200
    row = site.row("ann")
    assert (row.first_password, row.email_confirmed) == (False, True)
    assert sign_in(site.browser(), "ann", PASSWORD).status_code == 401
    site.signed_in("ann", OWN)
    assert [what for what, _ in site.audit()][1:3] == ["e-mail address confirmed", "password changed"]


def test_nothing_else_opens_before(site: Site, new: TestClient) -> None:
    for path in ("/me", "/console", "/manage", "/manage/people"):
        assert new.get(path).headers["location"] == "/first"
    answer = new.get("/me", headers={"accept": "application/json"})
    assert (answer.status_code, set(answer.json())) == (403, {"why", "hint"})
    assert new.post("/sign-out").status_code == 303
    assert site.browser().get("/first").headers["location"] == "/sign-in?to=/first"


def test_the_link_of_the_message_survives_signing_in(site: Site) -> None:
    site.person("ann", first_password=True, email_confirmed=False)
    led = site.browser().get("/first?code=123456").headers["location"]
    assert led == "/sign-in?to=/first%3Fcode%3D123456"
    answer = sign_in(site.browser(), "ann", PASSWORD, to="/first?code=123456")
    assert answer.headers["location"] == "/first?code=123456"
    assert sign_in(site.browser(), "ann", PASSWORD, to="/manage").headers["location"] == "/first"


@pytest.mark.parametrize(
    ("password", "again", "why"),
    [
        ("kurz1", None, "fewer than 8"),
        ("x" * 129, None, "more than 128"),
        ("password1", None, "guessed easily"),
        ("ann ann-ann_ann", None, "login or the name"),
        (OWN, OWN + "x", "must be the same"),
        (PASSWORD, None, "was handed out"),
    ],
)
def test_a_password_must_be_good_new_and_typed_twice(
    site: Site, new: TestClient, password: str, again: str | None, why: str
) -> None:
    code = code_in(site.mails()[0])
    answer = new.post(
        "/first", data={"code": code, "password": password, "again": password if again is None else again}
    )
    assert answer.status_code == 400
    assert why in answer.text
    assert password not in answer.text
    assert f'value="{code}"' in answer.text
    assert site.row("ann").first_password


def test_the_code_is_asked_for_and_counted(site: Site, new: TestClient) -> None:
    code = code_in(site.mails()[0])
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(FREE):
        assert finish(new, wrong) == 400
    answer = new.post("/first", data={"code": code, "password": OWN, "again": OWN})
    assert "too much was tried" in answer.text.lower()
    site.now_us += 1_000_000
    assert finish(new, code) == 303


@pytest.mark.parametrize(("passed_us", "status"), [(CODE_LIFE_US, 303), (2 * CODE_LIFE_US, 400)])
def test_a_code_is_good_for_an_hour_at_least(site: Site, new: TestClient, passed_us: int, status: int) -> None:
    site.now_us += passed_us
    assert finish(new, code_in(site.mails()[0])) == status


def test_somebody_elses_code_is_worth_nothing(site: Site, new: TestClient) -> None:
    site.person("bob", first_password=True, email_confirmed=False)
    site.signed_in("bob", address="192.0.2.2")
    assert finish(new, code_in(site.mails()[1])) == 400


def test_a_mistyped_address_can_be_mended_and_the_old_code_does_not_fit_it(site: Site, new: TestClient) -> None:
    before = code_in(site.mails()[0])
    assert new.post("/first/code", data={"email": "nobody"}).status_code == 400
    assert new.post("/first/code", data={"email": " ann@home.example "}).status_code == 303
    assert site.mails()[1].to == "ann@home.example"
    assert finish(new, before) == 400
    assert finish(new, code_in(site.mails()[1])) == 303
    assert site.row("ann").email == "ann@home.example"


def test_not_many_codes_are_sent(site: Site, new: TestClient) -> None:
    statuses = [new.post("/first/code", data={"email": "ann@example.org"}).status_code for _ in range(FREE + 2)]
    assert statuses == [303] * (FREE - 1) + [400] * 3
    assert len(site.mails()) == FREE


def test_who_has_no_address_gives_one(site: Site) -> None:
    site.person("eve", Role.COMPANY_MANAGER, first_password=True, email_confirmed=False, email="")
    client = site.signed_in("eve")
    assert site.mails() == []
    assert "Give your e-mail address" in client.get("/first").text
    client.post("/first/code", data={"email": "eve@example.org"})
    assert finish(client, code_in(site.mails()[0])) == 303


def test_without_an_address_no_code_fits(site: Site) -> None:
    site.person("eve", first_password=True, email_confirmed=False, email="")
    assert finish(site.signed_in("eve"), "000000") == 400


def test_an_address_that_is_confirmed_needs_no_code(site: Site) -> None:
    site.person("ann", first_password=True)
    client = site.signed_in("ann")
    assert site.mails() == []
    assert 'name="code"' not in client.get("/first").text
    assert finish(client, "") == 303


def test_other_sign_ins_end_with_the_first_password(site: Site) -> None:
    site.person("ann", first_password=True)
    here, there = site.signed_in("ann"), site.signed_in("ann", address="192.0.2.2")
    assert finish(here, "") == 303
    assert there.get("/first").headers["location"].startswith("/sign-in")


def test_who_is_done_is_led_on(site: Site) -> None:
    site.person("ann")
    client = site.signed_in("ann")
    assert client.get("/first").headers["location"] == "/console"
    assert client.post("/first/code", data={"email": "x@example.org"}).headers["location"] == "/console"
    assert client.post("/first", data={"password": OWN, "again": OWN}).headers["location"] == "/console"
    assert site.row("ann").email == "ann@example.org"
    site.signed_in("ann")


@pytest.mark.parametrize(
    ("password", "good"), [("a", False), ("password1", False), ("ann ann-ann_ann", False), (OWN, True)]
)
def test_the_meter_says_what_the_form_will_say(site: Site, new: TestClient, password: str, *, good: bool) -> None:
    told = new.post("/password-strength", json={"password": password}).json()
    assert (told["guesses"] >= 8, told["why"] == "") == (good, good)
    assert site.browser(accept="application/json").post("/password-strength", json={"password": "x"}).status_code == 401
