"""What cannot be done is told in a sentence and a hint, and changes nothing."""

import os
import subprocess
from pathlib import Path

import pytest

import cli
from portal_core import errors as portal_errors
from recorder import errors as recorder_errors
from recorder.format import errors as format_errors
from replay import errors as replay_errors
from tests.cli.person import MADE, OTHER, SEALCAST, Run, Terminal, tree
from tests.vectors.fixed import portal
from tests.vectors.sealed_files import flip
from tests.vectors.vector import vectors
from vault import bech32, errors
from vault.local import LocalFile


def test_every_error_has_a_hint() -> None:
    roots = cli.EXPECTED
    homes = errors, format_errors, recorder_errors, replay_errors, portal_errors
    known = {one for home in homes for one in vars(home).values() if isinstance(one, type) and issubclass(one, roots)}
    hinted = {one for one in known if any(above in cli.HINTS for above in one.__mro__)}
    assert hinted == known - set(roots)
    assert set(cli.HINTS) <= known


def test_help_teaches_and_names_every_command(run: Run) -> None:
    for command in (
        [],
        ["key"],
        *(["key", name] for name in ("new", "show", "passphrase", "recovery", "rotate", "check")),
    ):
        assert "Usage: sealcast" in run(*command, "--help").stdout
    for name in cli.COMMANDS:
        assert f"sealcast {name}" in run("--help").stdout


