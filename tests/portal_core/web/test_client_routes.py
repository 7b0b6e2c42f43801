"""What programs of customers ask: a session with nine digits, and a second seat in one that runs."""

import html
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update

from portal_core.db import models as rows
from portal_core.live.seats import MOST_OF_CUSTOMERS
from tests.portal_core.served import PATIENCE_S, Fields, Portal, closed

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    portal = Portal(tmp_path_factory.mktemp("portal"))
    portal.start()
    portal.add_agent("ann")
    portal.add_portal("Help", places=["server", "agent", "customer"])
    portal.add_portal("Box", consent="box")
    yield portal
    portal.stop()


@pytest.fixture
def program(portal: Portal) -> Iterator[httpx.Client]:
    """Something that is no browser, and says so."""
    with httpx.Client(verify=portal.tls, base_url=portal.base, timeout=PATIENCE_S) as client:
        yield client


@pytest.fixture
def agent(portal: Portal) -> Iterator[httpx.Client]:
    client = portal.signed_in("ann")
    yield client
    client.close()


def code(agent: httpx.Client, name: str, portal: int = 1) -> str:
    answer = agent.post("/console/codes", json={"name": name, "portal": portal})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["digits"])


def joined(program: httpx.Client, digits: str, **fields: object) -> Fields:
    answer = program.post("/api/join", json={"code": digits, "agreed": True, **fields})
    assert answer.status_code == 201, answer.text
    found: Fields = answer.json()
    return found


def seat(found: Fields) -> dict[str, str]:
    return {"Authorization": f"Seat {found['token']}"}


def share_code(program: httpx.Client, found: Fields) -> httpx.Response:
    return program.post(f"/session/{found['session']}/share-code", headers=seat(found))


def end(portal: Portal, agent: httpx.Client, path: str) -> None:
    talking = portal.talk(agent, path)
    talking.say("close", outcome="resolved")
    talking.told("over")
    talking.close()
    closed(agent, path)


def refused(answer: httpx.Response, status: int) -> None:
    assert answer.status_code == status, answer.text
    assert {"why", "hint"} <= answer.json().keys()


