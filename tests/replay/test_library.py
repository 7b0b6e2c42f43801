"""The library of a folder: real files in it, whole and broken, ours and not."""

import os
import shutil
from pathlib import Path

import pytest

from recorder.format.events import About
from replay.key_choice import Keys, NoKey, Opening
from replay.keys import KeysNearby
from replay.library_entries import Entry, Library, matching
from replay.library_loading import LibraryLoading
from tests.replay.shelf import SECOND_US, Session, identity
from tests.vectors.fixed import portal, signer
from tests.waiting import until
from vault import key_file
from vault.header import Header, Identity, unlock
from vault.index import Reason
from vault.local import LocalFile
from vault.walk import read_start

NAME = "2026-01-31 14.05.09 Support - Ada - Grace.sealcast"
DAY_US = 86_400 * SECOND_US
BEGAN_US = 1_790_000_000_000_000


class NoKeys:
    """Finds nothing that opens anything."""

    def opening(self, header: Header, path: Path) -> Opening:
        return NoKey(wanted=tuple(one.key_id for one in header.recipients), looked_in=(str(path.parent),))

    def look_again(self) -> None:
        pass


def library(folder: Path, *, identity: Identity | None = None, keys: Keys | None = None) -> Library:
    """Return the library of a folder when all of it was looked at."""
    loading = LibraryLoading(folder, keys or NoKeys())
    try:
        if identity:
            loading.unlock(identity)
        until(lambda: loading.loaded)
        return loading.library
    finally:
        loading.close()


def only(found: Library) -> Entry:
    (entry,) = found.entries
    return entry


def names(found: Library) -> list[str]:
    return [entry.name for entry in found.entries]


def state(entry: Entry) -> str:
    return str(entry.state)


def test_a_file_is_told_by_its_header_its_end_and_its_name(here: Path) -> None:
    path = Session().write(here / NAME)
    entry = only(library(here))
    assert (entry.portal, entry.agent, entry.customer) == ("Support", "Ada", "Grace")
    assert (entry.began_us, entry.size, entry.path) == (BEGAN_US, path.stat().st_size, path)
    assert (entry.length_us, entry.opened, entry.playable) == (None, False, True)
    assert state(entry) == "complete (not verified yet)"


def test_with_a_key_length_and_names_come_from_inside(here: Path) -> None:
    Session().write(here / NAME)
    entry = only(library(here, identity=identity()))
    assert (entry.customer, entry.length_us, entry.opened) == ("Grace Hopper", 5 * SECOND_US, True)


def test_a_key_file_beside_it_is_enough(here: Path) -> None:
    path = Session().write(here / NAME)
    with LocalFile(path) as source:
        header = read_start(source)
    key_file.save(path.with_suffix(".key"), {header.about.recording_id: unlock(header, identity())})
    entry = only(library(here, keys=KeysNearby(own=[])))
    assert (entry.customer, entry.length_us) == ("Grace Hopper", 5 * SECOND_US)


def test_anothers_key_opens_nothing_and_harms_nothing(here: Path) -> None:
    Session(recipient=portal("other").public).write(here / NAME)
    entry = only(library(here, identity=identity()))
    assert (entry.customer, entry.length_us, entry.opened) == ("Grace", None, False)


def test_what_is_being_recorded_is_so_and_its_length_until_now_is_known(here: Path) -> None:
    with Session().writer(here / NAME) as writer:
        entry = only(library(here))
        assert state(entry) == "recording"
        writer.finish()


def test_what_has_no_end_is_recovered_and_its_last_segment_tells_how_long_it_is(here: Path) -> None:
    Session(end=None).write(here / NAME)
    entry = only(library(here, identity=identity()))
    assert entry.state.word == "recovered"
    assert "no end" in entry.state.why
    assert (entry.customer, entry.length_us) == ("Grace Hopper", 5 * SECOND_US)
    data = (here / NAME).read_bytes()
    (here / NAME).write_bytes(data[:-100])
    entry = only(library(here, identity=identity()))
    assert (entry.customer, entry.length_us) == ("Grace Hopper", 0)


@pytest.mark.parametrize("size", [0, 15, 100])
def test_a_recording_without_anything_in_it_is_empty(here: Path, size: int) -> None:
    path = Session(session_id=bytes(16), end=None).write(here / NAME)
    with LocalFile(path) as source:
        header = read_start(source)
    path.write_bytes(path.read_bytes()[: header.size + size])
    assert state(only(library(here))) == "empty (nothing whole is in it)"
    Session(session_id=bytes(16)).write(here / "b.sealcast", part=2)
    assert only(library(here)).state.word == "recovered"


def test_files_that_are_no_recordings_or_broken_are_there_with_a_reason(here: Path) -> None:
    good = Session().write(here / "good.sealcast").read_bytes()
    broken = {
        "text": b"hello",
        "empty": b"",
        "cut": good[:700],
        "header": good[:60] + bytes([good[60] ^ 1]) + good[61:],
        "newer": good[:8] + b"\2" + good[9:],
    }
    for name, data in broken.items():
        (here / f"{name}.sealcast").write_bytes(data)
    os.mkfifo(here / "pipe.sealcast")
    (here / "gone.sealcast").symlink_to(here / "nowhere")
    (here / "loop.sealcast").symlink_to(here / "loop.sealcast")
    (here / "other.txt").write_text("not ours")
    (here / ".hidden.sealcast").write_bytes(good)
    found = library(here, identity=identity(), keys=KeysNearby(own=[]))
    told = {entry.name: entry.state for entry in found.entries}
    assert {name: its.word for name, its in told.items()} == {
        "good": "complete", "text": "no recording", "empty": "empty", "cut": "empty", "header": "partial",
        "newer": "refused", "pipe": "unreadable", "gone": "unreadable", "loop": "unreadable",
    }  # fmt: skip
    assert all(its.why for its in told.values())
    assert {entry.name for entry in found.entries if entry.playable} == {"good"}


