"""What is taken along from a session: by its agent and by its customer, though they be one; what is gone; the log."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import SQLAlchemyError

from portal_core.roles import Role
from portal_core.web.handed_out import AGAIN_US
from tests.portal_core.web.ended import PATH, Ended, ended
from tests.portal_core.web.site import Site
from vault import key_file

PAGES = ("/closing", "/part/1", "/keys", "/chat.txt")
AS_AGENT = "?as=agent"
HANDED_OUT = "recording handed out"


@contextmanager
def without_audit(site: Site) -> Iterator[None]:
    """Let the audit log take nothing, as on a full disk."""
    with closing(sqlite3.connect(site.folder / "portal.db", isolation_level=None)) as data:
        data.execute("create trigger full before insert on audit begin select raise(abort, 'the disk is full'); end")
        try:
            yield
        finally:
            data.execute("drop trigger full")


@contextmanager
def while_somebody_writes(site: Site) -> Iterator[None]:
    with closing(sqlite3.connect(site.folder / "portal.db", isolation_level=None)) as data:
        data.execute("begin immediate")
        try:
            yield
        finally:
            data.execute("rollback")


def handed_out(site: Site) -> list[object]:
    return [about.get("to") for what, about in site.audit() if what == HANDED_OUT]


def test_an_agent_who_joined_himself_in_the_same_browser_is_both(site: Site) -> None:
    both = ended(site).agent(seated=True)
    as_customer, as_agent = both.get(f"{PATH}/closing").json(), both.get(f"{PATH}/closing{AS_AGENT}").json()
    assert (as_customer["survey"], as_agent["survey"]) == (True, False)
    for told, role in ((as_customer, "customer"), (as_agent, "agent")):
        assert both.get(told["parts"][0]["href"]).status_code == 200
        assert both.get(told["keys"]["href"]).status_code == 200
        assert handed_out(site)[-1] == role
    confirmed = {"part": 1, "fingerprint": as_agent["fingerprints"][0]}
    assert both.post(f"{PATH}/copies{AS_AGENT}", json=confirmed).status_code == 204
    assert (
        both.get(f"{PATH}/closing{AS_AGENT}").json()["recording_state"].endswith("not confirmed: the customer's copy")
    )


@pytest.mark.parametrize("page", PAGES)
def test_to_call_oneself_an_agent_gains_nothing(site: Site, page: str) -> None:
    session = ended(site)
    site.person("bea")
    customer, stranger = session.customer(), session.agent("bea", seated=True)
    assert customer.get(PATH + page).status_code == 200
    for who in (customer, stranger, site.browser()):
        answer = who.get(PATH + page + AS_AGENT, headers={"accept": "application/json"})
        assert answer.status_code == 404
        assert {"why", "hint"} == answer.json().keys()


def test_the_agents_state_says_which_copies_are_missing(site: Site) -> None:
    session = ended(site)
    told = session.agent().get(f"{PATH}/closing").json()
    assert told["recording_state"] == "complete; not confirmed: the agent's copy and the customer's copy"
    assert session.customer().get(f"{PATH}/closing").json()["recording_state"] == "complete"
    assert not told["saved"]


def test_the_state_is_said_in_the_language_of_whoever_asks(site: Site) -> None:
    customer = ended(site).customer()
    told = customer.get(f"{PATH}/closing", headers={"accept-language": "de"}).json()
    assert told["recording_state"] == "vollständig"


def test_what_is_still_here_opens_though_a_part_is_gone(site: Site) -> None:
    session = ended(site, parts=2)
    session.purge(1)
    for who in (session.agent(), session.customer()):
        told = who.get(f"{PATH}/closing").json()
        assert [part["part"] for part in told["parts"]] == [2]
        assert told["whole"]
        assert len(told["fingerprints"]) == 2
        assert who.get(f"{PATH}/part/1").status_code == 404
        assert who.get(told["parts"][0]["href"]).status_code == 200
        assert key_file.from_bytes(who.get(told["keys"]["href"]).content).keys() == {session.parts[1]}
    session.purge(2)
    told = session.customer().get(f"{PATH}/closing").json()
    assert (told["parts"], told["keys"], told["copy"]) == ([], None, False)


def test_a_torn_part_has_no_key_and_takes_no_other_part_of_its(site: Site) -> None:
    session = ended(site, parts=2)
    session.file(1).write_bytes(b"sealed")
    customer = session.customer()
    assert key_file.from_bytes(customer.get(f"{PATH}/keys").content).keys() == {session.parts[1]}
    session.file(2).write_bytes(b"")
    refused = customer.get(f"{PATH}/keys")
    assert refused.status_code == 400
    assert refused.json()["why"].startswith("the recording is refused: ")


def way(session: Ended, by: str) -> tuple[TestClient, str]:
    """Return somebody, and where he gets the recording."""
    if by == "customer":
        return session.customer(), f"{PATH}/part/1"
    session.site.person("mia", Role.COMPANY_MANAGER)
    return session.agent("mia"), f"/api/recordings/{session.parts[0].hex()}/bytes"


@pytest.mark.parametrize("by", ["customer", "manager"])
def test_nothing_is_handed_out_that_could_not_be_noted(site: Site, by: str) -> None:
    who, path = way(ended(site), by)
    with without_audit(site), pytest.raises(SQLAlchemyError):
        who.get(path)
    assert handed_out(site) == []
    for _ in range(3):
        assert who.get(path).status_code == 200
    assert len(handed_out(site)) == 1
    site.now_us += AGAIN_US
    who.get(path)
    assert len(handed_out(site)) == 2


@pytest.mark.parametrize("by", ["customer", "manager"])
def test_whoever_reads_on_waits_for_nobody_who_writes(site: Site, by: str) -> None:
    who, path = way(ended(site), by)
    assert who.get(path, headers={"range": "bytes=0-9"}).status_code == 206
    with while_somebody_writes(site):
        assert who.get(path, headers={"range": "bytes=10-19"}).status_code == 206


def test_pages_of_portals_wait_for_nobody_who_writes(site: Site) -> None:
    site.add_portal("Help")
    site.person("mia", Role.COMPANY_MANAGER)
    manager = site.signed_in("mia")
    with while_somebody_writes(site):
        for page in ("/manage/portals", "/manage/portals/1"):
            assert manager.get(page).status_code == 200
