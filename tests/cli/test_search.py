"""sealcast search: hits in files and folders, keys found by themselves, one passphrase a keyring."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from recorder.format.events import Joined, Line, Marker, Taken
from recorder.format.snapshot import Category, Snapshot
from tests.cli.person import OTHER, SEALCAST, STRONG, Run, Terminal
from tests.replay.shelf import SECOND_US, Session
from vault import key_file, keyring_file
from vault.header import Identity, unlock
from vault.keyring import open_by_passphrase
from vault.local import LocalFile
from vault.walk import read_start

EVIL = "\x1b[31mred\u202e"
SNAPSHOT = Snapshot(taken_us=1, source="test", categories=(Category(name="disks", items=({"device": "/dev/sda1"},)),))
EVENTS = (
    (0, Joined(id=1, role="customer", name="Grace")),
    (61 * SECOND_US, Line(by=1, text="The printer is on fire")),
    (62 * SECOND_US, Taken(of=1, snapshot=SNAPSHOT)),
    (3661 * SECOND_US, Marker(name=f"{EVIL} printer")),
)
OPEN = ("--passphrase-file", "pass")


def recipient(keyring: Path) -> bytes:
    return keyring_file.load(keyring).recipient


@pytest.fixture
def folder(run: Run, here: Path) -> Path:
    """Return a folder with one portal's recordings and what opens them."""
    folder = here / "recordings"
    folder.mkdir()
    run("key", "new", "recordings/support.keyring", "--new-passphrase-file", "pass")
    for name in ("one", "two"):
        Session(recipient=recipient(folder / "support.keyring"), events=EVENTS).write(folder / f"{name}.sealcast")
    return folder


def test_hits_say_file_time_who_and_what(run: Run, folder: Path) -> None:
    done = run("search", "fire PRÍNTER", str(folder), *OPEN)
    assert done.stdout.splitlines() == [
        f"{folder}/{name}.sealcast  00:01:01  Grace: The printer is on fire" for name in ("one", "two")
    ]
    assert f"sealcast play {folder}/one.sealcast --at 00:01:01" in done.stderr


@pytest.mark.usefixtures("folder")
def test_snapshots_are_searched(run: Run) -> None:
    said = run("search", "sda1", "recordings/one.sealcast", *OPEN).stdout
    assert said == "recordings/one.sealcast  00:01:02  Grace: disks: device /dev/sda1\n"


def test_nothing_in_it_steers_the_terminal(run: Run, folder: Path) -> None:
    evil = folder / "a\x1b[2J b.sealcast"
    shutil.copy(folder / "one.sealcast", evil)
    done = run("search", "printer", str(evil), *OPEN)
    assert "01:01:01" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr
    assert "\u202e" not in done.stdout


@pytest.mark.usefixtures("folder")
def test_programs_are_told_everything(run: Run) -> None:
    first, second = json.loads(run("search", "printer", "recordings/one.sealcast", "--json", *OPEN).stdout)
    assert first == {
        "file": "recordings/one.sealcast", "at": "00:01:01", "time_us": 61_000_000, "track": "chat", "who": "Grace",
        "snippet": "The printer is on fire", "matches": [[4, 11]],
    }  # fmt: skip
    assert (second["track"], second["who"]) == ("markers", None)
    assert json.loads(run("search", "nothing", "recordings", "--json", *OPEN, code=1).stdout) == []


@pytest.mark.usefixtures("folder")
def test_nothing_found_and_what_cannot_be_read_are_exit_code_1(run: Run, here: Path) -> None:
    assert run("search", "nothing", "recordings", *OPEN, code=1).stdout == ""
    (here / "text.sealcast").write_text("hello")
    done = run("search", "fire", "recordings", "none", "text.sealcast", *OPEN, code=1)
    assert len(done.stdout.splitlines()) == 2
    assert "none: there is no none" in done.stderr
    assert "too long" in run("search", "fire", "x" * 300, *OPEN, code=1).stderr
    assert "text.sealcast: this is not a recording" in done.stderr
    (here / "empty").mkdir()
    run("search", "fire", "empty", *OPEN, code=1)


@pytest.mark.usefixtures("folder")
def test_a_passphrase_is_asked_for_once_a_keyring(here: Path, environment: dict[str, str]) -> None:
    person = Terminal(here, environment, "search", "fire", "recordings")
    said = person.answers("Passphrase", STRONG).ends()
    assert said.count("Passphrase") == 0
    assert said.count("on fire") == 2
    person = Terminal(here, environment, "search", "fire", "recordings")
    said = person.answers("Passphrase", OTHER).ends(1)
    assert said.count("not the passphrase") == 2


