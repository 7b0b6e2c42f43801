"""Parts of a recording on bad days: begun, stopped, taken up; what a recorder asks of whoever shows a screen."""

import os
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from portal_core.db import models as rows
from portal_core.db.database import Database
from portal_core.live.effects import RecordingIs
from portal_core.live.frames import Kind, ScreenPacket
from portal_core.live.messages import CUSTOMER_SCREEN
from portal_core.running import left_parts
from portal_core.running import recorder as recorders
from portal_core.running.journal import Journal
from portal_core.running.left_parts import LeftParts
from portal_core.running.news import Finished, KeyframeDue, PartBegan, PartStopped
from portal_core.running.parts import Parts
from portal_core.running.recorder import Beginning, Reached
from portal_core.running.rows import SessionRows
from portal_core.server_keys import ServerKeys
from recorder.clock import SessionClock
from recorder.format.events import About
from tests.portal_core import opened
from tests.portal_core.running.test_steps import Recording, entry
from tests.portal_core.running.test_whole import Disk
from tests.portal_core.served import PATIENCE_S
from vault.errors import StoreUnavailableError
from vault.header import PreviousPart


@pytest.fixture
def keys(tmp_path: Path) -> ServerKeys:
    return ServerKeys.own(tmp_path / "server.keys")


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


def packet(seq: int, kind: Kind, payload: bytes, *, keyframe: bool = False) -> ScreenPacket:
    return ScreenPacket(kind=kind, keyframe=keyframe, track=CUSTOMER_SCREEN, seq=seq, at_us=seq * 1000, payload=payload)


def configuration(seq: int) -> ScreenPacket:
    return packet(seq, Kind.CONFIGURATION, b'{"codec": "vp9", "width": 64, "height": 32}')


def picture(seq: int, *, keyframe: bool = False) -> ScreenPacket:
    return packet(seq, Kind.PICTURE, b"picture %d" % seq, keyframe=keyframe)


def test_a_part_that_stops_while_it_is_begun_is_one(
    tmp_path: Path, keys: ServerKeys, monkeypatch: pytest.MonkeyPatch, disk: Disk
) -> None:
    monkeypatch.setattr(recorders, "AGAIN_US", 0)
    said = [entry(n, "line", text=f"{n} {os.urandom(4_000).hex()}", audience="all") for n in range(1, 81)]
    disk.left = 2  # the header, a block and a half of what was missed
    beginning = Beginning(previous=lambda: Reached(last=None, entry=0), again=list(said))
    recording = Recording(tmp_path / "parts", keys, beginning=beginning)
    stopped = recording.hear(PartStopped)
    assert isinstance(stopped, PartStopped)
    assert stopped.begun
    assert stopped.blocks
    recording.paths.append(stopped.begun.path)
    disk.left = 1_000_000
    recording.hear(PartBegan)
    assert [line.split()[0] for line in recording.lines()] == [str(one.n) for one in said]
    with closing(Database(f"sqlite:///{tmp_path / 'portal.db'}")) as database:
        noted(database, stopped)


def noted(database: Database, stopped: PartStopped) -> None:
    """It has a row, of what is in it, though nobody was told that it began."""
    assert stopped.begun
    add_session(database)
    with database.begin() as tx:
        SessionRows(session_id=bytes(16), account_id=1, made_us=1).stop_part(tx, stopped)
    with database.look() as tx:
        (part,) = tx.scalars(select(rows.Recording)).all()
        assert (part.id, part.part, part.state) == (stopped.begun.recording_id, stopped.begun.number, "recovered")
        assert part.size == stopped.begun.path.stat().st_size


def add_session(database: Database) -> None:
    with database.begin() as tx:
        tx.add(rows.Account(name="A", made_us=1))
        tx.flush()
        person = rows.Person(
            account_id=1, login="ann", name="Ann", email="ann@example.org", role="agent", password="x", made_us=1
        )
        portal = rows.Portal(
            account_id=1, vault_id=bytes(16), name="P", address="p", mode="phone", type="SmartPin", settings={},
            made_us=1,
        )  # fmt: skip
        tx.add_all([person, portal])
        tx.flush()
        session = rows.Session(
            id=bytes(16), account_id=1, portal_id=portal.id, agent_id=person.id, customer="Bob",
            settings={"name": "P", "mode": "phone", "type": "SmartPin"}, state="live", recording="on", made_us=1,
        )  # fmt: skip
        tx.add(session)


@pytest.mark.parametrize(
    ("before", "missing", "after"),
    [
        ("none complete", "nothing", "recovered complete"),
        ("none partial complete", "nothing", "recovered recovered complete"),
        ("none", "nothing", "none"),
        ("none complete", "something", "none partial"),
        ("lost complete", "nothing", "none complete"),
    ],
)
def test_what_was_to_be_in_an_empty_part_stands_in_the_others(
    tmp_path: Path, before: str, missing: str, after: str
) -> None:
    with closing(Database(f"sqlite:///{tmp_path / 'portal.db'}")) as database:
        add_session(database)
        with database.begin() as tx:
            for number, state in enumerate(before.split(), 1):
                row = rows.Recording(
                    id=bytes([number]) * 16, account_id=1, session_id=bytes(16), part=number, file=f"{number}",
                    made_us=1, state=state.replace("lost", "none"), size=0 if state == "lost" else 1_444, waits=False,
                )  # fmt: skip
                tx.add(row)
        with database.begin() as tx:
            SessionRows(session_id=bytes(16), account_id=1, made_us=1).settle(
                tx, whole=missing == "nothing", screenless=False
            )
        with database.look() as tx:
            ordered = select(rows.Recording.state).order_by(rows.Recording.part)
            assert list(tx.scalars(ordered)) == after.split()


