import json
import os
from multiprocessing import get_context
from pathlib import Path

import pytest

from tests.vectors.fixed import seed
from vault import bech32
from vault.anchor import Anchor, read_anchors
from vault.errors import MalformedError, VaultError
from vault.signers import TrustedSigner, fingerprint, own_signer, read_trusted, write_trusted


def own(path: Path) -> bytes:
    return own_signer(path, random_bytes=os.urandom).public


def test_the_own_signer_is_made_once_and_is_nobody_elses_to_read(tmp_path: Path) -> None:
    path = tmp_path / "signer.key"
    assert own(path) == own(path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_two_processes_that_come_first_agree_on_one_signer(tmp_path: Path) -> None:
    with get_context("spawn").Pool(2) as pool:
        for number in range(10):
            assert len(set(pool.map(own, [tmp_path / f"{number}.key"] * 2, chunksize=1))) == 1


@pytest.mark.parametrize("text", [b"", b"xyz", b"00" * 31, b"\xff" * 64, b"0" * 200])
def test_a_spoiled_signer_is_told_and_not_replaced(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "signer.key"
    path.write_bytes(text)
    with pytest.raises(MalformedError):
        own(path)
    assert path.read_bytes() == text


def test_the_list_comes_back_as_it_went(tmp_path: Path) -> None:
    path = tmp_path / "trusted.json"
    assert read_trusted(path) == []
    listed = [
        TrustedSigner(signer=seed("one"), name="Käthe & Co", from_us=1, until_us=2),
        TrustedSigner(signer=seed("two"), name="two"),
    ]
    write_trusted(path, listed)
    assert read_trusted(path) == listed
    assert fingerprint(seed("one")).count("-") == 7


def listed(**changes: object) -> str:
    row = {"signer": bech32.to_string(bech32.SIGNER, bytes(32)), "name": "x", "from_us": 0, "until_us": 1} | changes
    return json.dumps([row])


@pytest.mark.parametrize(
    "text",
    [listed(name="\ud800"), listed(name="a\x1b"), listed(name=""), listed(until_us=10**300), listed(from_us=-1),
     listed(from_us=2), listed(from_us=True), listed(signer=7)],
)  # fmt: skip
def test_a_list_with_an_impossible_signer_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "trusted.json"
    path.write_text(listed())
    assert len(read_trusted(path)) == 1
    path.write_text(text)
    with pytest.raises(MalformedError):
        read_trusted(path)


@pytest.mark.parametrize("text", ["", "{}x", "[1]", '[{"signer": "x"}]', "[" * 100_000, '{"a": 1}'])
def test_a_spoiled_list_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "trusted.json"
    path.write_text(text)
    with pytest.raises(MalformedError):
        read_trusted(path)


ANCHOR = Anchor(recording_id=bytes(16), signer=bytes(32), block=7, hash=b"h" * 32, size=4868, time_us=2**53 - 1)
LINE = ANCHOR.to_line()


def test_anchors_come_back_as_they_went() -> None:
    assert read_anchors(f"{LINE}\n{LINE}\n".encode()) == read_anchors(f"{LINE}\n{LINE}".encode()) == [ANCHOR, ANCHOR]
    assert read_anchors(b"") == []


@pytest.mark.parametrize(
    "line",
    [
        "x",
        "[]",
        "7",
        "null",
        LINE[:-1],
        LINE.replace("7", "-7"),
        LINE.replace(": 7", ": 7.5"),
        LINE.replace(": 7", ": true"),
        LINE.replace("68", "AB"),
        LINE.replace(str(2**53 - 1), str(2**53)),
        LINE.replace("block", "blocks"),
        LINE + " " * 500,
        "[" * 500,
        "",
    ],
)
def test_a_line_that_is_no_anchor_is_told(line: str) -> None:
    with pytest.raises(MalformedError):
        Anchor.from_line(line)


def test_anchors_that_are_not_text_are_told() -> None:
    with pytest.raises(VaultError):
        read_anchors(b"\xff\xfe")
