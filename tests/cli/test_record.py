"""sealcast record as people use it and misuse it, on a real screen."""

import json
import os
import resource
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from recorder.capture.cover import PAINT
from tests.cli.person import SEALCAST, STRONG, Run, Terminal, tree
from tests.recorder.pictures import packets, pictures
from tests.virtual_screen import VirtualScreen
from vault import keyring_file
from vault import passphrase as passphrases
from vault.keyring import open_by_passphrase
from vault.lock import locked


@pytest.fixture(scope="module")
def screen() -> Iterator[VirtualScreen]:
    with VirtualScreen(640, 480) as screen:
        screen.start("xterm", "-geometry", "40x10+10+10", "-title", "shell")
        screen.window("^shell$")
        yield screen


@pytest.fixture
def on_screen(environment: dict[str, str], screen: VirtualScreen) -> dict[str, str]:
    environment["DISPLAY"] = screen.display
    return environment


@pytest.fixture
def keyring(run: Run, here: Path) -> Path:
    run("key", "new", "support.keyring", "--new-passphrase-file", "pass")
    return here / "support.keyring"


RECORD = ("record", "--keyring", "support.keyring", "--no-diagnostics")


def told(run: Run, name: str, **more: int) -> dict[str, object]:
    arguments = ("info", name, "--json", "--keyring", "support.keyring", "--passphrase-file", "pass")
    (found,) = json.loads(run(*arguments, **more).stdout)
    assert isinstance(found, dict)
    return found


def start(screen: VirtualScreen, here: Path, environment: dict[str, str], *more: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [SEALCAST, *RECORD, "x.sealcast", *more],
        cwd=here, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    path = here / "x.sealcast"
    screen.until(lambda: path.exists() and path.stat().st_size > 1600)
    return process


@pytest.mark.usefixtures("on_screen", "keyring")
def test_it_ends_by_itself_and_says_what_it_made(run: Run) -> None:
    said = run(*RECORD, "x.sealcast", "--duration", "1s", "--title", "the error").stdout
    assert "x.sealcast: 00:00:01" in said
    assert "fingerprint " in said
    fingerprint = said.split()[-1]
    assert "genuine      yes" in run("verify", "x.sealcast", "--fingerprint", fingerprint).stdout
    found = told(run, "x.sealcast")
    assert found["state"] == "complete"
    assert 900_000 < found["duration_us"] < 3_000_000  # type: ignore[operator]


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
def test_force_replaces_but_not_what_is_being_written(
    run: Run, here: Path, screen: VirtualScreen, environment: dict[str, str]
) -> None:
    before = (here / "complete.sealcast").read_bytes()
    run(*RECORD, "complete.sealcast", "--duration", "1s", "--force")
    assert (here / "complete.sealcast").read_bytes() != before
    process = start(screen, here, environment)
    run(*RECORD, "x.sealcast", "--force", "--duration", "1s", code=1)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert told(run, "x.sealcast")["state"] == "complete"


@pytest.mark.usefixtures("keyring")
def test_a_display_that_goes_away_ends_it_with_a_whole_file(run: Run, here: Path, environment: dict[str, str]) -> None:
    with VirtualScreen(320, 240, manager=False) as other:
        process = start(other, here, environment | {"DISPLAY": other.display})
    _, said = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "the screen cannot be recorded" in said
    found = told(run, "x.sealcast")
    assert found["state"] == "complete"
    assert "trouble" in json.dumps(found["events"])


@pytest.mark.usefixtures("keyring")
def test_a_full_disk_keeps_what_was_synced(
    run: Run, here: Path, screen: VirtualScreen, environment: dict[str, str]
) -> None:
    busy = screen.start("xterm", "-e", "bash", "-c", "while :; do date +%N; ls -l /usr/bin | shuf | head -30; done")
    process = start(screen, here, environment | {"DISPLAY": screen.display})
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
    for key in ("m", "p"):
        session.child.send(key)
    session.shows("(paused )")
    session.child.send("p")
    session.shows("(recording )")
    session.child.send("q")
    assert "fingerprint" in session.ends()
    events = json.dumps(told(run, "x.sealcast")["events"])
    assert all(f'"kind": "{kind}"' in events for kind in ("marker", "pause", "resume"))


@pytest.mark.usefixtures("keyring")
def test_at_rest_it_ends_on_time_and_writes_next_to_nothing(here: Path, environment: dict[str, str]) -> None:
    with VirtualScreen(320, 240, manager=False) as still:
        began_s = time.monotonic()
        process = start(still, here, environment | {"DISPLAY": still.display}, "--duration", "6s")
        still.until(lambda: time.monotonic() - began_s > 4)
        size = (here / "x.sealcast").stat().st_size
        still.until(lambda: time.monotonic() - began_s > 5)
        assert (here / "x.sealcast").stat().st_size == size
        process.communicate(timeout=30)
    assert process.returncode == 0
    assert (here / "pass").read_text().strip() == STRONG


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
    VirtualScreen.until(lambda: not locked(path))
    assert told(run, "x.sealcast")["state"] == "complete"


@pytest.mark.usefixtures("keyring")
def test_consent_is_in_it(run: Run, on_screen: dict[str, str]) -> None:
    assert on_screen
    run(*RECORD, "x.sealcast", "--duration", "1s", "--consent", "Grace agreed by telephone")
    assert "Grace agreed by telephone" in json.dumps(told(run, "x.sealcast")["events"])


def test_a_chat_stands_still_in_a_pause(
    run: Run, here: Path, keyring: Path, screen: VirtualScreen, on_screen: dict[str, str]
) -> None:
    assert keyring.exists()
    chat = here / "chat"
    chat.write_text("")
    process = start(screen, here, on_screen, "--chat", "chat")

    def write(name: str) -> None:
        with chat.open("a") as file:
            file.write(json.dumps({"name": name, "text": f"line of {name}"}) + "\n")

    write("Before")
    process.send_signal(signal.SIGUSR2)
    time.sleep(0.5)  # a signal has no answer
    write("During")
    process.send_signal(signal.SIGUSR2)
    time.sleep(0.5)  # a signal has no answer
    write("After")
    time.sleep(0.5)  # a signal has no answer
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    events = json.dumps(told(run, "x.sealcast")["events"])
    assert "line of Before" in events
    assert "line of After" in events
    assert "During" not in events


@pytest.mark.usefixtures("on_screen")
def test_no_picture_of_a_recording_holds_one_pixel_of_a_masked_window(
    here: Path, keyring: Path, screen: VirtualScreen, environment: dict[str, str]
) -> None:
    assert keyring.exists()
    more = ("--mask", "window:^private$", "--preset", "exact", "--rate", "30")
    process = start(screen, here, environment, *more)
    private = screen.start("xterm", "-geometry", "20x5+50+50", "-bg", "#ff00ff", "-title", "private", "-e", "cat")
    window = screen.window("^private$")
    for left_px in range(50, 400, 2):
        screen.xdotool("windowmove", window, left_px, 50 + left_px // 2)
    screen.xdotool("windowsize", window, 300, 200)
    screen.end(private)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    opened = open_by_passphrase(keyring_file.load(keyring), passphrases.to_bytes(STRONG))
    shown = [pixels for _, pixels in pictures(packets(here / "x.sealcast", opened.portal_keys[-1]))]
    assert len(shown) > 10
    assert not any((pixels == (255, 0, 255)).all(axis=2).any() for pixels in shown)
    assert any((pixels == PAINT[:3]).all(axis=2).sum() > 1000 for pixels in shown)
