"""Sessions in a real portal: what is said arrives once and in order, and stands in the recording, whatever happens."""

import json
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from portal_core.live.frames import Kind, ScreenPacket
from portal_core.live.messages import CUSTOMER_SCREEN
from portal_core.running.marks import newest_entry
from portal_core.running.parts import ending_of
from recorder.format.events import About, Clock, Consent, Joined, Line, Outcome, Sharing
from tests.portal_core import opened
from tests.portal_core.served import PATIENCE_S, Portal, Talker, begun, closed
from tests.waiting import until
from vault import key_file
from vault.local import LocalFile
from vault.walk import Walk, read_start

EVERYWHERE = ["server", "agent", "customer"]


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with Portal(tmp_path_factory.mktemp("portal")) as portal:
        portal.add_agent("ann")
        portal.add_agent("other", "Oscar")
        portal.add_portal(places=EVERYWHERE)
        yield portal
        assert portal.stop() == 0


@pytest.fixture
def own_portal(tmp_path: Path) -> Iterator[Portal]:
    """One that may be killed."""
    with Portal(tmp_path / "portal") as portal:
        portal.add_agent("ann")
        portal.add_portal(places=EVERYWHERE)
        yield portal
        assert portal.stop() == 0


def configuration(width: int = 64, height: int = 32) -> bytes:
    return json.dumps({"codec": "vp9", "width": width, "height": height}).encode()


def packet(seq: int, payload: bytes, *, kind: Kind = Kind.PICTURE, keyframe: bool = False) -> bytes:
    made = ScreenPacket(kind=kind, keyframe=keyframe, track=CUSTOMER_SCREEN, seq=seq, at_us=0, payload=payload)
    return made.to_bytes()


def share(customer: Talker, pictures: int) -> None:
    customer.say("share", track="screen/customer")
    customer.entry("sharing", on=True)
    customer.send(packet(0, configuration(), kind=Kind.CONFIGURATION))
    for number in range(pictures):
        customer.send(packet(number + 1, bytes([number]) * 100, keyframe=not number))


def test_a_session_from_code_to_sealed_copies(portal: Portal, tmp_path: Path) -> None:
    agent = portal.signed_in("ann")
    customer, path = portal.join(agent)
    his, mine = portal.talk(customer, path), portal.talk(agent, path)
    his.say("say", text="It is broken.")
    mine.entry("line", text="It is broken.")
    mine.say("say", text="Only for us", audience="agents")
    his.until(lambda: next((one for one in his.entries if one["kind"] == "hidden"), None))
    share(his, 3)
    mine.until(lambda: {} if len(mine.seen) == 4 else None)
    mine.say("close", outcome="resolved", note="a cable")
    his.told("over", why="ended")
    first, second = (
        opened.taken_along(who, path, tmp_path / name) for who, name in ((customer, "his"), (agent, "mine"))
    )
    assert first[0].read_bytes() == second[0].read_bytes()
    said = opened.packets(first[0], key_file.load(first[0].with_suffix(".key")))
    assert opened.pictures(said) == [bytes([number]) * 100 for number in range(3)]
    happened = [event for event in opened.events(said) if not isinstance(event, About | Clock | Consent)]
    assert happened == [
        Joined(id=1, role="customer", name="Bob"),
        Joined(id=2, role="agent", name="Ann"),
        Line(by=1, text="It is broken."),
        Line(by=2, text="Only for us", audience="agents"),
        Sharing(id=1, track="screen/customer", on=True),
        Outcome(outcome="resolved", note="a cable", by=2),
        Sharing(id=1, track="screen/customer", on=False),
    ]


def test_nobody_else_gets_in(portal: Portal) -> None:
    agent = portal.signed_in("ann")
    customer, path = portal.join(agent)
    stranger, foreign = portal.signed_in("other"), portal.client()
    another, _ = portal.join(agent, name="Eve")
    for who in (stranger, foreign, another):
        for page in ("", "/closing", "/part/1", "/keys", "/chat.txt"):
            assert who.get(path + page).status_code == 404, page
        with pytest.raises(InvalidStatus) as refused:
            portal.talk(who, path)
        assert refused.value.response.status_code == 403
    assert customer.get(path + "/closing").status_code == 200


def test_a_lost_line_loses_and_doubles_nothing(portal: Portal) -> None:
    agent = portal.signed_in("ann")
    customer, path = portal.join(agent)
    his, mine = portal.talk(customer, path), portal.talk(agent, path)
    for number in range(30):
        his.say("say", text=f"his {number}")
        mine.say("say", text=f"mine {number}")
        if number % 10 == 5:
            his.socket.cut()
            his.close()
            his.connect()
    for each in (his, mine):
        each.until(lambda each=each: {} if len(each.lines()) == 60 else None)  # type: ignore[misc]
        assert [one for one in each.lines() if str(one).startswith("his")] == [f"his {n}" for n in range(30)]
        assert [one["n"] for one in each.entries] == list(range(1, len(each.entries) + 1))


