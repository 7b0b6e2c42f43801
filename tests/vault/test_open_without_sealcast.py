"""The reader that ships without the program: every vector, the same word on every bad file, and its command line."""

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.memory import MemorySource
from tests.vault.test_vectors import OUTCOMES, all_of, evidence, identity, ranges
from tests.vectors.fixed import portal, seed
from tests.vectors.vector import Vector, vectors
from vault import open_without_sealcast as reader
from vault.errors import VaultError
from vault.reader import SealedFile
from vault.verify import verify

PROGRAM = Path(reader.__file__)


def keys(vector: Vector) -> tuple[list[bytes], dict[bytes, bytes]]:
    file_keys = (one.split() for one in vector.all("file-key"))
    return [bytes.fromhex(one) for one in vector.all("seed")], {
        bytes.fromhex(id_): bytes.fromhex(key) for id_, key in file_keys
    }


def judged(vector: Vector, *, with_keys: bool) -> reader.Verdict:
    fingerprint, following = vector.get("fingerprint"), vector.get("next")
    seeds, file_keys = keys(vector) if with_keys else ([], {})
    return reader.verify(
        vector.body,
        seeds=seeds,
        file_keys=file_keys,
        anchors=reader.read_anchors("\n".join(vector.all("anchor")).encode()) if vector.all("anchor") else (),
        fingerprint=bytes.fromhex(fingerprint) if fingerprint else None,
        next_part=next(one.body for one in vectors("vault", "sealed-file") if one.name == following)
        if following
        else None,
    )


@all_of("sealed-file")
def test_it_judges_every_vector_as_it_says(vector: Vector) -> None:
    assert judged(vector, with_keys=True).state == vector["state-with-keys"]
    verdict = judged(vector, with_keys=False)
    assert verdict.state == vector["state"], verdict.reason
    assert (verdict.good_blocks, verdict.last) == (int(vector["good-blocks"]), int(vector["last"]))
    assert (verdict.gaps, verdict.missing) == (ranges(vector["gaps"]), ranges(vector["missing"]))
    assert (verdict.signer.hex() if verdict.signer else None) == vector.get("signer")


@all_of("sealed-file")
def test_it_opens_every_vector_that_opens(vector: Vector) -> None:
    seeds, file_keys = keys(vector)
    opened = reader.open_file(vector.body, seeds=seeds, file_keys=file_keys)
    assert opened.outcome == vector["open"]
    if opened.outcome == "opens":
        released = hashlib.sha256()
        for _, type_, payload in opened.payloads():
            if type_ == 1:
                released.update(len(payload).to_bytes(4, "little") + payload)
        assert (released.hexdigest(), opened.finished) == (vector["payloads"], vector["finished"] == "yes")


@all_of("keyring")
def test_it_opens_or_refuses_every_keyring_as_its_vector_says(vector: Vector) -> None:
    secret = {"passphrase": vector.get("passphrase"), "seed": bytes.fromhex(vector.get("seed") or "") or None}
    try:
        opened = reader.open_keyring(vector.body, **secret)  # type: ignore[arg-type] # one of them is None
    except reader.KeyringError as error:
        assert error.outcome == vector["open"]
        return
    assert vector["open"] == "opens"
    assert [one.hex() for one in opened.seeds] == vector["seeds"].split()
    assert (opened.token.hex(), str(opened.generation)) == (vector["token"], vector["generation"])


@all_of("keys")
def test_it_reads_every_key_file_as_its_vector_says(vector: Vector) -> None:
    try:
        found = reader.read_keys(vector.body)
    except reader.KeysError as error:
        assert error.outcome == vector["open"]
        return
    assert [f"{id_.hex()} {key.hex()}" for id_, key in found.items()] == vector.all("key")


@all_of("string")
def test_it_reads_every_string_as_its_vector_says(vector: Vector) -> None:
    try:
        data = reader.read_string(vector.body.decode(), vector["prefix"])
    except reader.StringError as error:
        assert error.outcome == vector["open"]
        return
    assert (vector["open"], data.hex()) == ("opens", vector["bytes"])