@pytest.mark.parametrize(
    ("change", "word", "why"),
    [
        (lambda data: data + b"more", "partial", "bytes follow the end"),
        (lambda data: data[:-1000], "recovered", "it has no end"),
        (lambda data: data[:-10] + bytes([data[-10] ^ 1]) + data[-9:], "recovered", "it has no end"),
    ],
)
def test_an_end_that_is_no_good_is_no_end(here: Path, change: object, word: str, why: str) -> None:
    path = Session().write(here / NAME)
    assert callable(change)
    path.write_bytes(change(path.read_bytes()))
    entry = only(library(here))
    assert entry.state.word == word
    assert why in entry.state.why


def test_a_key_that_does_not_fit_what_it_should_is_refused(here: Path) -> None:
    path = Session().write(here / NAME)
    with LocalFile(path) as source:
        key_file.save(path.with_suffix(".key"), {read_start(source).about.recording_id: bytes(32)})
    entry = only(library(here, keys=KeysNearby(own=[])))
    assert entry.state.word == "refused"


def test_subfolders_are_looked_into_one_level_deep(here: Path) -> None:
    for number, folder in enumerate((here, here / "a", here / "b.sealcast", here / "a" / "deep")):
        folder.mkdir(exist_ok=True)
        Session().write(folder / f"{number}.sealcast")
    assert sorted(names(library(here))) == ["0", "1", "2"]


def test_the_newest_comes_first(here: Path) -> None:
    for number in (2, 1, 3):
        Session(began_us=BEGAN_US + number * DAY_US).write(here / f"{number}.sealcast")
    (here / "2026-01-31 14.05.09.sealcast").write_text("no recording, and the name tells when")
    assert names(library(here)) == ["3", "2", "1", "2026-01-31 14.05.09"]


def test_parts_of_a_session_are_one_entry(here: Path) -> None:
    Session(session_id=bytes(16), length_us=9 * SECOND_US, began_us=BEGAN_US + 1).write(here / "b.sealcast", part=2)
    Session(session_id=bytes(16), end=Reason.CONTINUED).write(here / "c.sealcast")
    Session(session_id=bytes(16), signer=signer("stranger")).write(here / "d.sealcast", part=3)
    joined, stranger = library(here, identity=identity()).entries
    if len(joined.parts) == 1:
        joined, stranger = stranger, joined
    assert [part.path.name for part in joined.parts] == ["c.sealcast", "b.sealcast"]
    assert joined.length_us == 9 * SECOND_US
    assert joined.size == sum((here / name).stat().st_size for name in ("b.sealcast", "c.sealcast"))
    assert joined.state.word == "complete"
    assert state(stranger) == "partial (part 1, 2 of it is not here)"


def test_a_session_is_what_its_worst_part_is(here: Path) -> None:
    Session(session_id=bytes(16), end=None).write(here / "a.sealcast")
    Session(session_id=bytes(16)).write(here / "b.sealcast", part=2)
    assert only(library(here)).state.word == "recovered"


def test_a_part_that_is_missing_makes_it_partial(here: Path) -> None:
    Session(end=Reason.CONTINUED).write(here / "a.sealcast")
    assert state(only(library(here))) == "complete (not verified yet)"  # only the inside tells
    assert state(only(library(here, identity=identity()))) == "partial (part 2 of it is not here)"


def test_copies_of_one_recording_are_one_entry_and_the_best_is_shown(here: Path) -> None:
    path = Session().write(here / "b.sealcast")
    shutil.copy(path, here / "c.sealcast")
    (here / "a.sealcast").write_bytes(path.read_bytes()[:-3000])
    entry = only(library(here))
    assert entry.path == path
    assert {one.name for one in entry.copies} == {"a.sealcast", "c.sealcast"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", 3), ("  ", 3), ("grace", 1), ("GRACE support", 1), ("muller", 1), ("2026-01-31", 2), ("complete", 3),
        ("nobody", 0), ('"not verified"', 3), ("broken printer", 1),
    ],
)  # fmt: skip
def test_entries_are_found_by_words(here: Path, text: str, found: int) -> None:
    Session(about=About(software="test", customer="Müller")).write(here / "2026-01-31 14.05.08 Müller.sealcast")
    Session().write(here / NAME)
    Session(about=About(software="test", title="broken printer")).write(here / "x.sealcast")
    assert len(matching(library(here, identity=identity()).entries, text)) == found


def test_a_folder_that_is_not_there_is_told(here: Path) -> None:
    found = library(here / "none")
    assert found.entries == ()
    assert found.missing
    assert "none" in found.missing
    assert library(here / "none").folder == here / "none"
    assert library(here) == Library(folder=here)
