"""A snapshot is found at its time, wherever segments and parts begin."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from recorder.format.events import Event, Line, Taken
from recorder.format.snapshot import Category, Snapshot
from replay.opening import OpenSession, parts_of
from replay.snapshots import snapshot_at, taken_at
from tests.replay.shelf import SECOND_US, Session, identity
from vault.index import Reason


def taken(name: str) -> Taken:
    return Taken(of=1, snapshot=Snapshot(taken_us=1, source=name, categories=(Category(name="disks"),)))


def found(path: Path, time_us: int) -> Sequence[str]:
    with OpenSession(parts_of(path), identity()) as opened:
        names = [one.snapshot.source for one in taken_at(opened.session, time_us)]
        first = snapshot_at(opened.session, time_us)
        assert (first.source if first else None) == next(iter(names), None)
        return names


@pytest.mark.parametrize("time_us", [0, 1, SECOND_US])
def test_among_segments_of_one_time_all_are_found(here: Path, time_us: int) -> None:
    many = [(time_us, Line(by=1, text="x" * 60_000)) for _ in range(9)]
    events: list[tuple[int, Event]] = [*many, (time_us, taken("one")), *many, (time_us, taken("two"))]
    path = Session(events=events).write(here / "a.sealcast")
    assert found(path, time_us) == ["one", "two"]
    assert found(path, time_us + 1) == []


def test_in_a_later_part_it_is_found(here: Path) -> None:
    Session(session_id=bytes(16), end=Reason.CONTINUED, length_us=SECOND_US).write(here / "a.sealcast")
    path = Session(
        session_id=bytes(16), events=[(5 * SECOND_US, taken("later"))], length_us=6 * SECOND_US
    ).write(here / "b.sealcast", part=2)  # fmt: skip
    assert found(path, 5 * SECOND_US) == ["later"]


def test_one_who_stops_is_given_no_more(here: Path) -> None:
    path = Session(events=[(0, taken("one")), (0, taken("two"))]).write(here / "a.sealcast")
    with OpenSession(parts_of(path), identity()) as opened:
        given = list[Taken]()
        for one in taken_at(opened.session, 0, stopped=lambda: bool(given)):
            given.append(one)
        assert len(given) == 1