@pytest.mark.parametrize("closed", ["<&-", ">&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_traceback(here: Path, environment: dict[str, str], closed: str) -> None:
    for command in ("verify complete.sealcast", "key new a.keyring", "trust list"):
        done = subprocess.run(
            ["sh", "-c", f"{SEALCAST} {command} {closed}"],
            cwd=here,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr + done.stdout


def test_a_byte_that_is_no_text_is_told_and_not_repeated(here: Path, environment: dict[str, str]) -> None:
    session = Terminal(here, environment, "key", "new", "a.keyring")
    session.child.expect("New passphrase")
    session.child.waitnoecho()
    os.write(session.child.child_fd, b"ab\xffcd\n")
    said = session.ends(1)
    assert "not text" in said
    assert "Traceback" not in said
    assert "xff" not in said


def test_an_output_that_cannot_be_written_is_told(run: Run, here: Path, environment: dict[str, str]) -> None:
    for arguments in (["verify", "complete.sealcast"], ["trust", "list"], ["--help"]):
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [SEALCAST, *arguments],
                cwd=here,
                env=environment,
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert done.returncode != 0
        assert "Traceback" not in done.stderr
    assert run("--version").stdout


def test_a_pipe_or_device_is_no_recording_and_makes_nobody_wait(run: Run, here: Path) -> None:
    os.mkfifo(here / "pipe")
    assert "no file on a disk" in run("verify", "pipe", code=1, timeout=20).stdout
    assert "no file on a disk" in run("key", "show", "/dev/zero", code=1, timeout=20).stderr


LATE = ("--from", "2027-01-01", "--until", "2026-01-01")
NEWER = MADE.data[:8] + b"\2" + MADE.data[9:]
BAD_FILES = {
    "jpeg": b"\xff\xd8\xff\xe0" + bytes(5000),
    "empty": b"",
    "cut": MADE.data[:700],
    "newer": NEWER,
    "changed": flip(MADE.data, 60),
}


@pytest.mark.parametrize("name", [*BAD_FILES, "missing", "folder"])
def test_a_bad_recording_gets_its_own_sentence_and_changes_nothing(run: Run, here: Path, name: str) -> None:
    (here / "folder").mkdir()
    for one, data in BAD_FILES.items():
        (here / one).write_bytes(data)
    before = tree(here)
    said = {run("recover", one, "output", code=1).stderr for one in [*BAD_FILES, "missing", "folder"]}
    assert len(said) == len(BAD_FILES) + 2
    assert all("\nhint: " in one for one in said)
    assert run("verify", name, code=1).stdout or run("verify", name, code=1).stderr
    assert tree(here) == before


BAD_KEYRINGS = (
    "keyring-memory",
    "keyring-newer",
    "keyring-not",
    "keyring-cut",
    "keyring-flip-seeds",
    "keyring-two-passphrases",
)


@pytest.mark.parametrize("name", BAD_KEYRINGS)
def test_a_bad_keyring_is_told_and_changes_nothing(run: Run, here: Path, name: str) -> None:
    (vector,) = (one for one in vectors("vault", "keyring") if one.name == name)
    (here / "bad.keyring").write_bytes(vector.body)
    (here / "typed").write_text(vector["passphrase"])
    before = tree(here)
    assert "\nhint: " in run("key", "rotate", "bad.keyring", "--passphrase-file", "typed", code=1).stderr
    assert tree(here) == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["key", "new", "complete.sealcast", "--generate-to", "words"], 1),
        (["key", "new", "none/a.keyring", "--generate-to", "words"], 1),
        (["key", "new", "a.keyring"], 2),  # nobody to ask
        (["key", "new", "a.keyring", "--new-passphrase-file", "weak"], 1),
        (["key", "new", "a.keyring", "--new-passphrase-file", "binary"], 1),
        (["key", "new", "a.keyring", "--new-passphrase-fd", "99"], 1),
        (["key", "new", "a.keyring", "--new-passphrase-fd", "-1"], 2),
        (["key", "new", "a.keyring", "--new-passphrase-fd", "99999999999"], 2),
        (["key", "new", "x" * 300, "--generate-to", "words"], 1),
        (["key", "new", "x" * 250, "--generate-to", "words"], 1),
        (["key", "new", "none/a.keyring", "--generate-to", "words", "--recovery-to", "sheet"], 1),
        (["key", "new", "none/a.keyring", "--without-passphrase", "--server-key", "server.key"], 1),
        (["key", "new", "a.keyring", "--without-passphrase", "--server-key", "server.key", "--recovery"], 2),
        (["key", "new", "a.keyring", "--generate-to", "words", "--new-passphrase-file", "pass"], 2),
        (["key", "passphrase", "a.keyring", "--remove", "--to-server-key", "s", "--somebody-leaves"], 2),
        (["verify", "complete.sealcast", "--key-file", "pass", "--keyring", "pass"], 2),
        (["verify", "complete.sealcast", "--passphrase-file", "pass"], 2),
        (["trust", "add", bech32.to_string(bech32.SIGNER, bytes(32)), "--name", "you, on this machine"], 1),
        (
            [
                "trust",
                "add",
                bech32.to_string(bech32.SIGNER, bytes(32)),
                "--name",
                "x",
                "--from",
                "2027-01-01",
                "--until",
                "2026-01-01",
            ],
            2,
        ),
        (["key", "new", "a.keyring", "--generate-to", "words", "--recovery-to", "pass"], 1),
        (["key", "new", "a.keyring", "--without-passphrase"], 2),
        (["key", "show", "complete.sealcast"], 1),
        (["key", "passphrase", "missing.keyring"], 1),
        (["trust", "add", "sealcast-signer1qqqq", "--name", "x"], 1),
        (["trust", "add", bech32.to_string(bech32.PORTAL, portal().public), "--name", "x"], 1),
        (["trust", "add", bech32.to_string(bech32.SIGNER, bytes(32)), "--name", "a\x1b[2Jb"], 1),
        (["trust", "remove", "nobody"], 1),
        (["verify"], 2),
        (["verify", "complete.sealcast", "--fingerprint", "xyz"], 2),
        (["verify", "complete.sealcast", "--fingerprint", "\t" * 64], 2),
        (["key", "new", "a.keyring", "--generate-to", "."], 1),
        (["key", "new", ".", "--generate-to", "words"], 1),
        (["verify", "complete.sealcast", "--anchors", "pass"], 1),
        (["verify", "complete.sealcast", "--key-file", "pass"], 1),
        (["recover", "complete.sealcast", "none/output"], 1),
    ],
)
def test_what_cannot_be_done_is_told_and_leaves_no_file(run: Run, here: Path, arguments: list[str], code: int) -> None:
    (here / "weak").write_text("password1")
    (here / "binary").write_bytes(b"\xff\xfe\xfd")
    before = tree(here)
    said = run(*arguments, code=code).stderr
    assert "hint: " in said or "Usage: " in said
    assert tree(here) == before


def test_no_permission_is_told(here: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody without permission")
    (here / "complete.sealcast").chmod(0)
    os.seteuid(65534)
    try:
        with pytest.raises(errors.StoreUnavailableError) as caught:
            LocalFile(here / "complete.sealcast")
    finally:
        os.seteuid(0)
    assert caught.value.why == "no permission"


def test_a_passphrase_is_in_no_message_and_no_process_list(run: Run, here: Path, environment: dict[str, str]) -> None:
    run("key", "new", "a.keyring", "--new-passphrase-file", "pass")
    session = Terminal(here, environment, "key", "check", "a.keyring")
    session.child.expect("Passphrase")
    process = Path(f"/proc/{session.child.pid}")
    session.child.waitnoecho()
    session.child.sendline(OTHER)
    listed = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
    said = session.ends(1)
    assert OTHER.encode() not in listed
    assert OTHER not in said