def test_a_killed_portal_goes_on_in_a_new_part(own_portal: Portal, tmp_path: Path) -> None:
    portal = own_portal
    agent = portal.signed_in("ann")
    customer, path = portal.join(agent)
    his, mine = portal.talk(customer, path), portal.talk(agent, path)
    share(his, 3)
    his.say("say", text="before")
    mine.entry("line", text="before")
    part, newest = begun(portal, customer, path), int(str(mine.entries[-1]["n"]))

    def sealed() -> bool:
        ending = ending_of(part)
        return ending is not None and newest_entry(part, block=ending.last.block) >= newest

    until(sealed, patience_s=PATIENCE_S)
    portal.stop(signal.SIGKILL)
    portal.start()
    for each in (his, mine):
        each.connect()
    # Who shared does no longer, and everybody knows.
    mine.entry("sharing", on=False)
    his.say("say", text="after")
    mine.entry("line", text="after")
    mine.say("close", outcome="unknown", note="")
    his.told("over")
    closing = closed(customer, path)
    assert [part["part"] for part in closing["parts"]] == [1, 2]  # type: ignore[attr-defined]
    assert closing["recording_state"] == "recovered"
    first, second = opened.taken_along(customer, path, tmp_path / "his")
    keys = key_file.load(first.with_suffix(".key"))
    said = [opened.events(opened.packets(one, keys)) for one in (first, second)]
    assert [one.text for part in said for one in part if isinstance(one, Line)] == ["before", "after"]
    assert opened.pictures(opened.packets(first, keys)) == [bytes([number]) * 100 for number in range(3)]
    with LocalFile(first) as before, LocalFile(second) as after:
        previous = read_start(after).about.previous
        walk = Walk(before, read_start(before))
        assert previous
        assert (previous.block, previous.hash) in [(one.number, one.hash) for one in walk.blocks()]


def test_who_comes_when_all_is_over_hears_that(portal: Portal) -> None:
    agent = portal.signed_in("ann")
    customer, path = portal.join(agent)
    mine = portal.talk(agent, path)
    mine.say("close", outcome="unknown", note="")
    mine.told("over")
    closed(agent, path)
    heard = list[str]()

    def comes() -> bool:
        time.sleep(1.5)  # who is connected keeps it
        with (
            portal.socket(customer, path + "/live") as socket,
            suppress(TimeoutError),  # it is not put away yet, and a hello is waited for
        ):
            heard.append(str(socket.recv(1)))
        return bool(heard)

    until(comes)
    assert json.loads(heard[0]) == {"is": "over", "why": "ended"}


def test_a_stopped_portal_says_come_back_and_ends_its_recordings(own_portal: Portal) -> None:
    portal = own_portal
    agent = portal.signed_in("ann")
    customer, path = portal.join(agent)
    his = portal.talk(customer, path)
    his.say("say", text="before")
    his.entry("line", text="before")
    assert portal.stop() == 0
    his.told("over", why="stopping")
    portal.start()
    his.connect()
    mine = portal.talk(agent, path)
    mine.entry("line", text="before")
    mine.say("close", outcome="resolved", note="")
    mine.told("over")
    closing = closed(customer, path)
    assert closing["recording_state"] == "complete"
    assert len(closing["parts"]) == 2  # type: ignore[arg-type]


def test_of_a_browser_that_cannot_share_there_is_the_chat(own_portal: Portal, tmp_path: Path) -> None:
    portal = own_portal
    agent = portal.signed_in("ann")
    customer, path = portal.join(agent)
    his = portal.talk(customer, path)
    his.say("cannot_share")
    his.entry("cannot_share")
    portal.stop(signal.SIGKILL)
    portal.start()
    his.connect()
    mine = portal.talk(agent, path)
    his.say("say", text="I am on my phone")
    mine.entry("line", text="I am on my phone")
    mine.say("close", outcome="resolved", note="")
    mine.told("over")
    closing = closed(customer, path)
    assert closing["recording_state"] == "none (the customer's browser cannot share its screen; the chat is recorded)"
    paths = opened.taken_along(customer, path, tmp_path / "his")
    held = key_file.load(paths[0].with_suffix(".key"))
    found = [event for one in paths for event in opened.events(opened.packets(one, held))]
    assert [one.text for one in found if isinstance(one, Line)] == ["I am on my phone"]


def test_floods_and_garbage_end_the_connection_and_not_the_session(portal: Portal) -> None:
    agent = portal.signed_in("ann")
    customer, path = portal.join(agent)
    his, mine = portal.talk(customer, path), portal.talk(agent, path)
    for garbage in ("", "[]", "{" * 1000, '{"do":"hello"}', '{"do":"say"}', '{"do":"rule"}', "\x00", "9" * 70_000):
        his.socket.send(garbage)
    for binary in (b"", b"\x00" * 24, bytes(range(256)) * 10):
        his.send(binary)
    for _ in range(500):
        with suppress(ConnectionClosed):
            his.send({"do": "rule"})
    his.told("over", why="protocol")
    with pytest.raises(ConnectionClosed):
        his.hear()
    his.connect()
    his.say("say", text="still here")
    mine.entry("line", text="still here")