def test_the_program_is_handed_out_installs_and_runs(
    portal: Portal, program: httpx.Client, agent: httpx.Client, tmp_path: Path
) -> None:
    found = joined(program, code(agent, "wheel"))
    address = str(share_code(program, found).json()["client"])
    answer = program.get(address)
    assert answer.status_code == 200
    assert address.startswith(portal.base + "/client/")
    assert program.get(portal.base + "/client/sealcast-0-py3-none-any.whl").status_code == 404
    wheel, site = tmp_path / address.rpartition("/")[2], tmp_path / "site"
    wheel.write_bytes(answer.content)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(site)]
    subprocess.run([*pip, str(wheel)], check=True)
    script = "import cli; print(cli.__file__); cli.sealcast(['share', '--help'])"
    around = {**os.environ, "PYTHONPATH": str(site)}
    said = subprocess.run(
        [sys.executable, "-c", script], env=around, cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    assert said.startswith(str(site))
    assert "share [OPTIONS] CODE" in said
    assert (site / "bin" / "sealcast").is_file()
    for there in ("portal_core/web/templates/customer.html", "vault/SPEC.md", "replay/fonts/OFL.txt"):
        assert (site / there).read_bytes() == (ROOT / there).read_bytes()


def test_looking_tells_who_is_met_and_redeems_nothing(program: httpx.Client, agent: httpx.Client) -> None:
    digits = code(agent, "look")
    for typed in (digits, f"{digits[:3]} {digits[3:6]}-{digits[6:]}"):
        found = program.post("/api/join/look", json={"code": typed}).json()
        assert found["portal"] == "Help"
        assert found["agent"] == "Ann"
        assert found["recorded"] is True
        assert found["box"] is False
        assert "your own computer" in found["notice"]
    joined(program, digits)


def test_what_lets_a_program_in_does_so_everywhere_and_nowhere_else(
    portal: Portal, program: httpx.Client, agent: httpx.Client
) -> None:
    mine, other = joined(program, code(agent, "mine"), name="Bob"), joined(program, code(agent, "other"), name="Eve")
    assert mine["copy"] is True
    path = f"/session/{mine['session']}"
    for own in ("/closing", "/chat.txt"):
        assert program.get(path + own, headers=seat(mine)).status_code == 200
        refused(program.get(path + own, headers=seat(other)), 404)
        refused(program.get(path + own, headers={"Authorization": f"Bearer {mine['token']}"}), 404)
        refused(program.get(path + own), 404)
    with portal.data() as database, database.begin() as tx:
        kept = tx.scalars(select(rows.Seat.token)).all()
    assert not any(one and str(mine["token"]).encode() in one for one in kept)


def test_a_code_is_good_for_once_and_wrong_ones_are_told_alike(program: httpx.Client, agent: httpx.Client) -> None:
    digits = code(agent, "once")
    joined(program, digits)
    again = program.post("/api/join", json={"code": digits, "agreed": True})
    unknown = program.post("/api/join", json={"code": f"{(int(digits) + 1) % 10**9:09d}", "agreed": True})
    refused(again, 400)
    assert again.text == unknown.text
    refused(program.post("/api/join/look", json={"code": "12345"}), 400)
    refused(program.post("/api/join/look", json={"code": 123456789}), 400)
    refused(program.post("/api/join", json={"code": digits}), 400)


def test_without_consent_nothing_is_redeemed(program: httpx.Client, agent: httpx.Client) -> None:
    digits = code(agent, "consent", portal=2)
    assert program.post("/api/join/look", json={"code": digits}).json()["box"] is True
    refused(program.post("/api/join", json={"code": digits, "agreed": False}), 400)
    found = joined(program, digits)
    assert found["copy"] is False
    digits = share_code(program, found).json()["code"]
    refused(program.post("/api/join", json={"code": digits, "agreed": False}), 400)
    joined(program, digits)


@pytest.mark.parametrize("by", ["a program", "a page"])
def test_nobody_agrees_to_what_he_was_not_told(
    portal: Portal, program: httpx.Client, agent: httpx.Client, by: str
) -> None:
    changing = portal.add_portal(f"Changing for {by}", recording="off")
    digits = code(agent, f"told {by}", portal=changing)
    told = program.post("/api/join/look", json={"code": digits}).json()["told"]
    assert told in html.unescape(program.get(f"/join/{digits}").text)
    with portal.data() as database, database.begin() as tx:
        row = tx.get_one(rows.Portal, changing)
        row.settings = row.settings | {"recording": "required", "places": ["server"]}
    asked: Fields = {"code": digits, "agreed": True, "name": "Bob"}
    if by == "a program":
        answer = program.post("/api/join", json=asked | {"told": told})
    else:
        answer = program.post(f"/join/{digits}", data={"name": "Bob", "agreed": "yes", "notice": told})
        assert "This session is recorded" in answer.text
    assert (answer.status_code, "has changed" in answer.text) == (400, True)
    now = program.post("/api/join/look", json={"code": digits}).json()["told"]
    assert now != told
    joined(program, digits, told=now)


def test_a_share_code_gives_a_second_seat_in_the_same_session(
    portal: Portal, program: httpx.Client, agent: httpx.Client
) -> None:
    first = joined(program, code(agent, "second"), name="Bob")
    made = share_code(program, first)
    assert made.status_code == 201
    assert made.json()["expires_us"] - made.json()["now_us"] <= 600_000_000
    assert share_code(program, first).json()["code"] == made.json()["code"]
    assert program.post("/api/join/look", json={"code": made.json()["code"]}).json()["agent"] == "Ann"
    second = joined(program, made.json()["code"], name="Somebody else")
    assert second["session"] == first["session"]
    assert second["token"] != first["token"]
    assert second["copy"] is False  # the first machine has it
    path = f"/session/{first['session']}"
    with portal.data() as database, database.begin() as tx:
        session = bytes.fromhex(str(first["session"]))
        seats = tx.scalars(select(rows.Seat).where(rows.Seat.session_id == session)).all()
        assert [(one.id, one.role, one.name) for one in seats] == [
            (1, "customer", "Bob"),
            (2, "customer", "Bob (screen)"),
        ]
        sessions = tx.scalars(select(rows.Code.session_id).where(rows.Code.digits == made.json()["code"])).all()
        assert sessions == [session]
    refused(program.post("/api/join", json={"code": made.json()["code"], "agreed": True}), 400)
    assert share_code(program, first).json()["code"] != made.json()["code"]
    end(portal, agent, path)


def test_a_share_code_is_none_of_the_agents(program: httpx.Client, portal: Portal) -> None:
    portal.add_agent("bea", "Bea")
    agent = portal.signed_in("bea")
    found = joined(program, code(agent, "uncounted"))
    digits = share_code(program, found).json()["code"]
    for number in range(8):
        code(agent, f"one of eight {number}")
    refused(agent.post("/console/codes", json={"name": "the ninth", "portal": 1}), 409)
    with portal.data() as database, database.begin() as tx:
        made = tx.scalars(select(rows.Code.id).where(rows.Code.digits == digits)).one()
    refused(agent.delete(f"/console/codes/{made}"), 404)
    agent.close()
    joined(program, digits)


def test_only_the_customer_of_the_session_makes_share_codes(program: httpx.Client, agent: httpx.Client) -> None:
    found, other = joined(program, code(agent, "whose")), joined(program, code(agent, "not his"))
    path = f"/session/{found['session']}/share-code"
    refused(program.post(path), 404)
    refused(program.post(path, headers=seat(other)), 404)
    refused(agent.post(path), 403)
    assert program.post(path, headers=seat(found)).status_code == 201


def test_an_ended_session_takes_nobody_more(portal: Portal, program: httpx.Client, agent: httpx.Client) -> None:
    found = joined(program, code(agent, "ended"))
    digits = share_code(program, found).json()["code"]
    path = f"/session/{found['session']}"
    end(portal, agent, path)
    refused(program.post("/api/join/look", json={"code": digits}), 400)
    refused(program.post("/api/join", json={"code": digits, "agreed": True}), 400)
    refused(share_code(program, found), 409)


def test_a_share_code_expires_after_ten_minutes(portal: Portal, program: httpx.Client, agent: httpx.Client) -> None:
    found = joined(program, code(agent, "expires"))
    digits = share_code(program, found).json()["code"]

    def left(us: int) -> None:
        with portal.data() as database, database.begin() as tx:
            soon = time.time_ns() // 1000 + us
            tx.execute(update(rows.Code).where(rows.Code.digits == digits).values(expires_us=soon))

    left(240_000_000)  # so little is left that whoever asks gets another
    newer = share_code(program, found).json()["code"]
    assert newer != digits
    refused(program.post("/api/join", json={"code": digits, "agreed": True}), 400)
    digits = newer
    left(0)
    refused(program.post("/api/join", json={"code": digits, "agreed": True}), 400)


def test_a_share_code_works_on_the_page_too(portal: Portal, program: httpx.Client, agent: httpx.Client) -> None:
    found = joined(program, code(agent, "page"), name="Bob")
    digits = share_code(program, found).json()["code"]
    browser = portal.client()
    answer = browser.post(f"/join/{digits}", data={"agreed": "on"})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/session/{found['session']}"
    assert browser.get(f"{answer.headers['location']}/closing").status_code == 200
    browser.close()


def test_a_code_is_not_used_up_by_a_seat_that_could_not_be_given(
    portal: Portal, program: httpx.Client, agent: httpx.Client
) -> None:
    found = joined(program, code(agent, "broken off"), name="Bob")
    digits = share_code(program, found).json()["code"]
    with closing(sqlite3.connect(portal.folder / "portal.db", isolation_level=None)) as data:
        data.execute("create trigger full before insert on seat begin select raise(abort, 'the disk is full'); end")
        broken = portal.client()  # its connection ends with the answer
        assert broken.post("/api/join", json={"code": digits, "agreed": True}).status_code == 500
        broken.close()
        data.execute("drop trigger full")
    second = joined(program, digits)
    assert program.get(f"/session/{found['session']}/closing", headers=seat(second)).status_code == 200
    talking = portal.talk(agent, f"/session/{found['session']}")
    assert [one["role"] for one in talking.told("welcome")["seats"]] == ["agent"]  # type: ignore[attr-defined]
    talking.close()


def test_a_full_session_uses_no_code_up_and_who_does_not_agree_takes_no_seat(
    portal: Portal, program: httpx.Client, agent: httpx.Client
) -> None:
    found = joined(program, code(agent, "full", portal=2), name="Bob")
    for _ in range(MOST_OF_CUSTOMERS - 1):
        digits = share_code(program, found).json()["code"]
        refused(program.post("/api/join", json={"code": digits, "agreed": False}), 400)
        joined(program, digits)
    digits = share_code(program, found).json()["code"]
    refused(program.post("/api/join", json={"code": digits, "agreed": True}), 400)
    with portal.data() as database, database.begin() as tx:
        assert tx.scalars(select(rows.Code.state).where(rows.Code.digits == digits)).all() == ["active"]


def test_the_seat_outlives_the_server(portal: Portal, program: httpx.Client, agent: httpx.Client) -> None:
    found = joined(program, code(agent, "outlives"), name="Bob")
    second = joined(program, share_code(program, found).json()["code"])
    portal.stop()
    portal.start()
    assert program.get(f"/session/{found['session']}/closing", headers=seat(second)).status_code == 200


def test_guesses_of_programs_are_counted_with_those_of_pages(portal: Portal, program: httpx.Client) -> None:
    """Afterwards this address would wait."""
    statuses = [program.post("/api/join/look", json={"code": "000000001"}).status_code for _ in range(10)]
    assert 429 in statuses
    browser = portal.client()
    assert "too much was tried" in browser.post("/code", data={"code": "000000002"}).text.lower()
    browser.close()
    answer = program.post("/api/join", json={"code": "000000001", "agreed": True})
    refused(answer, 429)
    with portal.data() as database, database.begin() as tx:
        tx.connection().exec_driver_sql("delete from guess")
