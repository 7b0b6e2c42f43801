"""sealcast record as people use it and misuse it, on a real screen."""

import json
import os
import re
import resource
import signal
from pathlib import Path

import pytest

from recorder.capture.cover import PAINT
from recorder.format.events import Event, Joined, Line, Pause, Resume, read_event
from recorder.format.quantities import length
from tests.cli.person import Run, Terminal, tree
from tests.cli.recording import RECORD, portal_key, start, told, unmeasured
from tests.recorder.pictures import packets, pictures
from tests.virtual_screen import VirtualScreen
from tests.waiting import until
from vault.lock import locked


@pytest.mark.usefixtures("on_screen", "keyring")
def test_it_ends_by_itself_and_says_what_it_made(run: Run) -> None:
    said = run(*RECORD, "x.sealcast", "--duration", "1s", "--title", "the error").stdout
    (shown,) = re.findall(r"x\.sealcast: ([0-9:]+)", said)
    assert "fingerprint " in said
    fingerprint = said.split()[-1]
    assert "genuine      yes" in run("verify", "x.sealcast", "--fingerprint", fingerprint).stdout
    found = told(run, "x.sealcast")
    assert found["state"] == "complete"
    assert isinstance(found["duration_us"], int)
    assert "00:00:01" <= shown <= length(found["duration_us"])


@pytest.mark.usefixtures("on_screen", "keyring")
def test_a_folder_gets_a_telling_name_and_what_opens_it(run: Run, here: Path) -> None:
    (here / "out").mkdir()
    run(*RECORD, "out", "--duration", "1s", "--portal", "Support", "--agent", "Ada/?", "--customer", "Grace Hopper")
    names = sorted(path.name for path in (here / "out").iterdir())
    assert len(names) == 2
    assert names[0].endswith(" Support - Ada__ - Grace Hopper.sealcast")
    assert names[1] == "support.keyring"
    assert (here / "out" / "support.keyring").read_bytes() == (here / "support.keyring").read_bytes()


@pytest.mark.usefixtures("on_screen", "keyring")
def test_without_an_output_it_lies_among_the_documents(run: Run, environment: dict[str, str]) -> None:
    run(*RECORD, "--duration", "1s")
    folder = Path(environment["HOME"]) / "Documents" / "Sealcast Recordings"
    assert len(list(folder.glob("*.sealcast"))) == 1


@pytest.mark.usefixtures("on_screen")
def test_a_public_key_is_all_that_it_needs(run: Run, here: Path, keyring: Path) -> None:
    (here / "recipient").write_text(run("key", "show", "support.keyring", "--recipient").stdout)
    keyring.rename(here / "elsewhere")
    run("record", "--recipient", "recipient", "--no-diagnostics", "x.sealcast", "--duration", "1s")
    (here / "elsewhere").rename(keyring)
    assert told(run, "x.sealcast")["state"] == "complete"


def test_the_monitors_are_told(run: Run, on_screen: dict[str, str]) -> None:
    assert on_screen
    assert "640x480" in run("record", "--list-monitors").stdout


REFUSED = {
    "no recipient": (("record", "x.sealcast"), 2, "--recipient KEY"),
    "rate of zero": ((*RECORD, "x.sealcast", "--rate", "0"), 2, "--rate"),
    "no duration": ((*RECORD, "x.sealcast", "--duration", "soon"), 2, "1h30m"),
    "no region": ((*RECORD, "x.sealcast", "--region", "all"), 2, "1280x720"),
    "region outside": ((*RECORD, "x.sealcast", "--region", "5000,5000,10x10"), 1, "outside the screen"),
    "region and monitor": ((*RECORD, "x.sealcast", "--region", "0,0,9x9", "--monitor", "1"), 2, "not both"),
    "no such monitor": ((*RECORD, "x.sealcast", "--monitor", "9"), 1, "no monitor 9"),
    "mask outside": ((*RECORD, "x.sealcast", "--mask", "5000,5000,10x10"), 1, "mask"),
    "mask that is none": ((*RECORD, "x.sealcast", "--mask", "window:("), 2, "window:TITLE"),
    "no chat": ((*RECORD, "x.sealcast", "--chat", "none"), 1, "none"),
    "no keyring": (("record", "--keyring", "none", "x.sealcast"), 1, "none"),
    "recipient mistyped": (("record", "--recipient", "sealcast-portal1qqqq", "x.sealcast"), 1, "key string"),
    "recipient is a keyring": (("record", "--recipient", "support.keyring", "x.sealcast"), 2, "use --keyring"),
    "output in no folder": ((*RECORD, "none/x.sealcast"), 1, "none"),
    "output exists": ((*RECORD, "pass"), 1, "exists"),
    "output is a recording": ((*RECORD, "complete.sealcast"), 1, "exists"),
}


