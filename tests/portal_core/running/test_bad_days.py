"""Bad days of a portal: a full disk, somebody who pastes a book, two tabs, codes that lead nowhere."""

import resource
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from recorder.format.events import Line, Trouble
from tests.portal_core import opened
from tests.portal_core.opened import taken_along
from tests.portal_core.running.test_sessions import packet, share
from tests.portal_core.served import PATIENCE_S, Portal, begun
from tests.waiting import until
from vault import key_file
from vault.lock import locked


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with Portal(tmp_path_factory.mktemp("portal")) as portal:
        portal.add_agent("ann")
        portal.add_portal(places=["server", "agent", "customer"])
        portal.add_portal("Strict", places=["server"], recording="required", consent="box")
        yield portal
        assert portal.stop() == 0


def disk(portal: Portal, *, full: bool) -> None:
    """No file of the portal may grow any more, or again."""
    assert portal.process
    soft = 1 if full else resource.RLIM_INFINITY
    resource.prlimit(portal.process.pid, resource.RLIMIT_FSIZE, (soft, resource.RLIM_INFINITY))


def test_on_a_full_disk_the_log_waits_and_the_recording_goes_on_in_a_new_part(portal: Portal, tmp_path: Path) -> None:
    agent = portal.signed_in("ann")
    customer, path = portal.join(agent)
    his, mine = portal.talk(customer, path), portal.talk(agent, path)
    begun(portal, customer, path)
    share(his, 1)
    his.say("say", text="before")
    mine.entry("line", text="before")
    disk(portal, full=True)
    his.send(packet(2, bytes(100)))  # something to write, whenever the segment before was closed
    his.say("say", text="meanwhile")
    with pytest.raises(TimeoutError):  # what could be forgotten is told to nobody
        mine.entry("line", text="meanwhile", patience_s=3)
    disk(portal, full=False)
    his.entry("line", text="meanwhile")
    why = mine.told("recording", state="stopped")["why"]
    assert "as large as" in str(why)
    assert "why" not in his.told("recording", state="stopped")
    mine.told("recording", state="on")
    mine.say("close", outcome="resolved", note="")
    mine.told("over")
    paths = taken_along(customer, path, tmp_path / "his")
    assert len(paths) == 2
    keys = key_file.load(paths[0].with_suffix(".key"))
    happened = [event for one in paths for event in opened.events(opened.packets(one, keys))]
    assert [one.text for one in happened if isinstance(one, Line)] == ["before", "meanwhile"]
    assert any(isinstance(one, Trouble) for one in happened)


def test_what_must_be_recorded_is_not_shown_when_it_cannot_be(portal: Portal) -> None:
    agent = portal.signed_in("ann")
    customer, path = portal.join(agent, portal=2)
    his, mine = portal.talk(customer, path), portal.talk(agent, path)
    share(his, 2)
    mine.until(lambda: {} if len(mine.seen) == 3 else None)
    part = begun(portal, customer, path)
    disk(portal, full=True)
    his.send(packet(3, bytes(100)))  # something to write, whenever the segment before was closed
    his.say("say", text="meanwhile")
    until(lambda: not locked(part), patience_s=PATIENCE_S)  # the recorder has let go of it
    disk(portal, full=False)
    his.entry("sharing", on=False)
    mine.entry("sharing", on=False)
    mine.say("close", outcome="resolved", note="")
    mine.told("over")


def test_ten_megabytes_pasted_end_a_connection_and_not_a_session(portal: Portal) -> None:
    agent = portal.signed_in("ann")
    customer, path = portal.join(agent)
    his, mine = portal.talk(customer, path), portal.talk(agent, path)
    his.say("say", text="x" * 20_000)
    his.told("refused", why="too_much")
    with suppress(ConnectionClosed):  # at some place of it
        his.socket.send("x" * 10_000_000)
    with pytest.raises(ConnectionClosed):
        his.hear()
    his.connect()
    his.say("say", text="<b>\N{PILE OF POO}</b>")
    mine.entry("line", text="<b>\N{PILE OF POO}</b>")


def test_the_second_tab_of_an_agent_takes_over(portal: Portal) -> None:
    agent = portal.signed_in("ann")
    customer, path = portal.join(agent)
    his, first = portal.talk(customer, path), portal.talk(agent, path)
    second = portal.talk(agent, path)
    first.told("over", why="elsewhere")
    his.say("say", text="Who is there?")
    second.entry("line", text="Who is there?")
    assert [one["id"] for one in second.entries if one["kind"] == "joined"] == [1, 2]


def test_who_is_away_for_long_has_left_and_nobody_else_is_told_before(portal: Portal) -> None:
    agent = portal.signed_in("ann")
    customer, path = portal.join(agent)
    his, mine = portal.talk(customer, path), portal.talk(agent, path)
    his.close()
    mine.told("here", id=1, away=True)
    his.connect()
    mine.told("here", id=1, away=False)


def test_codes_that_lead_nowhere_get_one_answer(portal: Portal) -> None:
    agent, stranger = portal.signed_in("ann"), portal.client()
    made = [agent.post("/console/codes", json={"name": secrets.token_hex(4), "portal": 1}).json() for _ in range(3)]
    used, revoked, expired = made
    answer = stranger.post(f"/join/{used['digits']}", data={"name": "Bob", "agreed": "on"})
    assert answer.status_code == 303
    assert agent.delete(f"/console/codes/{revoked['id']}").status_code == 204
    with portal.data() as database, database.begin() as tx:
        tx.connection().exec_driver_sql(f"update code set expires_us = 1 where id = {expired['id']}")
    answers = set()
    for digits in (used["digits"], revoked["digits"], expired["digits"], "000000000"):
        answer = stranger.get(f"/join/{digits}")
        answers.add((answer.status_code, answer.text.replace(digits, "")))
    assert len(answers) == 1
    # Five are free; then it takes ever longer, whatever is tried.
    wrong = [stranger.get(f"/join/{number:09d}") for number in range(1, 4)]
    assert "second" in wrong[-1].text
    assert len({answer.status_code for answer in wrong}) == 1


def test_without_consent_nobody_joins_where_a_box_is_to_be_ticked(portal: Portal) -> None:
    with portal.data() as database, database.begin() as tx:
        tx.connection().exec_driver_sql("delete from guess")
    agent, customer = portal.signed_in("ann"), portal.client()
    code = agent.post("/console/codes", json={"name": "Eve", "portal": 2}).json()
    refused = customer.post(f"/join/{code['digits']}", data={"name": "Eve"})
    assert refused.status_code == 400
    joined = customer.post(f"/join/{code['digits']}", data={"name": "Eve", "agreed": "on"})
    assert joined.status_code == 303
