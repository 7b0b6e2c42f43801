import os
from pathlib import Path

import pytest

from vault.durable import read_bounded, write_whole
from vault.errors import (
    BadNameError,
    BlobExistsError,
    BlobNotFoundError,
    MalformedError,
    StoreUnavailableError,
)
from vault.local import LocalFile, LocalGrowing, LocalStore
from vault.lock import folder_lock, locked, take_lock
from vault.store import Growing, Store, blob_name

GOOD = ("a", "2026-11-21 14.03 Portal · Agent · Käthe.sealcast", "ab/cd/ef/00", "x" * 200, "日本 🎉.key", "CONSOLE")
BAD = (
    "", ".", "..", "../x", "a/../b", "/etc/passwd", "a//b", "a/", ".hidden", "-rf", "a.", "a ", " a", "a\0b", "a\nb",
    "a\\b", "c:d", "a*", "a?", 'a"', "<a>", "a|b", "con", "CON.txt", "lpt1", "x" * 201, "a/b/c/d/e", "e\u0301",
    "\u202egpj.exe", "a\u200bb", "\ud800",
)  # fmt: skip


@pytest.mark.parametrize("text", GOOD)
def test_names_that_are_plain_everywhere_pass_the_gate(text: str) -> None:
    assert blob_name(text) == text


@pytest.mark.parametrize("text", BAD)
def test_names_that_climb_hide_or_mislead_do_not(text: str) -> None:
    with pytest.raises(BadNameError):
        blob_name(text)


def test_there_is_one_gate() -> None:
    made = [path for path in Path("vault").glob("*.py") if "BlobName(" in path.read_text()]
    assert [path.name for path in made] == ["store.py"]


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    growing = LocalStore(tmp_path).create(blob_name("portal/one.sealcast"))
    growing.append(b"0123456789")
    growing.finish()
    return LocalStore(tmp_path)


ONE = blob_name("portal/one.sealcast")


@pytest.mark.parametrize(
    ("start", "size", "expected"), [(0, 10, b"0123456789"), (3, 4, b"3456"), (8, 9, b"89"), (10, 5, b""), (99, 1, b"")]
)
def test_a_range_is_whole_except_at_the_end(store: LocalStore, start: int, size: int, expected: bytes) -> None:
    assert store.read(ONE, start, size) == expected
    assert store.size(ONE) == 10


def test_a_name_is_taken_once(store: LocalStore, tmp_path: Path) -> None:
    with pytest.raises(BlobExistsError):
        store.create(ONE)
    assert (tmp_path / ONE).stat().st_mode & 0o777 == 0o600


def test_a_folder_and_its_new_files_are_what_the_seams_ask_for(tmp_path: Path) -> None:
    folder = LocalStore(tmp_path)
    store: Store = folder  # the type checker looks whether they fit
    growing: Growing = folder.create(blob_name("new"))
    growing.append(b"one")
    growing.finish()
    assert (list(store.list()), store.size(blob_name("new"))) == (["new"], 3)


def test_deleting_is_final_and_may_be_repeated(store: LocalStore) -> None:
    assert [store.delete(ONE), store.delete(ONE), store.delete(blob_name("portal/one.sealcast/x"))] == [
        True,
        False,
        False,
    ]
    for look in (lambda: store.size(ONE), lambda: store.read(ONE, 0, 1)):
        with pytest.raises(BlobNotFoundError):
            look()
    assert list(store.list()) == []


def test_the_list_is_sorted_and_sees_no_drafts_links_or_strange_names(store: LocalStore, tmp_path: Path) -> None:
    (tmp_path / ".draft").write_bytes(b"")
    (tmp_path / "bad.").write_bytes(b"")
    (tmp_path / "link").symlink_to("/etc/passwd")
    store.create(blob_name("another")).finish()
    assert list(store.list()) == ["another", ONE]
    assert list(store.list("portal/")) == [ONE]


def test_links_are_not_followed(store: LocalStore, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / ONE)
    (tmp_path / "elsewhere").symlink_to("/etc")
    for name in (blob_name("link"), blob_name("elsewhere/hostname")):
        for use in (
            lambda name=name: store.read(name, 0, 1),
            lambda name=name: store.size(name),
            lambda name=name: store.delete(name),
            lambda name=name: store.create(name),
        ):
            with pytest.raises(StoreUnavailableError):
                use()


def test_a_writer_holds_its_file_and_a_second_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "growing"
    growing = LocalGrowing(path)
    assert locked(path)
    with pytest.raises(BlobExistsError):
        LocalGrowing(path)
    growing.finish()
    assert not locked(path)


def test_what_the_system_refuses_is_told_in_words(tmp_path: Path) -> None:
    for refused, kind in (
        (lambda: LocalFile(tmp_path), StoreUnavailableError),
        (lambda: LocalFile(tmp_path / "none"), BlobNotFoundError),
        (lambda: LocalGrowing(tmp_path / "none" / "x"), BlobNotFoundError),
        (lambda: read_bounded(tmp_path, limit=1, what="x"), StoreUnavailableError),
    ):
        with pytest.raises(kind):
            refused()


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_whole(path, b"one", replace=False)
    with pytest.raises(BlobExistsError):
        write_whole(path, b"two", replace=False)
    assert path.read_bytes() == b"one"
    write_whole(path, b"two", replace=True)
    assert path.read_bytes() == b"two"
    with pytest.raises(TypeError):
        write_whole(path, "not bytes", replace=True)  # type: ignore[arg-type] # fails while writing
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"two", [path])
    with pytest.raises(MalformedError):
        read_bounded(path, limit=2, what="file")


def test_drafts_that_a_killed_writer_left_go_with_the_next_writing(tmp_path: Path) -> None:
    old, young, other = (tmp_path / name for name in (".file.0123abcd", ".file.4567cdef", ".another.0123abcd"))
    for draft in (old, young, other):
        draft.write_bytes(b"half")
    for draft in (old, other):
        os.utime(draft, (1, 1))
    write_whole(tmp_path / "file", b"whole", replace=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([young.name, other.name, "file"])


def test_a_lock_somebody_looks_at_does_not_stop_a_writer(tmp_path: Path) -> None:
    path = tmp_path / "growing"
    LocalGrowing(path).abandon()
    first, second = os.open(path, os.O_RDONLY), os.open(path, os.O_RDONLY)
    assert take_lock(first, shared=True)
    assert take_lock(second, shared=True)
    assert not locked(path)
    os.close(first)
    os.close(second)


def test_a_folder_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    with folder_lock(tmp_path):
        descriptor = os.open(tmp_path, os.O_RDONLY)
        assert not take_lock(descriptor)
        os.close(descriptor)
    with folder_lock(tmp_path):
        pass
