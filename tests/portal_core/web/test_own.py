"""Own settings: each of them changes, what is wrong is said beside its field, and others' things stay out of reach."""

import pytest
from fastapi.testclient import TestClient

from portal_core.guessing import FREE
from portal_core.roles import Action, Reach, Role, reach
from portal_core.web.own_routes import ZONES
from tests.portal_core.web.site import PASSWORD, Site, code_in, sign_in

OWN = "seven quiet lamps burn"
GOOD = {"name": "Ann Lee", "language": "de", "time_zone": "Europe/Berlin"}


@pytest.fixture
def ann(site: Site) -> TestClient:
    site.person("ann")
    return site.signed_in("ann", **{"user-agent": "Firefox <b>"})


@pytest.mark.parametrize("role", Role)
def test_everybody_sees_his_role_and_rights(site: Site, role: Role) -> None:
    site.person("ann", role)
    page = site.signed_in("ann").get("/me").text
    assert f"<dd>{role.value}</dd>" in page
    for action in Action:
        assert (f"<li>{action.value.replace(chr(39), '&#39;')}" in page) is (reach(role, action) is not Reach.NOTHING)


def test_name_language_and_time_zone_change(site: Site, ann: TestClient) -> None:
    answer = ann.post("/me", data=GOOD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/me?done=saved")
    row = site.row("ann")
    assert (row.name, row.language, row.time_zone) == ("Ann Lee", "de", "Europe/Berlin")
    page = ann.get("/me?done=saved").text
    assert '<html lang="de">' in page
    assert site.audit()[-1][0] == "own setting changed"


def test_times_are_those_of_ones_own_zone(ann: TestClient) -> None:
    assert "15 Jan 2027, 08:00:00" in ann.get("/me").text
    ann.post("/me", data=GOOD | {"language": "en", "time_zone": "Asia/Tokyo"})
    assert "15 Jan 2027, 17:00:00" in ann.get("/me").text


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""), ("name", "x" * 81), ("name", "a\x1bb"), ("language", "xx"), ("language", ""),
        ("time_zone", "Mars/Crater"), ("time_zone", "../../etc/passwd"), ("time_zone", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field(site: Site, ann: TestClient, field: str, typed: str) -> None:
    before = site.row("ann")
    answer = ann.post("/me", data=GOOD | {field: typed})
    assert answer.status_code == 400
    assert f'id="{field}-fault"' in answer.text
    after = site.row("ann")
    assert (after.name, after.language, after.time_zone) == (before.name, before.language, before.time_zone)


def test_every_zone_of_the_list_can_be_chosen(ann: TestClient) -> None:
    for zone in (ZONES[0], "UTC", ZONES[-1]):
        assert ann.post("/me", data=GOOD | {"time_zone": zone}).status_code == 303
        assert ann.get("/me").status_code == 200


def test_another_address_needs_the_password_and_a_code(site: Site, ann: TestClient) -> None:
    wrong = ann.post("/me/email", data={"email": "ann@home.example", "password": "wrong password"})
    assert (wrong.status_code, 'id="email_password-fault"' in wrong.text) == (400, True)
    assert site.row("ann").email == "ann@example.org"
    ann.post("/me/email", data={"email": "ann@home.example", "password": PASSWORD})
    code, told = site.mails()
    assert (code.to, told.to) == ("ann@home.example", "ann@example.org")
    assert "ann@home.example" not in told.body
    assert not site.row("ann").email_confirmed
    assert ann.post("/me/email/confirm", data={"code": "nothing"}).status_code == 400
    assert ann.post("/me/email/confirm", data={"code": code_in(code)}).headers["location"] == "/me?done=confirmed"
    assert site.row("ann").email_confirmed
    assert ann.post("/me/email", data={"email": "nobody", "password": PASSWORD}).status_code == 400


def test_another_code_is_sent_only_where_one_is_missing(site: Site, ann: TestClient) -> None:
    ann.post("/me/email/code")
    assert site.mails() == []
    ann.post("/me/email", data={"email": "ann@home.example", "password": PASSWORD})
    ann.post("/me/email/code")
    assert [one.to for one in site.mails()] == ["ann@home.example", "ann@example.org", "ann@home.example"]


def test_another_password_ends_the_other_sign_ins(site: Site, ann: TestClient) -> None:
    other = site.signed_in("ann", address="192.0.2.2")
    new = {"password": OWN, "again": OWN}
    assert 'id="present-fault"' in ann.post("/me/password", data=new | {"present": "wrong password"}).text
    assert 'id="again-fault"' in ann.post("/me/password", data=new | {"present": PASSWORD, "again": ""}).text
    weak = {"present": PASSWORD, "password": "password1", "again": "password1"}
    assert 'id="password-fault"' in ann.post("/me/password", data=weak).text
    assert ann.post("/me/password", data=new | {"present": PASSWORD}).headers["location"] == "/me?done=password"
    assert ann.get("/me?done=password").status_code == 200
    assert other.get("/me").status_code == 303
    assert sign_in(site.browser("192.0.2.3"), "ann", PASSWORD).status_code == 401
    site.signed_in("ann", OWN, address="192.0.2.4")


def test_a_stolen_browser_cannot_guess_the_password(ann: TestClient) -> None:
    new = {"password": OWN, "again": OWN}
    for _ in range(FREE):
        ann.post("/me/password", data=new | {"present": "wrong password"})
    answer = ann.post("/me/password", data=new | {"present": PASSWORD})
    assert "too much was tried" in answer.text.lower()


def test_sign_ins_are_listed_and_can_be_ended(site: Site, ann: TestClient) -> None:
    other = site.signed_in("ann", address="192.0.2.2")
    page = ann.get("/me").text
    assert "Firefox &lt;b&gt;" in page
    assert "192.0.2.2" in page
    assert ann.post("/me/sign-ins/2/end").headers["location"] == "/me?done=ended"
    assert other.get("/me").status_code == 303
    assert "192.0.2.2" not in ann.get("/me").text
    assert ann.post("/me/sign-ins/2/end").status_code == 404


def test_nobody_ends_anothers_sign_in(site: Site, ann: TestClient) -> None:
    site.person("bob", Role.COMPANY_MANAGER)
    bob = site.signed_in("bob", address="192.0.2.2")
    assert bob.post("/me/sign-ins/1/end").status_code == 404
    assert ann.get("/me").status_code == 200
    assert ann.post("/me/sign-ins/99/end").status_code == 404


def test_what_was_done_is_only_told_in_our_words(ann: TestClient) -> None:
    assert "bank" not in ann.get("/me?done=bank").text
