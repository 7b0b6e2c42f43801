"""Two real recorders on one real screen with real programs: what they recorded is what another program saw.

One keeps every bit and is ended by a signal; the other is balanced, takes a chat from a pipe, and is killed.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from recorder.format.events import Clock, Joined, Line, Marker, Masks, Pause, Resume, Taken, read_event
from recorder.format.packet import Packet
from recorder.format.screen import Pointer
from tests.cli.person import SEALCAST, STRONG
from tests.cli.recording import portal_key
from tests.recorder.pictures import Pixels, packets, psnr, shown_at
from tests.virtual_screen import VirtualScreen
from tests.waiting import until
from vault.portal_key import PortalKey

MOMENTS = 20
SAID, POINTED, MARKED, PAUSED = 4, (6, 14), 8, 12  # behind which moment
TEXT = "The quick brown fox jumps over the lazy dog; 0123456789 (red, green, blue).\n"
ENOUGH_DB = 38


@dataclass
class Session:
    """What happened, and what each recorder made of it."""

    folder: Path
    moments: list[tuple[int, Pixels]] = field(default_factory=list)  # by the wall clock
    points: dict[int, tuple[int, int]] = field(default_factory=dict)  # by the number of the moment before
    in_pause_us: int = 0
    found: dict[str, list[Packet]] = field(default_factory=dict)
    shown: dict[str, list[Pixels]] = field(default_factory=dict)

    def look(self, name: str, key: PortalKey) -> None:
        """Open what a recorder made, and see what it shows at the moments."""
        self.found[name] = packets(self.folder / f"{name}.sealcast", key)
        zero_us = self.zero_us(name)
        self.shown[name] = shown_at(self.found[name], [time_us - zero_us for time_us, _ in self.moments])

    def zero_us(self, name: str) -> int:
        packet, clock = next((one, event) for one, event in self.events(name) if isinstance(event, Clock))
        return clock.wall_us - packet.time_us

    def behind(self, number: int, name: str, time_us: int) -> bool:
        """Say whether a time of a recording lies between a moment and the next one."""
        (from_us, _), (until_us, _) = self.moments[number : number + 2]
        return from_us < self.zero_us(name) + time_us < until_us

    def events(self, name: str) -> Iterator[tuple[Packet, object]]:
        for one in self.found[name]:
            if "/" not in one.track:
                yield one, read_event(one.track, one.payload)


def wall_us() -> int:
    return time.time_ns() // 1000


class Recorder:
    """A real sealcast record."""

    def __init__(self, screen: VirtualScreen, folder: Path, name: str, *options: str) -> None:
        command = [SEALCAST, "record", "--keyring", "support.keyring", name, *options]
        self.output = folder / f"{name}.said"
        with self.output.open("wb") as said:
            self.process = subprocess.Popen(command, cwd=folder, env=screen.environment, stdout=said, stderr=said)
        path = folder / name
        until(lambda: path.exists() and path.stat().st_size > 4096)

    def ends_by(self, number: int, code: int) -> None:
        self.process.send_signal(number)
        assert self.process.wait(30) == code, self.output.read_text()


def acts(screen: VirtualScreen, terminal: int, editor: int) -> Iterator[Callable[[], object]]:
    """Give twenty things that people do."""

    def type_in(window: int, *keys: str) -> Callable[[], object]:
        def act() -> None:
            screen.xdotool("windowactivate", "--sync", window)
            for key in keys:
                screen.xdotool("type", "--delay", 5, key) if len(key) > 9 or key.endswith("\n") else screen.xdotool(
                    "key", key
                )

        return act

    yield type_in(terminal, "echo hello; seq 200\n")
    yield type_in(editor, TEXT)
    yield type_in(editor, TEXT * 3)
    yield lambda: screen.xdotool("windowmove", terminal, 300, 200)
    yield type_in(terminal, "ls --color=always /etc /usr\n")
    yield lambda: screen.xdotool("windowsize", editor, 500, 300)
    yield type_in(editor, "ctrl+a")
    yield type_in(editor, "ctrl+c", "ctrl+End", "ctrl+v")
    yield lambda: screen.xdotool("windowmove", editor, 700, 350)
    yield type_in(terminal, "clear; printf '\\033[41m%0500d\\033[0m\\n' 7\n")
    yield type_in(terminal, "for i in 1 2 3 4 5 6 7; do printf \"\\033[3${i}m$(seq -s' ' 90)\\n\"; done\n")
    yield lambda: screen.xdotool("windowminimize", editor)
    yield lambda: screen.xdotool("windowactivate", "--sync", editor)
    yield lambda: screen.xdotool("windowmove", terminal, 5, 5)
    yield type_in(editor, "ctrl+Home")
    yield type_in(editor, "alt+f")  # a menu
    yield type_in(editor, "Escape")
    yield lambda: screen.xdotool("mousemove", 640, 10, "click", 3)  # the window manager's menu
    yield lambda: screen.xdotool("key", "Escape")
    yield type_in(terminal, "reset; cat /etc/passwd\n")


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    folder = tmp_path_factory.mktemp("real")
    session = Session(folder)
    (folder / "pass").write_text(STRONG)
    with VirtualScreen(1280, 720) as screen:
        screen.at_home(folder)
        subprocess.run(
            [SEALCAST, "key", "new", "support.keyring", "--new-passphrase-file", "pass"],
            cwd=folder, env=screen.environment, check=True, capture_output=True,
        )  # fmt: skip
        screen.start("xterm", "-geometry", "90x30+20+20", "-title", "shell", "-e", "bash", "--norc")
        screen.start("mousepad", "--disable-server")
        terminal, editor = screen.window("^shell$"), screen.window("Mousepad")
        screen.xdotool("windowmove", editor, 600, 60)
        screen.still()
        os.mkfifo(folder / "chat")
        exact = Recorder(
            screen, folder, "exact.sealcast", "--preset", "exact", "--no-diagnostics", "--mask", "0,700,9x9"
        )
        killed = Recorder(screen, folder, "killed.sealcast", "--chat", "chat", "--agent", "Ada", "--customer", "Grace")
        for number, act in enumerate(acts(screen, terminal, editor)):
            act()
            screen.still(for_s=0.5)
            place = 100 + 30 * number, 90 + 20 * number
            session.moments.append(moment(screen))
            if number == SAID:
                say(folder / "chat")
            if number == MARKED:
                killed.process.send_signal(signal.SIGUSR1)
            if number == PAUSED:
                pause(session, screen, exact, terminal)
            if number in POINTED:
                session.points[number] = place
                screen.xdotool("mousemove", *place)
                screen.still()
        killed_at = folder / "killed.sealcast"
        for _ in range(2):  # what is older than that second is on the disk
            before = killed_at.stat().st_size
            say_more(folder / "chat")
            until(lambda before=before: killed_at.stat().st_size > before)  # type: ignore[misc]
        killed.process.kill()
        killed.process.wait()
        exact.ends_by(signal.SIGTERM, 0)
    sealcast(session, "recover", "killed.sealcast", "recovered.sealcast")
    key = portal_key(folder / "support.keyring")
    for name in ("exact", "recovered"):
        session.look(name, key)
    return session


def moment(screen: VirtualScreen) -> tuple[int, Pixels]:
    """Return a time at which nothing changed for long enough that a busy machine recorded it, and what was seen."""
    while True:
        before = screen.screenshot()
        time.sleep(0.7)
        at_us = wall_us()
        after = screen.screenshot()
        if np.array_equal(before, after):
            return at_us, after


def say(pipe: Path) -> None:
    with pipe.open("w") as chat:
        chat.write('{"name": "Grace", "text": "it happens when I press the button"}\nno JSON\n')
        chat.write('{"name": "Ada", "role": "agent", "text": "try again", "audience": "agents"}\n')


def say_more(pipe: Path) -> None:
    with pipe.open("w") as chat:
        chat.write('{"name": "Grace", "text": "still there?"}\n')


def pause(session: Session, screen: VirtualScreen, recorder: Recorder, terminal: int) -> None:
    recorder.process.send_signal(signal.SIGUSR2)
    time.sleep(0.3)
    screen.xdotool("windowmove", terminal, 90, 90)
    screen.still()
    session.in_pause_us = wall_us()
    screen.xdotool("windowmove", terminal, 300, 200)
    screen.still()
    recorder.process.send_signal(signal.SIGUSR2)
    screen.still()


def sealcast(session: Session, *arguments: str, code: int = 0) -> str:
    done = subprocess.run([SEALCAST, *arguments], cwd=session.folder, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    return done.stdout


@pytest.mark.parametrize("number", range(MOMENTS))
def test_what_was_recorded_exactly_is_what_another_program_saw_bit_for_bit(session: Session, number: int) -> None:
    recorded, (_, seen) = session.shown["exact"][number], session.moments[number]
    unmasked = np.ones(seen.shape[:2], bool)
    unmasked[700:709, 0:9] = False
    assert np.array_equal(recorded[unmasked], seen[unmasked])
    assert len(np.unique(recorded[~unmasked], axis=0)) == 1


@pytest.mark.parametrize("number", range(MOMENTS))
def test_what_was_recorded_balanced_is_like_it(session: Session, number: int) -> None:
    recorded, (_, seen) = session.shown["recovered"][number], session.moments[number]
    assert psnr(recorded, seen) >= ENOUGH_DB


def test_the_chat_is_there_at_its_time_and_the_bad_line_is_told(session: Session) -> None:
    events = [(one.time_us, event) for one, event in session.events("recovered")]
    lines = [(time_us, event) for time_us, event in events if isinstance(event, Line)]
    assert [line.text for _, line in lines[:3]] == ["it happens when I press the button", "try again", "still there?"]
    assert all(session.behind(SAID, "recovered", time_us) for time_us, _ in lines[:2])
    people = {event.id: (event.name, event.role) for _, event in events if isinstance(event, Joined)}
    assert [people[line.by] for _, line in lines[:2]] == [("Grace", "customer"), ("Ada", "agent")]
    assert "line 2 of the chat was not taken" in (session.folder / "killed.sealcast.said").read_text()


def test_the_marker_is_at_its_time(session: Session) -> None:
    ((packet, _),) = [one for one in session.events("recovered") if isinstance(one[1], Marker)]
    assert session.behind(MARKED, "recovered", packet.time_us)


def test_the_snapshot_is_there_long_before_the_end(session: Session) -> None:
    ((packet, taken),) = [one for one in session.events("recovered") if isinstance(one[1], Taken)]
    assert session.zero_us("recovered") + packet.time_us < session.moments[MARKED][0]
    assert isinstance(taken, Taken)
    assert {"system", "displays", "processes"} <= {one.name for one in taken.snapshot.categories if one.items}


def test_the_pointer_is_where_it_was(session: Session) -> None:
    states = [
        (one.time_us, Pointer.read(one.payload, keyframe=one.keyframe))
        for one in session.found["exact"]
        if one.track == "pointer/customer"
    ]
    for number, place in session.points.items():
        assert place in [(one.x_px, one.y_px) for time_us, one in states if session.behind(number, "exact", time_us)]
    clicks = {state.buttons for _, state in states}
    assert {0, 4} <= clicks, "the right button went down and up"
    assert [state for _, state in states if state.shape]


def test_a_pause_holds_nothing_and_is_marked(session: Session) -> None:
    (paused,), (resumed,) = (
        [one.time_us for one, event in session.events("exact") if isinstance(event, kind)] for kind in (Pause, Resume)
    )
    assert not [one for one in session.found["exact"] if paused < one.time_us < resumed and one.track != "recording"]
    assert session.behind(PAUSED, "exact", paused)
    assert session.behind(PAUSED, "exact", resumed)
    assert paused < session.in_pause_us - session.zero_us("exact") < resumed


def test_the_mask_is_noted(session: Session) -> None:
    ((_, masks),) = [one for one in session.events("exact") if isinstance(one[1], Masks)]
    assert masks == Masks(masks=("0,700,9x9",))


def test_the_killed_one_reads_recovered_and_opens_with_the_passphrase(session: Session) -> None:
    told = sealcast(session, "info", "killed.sealcast", "recovered.sealcast", "exact.sealcast", "--json",
                    "--keyring", "support.keyring", "--passphrase-file", "pass")  # fmt: skip
    killed, recovered, exact = json.loads(told)
    assert [one["state"] for one in (killed, recovered, exact)] == ["recovered", "recovered", "complete"]
    assert killed["duration_us"] == recovered["duration_us"] > 10_000_000
    assert killed["events"]["chat"]["count"] >= 3
    assert killed["events"]["recording"]["list"][0]["agent"] == "Ada"


def test_nobody_opens_them_with_another_passphrase(session: Session) -> None:
    (session.folder / "other").write_text("some other words that are wrong")
    sealcast(session, "info", "exact.sealcast", "--keyring", "support.keyring", "--passphrase-file", "other", code=1)