@pytest.mark.usefixtures("folder")
def test_each_keyring_is_asked_for_with_its_name(run: Run, here: Path, environment: dict[str, str]) -> None:
    (here / "more").mkdir()
    (here / "other").write_text(OTHER)
    run("key", "new", "more/sales.keyring", "--new-passphrase-file", "other")
    Session(recipient=recipient(here / "more" / "sales.keyring"), events=EVENTS).write(here / "more" / "a.sealcast")
    person = Terminal(here, environment, "search", "fire", "recordings", "more")
    person.answers("support.keyring opens it.*Passphrase", STRONG)
    assert "on fire" in person.answers("sales.keyring opens it.*Passphrase", OTHER).ends()
    # One that is given by an option is tried on all of them.
    done = run("search", "fire", "recordings", "more", *OPEN, code=1)
    assert len(done.stdout.splitlines()) == 2
    assert "more/a.sealcast: this is not the passphrase" in done.stderr


def test_with_a_planted_keyring_beside_it_the_right_one_opens_it_and_is_asked_for_once(
    here: Path, environment: dict[str, str], folder: Path
) -> None:
    own = Path(environment["XDG_DATA_HOME"]) / "sealcast" / "keyrings"
    own.mkdir(parents=True)
    ring = (folder / "support.keyring").read_bytes()
    (own / "support.keyring").write_bytes(ring)
    (folder / "support.keyring").write_bytes(ring[:32] + (9).to_bytes(4) + ring[36:])  # it says that it is newer
    person = Terminal(here, environment, "search", "fire", "recordings")
    assert "on fire" in person.answers("Passphrase", STRONG).ends()


def test_a_descriptor_gives_the_passphrase_for_all(here: Path, environment: dict[str, str], folder: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, STRONG.encode())
    os.close(writing)
    (here / "more").mkdir()
    for name in ("one.sealcast", "support.keyring"):
        shutil.copy(folder / name, here / "more" / name)
    done = subprocess.run(
        [SEALCAST, "search", "fire", "recordings", "more", "--passphrase-fd", str(reading)],
        cwd=here, env=environment, pass_fds=[reading], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 3


def test_key_files_open_without_asking_and_what_has_none_is_told(run: Run, folder: Path) -> None:
    ring = keyring_file.load(folder / "support.keyring")
    identity = Identity(portal_keys=open_by_passphrase(ring, STRONG.encode()).portal_keys)
    with LocalFile(folder / "one.sealcast") as source:
        header = read_start(source)
    key_file.save(folder / "one.key", {header.about.recording_id: unlock(header, identity)})
    (folder / "support.keyring").unlink()
    done = run("search", "fire", "recordings", code=1)
    assert len(done.stdout.splitlines()) == 1
    assert "two.sealcast: it opens with portal key" in done.stderr
    assert "PORTAL.keyring" in done.stderr
    run("search", "fire", "recordings/one.sealcast")
    run("search", "fire", "recordings/one.sealcast", "--key-file", "recordings/one.key")


def test_a_broken_keyring_beside_it_is_told_once(run: Run, folder: Path) -> None:
    (folder / "broken.keyring").write_text("nonsense")
    done = run("search", "fire", "recordings", *OPEN)
    assert done.stderr.count("broken.keyring was left aside") == 1


def test_the_servers_key_opens_what_only_a_server_opens(run: Run, here: Path) -> None:
    run("key", "new", "a.keyring", "--without-passphrase", "--server-key", "server.key")
    Session(recipient=recipient(here / "a.keyring"), events=EVENTS).write(here / "a.sealcast")
    assert "only its portal's server" in run("search", "fire", "a.sealcast", code=1).stderr
    run("search", "fire", "a.sealcast", "--server-key", "server.key")


def test_names_are_known_in_later_parts(run: Run, folder: Path) -> None:
    ring = recipient(folder / "support.keyring")
    Session(recipient=ring, events=EVENTS[:1], session_id=bytes(16)).write(folder / "z.sealcast")
    Session(recipient=ring, events=((0, Line(by=1, text="unicorn")),), session_id=bytes(16)).write(
        folder / "a.sealcast", part=2
    )
    assert "Grace: unicorn" in run("search", "unicorn", "recordings", *OPEN).stdout


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("fire",), 2),
        (("fire", "recordings", "--keyring", "a", "--key-file", "b"), 2),
        (("fire", "recordings"), 2),  # nobody to ask
        (("", "recordings", *OPEN), 1),
        (("x" * 201, "recordings", *OPEN), 1),
        (("fire", "recordings", "--keyring", "none", *OPEN), 1),
        (("fire", "recordings", "--passphrase-file", "none"), 1),
    ],
)
def test_what_makes_no_sense_is_told(run: Run, options: tuple[str, ...], code: int) -> None:
    said = run("search", *options, code=code).stderr
    assert "Usage: " in said or "\nhint: " in said
