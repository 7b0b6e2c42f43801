import os
import shutil
from pathlib import Path

import pytest

from replay.opening import OpenSession, parts_of
from replay.projector import Projector
from tests.recorder.writing import SCREEN
from tests.replay.sessions import KEYS, SESSION_ID, Maker, S, flipped, shown_right, write_parts
from tests.vectors.fixed import portal, seed, signer
from vault.errors import (
    BlobNotFoundError,
    HeaderIncompleteError,
    NotOurFormatError,
    StoreUnavailableError,
    VaultError,
    WrongIdentityError,
)
from vault.header import Identity
from vault.index import Reason
from vault.local import LocalGrowing


def names(path: Path) -> list[str]:
    return [part.path.name for part in parts_of(path)]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_any_part_leads_to_all_of_them_in_their_order(tmp_path: Path, number: int) -> None:
    parts = write_parts(tmp_path)
    assert names(tmp_path / f"part {number}.sealcast") == parts.names


def test_the_names_of_files_mean_nothing(tmp_path: Path) -> None:
    parts = write_parts(tmp_path)
    parts.paths[2].rename(tmp_path / "a.sealcast")
    parts.paths[0].rename(tmp_path / "z.other")
    assert names(tmp_path / "z.other") == ["z.other", "part 2.sealcast", "a.sealcast"]
    assert names(tmp_path / "a.sealcast") == ["part 2.sealcast", "a.sealcast"]


def test_what_else_lies_there_is_left_aside(tmp_path: Path) -> None:
    parts = write_parts(tmp_path, 2)
    other = Maker(LocalGrowing(tmp_path / "other session.sealcast"), number=7, session_id=seed("other")[:16])
    other.finish()
    foreign = Maker(LocalGrowing(tmp_path / "foreign.sealcast"), number=3, key=signer("somebody else"))
    foreign.finish()
    # One whose recording id is what our session id is.
    strange = Maker(LocalGrowing(tmp_path / "strange.sealcast"), number=9, session_id=seed("strange")[:16])
    strange.finish()
    raw = (tmp_path / "strange.sealcast").read_bytes()
    (tmp_path / "forged.sealcast").write_bytes(raw[:16] + SESSION_ID + raw[32:])
    (tmp_path / "text.sealcast").write_text("not a recording")
    (tmp_path / "empty.sealcast").touch()
    (tmp_path / "damaged.sealcast").write_bytes(flipped(parts.paths[1].read_bytes(), 60))
    (tmp_path / "cut.sealcast").write_bytes(parts.paths[1].read_bytes()[:700])
    (tmp_path / "folder.sealcast").mkdir()
    (tmp_path / "nowhere.sealcast").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe.sealcast")
    assert names(parts.paths[0]) == parts.names


def test_a_copy_of_a_part_counts_once_and_what_was_asked_for_is_taken(tmp_path: Path) -> None:
    parts = write_parts(tmp_path, 2)
    for path in parts.paths:
        shutil.copy(path, tmp_path / f"a copy of {path.name}")
    assert names(parts.paths[1]) == ["a copy of part 1.sealcast", "part 2.sealcast"]
    assert names(tmp_path / "a copy of part 1.sealcast") == ["a copy of part 1.sealcast", "a copy of part 2.sealcast"]


@pytest.mark.parametrize(
    ("content", "error"),
    [(None, BlobNotFoundError), (b"text", NotOurFormatError), (b"", HeaderIncompleteError)],
)
def test_what_is_asked_for_must_be_a_recording(tmp_path: Path, content: bytes | None, error: type[VaultError]) -> None:
    path = tmp_path / "x.sealcast"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error if content != b"" else (HeaderIncompleteError, NotOurFormatError)):
        parts_of(path)
    with pytest.raises(StoreUnavailableError):
        parts_of(tmp_path)


def test_parts_open_as_one_session(tmp_path: Path) -> None:
    parts = write_parts(tmp_path)
    with OpenSession(parts_of(parts.paths[1]), KEYS) as opened:
        assert [part.path for part in opened.parts] == parts.paths
        assert (opened.left_out, opened.missing) == ([], None)
        projector = Projector(opened.session)
        assert all(shown_right(projector, parts.truth, time_us) for time_us in range(0, 35 * S, S // 3))
        assert projector.next_us(33 * S + 1, [SCREEN]) == 33 * S + S // 4
    with pytest.raises(StoreUnavailableError, match="closed"):
        opened.sources[0].read(0, 1)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_part_for_other_keys_is_left_out_and_told(tmp_path: Path, number: int) -> None:
    parts = write_parts(tmp_path)
    path = parts.paths[number - 1]
    path.unlink()
    maker = Maker(LocalGrowing(path), number=number, recipient=portal("another").public)
    maker.finish()
    with OpenSession(parts_of(path), KEYS) as opened:
        assert [part.path for part in opened.parts] == [one for one in parts.paths if one != path]
        assert [path.name in one for one in opened.left_out] == [True]
        assert opened.missing == "a part of it does not open with these keys"
        assert opened.session.timeline.duration_us == (22 if number == 3 else 34) * S


def test_when_none_opens_that_is_an_error_and_nothing_stays_open(tmp_path: Path) -> None:
    parts = write_parts(tmp_path)
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(WrongIdentityError):
        OpenSession(parts_of(parts.paths[0]), Identity(portal_keys=[portal("another")]))
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.parametrize(
    ("number", "missing"),
    [(1, "a part of it is missing"), (2, "a part of it is missing"), (3, "its last part is missing")],
)
def test_a_part_that_is_missing_is_told(tmp_path: Path, number: int, missing: str) -> None:
    parts = write_parts(tmp_path)
    parts.paths[number - 1].unlink()
    with OpenSession(parts_of(parts.paths[number % 3]), KEYS) as opened:
        assert opened.missing == missing


def test_a_part_that_went_on_in_none_says_so(tmp_path: Path) -> None:
    for reason, missing in ((Reason.ENDED, None), (Reason.CONTINUED, "its last part is missing")):
        path = tmp_path / f"{reason}.sealcast"
        maker = Maker(LocalGrowing(path), session_id=seed(str(reason))[:16])
        maker.finish(reason)
        with OpenSession(parts_of(path), KEYS) as opened:
            assert opened.missing == missing
