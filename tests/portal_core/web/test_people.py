"""People of an account: listed, added with a first password that is shown once, and nobody twice."""

import re

import pytest
from fastapi.testclient import TestClient

from portal_core.roles import Role
from tests.portal_core.web.site import Site, sign_in

BOB = {"login": "bob", "name": "Bob Stone", "email": "bob@example.org"}


@pytest.fixture
def eve(site: Site) -> TestClient:
    site.person("eve", Role.COMPANY_MANAGER, language="en")
    return site.signed_in("eve")


def first_password(page: str) -> str:
    (found,) = re.findall(r"[b-z2-9]{4}-[b-z2-9]{4}-[b-z2-9]{4}", page)
    return str(found)


def test_an_agent_is_added_and_signs_in(site: Site, eve: TestClient) -> None:
    answer = eve.post("/manage/people", data=BOB)
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    password = first_password(answer.text)
    row = site.row("bob")
    assert (row.role, row.name, row.email, row.first_password) == ("agent", "Bob Stone", "bob@example.org", True)
    assert password not in row.password
    assert password not in eve.get("/manage/people").text
    assert password not in str(site.audit())
    assert ("agent added", {"person": row.id, "login": "bob", "name": "Bob Stone"}) in site.audit()
    assert sign_in(site.browser("192.0.2.2"), "bob", password).headers["location"] == "/first"


@pytest.mark.parametrize("login", ["bob", " BOB "])
def test_a_login_is_given_once_in_all_accounts_and_to_nobody_after_a_deleted_one(site: Site, login: str) -> None:
    site.person("eve", Role.COMPANY_MANAGER)
    site.person("bob", account_id=site.account("Theirs"), deleted_us=1)
    answer = site.signed_in("eve").post("/manage/people", data=BOB | {"login": login})
    assert answer.status_code == 400
    assert 'id="login-fault"' in answer.text
    assert 'value="Bob Stone"' in answer.text


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("login", ""), ("login", "b b"), ("login", "b\u043eb"), ("login", "-bob"), ("login", "x" * 65),
        ("name", " \u200b "), ("name", "a\x00b"), ("email", "bob"), ("email", "bob@x\nBcc: eve@x"), ("email", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_its_field(eve: TestClient, field: str, typed: str) -> None:
    answer = eve.post("/manage/people", data=BOB | {field: typed})
    assert answer.status_code == 400
    assert re.findall(r'id="(\w+)-fault"', answer.text) == [field]
    assert "Bob Stone" not in eve.get("/manage/people").text


def test_each_sees_the_people_of_his_own_account(site: Site, eve: TestClient) -> None:
    site.person("zoe", Role.COMPANY_MANAGER, account_id=site.account("Theirs"))
    site.person("gone", deleted_us=1)
    page = eve.get("/manage/people").text
    assert ("Eve" in page, "Zoe" in page, "Gone" in page) == (True, False, False)
    theirs = site.signed_in("zoe", address="192.0.2.2").get("/manage/people").text
    assert ("Eve</bdi></th>" in theirs, "Zoe" in theirs) == (False, True)


def test_somebody_may_have_a_name_that_somebody_has(eve: TestClient) -> None:
    assert eve.post("/manage/people", data=BOB).status_code == 201
    assert eve.post("/manage/people", data=BOB | {"login": "bob2"}).status_code == 201
