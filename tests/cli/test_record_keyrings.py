"""What opens a recording lies beside it, in the folder where recordings are gathered."""

import subprocess
from pathlib import Path

import pytest

from tests.cli.person import OTHER, SEALCAST, STRONG, Run
from tests.cli.recording import RECORD, portal_key, told
from tests.recorder.pictures import packets, pictures
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("on_screen")


@pytest.fixture
def out(here: Path) -> Path:
    folder = here / "out"
    folder.mkdir()
    return folder


def record(run: Run, here: Path) -> tuple[Path, str]:
    """Record for a second into the folder; return the new file, and what was said aside."""
    before = set((here / "out").glob("*.sealcast"))
    said = run(*RECORD, "out", "--duration", "1s").stderr
    (new,) = set((here / "out").glob("*.sealcast")) - before
    return new, said


def change_passphrase(run: Run, here: Path, keyring: Path) -> None:
    (here / "other").write_text(OTHER)
    run("key", "passphrase", keyring.name, "--passphrase-file", "pass", "--new-passphrase-file", "other")


def test_an_older_keyring_beside_recordings_is_renewed_and_opens_them_all(
    run: Run, here: Path, keyring: Path, out: Path
) -> None:
    first, _ = record(run, here)
    older = (out / keyring.name).read_bytes()
    assert older == keyring.read_bytes()
    change_passphrase(run, here, keyring)
    second, said = record(run, here)
    assert said == ""
    assert (out / keyring.name).read_bytes() == keyring.read_bytes() != older
    key = portal_key(out / keyring.name, OTHER)
    assert all(list(pictures(packets(path, key))) for path in (first, second))


def test_a_newer_keyring_beside_recordings_stays(
    run: Run, here: Path, keyring: Path, out: Path, environment: dict[str, str]
) -> None:
    older = keyring.read_bytes()
    change_passphrase(run, here, keyring)
    newer = keyring.read_bytes()
    (out / keyring.name).write_bytes(newer)
    keyring.write_bytes(older)
    # Somebody who has not yet seen the newer one.
    environment["XDG_DATA_HOME"] = str(here / "somebody else's")
    path, said = record(run, here)
    assert said == ""
    assert (out / keyring.name).read_bytes() == newer
    assert list(pictures(packets(path, portal_key(out / keyring.name, OTHER))))


@pytest.mark.parametrize("what", ["another portal's keyring", "another file", "a folder"])
def test_whatever_else_has_its_name_stays_and_that_is_told(
    run: Run, here: Path, keyring: Path, out: Path, what: str
) -> None:
    there = out / keyring.name
    if what == "a folder":
        there.mkdir()
    else:
        run("key", "new", "foreign.keyring", "--new-passphrase-file", "pass")
        there.write_bytes((here / "foreign.keyring").read_bytes() if "portal" in what else b"what I have to buy\n")
    before = there.read_bytes() if there.is_file() else None
    path, said = record(run, here)
    assert said == "support.keyring in out is another one; keep support.keyring to open the recording\n"
    assert (there.read_bytes() if there.is_file() else None) == before
    assert list(pictures(packets(path, portal_key(keyring, STRONG))))


def test_a_file_that_was_named_gets_nothing_beside_it(run: Run, keyring: Path, out: Path) -> None:
    run(*RECORD, "out/x.sealcast", "--duration", "1s")
    assert [path.name for path in out.iterdir()] == ["x.sealcast"]
    assert keyring.exists()
    assert told(run, "out/x.sealcast")["state"] == "complete"


@pytest.mark.usefixtures("keyring")
def test_what_opens_a_recording_lies_beside_it_when_the_recorder_is_killed(
    here: Path, out: Path, environment: dict[str, str], keyring: Path
) -> None:
    recorder = subprocess.Popen([SEALCAST, *RECORD, "out"], cwd=here, env=environment, stdin=subprocess.DEVNULL)
    until(lambda: (out / keyring.name).exists() and any(one.stat().st_size > 1600 for one in out.glob("*.sealcast")))
    recorder.kill()
    recorder.wait()
    assert (out / keyring.name).read_bytes() == keyring.read_bytes()