@pytest.mark.parametrize("fails", [1, 3])
def test_parts_that_cannot_be_looked_at_at_first_are_taken_up_later(
    tmp_path: Path, keys: ServerKeys, monkeypatch: pytest.MonkeyPatch, fails: int
) -> None:
    monkeypatch.setattr(recorders, "AGAIN_US", 0)
    left = iter(range(fails))

    def previous() -> Reached:
        if next(left, None) is not None:
            raise RuntimeError("can't start new thread")
        return Reached(last=PreviousPart(recording_id=bytes(16), block=1, hash=bytes(32)), entry=1)

    said = [entry(n, "line", text=f"line {n}", audience="all") for n in (1, 2, 3)]
    beginning = Beginning(number=2, previous=previous, again=list(said[:2]))
    recording = Recording(tmp_path / "parts", keys, beginning=beginning)
    recording.recorder.put(said[2])
    recording.hear(PartBegan)
    assert recording.lines() == ["line 2", "line 3"]
    assert recording.hear(Finished) == Finished(whole=True)


def test_what_can_never_be_taken_up_is_not_said_to_be_whole(tmp_path: Path, keys: ServerKeys) -> None:
    def previous() -> Reached:
        raise RuntimeError("can't start new thread")

    recording = Recording(tmp_path / "parts", keys, beginning=Beginning(previous=previous, ended=True))
    assert recording.events() == []
    assert recording.hear(Finished) == Finished(whole=False)


def test_a_part_that_cannot_be_read_at_present_is_neither_empty_nor_removed(
    tmp_path: Path, keys: ServerKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / bytes(16).hex()
    recording = Recording(folder, keys)
    began = recording.hear(PartBegan)
    assert isinstance(began, PartBegan)
    recording.recorder.put(entry(1, "line", text="recorded", audience="all"))
    assert recording.lines() == ["recorded"]

    def unreadable(_: Path) -> None:
        raise StoreUnavailableError(name="1.sealcast", why="input/output error")

    with closing(Database(f"sqlite:///{tmp_path / 'portal.db'}")) as database:
        add_session(database)
        journal = Journal(database)
        left = LeftParts(folder=tmp_path, journal=journal)
        with database.look() as tx:
            session = tx.get_one(rows.Session, bytes(16))
        with monkeypatch.context() as patched:
            patched.setattr(left_parts, "ending_of", unreadable)
            assert left.adopted(session, []) == ({}, True)
        assert began.begun.path.is_file()
        found, unread = left.adopted(session, [])
        assert not unread
        assert [file for _, file in found.values()] == [f"{folder.name}/1.sealcast"]
        files = list(found.values())
        with monkeypatch.context() as patched:
            patched.setattr(left_parts, "ending_of", unreadable)
            assert left.reached(files, others_unread=False) == Reached(last=_lost(files), entry=0, unread=True)
        journal.flush(patience_s=PATIENCE_S)
        assert part_of(database) == ("partial", "input/output error", 0)
        reached = left.reached(files, others_unread=False)  # at the next start
        assert (reached.entry, reached.unread) == (1, False)
        journal.close()
        assert part_of(database) == ("complete", "", began.begun.path.stat().st_size)


def _lost(files: list[tuple[bytes, str]]) -> PreviousPart:
    return PreviousPart(recording_id=files[-1][0], block=0, hash=bytes(32))


def part_of(database: Database) -> tuple[str, str, int]:
    with database.look() as tx:
        (part,) = tx.scalars(select(rows.Recording)).all()
        return part.state, part.why, part.size


def test_what_could_not_be_read_is_not_said_to_be_whole(tmp_path: Path, keys: ServerKeys) -> None:
    reached = Reached(last=PreviousPart(recording_id=bytes(16), block=1, hash=bytes(32)), entry=0, unread=True)
    recording = Recording(tmp_path / "parts", keys, beginning=Beginning(number=2, previous=lambda: reached))
    recording.hear(PartBegan)
    recording.events()
    assert recording.hear(Finished) == Finished(whole=False)


def test_a_key_that_cannot_be_had_leaves_no_file_open(tmp_path: Path, keys: ServerKeys) -> None:
    def away() -> bytes:
        raise RuntimeError("the keyring is away")

    parts = Parts(
        folder=tmp_path / "parts", session_id=bytes(16), recipient=away, signer=keys.signer,
        about=About(software="a test"), clock=SessionClock(began_us=0),
    )  # fmt: skip
    opened = set(Path("/proc/self/fd").iterdir())
    for _ in range(5):
        with pytest.raises(RuntimeError):
            parts.begin(1, None)
    assert len(set(Path("/proc/self/fd").iterdir()) - opened) <= 1  # the listing's own
    assert list((tmp_path / "parts").iterdir()) == []


def test_a_keyframe_is_asked_for_until_it_comes(
    tmp_path: Path, keys: ServerKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorders, "ASK_AGAIN_US", 0)
    recording = Recording(tmp_path / "parts", keys)
    recording.hear(PartBegan)
    for one in (configuration(0), picture(5), picture(6)):
        assert recording.recorder.put_picture(one)
    for _ in range(3):
        assert recording.hear(KeyframeDue) == KeyframeDue(track=CUSTOMER_SCREEN)
    recording.recorder.put(entry(1, "recording", state=RecordingIs.PAUSED))
    assert recording.recorder.put_picture(picture(7, keyframe=True))  # it comes in a pause
    recording.recorder.put(entry(2, "recording", state=RecordingIs.ON))
    for _ in range(3):
        recording.hear(KeyframeDue)
    for one in (picture(8, keyframe=True), picture(9)):
        assert recording.recorder.put_picture(one)
    held = opened.pictures(recording.packets())
    assert held == [b"picture 8", b"picture 9"]
