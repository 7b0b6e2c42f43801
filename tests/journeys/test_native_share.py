"""The way without a browser: a customer at a terminal runs sealcast share, an agent watches in a real browser.

The portal has a name of its own, and a certificate nobody vouches for.  What is shown is lossless, so pictures are
compared to the pixel: on the agent's page, and in the recording.
"""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from playwright.sync_api import expect

from recorder.format.events import (
    About,
    Allowed,
    Asked,
    Clock,
    Consent,
    Joined,
    Line,
    Outcome,
    Sharing,
    Taken,
    read_event,
)
from recorder.format.packet import Packet
from recorder.format.screen import Configuration
from tests.cli.person import Terminal
from tests.journeys.meeting import NAME, Meeting, meeting, screen_now
from tests.journeys.test_session_in_browsers import saved, seen, write
from tests.portal_core import opened
from tests.portal_core.sharing import fingerprint_of
from tests.portal_core.test_sharing import packets as opened_with_what_lies_beside
from tests.recorder.pictures import pictures
from tests.virtual_screen import Pixels
from tests.waiting import until

# As --host-resolver-rules does it for Chromium: Python reads this file before a program begins.
RESOLVES: Final = f"""
import socket
known = socket.getaddrinfo
socket.getaddrinfo = lambda host, *more, **named: known("127.0.0.1" if host == "{NAME}" else host, *more, **named)
"""
TRACK: Final = "screen/customer"
FOLDER: Final = "Documents/Sealcast Recordings"
ASKED: Final = "It is <i>broken</i> \N{PILE OF POO}"
ANSWERED: Final = "I see it // \N{SNOWMAN}"


@pytest.fixture
def met(tmp_path: Path) -> Iterator[Meeting]:
    with meeting(tmp_path) as one:
        (tmp_path / "sitecustomize.py").write_text(RESOLVES)
        one.screen.environment["PYTHONPATH"] = str(tmp_path)
        one.screen.at_home(tmp_path)
        one.screen.start("xterm", "-fa", "DejaVuSansMono", "-fs", "12", "-geometry", "60x20+20+40", "-e", "cat")
        one.screen.window("^cat$")
        one.screen.start("mousepad")
        one.screen.xdotool("windowactivate", "--sync", one.screen.window("Mousepad$"))
        yield one


def join(met: Meeting) -> tuple[Terminal, str]:
    """Let the customer join with the digits as they stand in the console; return him and what he agreed to."""
    command = ("share", met.make_code("Bob"), "--portal", met.portal.base, "--name", "Bob <b>Customer</b>")
    person = Terminal(met.downloads.parent, met.screen.environment, *command)
    assert fingerprint_of(met.portal) == person.shows(r"([0-9A-F:]{95})")
    person.child.expect("Is it the same")
    person.child.sendline("y")
    person.child.expect_exact("Help: you will talk with Ann Agent")
    notice = person.shows(r"(This session is recorded[^\r\n]*)")
    person.child.expect("Do you agree")
    person.child.sendline("y")
    person.child.expect_exact("* the session is recorded")
    met.agent.get_by_role("button", name="Join Bob").click()
    person.child.expect_exact("* Ann Agent is here")
    return person, notice


def typed(met: Meeting, text: str) -> Pixels:
    """Let the customer write in his editor, in place of what stands there; return his screen when it is still."""
    before = screen_now(met.screen)
    met.screen.xdotool("key", "ctrl+a")
    met.screen.xdotool("type", text)
    until(lambda: not np.array_equal(screen_now(met.screen), before))
    met.screen.still()
    return screen_now(met.screen)


def sees(met: Meeting, right: Pixels) -> None:
    until(lambda: np.array_equal(seen(met), right))


