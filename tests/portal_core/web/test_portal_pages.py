"""Portals: made with address, subportal and keyring; changed; and what is wrong is said beside its field."""

import re

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from portal_core.db import keyrings
from portal_core.db import models as rows
from portal_core.portals import Plain
from portal_core.roles import Role
from portal_core.web.portal_words import NOT_PROTECTED, PROTECTED
from tests.portal_core.web.site import Site
from vault.keyring import SlotKind, read_keyring
from vault.keyring_acts import Locks, create

HELP: dict[str, str | list[str]] = {
    "name": "Help Desk",
    "greeting": "Good day.\r\nHow can we help?",
    "begins": "request to share",
    "code_life_minutes": "45",
    "active_codes": "3",
    "recording": "required",
    "consent": "box",
    "places": ["server", "agent"],
    "keep": "days",
    "keep_days": "30",
}
KEPT: dict[str, Plain] = {
    "name": "Help Desk",
    "mode": "phone",
    "type": "SmartPin",
    "greeting": "Good day.\nHow can we help?",
    "begins": "request to share",
    "code_life_minutes": 45,
    "active_codes": 3,
    "recording": "required",
    "consent": "box",
    "places": ["server", "agent"],
    "keep_days": 30,
}


@pytest.fixture
def eve(site: Site) -> TestClient:
    site.person("eve", Role.COMPANY_MANAGER)
    return site.signed_in("eve")


def portal(site: Site, portal_id: int = 1) -> rows.Portal:
    with site.portal.context.db.begin() as tx:
        return tx.get_one(rows.Portal, portal_id)


def test_a_portal_is_made_whole(site: Site, eve: TestClient) -> None:
    assert eve.post("/manage/portals", data=HELP).headers["location"] == "/manage/portals/1?done=made"
    made = portal(site)
    assert (made.name, made.address, made.mode, made.type) == ("Help Desk", "help-desk", "phone", "SmartPin")
    assert made.settings == KEPT
    with site.portal.context.db.begin() as tx:
        assert [one.name for one in tx.scalars(select(rows.Subportal))] == ["Main"]
        keyring = read_keyring(keyrings.get(tx, made))
    assert keyring.portal_id == made.vault_id
    assert len(keyring.slots(SlotKind.SERVER)) == 1
    assert keyring.passphrase_slot is None
    assert site.audit()[-1] == ("portal made", {"portal": 1, "settings": KEPT})
    assert "https://portal.example.org/p/help-desk" in eve.get("/manage/portals").text


def test_two_portals_have_two_addresses_and_two_vault_ids(site: Site, eve: TestClient) -> None:
    other = site.account("Theirs")
    site.add_portal("Help Desk", account_id=other)
    eve.post("/manage/portals", data=HELP)
    assert portal(site, 2).address == "help-desk-2"
    assert portal(site, 1).vault_id != portal(site, 2).vault_id


def test_a_page_shows_what_is_kept_and_takes_it_back(site: Site, eve: TestClient) -> None:
    eve.post("/manage/portals", data=HELP)
    page = eve.get("/manage/portals/1").text
    assert 'value="45"' in page
    assert len(re.findall(r"<input[^>]* checked>", page)) == 6
    assert 'value="request to share" checked' in page
    changed = HELP | {"name": "Front Desk", "keep": "for ever", "places": ["customer"], "consent": "notice"}
    assert eve.post("/manage/portals/1", data=changed).headers["location"] == "/manage/portals/1?done=saved"
    kept = KEPT | {"name": "Front Desk", "keep_days": "for ever", "places": ["customer"], "consent": "notice"}
    assert portal(site).settings == kept
    assert (portal(site).name, portal(site).address) == ("Front Desk", "help-desk")
    page = eve.get("/manage/portals/1").text
    assert 'value="for ever" checked' in page
    assert "on your own computer" in page
    assert site.audit()[-1][0] == "portal changed"


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""), ("greeting", "x" * 2001), ("begins", "dance"), ("code_life_minutes", "4"),
        ("code_life_minutes", "x"), ("active_codes", "9"), ("recording", "x"), ("consent", ""), ("places", []),
        ("places", ["moon"]), ("keep_days", "0"), ("keep_days", "3651"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/manage/portals", "/manage/portals/1"])
def test_what_cannot_be_is_said_beside_its_field(
    site: Site, eve: TestClient, path: str, field: str, typed: str | list[str]
) -> None:
    site.add_portal("Kept")
    answer = eve.post(path, data=HELP | {field: typed})
    assert answer.status_code == 400
    assert re.findall(r'id="([a-z_]+)-fault"', answer.text) == [field]
    assert portal(site).name == "Kept"
    assert eve.get("/manage/portals/2").status_code == 404


def test_a_form_cannot_choose_what_was_settled(site: Site, eve: TestClient) -> None:
    eve.post("/manage/portals", data=HELP | {"mode": "web", "type": "SmartBox"})
    assert (portal(site).mode, portal(site).type) == ("phone", "SmartPin")
    assert eve.post("/manage/portals", data=HELP | {"name": "More", "account_id": "2"}).status_code == 400


def test_a_name_is_given_once_in_an_account(site: Site, eve: TestClient) -> None:
    site.add_portal("HELP desk")
    answer = eve.post("/manage/portals", data=HELP)
    assert answer.status_code == 400
    assert 'id="name-fault"' in answer.text
    eve.post("/manage/portals", data=HELP | {"name": "Second"})
    assert eve.post("/manage/portals/2", data=HELP).status_code == 400
    assert eve.post("/manage/portals/2", data=HELP | {"name": "SECOND"}).status_code == 303


def test_the_page_says_whether_there_is_a_passphrase_and_what_it_protects(site: Site, eve: TestClient) -> None:
    site.add_portal("Help")
    page = eve.get("/manage/portals/1").text
    assert '<span class="badge warn">not set</span>' in page
    for one in (*PROTECTED, *NOT_PROTECTED):
        assert one.replace("'", "&#39;") in page
    locked = create(portal(site).vault_id, Locks(passphrase=b"seven quiet lamps burn on"))
    with site.portal.context.db.begin() as tx:
        tx.get_one(rows.Keyring, 1).content = locked
    page = eve.get("/manage/portals/1").text
    assert '<span class="badge good">set</span>' in page
    assert "this server cannot open them" in page


def test_recording_off_needs_no_place(site: Site, eve: TestClient) -> None:
    assert eve.post("/manage/portals", data=HELP | {"recording": "off", "places": []}).status_code == 303
    assert "This session is not recorded." in eve.get("/manage/portals/1").text
    assert portal(site).settings["places"] == []


def test_a_wrong_code_on_a_portals_page_is_told_there(site: Site) -> None:
    site.add_portal("Help Desk", greeting="Welcome to us.")
    customer = site.browser()
    asked = customer.get("/p/help-desk").text
    assert 'action="/p/help-desk"' in asked
    for typed in ("12345", "000000001", "<b>"):
        answer = customer.post("/p/help-desk", data={"code": typed})
        assert answer.status_code == 400
        assert "<h1>Help Desk</h1>" in answer.text
        assert "Welcome to us." in answer.text
        assert 'role="alert"' in answer.text
        assert "<b>" not in answer.text
    assert customer.post("/p/nowhere", data={"code": "12345"}).status_code == 404