@pytest.mark.usefixtures("on_screen", "keyring")
@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused_and_changes_nothing(run: Run, here: Path, name: str) -> None:
    arguments, code, words = REFUSED[name]
    before = tree(here)
    said = run(*arguments, code=code).stderr
    assert words in said
    assert tree(here) == before


@pytest.mark.usefixtures("keyring")
@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "DISPLAY is not set"),
        ({"DISPLAY": ":4711"}, ":4711"),
        ({"WAYLAND_DISPLAY": "wayland-0", "XDG_SESSION_TYPE": "wayland"}, "share the screen in the browser"),
    ],
)
def test_without_a_screen_nothing_is_made_or_replaced(
    run: Run, here: Path, environment: dict[str, str], more: dict[str, str], words: str
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
        environment.pop(name, None)
    environment |= more
    before = tree(here)
    for arguments in ((*RECORD, "x.sealcast"), (*RECORD, "complete.sealcast", "--force")):
        said = run(*arguments, code=1).stderr
        assert words in said
        assert "hint: " in said
    assert tree(here) == before


@pytest.mark.usefixtures("on_screen", "keyring")
def test_of_a_region_beyond_the_screen_it_says_what_is_recorded(run: Run) -> None:
    said = run(*RECORD, "cut.sealcast", "--region", "600,-10,100x60", "--duration", "1s").stderr
    assert said == "the region reaches beyond the screen; the 40x50 of it that lie there are recorded\n"
    assert run(*RECORD, "whole.sealcast", "--region", "600,0,40x60", "--duration", "1s").stderr == ""


@pytest.mark.usefixtures("on_screen", "keyring")
def test_force_replaces_but_not_what_is_being_written(run: Run, here: Path, environment: dict[str, str]) -> None:
    before = (here / "complete.sealcast").read_bytes()
    run(*RECORD, "complete.sealcast", "--duration", "1s", "--force")
    assert (here / "complete.sealcast").read_bytes() != before
    process = start(here, environment)
    run(*RECORD, "x.sealcast", "--force", "--duration", "1s", code=1)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert told(run, "x.sealcast")["state"] == "complete"


@pytest.mark.usefixtures("keyring")
def test_a_display_that_goes_away_ends_it_with_a_whole_file(run: Run, here: Path, environment: dict[str, str]) -> None:
    with VirtualScreen(320, 240, manager=False) as other:
        process = start(here, environment | {"DISPLAY": other.display})
    _, said = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "the screen cannot be recorded" in said
    assert "hint: the file was ended and is whole" in said
    found = told(run, "x.sealcast")
    assert found["state"] == "complete"
    assert "trouble" in json.dumps(found["events"])


@pytest.mark.usefixtures("keyring")
def test_a_full_disk_keeps_what_was_synced(
    run: Run, here: Path, screen: VirtualScreen, environment: dict[str, str]
) -> None:
    busy = screen.start("xterm", "-e", "bash", "-c", "while :; do date +%N; ls -l /usr/bin | shuf | head -30; done")
    process = start(here, unmeasured(environment) | {"DISPLAY": screen.display})
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (100_000, 100_000))
    _, said = process.communicate(timeout=60)
    screen.end(busy)
    assert process.returncode == 1
    assert "this part of the recording has ended" in said
    assert "hint: " in said
    assert "Traceback" not in said
    found = told(run, "x.sealcast")
    assert found["state"] == "recovered"


def test_keys_steer_it_on_a_terminal(run: Run, here: Path, keyring: Path, on_screen: dict[str, str]) -> None:
    session = Terminal(here, on_screen | {"TERM": "xterm"}, *RECORD, keyring.with_name("x.sealcast").name)
    session.shows("(recording 00:00:01.*q end)")
    session.child.send("m")
    session.shows("(pictures? · 1 marker · )")
    session.child.send("p")
    session.shows("(paused )")
    session.child.send("p")
    session.shows("(recording )")
    session.child.send("q")
    assert "fingerprint" in session.ends()
    events = json.dumps(told(run, "x.sealcast")["events"])
    assert all(f'"kind": "{kind}"' in events for kind in ("marker", "pause", "resume"))


def test_at_rest_all_lies_on_the_disk_and_nothing_more_is_written_until_the_end(
    here: Path, keyring: Path, environment: dict[str, str]
) -> None:
    key, path = portal_key(keyring), here / "x.sealcast"
    with VirtualScreen(320, 240, manager=False) as still:
        process = start(here, environment | {"DISPLAY": still.display}, "--duration", "5s")
        until(lambda: any(pictures(packets(path, key))))
        at_rest, before = path.read_bytes(), packets(path, key)
        process.communicate(timeout=30)
    assert process.returncode == 0
    assert path.read_bytes().startswith(at_rest)
    after = packets(path, key)
    assert after[: len(before)] == before
    assert [one for one in after[len(before) :] if one.time_us < 5_000_000] == []
    assert len(list(pictures(after))) == 1


