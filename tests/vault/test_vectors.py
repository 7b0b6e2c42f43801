"""Every vector, read by the program; the law and the vectors name each other."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from tests.memory import MemorySource
from tests.vectors import make_vectors
from tests.vectors.fixed import Fixed
from tests.vectors.law import assert_stored, has_section_of, names
from tests.vectors.vector import FOLDER, Vector, vectors
from vault import bech32, key_file, passphrase
from vault.anchor import Anchor
from vault.errors import (
    HeaderDamagedError,
    HeaderIncompleteError,
    KeyringChangedError,
    MalformedError,
    NotOurFormatError,
    TamperedError,
    UnsupportedVersionError,
    VaultError,
    WrongIdentityError,
    WrongKindError,
    WrongPassphraseError,
)
from vault.header import Header, Identity
from vault.keyring import OpenKeyring, open_by_key, open_by_passphrase, read_keyring
from vault.portal_key import PortalKey
from vault.reader import SealedFile
from vault.verify import Evidence, Verdict, verify
from vault.walk import read_start

LAW = Path(__file__).parents[2] / "vault" / "SPEC.md"
OUTCOMES: dict[type[VaultError], str] = {
    NotOurFormatError: "not a recording",
    UnsupportedVersionError: "unsupported version",
    HeaderIncompleteError: "header incomplete",
    HeaderDamagedError: "header damaged",
    WrongIdentityError: "not for these keys",
    TamperedError: "header forged",
}
KEYRING_OUTCOMES = OUTCOMES | {
    NotOurFormatError: "not a keyring",
    MalformedError: "malformed",
    WrongPassphraseError: "wrong passphrase",
    KeyringChangedError: "changed",
}


def all_of(kind: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("vector", list(vectors("vault", kind)), ids=lambda vector: vector.name)


def identity(vector: Vector) -> Identity:
    file_keys = {bytes.fromhex(id_): bytes.fromhex(key) for id_, key in (one.split() for one in vector.all("file-key"))}
    return Identity(portal_keys=[PortalKey(bytes.fromhex(one)) for one in vector.all("seed")], file_keys=file_keys)


def evidence(vector: Vector) -> Evidence:
    fingerprint, next_part = vector.get("fingerprint"), vector.get("next")
    return Evidence(
        anchors=[Anchor.from_line(line) for line in vector.all("anchor")],
        fingerprint=bytes.fromhex(fingerprint) if fingerprint else None,
        next_parts=[following(next_part)] if next_part else (),
    )


def following(name: str) -> Header:
    (vector,) = (one for one in vectors("vault", "sealed-file") if one.name == name)
    return read_start(MemorySource(vector.body))


def ranges(text: str) -> list[tuple[int, int]]:
    pairs = (one.split("-") for one in text.split(", ") if one)
    return [(int(start), int(end)) for start, end in pairs]


def check_facts(vector: Vector, verdict: Verdict) -> None:
    facts = verdict.facts
    assert facts.good_blocks == int(vector["good-blocks"])
    assert (facts.last_block or 0) == int(vector["last"])
    if facts.header:
        assert facts.torn == int(vector["torn"])
    assert list(facts.gaps) == ranges(vector["gaps"])
    assert list(facts.missing) == ranges(vector["missing"])
    assert (verdict.signer.hex() if verdict.signer else None) == vector.get("signer")


@all_of("sealed-file")
def test_a_file_without_keys_is_what_its_vector_says(vector: Vector) -> None:
    verdict = verify(MemorySource(vector.body), evidence=evidence(vector))
    assert verdict.state.value == vector["state"], verdict.reason
    check_facts(vector, verdict)


@all_of("sealed-file")
def test_a_file_with_keys_is_what_its_vector_says(vector: Vector) -> None:
    verdict = verify(MemorySource(vector.body), evidence=evidence(vector), identity=identity(vector))
    assert verdict.state.value == vector["state-with-keys"], verdict.reason
    check_facts(vector, verdict)


@all_of("sealed-file")
def test_opening_gives_what_the_vector_says(vector: Vector) -> None:
    try:
        opened = SealedFile(MemorySource(vector.body), identity(vector))
    except VaultError as error:
        assert OUTCOMES[type(error)] == vector["open"]
        return
    assert vector["open"] == "opens"
    assert opened.finished == (vector["finished"] == "yes")
    released = hashlib.sha256()
    for block in opened.walk().blocks():
        if block.entry.type == 1:
            try:
                payload = opened.open(block).payload
            except TamperedError:
                continue
            released.update(len(payload).to_bytes(4, "little") + payload)
    assert released.hexdigest() == vector["payloads"]


@all_of("keyring")
def test_a_keyring_opens_or_not_as_its_vector_says(vector: Vector) -> None:
    try:
        opened = open_keyring(vector)
    except VaultError as error:
        assert KEYRING_OUTCOMES[type(error)] == vector["open"]
        return
    assert vector["open"] == "opens"
    assert [key.seed.hex() for key in opened.portal_keys] == vector["seeds"].split()
    assert opened.replace_token.hex() == vector["token"]
    assert (opened.keyring.portal_id.hex(), str(opened.keyring.generation)) == (vector["portal"], vector["generation"])


def open_keyring(vector: Vector) -> OpenKeyring:
    keyring = read_keyring(vector.body)
    typed = vector.get("passphrase")
    if typed is not None:
        return open_by_passphrase(keyring, passphrase.to_bytes(typed))
    return open_by_key(keyring, PortalKey(bytes.fromhex(vector["seed"])))


@all_of("keys")
def test_a_key_file_is_read_as_its_vector_says(vector: Vector) -> None:
    try:
        keys = key_file.from_bytes(vector.body)
    except VaultError as error:
        assert KEYRING_OUTCOMES[type(error)] == vector["open"]
        return
    assert [f"{id_.hex()} {key.hex()}" for id_, key in keys.items()] == vector.all("key")


@all_of("string")
def test_a_string_is_read_as_its_vector_says(vector: Vector) -> None:
    outcomes: dict[type[VaultError], str] = {MalformedError: "mistyped", WrongKindError: "wrong kind"}
    try:
        data = bech32.from_string(vector["prefix"], vector.body.decode())
    except VaultError as error:
        assert outcomes[type(error)] == vector["open"]
        return
    assert (vector["open"], data.hex()) == ("opens", vector["bytes"])


def test_the_program_still_makes_the_same_vectors() -> None:
    fixed = Fixed()
    made = list(make_vectors.make(fixed))
    assert_stored(((vector, make_vectors.twin(vector)) for vector in made), FOLDER / "vault")
    assert fixed.used == fixed.wraps
    (complete,) = (vector for vector in made if vector.name == "complete")
    assert make_vectors.EXAMPLE.read_bytes() == complete.body


def test_the_law_names_every_vector_and_every_vector_names_a_section_of_it() -> None:
    law = LAW.read_text()
    assert names(law) == {path.stem for path in (FOLDER / "vault").glob("*.vector")}
    for kind in ("sealed-file", "keyring", "keys", "string"):
        for vector in vectors("vault", kind):
            assert has_section_of(law, vector), vector.name


def test_the_examples_in_the_law_are_the_bytes_of_the_vectors() -> None:
    stored = {vector.name: vector for kind in ("sealed-file", "keyring") for vector in vectors("vault", kind)}
    examples = re.findall(r"```(hex|payload) (\S+) (\d+)\n([0-9a-f\s]+)```", LAW.read_text())
    assert [kind for kind, *_ in examples].count("hex") >= 3
    for kind, name, number, digits in examples:
        vector, expected = stored[name], bytes.fromhex(digits)
        if kind == "hex":
            assert vector.body[int(number) :].startswith(expected), name
        else:
            opened = SealedFile(MemorySource(vector.body), identity(vector))
            (block,) = (one for one in opened.walk().blocks() if one.number == int(number))
            assert bytes(opened.open(block).payload).startswith(expected), name


def test_twins_are_json_with_numbers_as_strings() -> None:
    twins = list((FOLDER / "vault").glob("*.json"))
    assert len(twins) > 10
    for path in twins:
        assert not re.search(r": \d", path.read_text())
        assert json.loads(path.read_text())["recording"]
