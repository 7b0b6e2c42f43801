"""Every vector, read by the program; the law and the vectors name each other."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from recorder.format.errors import FormatError, OversizeError, RecordingError, TruncatedError, UnsupportedFormatError
from recorder.format.events import read_event, to_fields
from recorder.format.packet import Joiner, Packet
from recorder.format.screen import Configuration, Pointer
from recorder.format.segment import Segment, read_segment
from recorder.format.summary import Summary, read_summary
from recorder.format.summing import SummaryBuilder
from tests.vectors import make_vectors
from tests.vectors.law import assert_stored, example, has_section_of, names
from tests.vectors.recorder_bytes import plain
from tests.vectors.vector import FOLDER, Vector, vectors

LAW = Path(__file__).parents[3] / "recorder" / "format" / "SPEC.md"
KINDS = ("segment", "event", "pointer", "configuration", "summary", "recording")
HERE = FOLDER / "recorder"
Twin = dict[str, Any]


def all_of(kind: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("vector", list(vectors("recorder", kind)), ids=lambda vector: vector.name)


def outcome(error: RecordingError) -> str:
    match error:
        case TruncatedError():
            return "truncated"
        case OversizeError():
            return "oversize"
        case FormatError():
            return "malformed"
        case UnsupportedFormatError():
            return "unsupported version"
    raise AssertionError(error)


def twin(vector: Vector) -> object:
    return json.loads((HERE / f"{vector.name}.json").read_text())


def judge(vector: Vector, read: Callable[[bytes], Twin | None]) -> None:
    try:
        found = read(vector.body)
    except RecordingError as error:
        assert outcome(error) == vector["open"], error
        return
    assert vector["open"] == ("skipped" if found is None else "ok")
    assert found is None or plain(found) == twin(vector)


def of_segment(segment: Segment) -> Twin:
    packets = [
        {"track": one.track, "time_us": one.time_us, "flags": int(one.flags), "payload": one.payload}
        for one in segment.pieces
    ]
    return {
        "time_us": segment.time_us,
        "tracks": segment.tracks,
        "keyframes": segment.keyframes,
        "packets": packets,
    }


def of_pointer(pointer: Pointer) -> Twin:
    told: Twin = {"x": pointer.x_px, "y": pointer.y_px, "buttons": pointer.buttons}
    if shape := pointer.shape:
        told |= {"hot_x": shape.hot_x_px, "hot_y": shape.hot_y_px}
        told |= {"width": shape.width_px, "height": shape.height_px, "rgba": shape.rgba}
    return told


def of_configuration(one: Configuration) -> Twin:
    told = {"codec": one.codec, "width": one.width_px, "height": one.height_px, "description": one.description}
    told |= {"reorder": one.reorder or None, "title": one.title}
    return {key: value for key, value in told.items() if value is not None}


def of_summary(summary: Summary) -> Twin:
    events: Twin = {}
    for track, listed in summary.events.items():
        events[track] = {"count": listed.count}
        if listed.events is not None:
            events[track]["list"] = [[time_us, to_fields(event)] for time_us, event in listed.events]
    began = {} if summary.began_wall_us is None else {"began_wall_us": summary.began_wall_us}
    return began | {
        "duration_us": summary.duration_us,
        "tracks": [one.to_fields() for one in summary.tracks],
        "events": events,
        "thumbnails": summary.thumbnails,
        "activity": {"step_us": summary.activity.step_us, **summary.activity.levels},
    }


def blocks(vector: Vector) -> Iterator[tuple[int, bytes]]:
    at = 0
    for line in vector.all("block"):
        offset, length = map(int, line.split())
        yield offset, vector.body[at : at + length]
        at += length


def packets(vector: Vector) -> Iterator[tuple[Packet | RecordingError, Twin]]:
    """Give every packet of a recording, or what was refused; and where."""
    joiner = Joiner()
    for offset, payload in blocks(vector):
        try:
            segment = read_segment(payload)
        except RecordingError as error:
            joiner.forget()
            yield error, {"offset": offset}
            continue
        for piece in segment.pieces:
            where = {"offset": offset, "track": piece.track, "time_us": piece.time_us}
            try:
                packet = joiner.feed(piece)
            except RecordingError as error:
                yield error, where
                continue
            if packet:
                yield packet, where


@all_of("segment")
def test_a_segment_is_read_as_its_vector_says(vector: Vector) -> None:
    judge(vector, lambda body: of_segment(read_segment(body)))


@all_of("event")
def test_an_event_is_read_as_its_vector_says(vector: Vector) -> None:
    def read(body: bytes) -> Twin | None:
        event = read_event(vector["track"], body)
        return to_fields(event) if event else None

    judge(vector, read)


@all_of("pointer")
def test_a_pointer_is_read_as_its_vector_says(vector: Vector) -> None:
    judge(vector, lambda body: of_pointer(Pointer.read(body, keyframe=vector["keyframe"] == "yes")))


@all_of("configuration")
def test_a_configuration_is_read_as_its_vector_says(vector: Vector) -> None:
    judge(vector, lambda body: of_configuration(Configuration.read(body)))


@all_of("summary")
def test_a_summary_is_read_as_its_vector_says(vector: Vector) -> None:
    judge(vector, lambda body: of_summary(read_summary(body)))


@all_of("recording")
def test_a_recording_gives_the_packets_and_the_summary_that_its_vector_says(vector: Vector) -> None:
    found = []
    builder = SummaryBuilder()
    for one, where in packets(vector):
        if isinstance(one, RecordingError):
            found.append(where | {"refused": outcome(one)})
            continue
        builder.add(one, offset=where["offset"])
        flags = {"keyframe": one.keyframe, "configuration": one.configuration}
        found.append(where | flags | {"payload": one.payload})
    expected = twin(vector)
    assert isinstance(expected, dict)
    assert plain(found) == expected["found"]
    rebuilt = of_summary(read_summary(builder.to_bytes()))
    if "summary" in expected:
        assert plain(rebuilt) == expected["summary"]
    if written := vector.get("summary"):
        assert of_summary(read_summary(vector.body[-int(written) :])) == rebuilt


def test_the_program_still_makes_the_same_vectors() -> None:
    assert_stored(make_vectors.make_recorder(), HERE)


def test_every_vector_that_the_law_names_is_there_and_every_vector_names_a_section_of_it() -> None:
    law = LAW.read_text()
    named = names(law)
    stored = [vector for kind in KINDS for vector in vectors("recorder", kind)]
    assert len(named) > 40
    assert named <= {vector.name for vector in stored}
    for vector in stored:
        assert has_section_of(law, vector), vector.name


def test_the_examples_in_the_law_are_bytes_of_their_vectors() -> None:
    bodies = {vector.name: vector.body for kind in KINDS for vector in vectors("recorder", kind)}
    examples = re.findall(r"(?ms)^([^\n]*`\[[a-z0-9-]+\]`[^\n]*)\n\n```\n(.*?)```", LAW.read_text())
    assert len(examples) >= 6
    for heading, text in examples:
        named = re.findall(r"`\[([a-z0-9-]+)\]`", heading)
        for name, block in zip(named, text.split("\n\n") if len(named) > 1 else [text], strict=True):
            assert re.search(example(block), bodies[name], re.DOTALL), name
