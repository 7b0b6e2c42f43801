"""sealcast share with a real portal, a real screen and real programs: what is shown, said, cut and resumed."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import httpx
import numpy as np
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from cli import sealcast
from portal_core.db import models as rows
from recorder.format.events import Consent, Joined, Left, Line, Sharing, read_event
from recorder.format.packet import Packet
from replay.key_choice import OpensWithKeyFile
from replay.keys import KeysNearby
from replay.recording import Placed, Recording
from tests.cli.person import Terminal
from tests.portal_core.opened import taken_along
from tests.portal_core.relay import Relay
from tests.portal_core.served import Portal, closed
from tests.portal_core.sharing import Sharer, Watcher, code, fingerprint_of, path_of, shows
from tests.recorder.pictures import pictures
from tests.virtual_screen import VirtualScreen
from vault.header import MAX_HEADER_SIZE, read_header
from vault.local import LocalFile
from vault.reader import SealedFile

Kind = TypeVar("Kind")
PING_BYTES = 400  # what the connection itself may say in a second or two


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    portal = Portal(tmp_path_factory.mktemp("portal"))
    portal.start()
    portal.add_agent("ann")
    portal.add_portal("Help", places=["server", "agent", "customer"])
    yield portal
    portal.stop()


@pytest.fixture(scope="module")
def screen() -> Iterator[VirtualScreen]:
    with VirtualScreen(640, 480) as screen:
        screen.start("xterm", "-geometry", "60x20+10+10", "-title", "shell")
        screen.xdotool("windowactivate", "--sync", screen.window("^shell$"))
        yield screen


@pytest.fixture
def share(screen: VirtualScreen, tmp_path: Path) -> Iterator[Callable[..., Sharer]]:
    started = list[Sharer]()

    def share(at: str, *options: str) -> Sharer:
        started.append(Sharer(screen, tmp_path / "home", at, *options))
        return started[-1]

    yield share
    for one in started:
        one.stop()


@pytest.fixture
def agent(portal: Portal) -> Iterator[httpx.Client]:
    client = portal.signed_in("ann")
    yield client
    client.close()


@pytest.fixture
def relay(portal: Portal) -> Iterator[Relay]:
    with Relay(portal.port) as relay:
        yield relay


def base(relay: Relay) -> str:
    return f"https://localhost:{relay.port}"


def packets(path: Path) -> list[Packet]:
    """Open a copy with what lies beside it."""
    with LocalFile(path) as source:
        opening = KeysNearby(own=[]).opening(read_header(source.read(0, MAX_HEADER_SIZE)), path)
        assert isinstance(opening, OpensWithKeyFile)
        found = list(Recording(SealedFile(source, opening.identity)).packets())
    assert all(isinstance(one, Placed) for one in found)
    return [one.packet for one in found if isinstance(one, Placed)]


def events(found: list[Packet], kind: type[Kind]) -> list[Kind]:
    told = [read_event(one.track, one.payload) for one in found if "/" not in one.track]
    return [one for one in told if isinstance(one, kind)]


def test_what_a_customer_shows_and_says_is_seen_and_recorded(
    portal: Portal,
    screen: VirtualScreen,
    agent: httpx.Client,
    relay: Relay,
    share: Callable[..., Sharer],
    tmp_path: Path,
) -> None:
    asked = ("--portal", base(relay), "--certificate", fingerprint_of(portal), "--yes", "--diagnostics", "ask")
    me = share(code(agent, "Bob"), *asked, "--name", "Bob")
    path = path_of(portal, "Bob")
    ann = portal.talk(agent, path)
    ann.say("say", text="Good\x1b[2J morning")
    me.reads_soon("This session is recorded", "you will talk with Ann", "Ann: Good\\x1b[2J morning")
    me.types("//etc is //full")
    ann.entry("line", text="/etc is //full")

    # What is typed is seen to the pixel.
    ann.say("ask_share")
    ann.entry("sharing", on=True, track="screen/customer")
    watcher = Watcher(ann)
    watcher.sees(shows(screen))
    screen.xdotool("type", "echo hello; seq 100 140\n")
    watcher.sees(shows(screen))

    # Whoever comes late sees the same, and a keyframe comes when one is asked for.
    late = portal.talk(agent, path)
    late.c = late.confirmed
    watcher = Watcher(late)
    watcher.sees(shows(screen))
    keyframes = sum(one.keyframe for one in late.seen)
    late.send({"do": "keyframe", "track": "screen/customer"})
    late.until(lambda: {} if sum(one.keyframe for one in late.seen) > keyframes else None)

    # In a pause nothing leaves, whatever happens on the screen.
    me.types("/pause")
    late.entry("sharing", on=False)
    seen, sent = len(late.seen), relay.sent
    screen.xdotool("type", "clear; echo secret; seq 30\n")
    screen.still()
    secret = screen.screenshot()
    assert relay.sent - sent < PING_BYTES
    assert len(late.seen) == seen
    screen.xdotool("type", "clear; seq 7\n")
    screen.still()
    me.types("/share")
    watcher.sees(shows(screen))
    last = screen.screenshot()

    # Facts about the machine are kept back where nobody can be asked.
    late.say("ask_diagnostics")
    late.entry("diagnostics_refused")
    late.say("close", outcome="resolved")
    late.told("over", why="ended")
    said = me.ends()
    late.close()
    ann.close()
    assert "the session is over: it was closed by the agent" in said
    his_copy_is_what_the_portal_has(portal, agent, path, said)

    (copy,) = (tmp_path / "home" / "Documents" / "Sealcast Recordings").glob("*.sealcast")
    found = packets(copy)
    assert [one.text for one in events(found, Line)] == ["Good\x1b[2J morning", "/etc is //full"]
    assert [one.on for one in events(found, Sharing)] == [True, False, True, False]
    shown = [pixels for _, pixels in pictures(found)]
    assert np.array_equal(shown[-1], last)
    assert not any(np.array_equal(one, secret) for one in shown)


def his_copy_is_what_the_portal_has(portal: Portal, agent: httpx.Client, path: str, said: str) -> None:
    fingerprints = closed(agent, path)["fingerprints"]
    assert isinstance(fingerprints, list)
    assert fingerprints
    assert all(f"fingerprint {one}" in said for one in fingerprints)
    with portal.data() as database, database.begin() as tx:
        mine = select(rows.Copy).join(rows.Recording).where(rows.Recording.session_id == bytes.fromhex(path[9:]))
        assert [one.place for one in tx.scalars(mine)] == ["customer"] * len(fingerprints)


def test_a_cut_connection_and_a_stopped_server_lose_and_double_nothing(
    portal: Portal,
    screen: VirtualScreen,
    agent: httpx.Client,
    relay: Relay,
    share: Callable[..., Sharer],
    tmp_path: Path,
) -> None:
    options = ("--portal", base(relay), "--certificate", fingerprint_of(portal), "--yes", "--now")
    me = share(code(agent, "Eve"), *options, "--name", "Eve")
    path = path_of(portal, "Eve")
    ann = portal.talk(agent, path)
    ann.entry("sharing", on=True)
    watcher = Watcher(ann)
    watcher.sees(shows(screen))
    said = [f"line {number}" for number in range(9)]

    # The network goes away while something is said and shown, more than once.
    for number in range(2):
        me.types(said[number])
        relay.broken = True
        relay.cut()
        ann.told("here", away=True)
        me.types(said[number + 2])
        ann.say("say", text=f"are you there? {number}")
        screen.xdotool("type", f"echo away {number}; seq {number} 9\n")
        relay.broken = False
        ann.entry("line", text=said[number + 2])
        me.reads_soon(f"Ann: are you there? {number}")
        watcher.sees(shows(screen))
        ann.heard.clear()

    # The server is stopped and started; what was said in between comes, and the screen is shown again.
    assert portal.stop() == 0
    me.types(said[4])
    portal.start()
    ann.connect()
    watcher = Watcher(ann, used=len(ann.seen))
    ann.entry("line", text=said[4])
    screen.xdotool("type", "clear; seq 3\n")
    watcher.sees(shows(screen))

    me.types("/stop")
    me.types(said[5])
    me.types("/leave")
    ann.entry("left", by=1)
    assert "you have left the session" in me.ends()
    ann.told("over", why="ended")
    ann.close()
    texts = [one["text"] for one in ann.entries if one["kind"] == "line" and one["by"] == 1]
    assert texts == [said[0], said[2], said[1], said[3], said[4], said[5]]
    assert me.reads.count("Ann: are you there? 0\n") == me.reads.count("Ann: are you there? 1\n") == 1

    copies = sorted((tmp_path / "home" / "Documents" / "Sealcast Recordings").glob("*.sealcast"))
    assert len(copies) == 2  # a part before the stop, and one after it
    found = [one for copy in sorted(copies, key=lambda one: len(one.name)) for one in packets(copy)]
    told = [one.text for one in events(found, Line) if one.by == 1]
    assert told == texts
    assert events(found, Left)


def test_a_second_seat_shows_another_screen_and_goes_alone(
    portal: Portal, screen: VirtualScreen, agent: httpx.Client, share: Callable[..., Sharer], tmp_path: Path
) -> None:
    customer, path = portal.join(agent, name="Carl")
    first = portal.talk(customer, path)
    made = customer.post(f"{path}/share-code").json()
    fingerprint = ("--certificate", fingerprint_of(portal))
    me = share(made["join"], *fingerprint, "--yes", "--now", "--diagnostics", "allow")
    ann = portal.talk(agent, path)
    ann.entry("joined", name="Carl (screen)")
    Watcher(ann).sees(shows(screen))
    ann.say("ask_diagnostics")
    snapshot = ann.entry("snapshot")["snapshot"]
    assert isinstance(snapshot, dict)
    assert {"system", "processes", "software"} <= {one["name"] for one in snapshot["categories"]}
    assert snapshot["source"] == "native"
    me.types("/pause recording")
    ann.entry("recording", state="paused")
    me.types("/go on recording")
    ann.entry("recording", state="on")
    me.process.send_signal(signal.SIGUSR2)
    ann.entry("sharing", on=False)
    me.types("/nonsense")
    me.reads_soon("the recording is paused", "nothing of the screen leaves", "/pause recording, /go on recording")
    me.types("/leave")
    assert "you have left" in me.ends()
    assert not list((tmp_path / "home").glob("**/*.sealcast"))
    first.say("say", text="still here")
    ann.entry("line", text="still here")
    ann.say("close", outcome="resolved")
    ann.told("over")
    for one in (ann, first):
        one.close()
    (copy,) = taken_along(customer, path, tmp_path / "copies")
    found = packets(copy)
    customers = [one.id for one in events(found, Joined) if one.role == "customer"]
    assert [one.by for one in events(found, Consent)] == customers
    assert len(customers) == 2
    customer.close()


def test_nothing_is_redeemed_without_consent_and_a_certificate_is_asked_for_once(
    portal: Portal, screen: VirtualScreen, agent: httpx.Client, tmp_path: Path
) -> None:
    digits = code(agent, "Dora")
    environment = screen.environment | {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    command = ("share", digits, "--portal", portal.base, "--name", "Dora")
    person = Terminal(tmp_path, environment, *command)
    assert fingerprint_of(portal) == person.shows(r"([0-9A-F:]{95})")
    person.child.sendline("n")
    assert "nobody here vouches" in person.ends(1)
    person = Terminal(tmp_path, environment, *command)
    person.child.expect("Is it the same")
    person.child.sendline("y")
    person.child.expect("This session is recorded")
    person.child.expect("Do you agree")
    person.child.sendline("n")
    assert "the code is still good" in person.ends(1)
    person = Terminal(tmp_path, environment, *command)
    person.child.expect_exact("Help: you will talk with Ann")  # the certificate is known
    person.child.expect("Do you agree")
    person.child.sendline("y")
    person.child.expect("the session is recorded")
    ann = portal.talk(agent, path_of(portal, "Dora"))
    ann.say("ask_share")
    person.child.expect("Ann asks to see your screen")
    person.child.sendline("/refuse")
    ann.entry("share_refused")
    ann.say("ask_diagnostics")
    person.child.expect("Ann asks for facts")
    person.child.sendline("/look")
    person.child.expect("given with /allow")
    person.child.sendline("/allow")
    looked = ann.entry("snapshot")
    assert looked["by"] == 1
    person.child.sendintr()
    person.ends()
    ann.entry("left")
    ann.close()


@pytest.mark.parametrize(
    ("at", "options", "told"),
    [
        ("000000000", ["--portal", "PORTAL", "--certificate", "RIGHT"], "leads to no session"),
        ("12345", ["--portal", "PORTAL", "--certificate", "RIGHT"], "a code has nine digits"),
        ("123456789", ["--portal", "localhost:1"], "nothing answers there"),
        ("123456789", ["--portal", "ftp://localhost"], "must begin with https://"),
        ("123456789", ["--portal", "PORTAL", "--certificate", "WRONG"], "wanted was 00"),
        ("123456789", ["--portal", "PORTAL"], "nobody here vouches"),
    ],
)
def test_who_cannot_join_is_told_why(
    portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str, options: list[str], told: str
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    known = {"PORTAL": portal.base, "RIGHT": fingerprint_of(portal), "WRONG": ":".join(["00"] * 32)}
    done = CliRunner().invoke(sealcast, ["share", at, "--yes", *(known.get(one, one) for one in options)])
    assert done.exit_code == 1
    assert told in done.output
    assert "hint:" in done.output


def test_nine_digits_alone_do_not_say_of_which_portal_they_are() -> None:
    done = CliRunner().invoke(sealcast, ["share", "123456789", "--yes"])
    assert done.exit_code == 2
    assert "name it with --portal" in done.output


def test_without_a_terminal_nobody_agrees(portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    agent = portal.signed_in("ann")
    options = ["--portal", portal.base, "--certificate", fingerprint_of(portal)]
    done = CliRunner().invoke(sealcast, ["share", code(agent, "Gil"), *options])
    agent.close()
    assert done.exit_code == 2
    assert "there is no terminal to ask on" in done.output
