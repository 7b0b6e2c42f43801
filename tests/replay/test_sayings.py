"""What was said in a recording comes out of it, of whatever shape the file is."""

from pathlib import Path

import pytest

from recorder.format.events import (
    About,
    Asked,
    Consent,
    Event,
    Joined,
    Left,
    Line,
    Marker,
    Outcome,
    Pause,
    Taken,
    Trouble,
)
from recorder.format.snapshot import Category, Snapshot
from replay.recording import Recording
from replay.sayings import Heard, sayings
from replay.search import Saying
from tests.replay.shelf import SECOND_US, Session, identity
from vault.local import LocalFile
from vault.reader import SealedFile

DISKS = Category(name="disks", items=({"device": "/dev/sda1", "free_bytes": 12}, {"device": "/dev/sdb", "ready": True}))
DENIED = Category(name="logs", missing="the journal is not ours to read")
SNAPSHOT = Taken(of=1, snapshot=Snapshot(taken_us=1, source="test", categories=(DISKS, DENIED)))
EVENTS: list[tuple[int, Event]] = [
    (0, Joined(id=1, role="customer", name="Grace", email="grace@example.org")),
    (0, Consent(by=1, how="box", text="I agree")),
    (1 * SECOND_US, Line(by=1, text="it is broken")),
    (2 * SECOND_US, Line(by=7, text="which?")),
    (2 * SECOND_US, Asked(by=7)),
    (3 * SECOND_US, SNAPSHOT),
    (4 * SECOND_US, Marker(name="the error")),
    (4 * SECOND_US, Marker(name="again", by=1)),
    (4 * SECOND_US, Trouble(what="the display went away")),
    (5 * SECOND_US, Pause(by=1)),
    (5 * SECOND_US, Left(id=1, why="network")),
    (5 * SECOND_US, Outcome(outcome="resolved", note="new cable", by=0)),
]
EXPECTED = {
    (0, "recording", None, "portal: Support"),
    (0, "recording", None, "agent: Ada"),
    (0, "recording", None, "customer: Grace Hopper"),
    (0, "participants", "Grace", "Grace grace@example.org customer"),
    (0, "recording", "Grace", "I agree"),
    (1 * SECOND_US, "chat", "Grace", "it is broken"),
    (2 * SECOND_US, "chat", "participant 7", "which?"),
    (3 * SECOND_US, "diagnostics", "Grace", "disks: device /dev/sda1, free_bytes 12"),
    (3 * SECOND_US, "diagnostics", "Grace", "disks: device /dev/sdb, ready True"),
    (3 * SECOND_US, "diagnostics", "Grace", "logs: the journal is not ours to read"),
    (4 * SECOND_US, "markers", None, "the error"),
    (4 * SECOND_US, "markers", "Grace", "again"),
    (4 * SECOND_US, "recording", None, "the display went away"),
    (5 * SECOND_US, "participants", "Grace", "network"),
    (5 * SECOND_US, "recording", "the recorder", "resolved: new cable"),
}


def heard_in(path: Path, heard: Heard | None = None) -> list[Saying]:
    with LocalFile(path) as source:
        return list(sayings(Recording(SealedFile(source, identity())), heard or Heard()))


def rows(said: list[Saying]) -> list[tuple[int, str, str | None, str]]:
    return [(one.time_us, one.track, one.who, one.text) for one in said]


def test_everything_that_was_said_and_noted_comes_out(here: Path) -> None:
    said = rows(heard_in(Session(events=EVENTS).write(here / "a.sealcast")))
    assert set(said) == EXPECTED
    assert len(said) == len(EXPECTED)


def test_without_an_end_it_is_the_same(here: Path) -> None:
    said = rows(heard_in(Session(events=EVENTS, end=None).write(here / "a.sealcast")))
    assert set(said) == EXPECTED
    assert len(said) == len(EXPECTED)


def test_a_list_that_is_too_long_for_a_summary_is_read_from_the_segments(here: Path) -> None:
    lines = [(number, Line(by=1, text=f"line {number} " + "x" * 2000)) for number in range(600)]
    said = heard_in(Session(events=[*lines, (SECOND_US, SNAPSHOT), (SECOND_US, Marker(name="end"))]).write(here / "a"))
    assert [one.time_us for one in said if one.track == "chat"] == list(range(600))
    assert len([one for one in said if one.track == "diagnostics"]) == 3
    assert len([one for one in said if one.track == "markers"]) == 1


@pytest.mark.parametrize("time_us", [0, 1, SECOND_US])
def test_snapshots_are_found_wherever_segments_begin(here: Path, time_us: int) -> None:
    events: list[tuple[int, Event]] = [
        *((time_us, Line(by=1, text="x" * 60_000)) for _ in range(9)),
        (time_us, SNAPSHOT),
        *((time_us, Line(by=1, text="y" * 60_000)) for _ in range(9)),
        (time_us, SNAPSHOT),
    ]
    heard = Heard()
    said = heard_in(Session(events=events).write(here / "a"), heard)
    assert len([one for one in said if one.track == "diagnostics"]) == 6
    assert heard.breaks == 0


def test_what_is_damaged_is_counted_and_the_rest_is_there(here: Path) -> None:
    events: list[tuple[int, Event]] = [(number * 2 * SECOND_US, Marker(name=str(number))) for number in range(5)]
    path = Session(events=[*events, (9 * SECOND_US, SNAPSHOT)], end=None, length_us=20 * SECOND_US).write(here / "a")
    data = bytearray(path.read_bytes())
    data[3000] ^= 1
    path.write_bytes(data)
    heard = Heard()
    said = heard_in(path, heard)
    assert heard.breaks > 0
    assert len([one for one in said if one.track == "diagnostics"]) == 3


def test_a_snapshot_that_is_damaged_is_counted(here: Path) -> None:
    path = Session(events=[(9 * SECOND_US, SNAPSHOT)], length_us=20 * SECOND_US).write(here / "a")
    with LocalFile(path) as source:
        recording = Recording(SealedFile(source, identity()))
        entries = list(recording.sealed.entries())
    data = bytearray(path.read_bytes())
    data[entries[1].offset + 100] ^= 1
    path.write_bytes(data)
    heard = Heard()
    assert [one for one in heard_in(path, heard) if one.track == "diagnostics"] == []
    assert heard.breaks == 1


def test_people_are_known_by_name_in_later_parts_too(here: Path) -> None:
    heard = Heard()
    heard_in(Session(events=EVENTS[:1]).write(here / "one"), heard)
    (line,) = (one for one in heard_in(Session(events=EVENTS[2:3]).write(here / "two"), heard) if one.track == "chat")
    assert line.who == "Grace"


def test_what_nobody_said_is_not_there(here: Path) -> None:
    said = heard_in(Session(about=About(software="test")).write(here / "a"))
    assert said == []
