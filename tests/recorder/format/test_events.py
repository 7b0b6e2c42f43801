import dataclasses
import re
from pathlib import Path

import pytest
from hypothesis import given

from recorder.format.errors import FormatError, OversizeError, TruncatedError
from recorder.format.events import (
    EVENT_TRACKS,
    KINDS,
    Clock,
    Event,
    Line,
    Marker,
    Taken,
    read_event,
    to_fields,
    to_payload,
)
from recorder.format.pack import unpack
from recorder.format.snapshot import Snapshot
from tests.recorder.format.arbitrary import events
from tests.vectors.vector import Vector, vectors

LAW = Path(__file__).parents[3] / "recorder" / "format" / "SPEC.md"
GOOD = [vector for vector in vectors("recorder", "event") if vector["open"] == "ok" and len(vector.body) < 2000]


def fields_of(kind: type[Event] | type[Snapshot]) -> list[str]:
    return [field.name for field in dataclasses.fields(kind)]


@given(events)
def test_what_is_written_is_read(event: Event) -> None:
    payload = to_payload(event)
    assert read_event(event.TRACK, payload) == event
    assert unpack(payload, what="event") == to_fields(event)
    assert None not in to_fields(event).values()


@pytest.mark.parametrize("vector", GOOD, ids=lambda vector: vector.name)
def test_cut_anywhere_it_ends_too_early(vector: Vector) -> None:
    for size in range(len(vector.body)):
        with pytest.raises(TruncatedError):
            read_event(vector["track"], vector.body[:size])


def test_the_registry_is_the_table_of_the_law() -> None:
    _, _, table = LAW.read_text().partition("### 4.5")
    table, _, _ = table.partition("### 4.6")
    stood = set()
    track = ""
    for named, kinds, fields in re.findall(r"^\|(.*?)\| (`.*?) \|(.*)\|$", table, re.MULTILINE):
        track = named.strip(" `") or track
        for kind in re.findall(r"`(\w+)`", kinds):
            stood.add((track, kind))
            told = re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)", "", fields))
            known = fields_of(KINDS[track, kind])
            if KINDS[track, kind] is Taken:
                known = ["of", *fields_of(Snapshot)]
            assert [one for one in told if one not in {"all", "agents"}] == known, kind
    assert stood == set(KINDS)
    assert {track for track, _ in KINDS} == set(EVENT_TRACKS)


def test_what_no_reader_would_take_is_not_written() -> None:
    for event, refused in (
        (Line(by=1, text="a" * 65_537), OversizeError),
        (Line(by=-1, text="Hello"), FormatError),
        (Clock(wall_us=2**53), FormatError),
    ):
        with pytest.raises(refused):
            to_payload(event)


def test_an_error_names_the_field() -> None:
    with pytest.raises(FormatError) as told:
        read_event("markers", b"\x82\xa4kind\xa6marker\xa4name\x01")
    assert told.value.what == "name of marker"
    with pytest.raises(FormatError) as missing:
        read_event("markers", b"\x81\xa4kind\xa6marker")
    assert "name" in missing.value.why


def test_what_may_be_missing_is_left_out() -> None:
    assert to_fields(Marker(name="here")) == {"kind": "marker", "name": "here"}
