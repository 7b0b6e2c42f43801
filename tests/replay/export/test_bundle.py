"""Evidence bundles, read by other programs."""

import hashlib
import json
import os
import re
import stat
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.format.transcript import Missing
from replay.errors import ExportError
from replay.export.bundle import SourceFile, folder_name, sealed_name, write_bundle
from replay.export.manifest import BundleFacts, Member
from tests.replay.export.samples import MADE_US, MISSING, SESSION
from vault.errors import BlobExistsError, BlobNotFoundError

FACTS = BundleFacts(name="case-1", session=SESSION, made_us=MADE_US, software="Sealcast 0.1", missing=MISSING)
TEXTS = {"README.txt": ["read ", "me\n"], "transcript.txt": ["שלום 👩‍👦\n"], "events.json": ["{}"]}


def write(path: Path, files: dict[str, SourceFile] | None = None, facts: BundleFacts = FACTS) -> tuple[Member, ...]:
    return write_bundle(path, facts, texts=TEXTS, files=files or {})


@pytest.fixture
def sources(tmp_path: Path) -> dict[str, SourceFile]:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "one.sealcast").write_bytes(os.urandom(3_000_000))
    (folder / "film").write_bytes(b"film" * 100)
    return {
        sealed_name(1): SourceFile(path=folder / "one.sealcast", original="2026 Grace.sealcast"),
        "video.mp4": SourceFile(path=folder / "film"),
    }


def unpacked(path: Path, folder: Path) -> Path:
    subprocess.run(["unzip", "-q", path, "-d", folder], check=True)
    (inside,) = folder.iterdir()
    return inside


def test_other_programs_find_it_whole(tmp_path: Path, sources: dict[str, SourceFile]) -> None:
    path = tmp_path / "bundle.zip"
    write(path, sources)
    tested = subprocess.run(["unzip", "-t", path], check=True, capture_output=True, text=True)
    assert "No errors detected" in tested.stdout
    inside = unpacked(path, tmp_path / "elsewhere")
    assert inside.name == "case-1"
    checked = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=inside, check=True, capture_output=True, text=True)
    every = {str(one.relative_to(inside)) for one in inside.rglob("*") if one.is_file()}
    assert {line.removesuffix(": OK") for line in checked.stdout.splitlines()} == every - {"SHA256SUMS"}
    assert (inside / "recording/part-1.sealcast").read_bytes() == sources["recording/part-1.sealcast"].path.read_bytes()
    assert (inside / "transcript.txt").read_text() == "שלום 👩‍👦\n"
    (inside / "video.mp4").write_bytes(b"changed")
    changed = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=inside, check=False, capture_output=True, text=True)
    assert "video.mp4: FAILED" in changed.stdout
    assert changed.returncode == 1


def test_the_manifest_lists_every_file_but_itself_and_the_sums(tmp_path: Path, sources: dict[str, SourceFile]) -> None:
    members = write(tmp_path / "bundle.zip", sources)
    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        names = archive.namelist()
        root = json.loads(archive.read("case-1/manifest.json"))
        contents = {name.removeprefix("case-1/"): archive.read(name) for name in names}
    assert names[:-2] == sorted(names[:-2])
    assert names[-2:] == ["case-1/manifest.json", "case-1/SHA256SUMS"]
    assert root["files"] == [
        {"name": name, "size": len(contents[name]), "sha256": hashlib.sha256(contents[name]).hexdigest()}
        | ({"original": "2026 Grace.sealcast"} if name == "recording/part-1.sealcast" else {})
        for name in sorted(contents.keys() - {"manifest.json", "SHA256SUMS"})
    ]
    assert [one.name for one in members] == [one["name"] for one in root["files"]]
    del root["files"]
    assert root == {
        "format": "sealcast evidence", "version": 1, "name": "case-1", "session": SESSION, "software": "Sealcast 0.1",
        "made": "2026-11-18T11:06:40.000000Z", "redacted": None,
        "missing": [
            {"from_us": 16_000_000, "until_us": 20_000_000, "why": "the recording was paused"},
            {"why": "a part of it is missing"},
        ],
    }  # fmt: skip


def test_a_file_that_grows_is_copied_as_far_as_it_was(tmp_path: Path, sources: dict[str, SourceFile]) -> None:
    sealed = sources[sealed_name(1)].path
    size = sealed.stat().st_size

    def growing() -> Iterator[str]:
        with sealed.open("ab") as file:
            file.write(b"more")
        yield "written while it grew"

    # "events.json" comes before "recording/", so the file has grown by then.
    write_bundle(tmp_path / "bundle.zip", FACTS, texts={"events.json": growing()}, files=sources)
    cut = {sealed_name(1): SourceFile(path=sealed, size=1000)}
    write_bundle(tmp_path / "cut.zip", FACTS, texts={}, files=cut)
    for name, expected in (("bundle.zip", size), ("cut.zip", 1000)):
        with zipfile.ZipFile(tmp_path / name) as archive:
            assert archive.read("case-1/recording/part-1.sealcast") == sealed.read_bytes()[:expected]


