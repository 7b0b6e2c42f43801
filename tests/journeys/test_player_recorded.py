"""A desk with real programs is recorded as people record, and shown: what was on the screen, said, noted, left out."""

import os
import signal
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from recorder.format.events import Line, Marker, Taken
from replay.opening import OpenSession, parts_of
from replay.scene import Pixels
from replay.snapshots import snapshot_at
from replay.timeline import GapKind
from replay.window.beside import machine_title
from replay.window.layout import layout, pictures
from replay.window.listing import shown_at
from replay.window.local_time import local_day
from replay.window.machine import machine_rows
from replay.window.paint import Canvas
from replay.window.theme import DARK
from replay.window.view import Side, View
from tests.bench.desktop_content import SENTENCES, photograph
from tests.cli.person import SEALCAST
from tests.journeys.played import PAGE, Viewer, viewer
from tests.journeys.shown import moment, panel, view_of
from tests.recorder.pictures import psnr
from tests.replay.shelf import PASSPHRASE, keyring, opened
from tests.virtual_screen import VirtualScreen
from tests.waiting import until
from vault.header import Identity

DESK = (1024, 640)
LIKE_DB = 34.0  # smaller than it was, by another filter, and encoded
PATIENCE_S = 60.0
SAID = ("It happens when I press the button.", "And now it works.")


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A recording, what opens it, and how the screen looked at its end: blue, green, red."""

    path: Path
    identity: Identity
    last: Pixels

    def view(self, **more: object) -> View:
        return view_of(self.path, identity=self.identity, **more)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    folder = tmp_path_factory.mktemp("desk")
    ring = keyring()
    (folder / "support.keyring").write_bytes(ring)
    (folder / "pass").write_text(PASSPHRASE)
    (folder / "chat").write_text("")
    path = folder / "session.sealcast"
    with VirtualScreen(*DESK) as screen:
        screen.at_home(folder)
        furnish(screen, folder)
        recorder = start(screen, folder, path)
        try:
            write(screen, "^shell$", "seq 1 400 | tail -20\n")
            say(folder, SAID[0])
            ask(recorder, screen, signal.SIGUSR1)
            write(screen, "report", "The printer takes the first page and then waits.")
            ask(recorder, screen, signal.SIGUSR2)
            write(screen, "^shell$", "clear; echo nobody sees this\n")
            ask(recorder, screen, signal.SIGUSR2)
            say(folder, SAID[1])
            write(screen, "^shell$", "clear; echo done\n")
            screen.still(for_s=1.5)
            last = screen.screenshot()
            recorder.send_signal(signal.SIGTERM)
            assert recorder.wait(PATIENCE_S) == 0
        finally:
            recorder.kill()
            recorder.wait()
    return Recorded(path=path, identity=opened(ring), last=last)


def furnish(screen: VirtualScreen, folder: Path) -> None:
    photograph(7, 420, 280).save(folder / "beach.jpg", quality=90)
    report = folder / "report.txt"
    report.write_text("Report of the day\n\n" + "\n".join(SENTENCES[:3]) + "\n\n")
    screen.start("xterm", "-geometry", "70x20+10+40", "-title", "shell", "-e", "env", "PS1=$ ", "HISTFILE=", "sh")
    screen.start("feh", "--geometry", "420x280+560+330", "--title", "beach", str(folder / "beach.jpg"))
    screen.start("mousepad", "--disable-server", str(report))
    for title in ("^shell$", "^beach$", "report"):
        screen.window(title)
    editor = screen.window("report")
    screen.xdotool("windowsize", editor, 460, 260, "windowmove", editor, 520, 20)
    screen.xdotool("windowactivate", "--sync", editor, "key", "ctrl+End")


def start(screen: VirtualScreen, folder: Path, path: Path) -> "subprocess.Popen[bytes]":
    recorder = subprocess.Popen(
        [SEALCAST, "record", path.name, "--keyring", "support.keyring", "--agent", "Ada", "--chat", "chat"],
        cwd=folder, env=os.environ | screen.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    until(lambda: path.exists() and path.stat().st_size > 4096, patience_s=PATIENCE_S)
    return recorder


def write(screen: VirtualScreen, title: str, text: str) -> None:
    screen.xdotool("windowactivate", "--sync", screen.window(title))
    screen.xdotool("type", "--delay", 15, "--", text)
    screen.still()


def ask(recorder: "subprocess.Popen[bytes]", screen: VirtualScreen, what: signal.Signals) -> None:
    recorder.send_signal(what)
    screen.still()


def say(folder: Path, text: str) -> None:
    with (folder / "chat").open("a") as chat:
        chat.write(f'{{"name": "Grace Hopper", "text": "{text}"}}\n')


def shows(person: Viewer, expected: Pixels) -> bool:
    """Say whether a picture of the desk is on the stage."""
    (box,) = pictures(layout(PAGE, side=True, bare=False).stage, [DESK], fit=True, scale=1.0)
    size = round(box.width), round(box.height)
    small = Image.fromarray(np.ascontiguousarray(expected)).resize(size, Image.Resampling.BILINEAR)
    return psnr(np.asarray(small), person.cut(box)) > LIKE_DB


def listed(view: View) -> View:
    """Return the moment with its list where it goes along."""
    side = layout(PAGE, side=True, bare=False).side
    assert side
    return replace(view, scroll=shown_at(Canvas(box=side, theme=DARK, scale=1.0), view, side))


def test_a_recorded_desk_is_shown_as_it_was(recorded: Recorded, tmp_path: Path) -> None:
    view = recorded.view()
    timeline = view.timeline
    assert [one.event.text for one in timeline.happenings if isinstance(one.event, Line)] == list(SAID)
    (gap,) = timeline.gaps
    assert gap.kind is GapKind.PAUSE
    # As it was done: noted, paused, gone on with, said.
    (noted,), (_, said) = timeline.of(Marker), timeline.of(Line)
    assert noted.time_us < gap.span.from_us < gap.span.until_us < said.time_us
    (taken,) = timeline.of(Taken)
    with OpenSession(parts_of(recorded.path), recorded.identity) as session:
        snapshot = snapshot_at(session.session, taken.time_us)
    assert snapshot
    secret = recorded.path.with_name("pass")
    with viewer(tmp_path, recorded.path, "--passphrase-file", secret) as person:
        person.press("End")
        until(lambda: shows(person, recorded.last))
        end = moment(view, position_us=timeline.duration_us)
        for name in ("top", "time", "controls"):
            person.waits_for_page(panel(name, end))
        person.waits_for_page(panel("side", listed(end)))
        person.press("Home")
        until(lambda: not shows(person, recorded.last))
        middle_us = (gap.span.from_us + gap.span.until_us) // 2
        person.seek(middle_us, timeline.duration_us)
        told = panel("word", moment(view, position_us=middle_us))
        person.waits_for_part(told, told.box.inset(14))
        person.press("d")
        title = machine_title(snapshot.source, taken.time_us, timeline.duration_us)
        facts = machine_rows(snapshot, day=local_day)
        machine = moment(view, side=Side.DIAGNOSTICS, snapshot=facts, snapshot_title=title)
        person.waits_for_page(panel("side", machine))
        person.press("d", "c", "Home", "space", *["bracketright"] * 5)
        until(lambda: shows(person, recorded.last))
        person.quits()