def test_a_customer_at_a_terminal_and_an_agent_in_a_browser(met: Meeting) -> None:
    person, notice = join(met)
    person.child.sendline(ASKED)
    expect(met.agent.get_by_text(ASKED)).to_be_visible()
    write(met.agent, ANSWERED)
    person.child.expect_exact(f"Ann Agent: {ANSWERED}")

    met.agent.get_by_role("button", name="Ask to see the screen").click()
    person.child.expect_exact("Ann Agent asks to see your screen")
    person.child.sendline("/share")
    person.child.expect_exact("* your screen is shown now")
    sees(met, typed(met, "The disk is full."))

    met.agent.get_by_role("button", name="Ask for diagnostics").click()
    person.child.expect_exact("Ann Agent asks for facts about this machine")
    person.child.sendline("/look")
    person.child.expect_exact("these facts are given with /allow")
    assert "mousepad" in str(person.child.before)
    person.child.sendline("/allow")
    person.child.expect_exact("* the facts about this machine are given")
    sees_what_only_a_program_can_tell(met)

    person.child.sendline("/pause")
    expect(met.agent.get_by_text("No screen is being shown.")).to_be_visible()
    secret = typed(met, "my password is 1234")
    last = typed(met, "The cable was loose.")
    person.child.sendline("/share")
    sees(met, last)

    met.close_at_console("a cable")
    person.child.expect_exact("the session is over: it was closed by the agent")
    packets = kept_three_times(met, person.ends())
    holds_what_happened(packets, notice)
    shows_what_was_shown(packets, secret, last)


def sees_what_only_a_program_can_tell(met: Meeting) -> None:
    """No browser knows what runs and what is installed."""
    category = ".facts-list details[data-name={}]"
    for name in ("disks", "services", "software"):
        expect(met.agent.locator(category.format(name))).to_be_visible()
    processes = met.agent.locator(category.format("processes"))
    processes.locator("summary").click()
    expect(processes.get_by_text("mousepad").first).to_be_visible()


def kept_three_times(met: Meeting, said: str) -> list[Packet]:
    """Return what the copies hold, which are one: the portal's, the agent's, and that which share kept."""
    (mine,), keys = saved(met)
    (hosted,) = (met.portal.folder / "recordings").rglob("*.sealcast")
    (his,) = (Path(met.screen.environment["HOME"]) / FOLDER).glob("*.sealcast")
    assert str(his) in said
    assert len({hashlib.sha256(one.read_bytes()).digest() for one in (mine, hosted, his)}) == 1
    packets = opened_with_what_lies_beside(his)
    assert packets == opened.packets(mine, keys)
    return packets


def holds_what_happened(packets: list[Packet], notice: str) -> None:
    """All of it, once each, in its order."""
    told = [one for one in opened.events(packets) if not isinstance(one, About | Clock)]
    (taken,) = (one for one in told if isinstance(one, Taken))
    assert taken.snapshot.source == "native"
    (processes,) = (one for one in taken.snapshot.categories if one.name == "processes")
    assert "mousepad" in {one["name"] for one in processes.items}
    assert told == [
        Consent(by=1, how="notice", text=notice),
        Joined(id=1, role="customer", name="Bob <b>Customer</b>"),
        Joined(id=2, role="agent", name="Ann Agent"),
        Line(by=1, text=ASKED),
        Line(by=2, text=ANSWERED),
        Sharing(id=1, track=TRACK, on=True),
        Asked(by=2),
        Allowed(by=1),
        Taken(of=1, snapshot=taken.snapshot),
        Sharing(id=1, track=TRACK, on=False),
        Sharing(id=1, track=TRACK, on=True),
        Outcome(outcome="resolved", note="a cable", by=2),
        Sharing(id=1, track=TRACK, on=False),
    ]


def shows_what_was_shown(packets: list[Packet], secret: Pixels, last: Pixels) -> None:
    """Nothing of the pause, and at last what was there at last."""
    screen = [one for one in packets if one.track == TRACK]
    assert {Configuration.read(one.payload).codec for one in screen if one.configuration} == {"tiles"}
    order = ""
    for one in packets:
        if one.track == TRACK:
            order += "" if one.configuration else "picture "
        elif one.track == Sharing.TRACK and isinstance(event := read_event(one.track, one.payload), Sharing):
            order += "on " if event.on else "off "
    assert re.fullmatch("(on (picture )+off ){2}", order), order
    shown = [pixels[..., ::-1] for _, pixels in pictures(packets, TRACK)]
    assert np.array_equal(shown[-1], last)
    assert not any(np.array_equal(one, secret) for one in shown)