@pytest.mark.usefixtures("on_screen")
@pytest.mark.parametrize("name", ["support.keyring", "pass", "chat", "link", "device"])
def test_force_replaces_recordings_only(run: Run, here: Path, keyring: Path, name: str) -> None:
    assert keyring.exists()
    (here / "chat").write_text("{}\n")
    (here / "link").symlink_to("complete.sealcast")
    os.mkfifo(here / "device")
    before = tree(here)
    said = run(*RECORD, name, "--force", "--duration", "1s", "--chat", "chat", code=1).stderr
    assert "exists" in said
    assert tree(here) == before


@pytest.mark.usefixtures("on_screen", "keyring")
@pytest.mark.parametrize(
    "arguments",
    [
        ("--customer", b"\xff"),
        ("--customer", "x" * 70_000),
        ("--consent", "x" * 70_000),
        ("--chat", "."),
        ("--rate", "nan"),
    ],
)
def test_what_cannot_be_written_is_told_before_a_recording_is_replaced(
    run: Run, here: Path, arguments: tuple[str, ...]
) -> None:
    before = tree(here)
    run(*RECORD, "complete.sealcast", "--force", "--duration", "1s", *arguments, code=2 if "nan" in arguments else 1)
    assert tree(here) == before


def test_a_terminal_that_closes_ends_it_as_it_should(
    run: Run, here: Path, keyring: Path, on_screen: dict[str, str]
) -> None:
    session = Terminal(here, on_screen | {"TERM": "xterm"}, *RECORD, keyring.with_name("x.sealcast").name)
    session.shows("(recording 00:00:01.*q end)")
    session.child.close(force=False)
    path = here / "x.sealcast"
    until(lambda: not locked(path))
    assert told(run, "x.sealcast")["state"] == "complete"


@pytest.mark.usefixtures("keyring")
def test_consent_is_in_it(run: Run, on_screen: dict[str, str]) -> None:
    assert on_screen
    run(*RECORD, "x.sealcast", "--duration", "1s", "--consent", "Grace agreed by telephone")
    assert "Grace agreed by telephone" in json.dumps(told(run, "x.sealcast")["events"])


def test_a_chat_stands_still_in_a_pause(here: Path, keyring: Path, on_screen: dict[str, str]) -> None:
    key, chat = portal_key(keyring), here / "chat"
    chat.write_text("")
    process = start(here, on_screen, "--chat", "chat")

    def write(name: str) -> None:
        with chat.open("a") as file:
            file.write(json.dumps({"name": name, "text": f"line of {name}"}) + "\n")

    def count(kind: type[Event]) -> int:
        found = [one for one in packets(here / "x.sealcast", key) if "/" not in one.track]
        return sum(isinstance(read_event(one.track, one.payload), kind) for one in found)

    write("Before")
    until(lambda: count(Line) == 1)
    process.send_signal(signal.SIGUSR2)
    until(lambda: count(Pause) == 1)
    write("During")
    process.send_signal(signal.SIGUSR2)
    until(lambda: count(Resume) == 1)
    write("After")
    until(lambda: count(Line) == 2)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    events = [read_event(one.track, one.payload) for one in packets(here / "x.sealcast", key) if "/" not in one.track]
    assert [one.name for one in events if isinstance(one, Joined)] == ["Before", "After"]
    assert [one.text for one in events if isinstance(one, Line)] == ["line of Before", "line of After"]


@pytest.mark.usefixtures("on_screen")
def test_no_picture_of_a_recording_holds_one_pixel_of_a_masked_window(
    here: Path, keyring: Path, screen: VirtualScreen, environment: dict[str, str]
) -> None:
    assert keyring.exists()
    more = ("--mask", "window:^private$", "--preset", "exact", "--rate", "30")
    process = start(here, environment, *more)
    private = screen.start("xterm", "-geometry", "20x5+50+50", "-bg", "#ff00ff", "-title", "private", "-e", "cat")
    window = screen.window("^private$")
    for left_px in range(50, 400, 2):
        screen.xdotool("windowmove", window, left_px, 50 + left_px // 2)
    screen.xdotool("windowsize", window, 300, 200)
    screen.end(private)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    shown = [pixels for _, pixels in pictures(packets(here / "x.sealcast", portal_key(keyring)))]
    assert len(shown) > 10
    assert not any((pixels == (255, 0, 255)).all(axis=2).any() for pixels in shown)
    assert any((pixels == PAINT[:3]).all(axis=2).sum() > 1000 for pixels in shown)