def test_nothing_is_left_of_one_that_fails(tmp_path: Path, sources: dict[str, SourceFile]) -> None:
    before = sorted(tmp_path.iterdir())
    sealed = sources[sealed_name(1)].path

    def shrinking() -> Iterator[str]:
        sealed.write_bytes(b"short")
        yield ""

    def failing() -> Iterator[str]:
        yield "begun"
        raise ExportError("it broke", advice="mend it")

    with pytest.raises(ExportError, match="shorter"):
        write_bundle(tmp_path / "a.zip", FACTS, texts={"events.json": shrinking()}, files=sources)
    with pytest.raises(ExportError, match="it broke"):
        write_bundle(tmp_path / "a.zip", FACTS, texts={"events.json": failing()}, files=sources)
    with pytest.raises(BlobNotFoundError):
        write(tmp_path / "a.zip", {"video.mp4": SourceFile(path=tmp_path / "gone")})
    assert sorted(tmp_path.iterdir()) == before


def test_another_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(b"another")
    with pytest.raises(BlobExistsError):
        write(path)
    assert path.read_bytes() == b"another"


def test_every_byte_that_is_copied_is_told(tmp_path: Path, sources: dict[str, SourceFile]) -> None:
    told = list[int]()
    write_bundle(tmp_path / "bundle.zip", FACTS, texts={}, files=sources, tick=told.append)
    assert sum(told) >= 3_000_400
    assert max(told) <= 1024 * 1024


def test_a_text_is_packed_as_it_is_made(tmp_path: Path) -> None:
    given = 0

    def lines() -> Iterator[str]:
        nonlocal given
        for _ in range(100_000):
            given += 1
            yield "a line that is said again and again\n"

    pieces = list[tuple[int, int]]()
    write_bundle(
        tmp_path / "bundle.zip", FACTS, texts={"transcript.txt": lines()}, files={},
        tick=lambda size: pieces.append((given, size)),
    )  # fmt: skip
    # Packed before the next million characters are made, in pieces that are neither small nor large.
    assert [size for _, size in pieces][:3] == [1_048_608] * 3
    assert pieces[0][0] < 30_000
    assert (tmp_path / "bundle.zip").stat().st_size < 100_000


def test_names_are_those_that_every_system_takes(tmp_path: Path) -> None:
    for name in ("../up", "a/../b", "/root", "a b", "ü", ".hidden", "a//b", "a.", ""):
        with pytest.raises(ValueError, match=f"^{re.escape(name)}$"):
            write_bundle(tmp_path / "bundle.zip", FACTS, texts={name: ["x"]}, files={})
    assert list(tmp_path.iterdir()) == []


def test_what_is_redacted_holds_no_sealed_file(tmp_path: Path, sources: dict[str, SourceFile]) -> None:
    redacted = BundleFacts(name="a", session=SESSION, made_us=0, software="s", redacted="Redacted.")
    with pytest.raises(ValueError, match="Redacted"):
        write(tmp_path / "bundle.zip", sources, facts=redacted)
    write(tmp_path / "bundle.zip", {"video.mp4": sources["video.mp4"]}, facts=redacted)
    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        assert json.loads(archive.read("a/manifest.json"))["redacted"] == "Redacted."
        # A ZIP begins in 1980.
        assert archive.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)


def test_what_is_unpacked_can_be_read_by_its_owner_and_is_no_program(
    tmp_path: Path, sources: dict[str, SourceFile]
) -> None:
    write(tmp_path / "bundle.zip", sources)
    assert stat.S_IMODE((tmp_path / "bundle.zip").stat().st_mode) == 0o600
    inside = unpacked(tmp_path / "bundle.zip", tmp_path / "elsewhere")
    assert {stat.S_IMODE(one.stat().st_mode) & 0o711 for one in inside.rglob("*") if one.is_file()} == {0o600}


@given(st.text())
def test_a_folder_has_a_name_that_every_system_takes(wished: str) -> None:
    name = folder_name(wished)
    assert re.fullmatch("[A-Za-z0-9][A-Za-z0-9_-]{0,90}", name)
    assert name.lower() not in {"con", "nul", "prn", "aux", "com1", "lpt1"}


def test_a_folder_keeps_what_can_be_kept() -> None:
    assert folder_name("2026-11-22 14.03.11 Support - Ada") == "2026-11-22-14-03-11-Support-Ada"
    assert (folder_name("שלום"), folder_name("nul"), folder_name("")) == ("evidence", "evidence-nul", "evidence")


def test_missing_whiles_are_told_as_everywhere(tmp_path: Path) -> None:
    facts = BundleFacts(name="a", session=SESSION, made_us=0, software="s", missing=(Missing(why="\u202e"),))
    write(tmp_path / "bundle.zip", facts=facts)
    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        raw = archive.read("a/manifest.json").decode()
    assert "\\u202e" in raw


@pytest.mark.long
def test_a_text_that_no_program_could_read_is_refused(tmp_path: Path) -> None:
    texts = {"transcript.txt": ("x" * 2**20 for _ in range(2**11))}
    with pytest.raises(ExportError, match="too large"):
        write_bundle(tmp_path / "bundle.zip", FACTS, texts=texts, files={})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
def test_a_sealed_file_of_more_than_four_gigabytes_is_whole(tmp_path: Path) -> None:
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(2**32 + 5)
    write(tmp_path / "bundle.zip", {sealed_name(1): SourceFile(path=large)})
    assert (
        "No errors"
        in subprocess.run(["unzip", "-t", tmp_path / "bundle.zip"], check=True, capture_output=True, text=True).stdout
    )
    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        assert archive.getinfo("case-1/recording/part-1.sealcast").file_size == 2**32 + 5
