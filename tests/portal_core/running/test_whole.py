"""What was confirmed is in the recording, once, whatever stopped the portal or its disk, and whenever."""

import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update

from portal_core.db import models as rows
from portal_core.running import recorder as recorders
from portal_core.running.marks import Marks, newest_entry
from portal_core.running.news import Finished, PartBegan, PartStopped
from portal_core.running.recorder import Beginning, Reached
from portal_core.server_keys import ServerKeys
from recorder.format.events import Consent, Event, Line, Outcome
from tests.portal_core import opened
from tests.portal_core.running.test_steps import Recording, entry
from tests.portal_core.served import PATIENCE_S, Portal, closed
from tests.waiting import until
from vault import key_file
from vault.errors import StoreUnavailableError
from vault.header import PreviousPart
from vault.local import LocalGrowing
from vault.primitives import Buffer


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    with Portal(tmp_path / "portal") as portal:
        portal.add_agent("ann")
        portal.add_portal(places=["server", "agent", "customer"])
        yield portal
        assert portal.stop() == 0


@pytest.fixture
def keys(tmp_path: Path) -> ServerKeys:
    return ServerKeys.own(tmp_path / "server.keys")


def recorded(customer: httpx.Client, path: str, folder: Path) -> list[Event]:
    paths = opened.taken_along(customer, path, folder)
    held = key_file.load(paths[0].with_suffix(".key"))
    return [event for one in paths for event in opened.events(opened.packets(one, held))]


def lines(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, Line)]


def test_what_was_heard_just_before_a_kill_is_recorded_once(portal: Portal, tmp_path: Path) -> None:
    agent = portal.signed_in("ann")
    customer, path = portal.join(agent)
    his, mine = portal.talk(customer, path), portal.talk(agent, path)
    his.say("say", text="long before")
    time.sleep(1.5)  # so that it is sealed
    his.say("say", text="just before")
    mine.entry("line", text="just before")
    digits = customer.post(f"{path}/share-code").json()["code"]
    assert portal.client().post("/api/join", json={"code": digits, "agreed": True}).status_code == 201
    portal.stop(signal.SIGKILL)
    portal.start()
    for each in (his, mine):
        each.connect()
    mine.say("say", text="after")
    mine.say("close", outcome="resolved", note="a cable")
    mine.told("over")
    found = recorded(customer, path, tmp_path / "his")
    assert lines(found) == ["long before", "just before", "after"]
    assert [one.outcome for one in found if isinstance(one, Outcome)] == ["resolved"]
    assert {one.by for one in found if isinstance(one, Consent)} == {1, 3}
    assert not list((portal.folder / "recordings").rglob("*.entries"))


@pytest.mark.parametrize("closes", [False, True])
def test_what_waits_for_the_disk_when_the_portal_stops_is_recorded(
    portal: Portal,
    closes: bool,  # noqa: FBT001 - a row
    tmp_path: Path,
) -> None:
    agent = portal.signed_in("ann")
    customer, path = portal.join(agent)
    his, mine = portal.talk(customer, path), portal.talk(agent, path)
    writing = sqlite3.connect(portal.folder / "portal.db", isolation_level=None)
    writing.execute("BEGIN IMMEDIATE")  # another program writes for a moment
    mine.say("say", text="the last line")
    if closes:
        mine.say("close", outcome="resolved", note="a cable")

        def over() -> bool:
            with portal.socket(agent, "/console/live") as console:
                return path.rpartition("/")[2] not in str(console.recv(PATIENCE_S))

        until(over, patience_s=8)  # less than the 10 s that the portal waits for the lock
    else:
        time.sleep(0.3)
    assert portal.process
    portal.process.send_signal(signal.SIGTERM)
    time.sleep(0.7)
    writing.execute("COMMIT")
    writing.close()
    assert portal.process.wait(60) == 0
    portal.start()
    if not closes:
        for each in (his, mine):
            each.connect()
        mine.say("close", outcome="resolved", note="a cable")
        mine.told("over")
    found = recorded(customer, path, tmp_path / "his")
    assert lines(found) == ["the last line"]
    assert [one.note for one in found if isinstance(one, Outcome)] == ["a cable"]


@pytest.mark.parametrize(
    ("lost", "marked", "words", "parts"),
    [(0, True, "complete", 1), (1, True, "recovered", 1), (1, False, "recovered", 2)],
)
def test_a_kill_at_the_end_of_a_session_leaves_it_whole(
    portal: Portal,
    lost: int,
    marked: bool,  # noqa: FBT001 - a row
    words: str,
    parts: int,
    tmp_path: Path,
) -> None:
    agent = portal.signed_in("ann")
    customer, path = portal.join(agent)
    mine = portal.talk(agent, path)
    mine.say("close", outcome="unknown", note="")
    mine.told("over")
    newest = int(str(mine.entries[-1]["n"]))
    before = closed(customer, path)
    portal.stop(signal.SIGKILL)
    # As it is when the rows did not come to know, and the last bytes did not reach the disk.
    with portal.data() as database, database.begin() as tx:
        tx.execute(update(rows.Recording).values(state="recording", fingerprint=None, size=0))
        tx.execute(update(rows.Session).values(recording_open=True))
    (file,) = (portal.folder / "recordings").rglob("*.sealcast")
    Marks(file).add(block=1, entry=newest if marked else newest - 2)
    os.truncate(file, file.stat().st_size - lost)
    portal.start()
    after = closed(customer, path)
    assert after["recording_state"] == words
    assert (after["fingerprints"] == before["fingerprints"]) == (not lost)
    assert len(after["parts"]) == parts  # type: ignore[arg-type] # a list
    found = recorded(customer, path, tmp_path / "his")
    assert sum(isinstance(one, Outcome) for one in found) == parts  # where the mark lagged behind: twice, never lost