@pytest.mark.parametrize("name", ["complete", "two-recipients", "interrupted"])
def test_both_readers_say_the_same_of_every_tenth_flipped_bit_and_cut(name: str) -> None:
    (vector,) = (one for one in vectors("vault", "sealed-file") if one.name == name)
    bad = [vector.body[:end] for end in range(0, len(vector.body), 37)]
    for bit in range(0, 8 * len(vector.body), 83):
        changed = bytearray(vector.body)
        changed[bit // 8] ^= 1 << bit % 8
        bad.append(bytes(changed))
    seeds, file_keys = keys(vector)
    for data in bad:
        ours = verify(MemorySource(data), evidence=evidence(vector))
        assert reader.verify(data).state == ours.state.value
        try:
            SealedFile(MemorySource(data), identity(vector))
            outcome = "opens"
        except VaultError as error:
            outcome = OUTCOMES[type(error)]
        assert reader.open_file(data, seeds=seeds, file_keys=file_keys).outcome == outcome


def run(*arguments: object, folder: Path, typed: str = "") -> subprocess.CompletedProcess[str]:
    # -I: nothing of ours can be imported, neither from the folder nor from the environment.
    command: list[str | Path] = [sys.executable, "-I", PROGRAM, *map(str, arguments)]
    return subprocess.run(
        command, cwd=folder, input=typed, capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"]}
    )


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    for name, kind in (("complete", "sealed-file"), ("torn", "sealed-file"), ("keyring-passphrase", "keyring")):
        (vector,) = (one for one in vectors("vault", kind) if one.name == name)
        (tmp_path / name).write_bytes(vector.body)
    (complete,) = (one for one in vectors("vault", "sealed-file") if one.name == "opened-by-file-key")
    (tmp_path / "complete.key").write_text(f"sealcast-keys 1\n{complete['file-key']}\n")
    return tmp_path


def test_a_stranger_checks_and_opens_with_nothing_of_ours(bundle: Path) -> None:
    signer = reader.verify((bundle / "complete").read_bytes()).signer
    assert signer
    checked = run("check", "complete", "--signer", signer.hex(), folder=bundle)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "complete" in checked.stdout
    opened = run("open", "complete", "out", "--keys", "complete.key", folder=bundle)
    assert opened.returncode == 0, opened.stderr
    assert (bundle / "out" / "00000001.data").read_bytes() == b"first"


def test_a_fingerprint_is_taken_as_it_is_printed_and_anchors_elsewhere_are_no_proof(bundle: Path) -> None:
    (vector,) = (one for one in vectors("vault", "sealed-file") if one.name == "anchor-recording")
    (bundle / "anchors").write_text(vector["anchor"] + "\n")
    said = run("check", "complete", folder=bundle)
    (printed,) = re.findall(r"fingerprint ([0-9a-f-]{39})\)", said.stdout)
    assert run("check", "complete", "--signer", printed, folder=bundle).returncode == 0
    refused = run("check", "complete", "--signer", printed, "--anchors", "anchors", folder=bundle)
    assert (refused.returncode, "not the one that the anchors are of" in refused.stderr) == (1, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "complete"],  # the signer is not known to be anybody's
        ["check", "torn"],
        ["check", "missing"],
        ["check", "."],
        ["open", "complete", "out", "--keys", "complete"],
        ["open", "complete", ".", "--keys", "complete.key"],
        ["open", "complete", "out", "--keyring", "complete"],
    ],
)
def test_what_fails_is_one_sentence_and_a_hint(bundle: Path, arguments: list[str]) -> None:
    before = sorted(bundle.iterdir())
    failed = run(*arguments, folder=bundle)
    assert failed.returncode == 1
    assert "hint:" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert sorted(bundle.iterdir()) == before


def test_a_file_cut_while_it_is_read_is_judged_and_kills_nobody(bundle: Path) -> None:
    path = bundle / "complete"
    with path.open("rb") as file:
        data = reader.FileData(file)
        os.truncate(path, 2000)
        assert reader.verify(data).state == "interrupted"
    with path.open("rb") as file:
        assert reader.FileData(file).find(b"SEG1", 1445) == 1844


def test_it_imports_nothing_of_ours_and_nothing_but_cryptography() -> None:
    code = f"import runpy, sys, json; runpy.run_path({str(PROGRAM)!r}); print(json.dumps(sorted(sys.modules)))"
    out = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True).stdout
    loaded = {name.partition(".")[0] for name in json.loads(out)}
    assert "cryptography" in loaded
    assert not loaded & {"vault", "cli", "click", "zxcvbn", "platformdirs"}


def test_fixed_names_still_give_the_same_keys() -> None:
    assert reader.PortalKey(seed("portal")).public_key == portal().public
