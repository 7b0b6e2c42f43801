"""The command line as a person meets it: at a real terminal, with real files, and with bad ones."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest

import cli
from tests.vectors.fixed import Fixed, portal
from tests.vectors.sealed_files import flip, write
from tests.vectors.vector import vectors
from vault import bech32, errors, key_file
from vault.ask import MadeSecrets
from vault.local import LocalFile

SEALCAST = str(Path(sys.executable).with_name("sealcast"))
MADE = write(Fixed(), "complete")
STRONG, OTHER = "zebra onyx walrus kettle drum", "violet marble tundra 58 spoons"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    folder = tmp_path / "home"
    folder.mkdir()
    return os.environ | {"HOME": str(folder), "XDG_DATA_HOME": str(folder / "data"), "COLUMNS": "120"}


@pytest.fixture
def here(tmp_path: Path) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "pass").write_text(STRONG + "\n")
    (folder / "complete.sealcast").write_bytes(MADE.data)
    return folder


@pytest.fixture
def run(environment: dict[str, str], here: Path) -> Run:
    def run(*arguments: str, code: int = 0, **more: object) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [SEALCAST, *arguments],
            cwd=here, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **more,
        )  # type: ignore[call-overload] # fmt: skip
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done  # type: ignore[no-any-return]

    return run


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_error_has_a_hint() -> None:
    known = {one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.VaultError)}
    assert set(cli.HINTS) == known - {errors.VaultError}


def test_help_teaches_and_names_every_command(run: Run) -> None:
    for command in (
        [],
        ["key"],
        *(["key", name] for name in ("new", "show", "passphrase", "recovery", "rotate", "check")),
    ):
        assert "Usage: sealcast" in run(*command, "--help").stdout
    for name in cli.sealcast.commands:
        assert f"sealcast {name}" in run("--help").stdout


class Terminal:
    """A person at a real terminal."""

    def __init__(self, here: Path, environment: dict[str, str], *arguments: str) -> None:
        self.child: pexpect.spawn[str] = pexpect.spawn(
            SEALCAST, list(arguments), cwd=str(here), env=environment, encoding="utf-8", timeout=30
        )
        self.child.delaybeforesend = None

    def shows(self, pattern: str) -> str:
        self.child.expect(pattern)
        assert isinstance(self.child.match, re.Match)
        return str(self.child.match.group(1))

    def answers(self, prompt: str, text: str) -> "Terminal":
        self.child.expect(prompt)
        self.child.waitnoecho()
        self.child.sendline(text)
        return self

    def ends(self, code: int = 0) -> str:
        self.child.expect(pexpect.EOF)
        self.child.close()
        assert self.child.exitstatus == code, self.child.before
        return str(self.child.before)


def test_a_person_makes_a_keyring_and_is_told_what_nobody_can_reset(here: Path, environment: dict[str, str]) -> None:
    session = Terminal(here, environment, "key", "new", "a.keyring")
    session.child.expect("Nobody can reset")
    session.answers("New passphrase", "password1")
    session.child.expect("is refused")
    session.answers("New passphrase", STRONG).answers("once more", OTHER)
    session.child.expect("something else")
    shown = session.answers("New passphrase", STRONG).answers("once more", STRONG).ends()
    assert STRONG not in shown
    assert OTHER not in shown
    assert "opens" in Terminal(here, environment, "key", "check", "a.keyring").answers("Passphrase", STRONG).ends()
    assert "not the passphrase" in Terminal(here, environment, "key", "check", "a.keyring").answers("Pass", OTHER).ends(
        1
    )


def test_an_empty_passphrase_gets_seven_words_shown_once(here: Path, environment: dict[str, str]) -> None:
    session = Terminal(here, environment, "key", "new", "a.keyring").answers("New passphrase", "")
    words = session.shows(r"\r\n    ([a-z -]+)\r\n")
    assert len(words.split()) == 7
    assert words not in session.answers("once more", words).ends()
    Terminal(here, environment, "key", "check", "a.keyring").answers("Passphrase", words).ends()


def test_a_recovery_key_is_shown_once_and_typed_back(here: Path, environment: dict[str, str], run: Run) -> None:
    session = Terminal(here, environment, "key", "new", "a.keyring", "--recovery")
    session.answers("New passphrase", STRONG).answers("once more", STRONG)
    text = session.shows("(SEALCAST-RECOVERY1 [A-Z0-9 ]+)\r\n")
    session.answers("Type it back", text[:-3])
    session.child.expect("malformed")
    session.answers("Type it back", bech32.to_string(bech32.RECOVERY, bytes(32)))
    session.child.expect("another key")
    session.answers("Type it back", text.lower()).ends()
    assert (
        "stands on the printed"
        in Terminal(here, environment, "key", "check", "a.keyring").answers("or recov", text).ends()
    )
    (here / "sheet").write_text(text)
    assert "stands on the printed sheet" in run("key", "check", "a.keyring", "--recovery-key-file", "sheet").stderr
    run("key", "passphrase", "a.keyring", "--recovery-key-file", "sheet", "--generate-to", "words")


def test_a_keyring_goes_through_every_act(run: Run, here: Path) -> None:
    run("key", "new", "a.keyring", "--without-passphrase", "--server-key", "server.key")
    assert (here / "server.key").stat().st_mode & 0o777 == 0o600
    run("key", "check", "a.keyring", "--server-key", "server.key")
    run("key", "passphrase", "a.keyring", "--server-key", "server.key", "--new-passphrase-file", "pass")
    run("key", "check", "a.keyring", "--server-key", "server.key", code=1)
    run("key", "check", "a.keyring", "--passphrase-file", "pass")
    run("key", "recovery", "a.keyring", "--passphrase-file", "pass", "--to", "sheet")
    run("key", "rotate", "a.keyring", "--passphrase-file", "pass")
    run("key", "passphrase", "a.keyring", "--passphrase-file", "pass", "--somebody-leaves", "--generate-to", "words")
    assert (here / "words").stat().st_mode & 0o777 == 0o600
    run("key", "check", "a.keyring", "--passphrase-file", "pass", code=1)
    run("key", "check", "a.keyring", "--recovery-key-file", "sheet")
    run("key", "recovery", "a.keyring", "--passphrase-file", "words", "--remove")
    run("key", "check", "a.keyring", "--recovery-key-file", "sheet", code=1)
    run("key", "passphrase", "a.keyring", "--passphrase-file", "words", "--remove", "--to-server-key", "server.key")
    facts = json.loads(run("key", "show", "a.keyring", "--json").stdout)
    assert (facts["generation"], len(facts["keys"]), len(facts["slots"])) == (7, 4, 1)
    recipient = run("key", "show", "a.keyring", "--recipient").stdout
    assert len(bech32.from_string(bech32.PORTAL, recipient)) == 1216


def test_secrets_come_through_a_descriptor_too(run: Run) -> None:
    reading, writing = os.pipe()
    os.write(writing, STRONG.encode() + b"\n")
    os.close(writing)
    run("key", "new", "a.keyring", "--new-passphrase-fd", str(reading), pass_fds=[reading])
    os.close(reading)
    run("key", "check", "a.keyring", "--passphrase-file", "pass")


def test_an_old_keyring_put_in_place_of_the_present_one_is_refused_by_name(run: Run, here: Path) -> None:
    run("key", "new", "a.keyring", "--new-passphrase-file", "pass")
    old = (here / "a.keyring").read_bytes()
    run("key", "rotate", "a.keyring", "--passphrase-file", "pass")
    (here / "a.keyring").write_bytes(old)
    refused = run("key", "check", "a.keyring", "--passphrase-file", "pass", code=1).stderr
    assert "generation 1, but 2 is noted in " in refused


def test_an_old_keyring_names_no_recipient(run: Run, here: Path) -> None:
    run("key", "new", "a.keyring", "--new-passphrase-file", "pass")
    old = (here / "a.keyring").read_bytes()
    run("key", "passphrase", "a.keyring", "--passphrase-file", "pass", "--somebody-leaves", "--generate-to", "words")
    (here / "a.keyring").write_bytes(old)
    run("key", "show", "a.keyring", "--recipient", code=1)


def test_a_keyring_that_only_a_recovery_key_opened_proves_no_generation(run: Run, here: Path) -> None:
    run("key", "new", "a.keyring", "--new-passphrase-file", "pass", "--recovery-to", "sheet")
    genuine = (here / "a.keyring").read_bytes()
    # Whoever knows the public recovery key can make a keyring of this portal that it opens.
    run("key", "passphrase", "a.keyring", "--recovery-key-file", "sheet", "--generate-to", "words")
    run("key", "check", "a.keyring", "--recovery-key-file", "sheet")
    (here / "a.keyring").write_bytes(genuine)
    run("key", "check", "a.keyring", "--passphrase-file", "pass")


def test_a_new_secret_stays_when_the_keyring_needs_it_already(run: Run, environment: dict[str, str]) -> None:
    run("key", "new", "a.keyring", "--new-passphrase-file", "pass")
    environment["XDG_DATA_HOME"] = "/proc/none"  # nothing can be noted there
    done = run("key", "passphrase", "a.keyring", "--passphrase-file", "pass", "--generate-to", "words")
    assert "warning" in done.stderr
    run("key", "check", "a.keyring", "--passphrase-file", "words")
    done = run("key", "passphrase", "a.keyring", "--passphrase-file", "words", "--remove", "--to-server-key", "server")
    run("key", "check", "a.keyring", "--server-key", "server")


@pytest.mark.parametrize("there", [False, True])
def test_made_secrets_go_only_while_nothing_needs_them(tmp_path: Path, *, there: bool) -> None:
    keyring, secret = tmp_path / "a.keyring", tmp_path / "secret"
    keyring.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt), MadeSecrets(keyring) as made:  # noqa: PT012 - the order is the point
        made.write(secret, "words")
        made.needed_by(b"new")
        if there:
            keyring.write_bytes(b"new")
        raise KeyboardInterrupt
    assert secret.exists() == there


def test_made_secrets_that_are_kept_stay_even_when_another_writes_the_keyring_next(tmp_path: Path) -> None:
    keyring, secret = tmp_path / "a.keyring", tmp_path / "secret"
    with pytest.raises(KeyboardInterrupt), MadeSecrets(keyring) as made:  # noqa: PT012 - the order is the point
        made.write(secret, "words")
        made.needed_by(b"new")
        made.keep()
        keyring.write_bytes(b"newer")
        raise KeyboardInterrupt
    assert secret.exists()


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


def test_verify_names_the_signer_and_only_a_trusted_one_makes_it_genuine(run: Run) -> None:
    found = run("verify", "complete.sealcast", code=1).stdout
    assert "unknown (" in found
    run("trust", "add", bech32.to_string(bech32.SIGNER, MADE.header.signer), "--name", "Example Ltd")
    assert "known as Example Ltd (" in run("verify", "complete.sealcast").stdout
    assert "Example Ltd" in run("trust", "list").stdout
    run(
        "trust",
        "add",
        bech32.to_string(bech32.SIGNER, MADE.header.signer),
        "--name",
        "Past Ltd",
        "--until",
        "2020-01-01",
    )
    assert "for other times as Past Ltd" in run("verify", "complete.sealcast", code=1).stdout
    run("trust", "remove", "Past Ltd")
    assert [one["name"] for one in json.loads(run("trust", "list", "--json").stdout)] == ["you, on this machine"]


def test_verify_opens_every_block_when_it_has_a_key(run: Run, here: Path) -> None:
    key_file.save(here / "complete.key", {MADE.header.about.recording_id: MADE.file_key})
    (fields,) = json.loads(run("verify", "complete.sealcast", "--key-file", "complete.key", "--json", code=1).stdout)
    assert (fields["state"], fields["opened"]) == ("complete", True)


def test_verify_with_a_key_that_does_not_fit_is_no_success(run: Run, here: Path) -> None:
    run("trust", "add", bech32.to_string(bech32.SIGNER, MADE.header.signer), "--name", "Example Ltd")
    run("key", "new", "other.keyring", "--new-passphrase-file", "pass")
    arguments = ["verify", "complete.sealcast", "--keyring", "other.keyring", "--passphrase-file", "pass"]
    assert "not opened" in run(*arguments, code=1).stdout
    (here / "empty").write_text("")
    assert "not the passphrase" in run(*arguments[:-1], "empty", code=1).stderr


def test_a_missing_file_keeps_no_verdict_on_another_back(run: Run) -> None:
    found = run("verify", "complete.sealcast", "missing", code=1).stdout
    assert "complete: whole" in found
    assert "there is no missing" in found


def test_a_name_cannot_steer_the_terminal(run: Run, here: Path) -> None:
    evil = "a\x1b[2J\rcomplete: whole\nb"
    (here / evil).write_bytes(MADE.data)
    for said in (run("verify", evil, code=1).stdout, run("recover", evil, evil, code=1).stderr):
        assert not {"\x1b", "\r"} & set(said)
        assert "\\x1b" in said


def test_two_signers_of_one_name_are_not_removed_at_once(run: Run) -> None:
    for seed in (bytes(32), bytes(31) + b"\1"):
        run("trust", "add", bech32.to_string(bech32.SIGNER, seed), "--name", "Same")
    run("trust", "remove", "Same", code=2)
    first, second = [one for one in json.loads(run("trust", "list", "--json").stdout) if one["name"] == "Same"]
    run("trust", "remove", first["fingerprint"].upper())
    run("trust", "remove", second["signer"])


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


def test_verify_needs_no_folder_of_its_own(run: Run, environment: dict[str, str]) -> None:
    environment["XDG_DATA_HOME"] = "/proc/none"
    assert "complete: whole" in run("verify", "complete.sealcast", code=1).stdout


def test_key_check_counts_what_opens(run: Run) -> None:
    run("key", "new", "a.keyring", "--new-passphrase-file", "pass")
    done = run("key", "check", "a.keyring", "complete.sealcast", "missing", "--passphrase-file", "pass", code=1)
    assert "0 of 2 recordings open" in done.stdout


def test_parts_are_checked_against_each_other(run: Run, here: Path) -> None:
    for vector in vectors("vault", "sealed-file"):
        if vector.name in ("cut-before-next", "next-part"):
            (here / vector.name).write_bytes(vector.body)
    rows = json.loads(run("verify", "cut-before-next", "next-part", "--json", code=1).stdout)
    assert [row["state"] for row in rows] == ["cut", "complete"]


def test_recover_makes_a_new_file_and_leaves_the_old_one(run: Run, here: Path) -> None:
    torn = flip(MADE.data, 1900)[:-100]
    (here / "torn").write_bytes(torn)
    assert "left out: bytes 1844 to 2244" in run("recover", "torn", "good").stdout
    assert (here / "torn").read_bytes() == torn
    before = tree(here)
    run("recover", "torn", "good", code=1)
    run("recover", "torn", "torn", code=1)
    assert tree(here) == before


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
