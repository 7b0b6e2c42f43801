"""What a hostile maker says of a file, and what that leaves behind: words, files and lines on a terminal."""

import json
import os
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from recorder.format.events import About as AboutEvent
from recorder.format.events import Joined, Line, Trouble
from recorder.format.pack import pack
from replay.checking import Checking
from replay.opening import OpenSession, parts_of
from replay.scene import Picture
from replay.search_commands import search_
from replay.still import save_still
from tests.replay.hostile import ADA, FAR, piece, sealed, session
from tests.replay.sessions import KEYS, S, write_parts
from tests.waiting import until
from vault import key_file
from vault.block import seal_into
from vault.errors import StoreUnavailableError
from vault.header import MAX_HEADER_SIZE, read_header, unlock
from vault.local import LocalGrowing


def test_a_block_that_its_signer_made_unreadable_is_not_called_genuine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = seal_into

    def spoilt(into: memoryview, *rest: Any, head: Any, **more: Any) -> None:  # noqa: ANN401 - as it is called
        real(into, *rest, head=head, **more)
        if head.number == 2:
            into[150] ^= 1  # it is signed like that

    monkeypatch.setattr("vault.writer.seal_into", spoilt)
    path = tmp_path / "one.sealcast"
    sealed(LocalGrowing(path), [(at * S, [piece(Line(by=1, text="hello"), at * S)]) for at in range(3)])
    with OpenSession(parts_of(path), KEYS) as opened:
        checking = Checking(opened, trusted=[ADA])
        until(lambda: checking.standing.verified)
        checking.close()
        assert (checking.standing.word, checking.standing.genuine) == ("refused", False)


def test_a_list_that_is_cut_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("replay.session.MAX_HAPPENINGS", 3)
    rows = {"chat": {"count": 9}, "recording": {"count": 1, "list": [[0, {"kind": "about", "software": "his"}]]}}
    summary = b"\x01" + pack({"duration_us": 9 * S, "tracks": [], "events": rows})
    told = session([(at * S, [piece(Line(by=1, text="x"), at * S)]) for at in range(9)], summary=summary)
    told.list_all()
    assert [type(one.event) for one in told.timeline.happenings] == [AboutEvent, Line, Line, Line, Trouble]


def test_whoever_still_reads_a_file_that_was_closed_is_told_so(tmp_path: Path) -> None:
    parts = write_parts(tmp_path, 1)
    with OpenSession(parts_of(parts.paths[0]), KEYS) as opened:
        (source,) = opened.sources
    for read in (partial(source.read, 0, 10), source.size):
        with pytest.raises(StoreUnavailableError, match="it was closed"):
            read()


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("x" * 255, "x" * 120 + " at "),
        ("é" * 127, "é" * 60 + " at "),
        ("..", "still at "),
        ("\x1b[31m\u202egnp.exe\n", "_[31m_gnp.exe_ at "),
        (os.fsdecode(b"\xff\xfe"), "__ at "),
        ("CON: a|b?*", "CON_ a_b__ at "),
        ("../../x", "_.._x at "),
    ],
)
def test_a_still_is_called_as_a_file_may_be(tmp_path: Path, name: str, begins: str) -> None:
    picture = Picture(time_us=0, pixels=np.zeros((2, 2, 4), np.uint8))
    for _ in range(2):
        path = save_still(picture, tmp_path, name, FAR)
        assert path.parent == tmp_path
        assert path.name.startswith(begins)
        assert path.name.isprintable()


def test_what_was_found_steers_no_terminal(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xff\x1b.sealcast")
    evil = "eve\x1b]0;x\x07\x9b31m\x7f\u202e\U000e0041"
    joined, line = Joined(id=1, role="agent", name=evil), Line(by=1, text=f"hello {evil}")
    sealed(LocalGrowing(path), [(0, [piece(joined, 0), piece(line, 0)])])
    header, key = read_header(path.read_bytes()[:MAX_HEADER_SIZE]), tmp_path / "all.key"
    key_file.save(key, {header.about.recording_id: unlock(header, KEYS)})
    for json_wanted in (False, True):
        more = ["--json"] if json_wanted else []
        found = CliRunner().invoke(search_, ["hello", str(tmp_path), "--key-file", str(key), *more])
        assert found.exit_code == 0, found.output
        assert all(char.isprintable() or char == "\n" for char in found.output)
        if json_wanted:
            (row,) = json.loads(found.stdout)
            assert row["who"] == evil
            assert row["file"] == str(path)