def test_a_second_portal_is_kept_off_the_folder(portal: Portal) -> None:
    second = Portal(portal.folder)
    with pytest.raises(AssertionError, match=r"another portal runs on .*\nhint: end the other one"):
        second.start()
    assert second.process
    assert second.process.wait(60) == 1
    assert portal.client().get("/health").status_code == 200


def test_a_mark_that_was_cut_is_none(tmp_path: Path) -> None:
    part = tmp_path / "1.sealcast"
    assert newest_entry(part, block=9) == 0
    marks = Marks(part)
    for block, number in ((1, 3), (2, 4), (2, 7), (3, 8)):
        marks.add(block=block, entry=number)
    assert [newest_entry(part, block=block) for block in (0, 1, 2, 3, 4)] == [0, 3, 7, 8, 8]
    os.truncate(tmp_path / "1.entries", (tmp_path / "1.entries").stat().st_size - 1)
    assert newest_entry(part, block=4) == 7
    Marks(part).add(block=3, entry=9)
    assert newest_entry(part, block=4) == 9


class Disk:
    """A disk on which there is room for so many more writes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left = 1_000_000
        good = LocalGrowing.append

        def append(growing: LocalGrowing, data: Buffer) -> None:
            self.left -= 1
            if self.left < 0:
                raise StoreUnavailableError(name="/srv/recordings/1.sealcast", why="the disk is full")
            good(growing, data)

        monkeypatch.setattr(LocalGrowing, "append", append)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


def test_a_mark_that_cannot_be_kept_stops_and_doubles_nothing(tmp_path: Path, keys: ServerKeys) -> None:
    (tmp_path / "parts" / "1.entries").mkdir(parents=True)
    recording = Recording(tmp_path / "parts", keys)
    recording.hear(PartBegan)
    for number in (1, 2):
        recording.recorder.put(entry(number, "line", text=f"line {number}", audience="all"))
    assert recording.lines() == ["line 1", "line 2"]


def test_a_session_that_ends_while_the_disk_rests_is_recorded_to_its_end(
    tmp_path: Path, keys: ServerKeys, disk: Disk
) -> None:
    recording = Recording(tmp_path / "parts", keys)
    recording.hear(PartBegan)
    disk.left = 0
    recording.recorder.put(entry(1, "line", text="on the full disk", audience="all"))
    recording.hear(PartStopped)
    recording.recorder.put(entry(2, "line", text="meanwhile", audience="all"))
    disk.left = 1_000_000
    recording.paths.append(tmp_path / "parts" / "2.sealcast")
    assert recording.lines() == ["on the full disk", "meanwhile"]
    assert recording.hear(Finished) == Finished(whole=True)


@pytest.mark.parametrize("left", [0, 1])
def test_a_part_whose_beginning_cannot_be_written_leaves_nothing(
    tmp_path: Path, keys: ServerKeys, monkeypatch: pytest.MonkeyPatch, disk: Disk, left: int
) -> None:
    monkeypatch.setattr(recorders, "AGAIN_US", 0)
    disk.left = left
    recording = Recording(tmp_path / "parts", keys)
    assert recording.hear(PartStopped) == PartStopped(why="the disk is full")
    disk.left = 1_000_000
    recording.hear(PartBegan)
    assert [one.name for one in (tmp_path / "parts").iterdir()] == ["1.sealcast"]
    recording.recorder.put(entry(1, "line", text="recorded", audience="all"))
    assert recording.lines() == ["recorded"]


def test_what_an_earlier_beginning_left_keeps_no_part_from_beginning(tmp_path: Path, keys: ServerKeys) -> None:
    (tmp_path / "parts").mkdir()
    for number in (3, 4):
        (tmp_path / "parts" / f"{number}.sealcast").write_bytes(b"left")
    before = Reached(last=PreviousPart(recording_id=bytes(16), block=1, hash=bytes(32)), entry=0)
    recording = Recording(tmp_path / "parts", keys, beginning=Beginning(number=3, previous=lambda: before))
    began = recording.hear(PartBegan)
    assert isinstance(began, PartBegan)
    assert began.begun.number == 5
    recording.events()


def test_what_is_missing_and_cannot_be_written_at_the_end_is_said(tmp_path: Path, keys: ServerKeys, disk: Disk) -> None:
    recording = Recording(tmp_path / "parts", keys)
    recording.hear(PartBegan)
    disk.left = 0
    recording.recorder.put(entry(1, "line", text="missing", audience="all"))
    recording.hear(PartStopped)
    assert recording.lines() == []
    assert recording.hear(Finished) == Finished(whole=False)
