"""Verify, recover and trust."""

import json
from pathlib import Path

from tests.cli.person import MADE, Run, tree
from tests.vectors.sealed_files import flip
from tests.vectors.vector import vectors
from vault import bech32, key_file


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
