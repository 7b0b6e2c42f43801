"""A transcript as JSON, read back by Python's own reader."""

import json
from typing import Any

from hypothesis import given

from recorder.format.transcript import Transcript
from replay.export.transcript_json import as_json_text
from tests.replay.export.transcripts import EMPTY, UNDATED, WHOLE, hidden, transcripts


def read(transcript: Transcript) -> dict[str, Any]:
    return json.loads("".join(as_json_text(transcript)).encode())  # type: ignore[no-any-return]


def test_it_holds_every_fact() -> None:
    found = read(WHOLE)
    entries = found.pop("entries")
    assert found == {
        "format": "sealcast transcript",
        "version": 1,
        "header": {
            "session": "5e55",
            "portal": "help.example",
            "team": "Network",
            "agents": ["Ada"],
            "customers": ["Grace"],
            "title": "Blank pages",
            "question": "Why?\nHow?",
            "began": "2026-11-22T13:03:11.000000Z",
            "ended": "2026-11-22T13:04:11.000000Z",
            "duration_us": 60_000_000,
            "outcome": "resolved",
            "note": "new driver",
            "software": "Sealcast 1",
        },
        "redacted": "Redacted: 1 region and 2 texts removed.",
        "missing": [
            {"from_us": 40_000_000, "until_us": 50_000_000, "why": "the recording was paused"},
            {"why": "part 2 was not found"},
        ],
    }
    assert [one["kind"] for one in entries] == [one.kind for one in WHOLE.entries]
    assert next(one for one in entries if one.get("audience") == "agents") == {
        "time_us": 13_000_000,
        "wall": "2026-11-22T13:03:24.000000Z",
        "kind": "line",
        "who": "Ada",
        "role": "agent",
        "audience": "agents",
        "text": "Broken driver?",
    }


def test_the_customers_copy_has_nothing_for_agents() -> None:
    text = "".join(as_json_text(WHOLE.for_customer()))
    assert "Broken driver?" not in text
    assert "new driver" not in text


def test_what_is_not_known_is_left_out() -> None:
    assert read(EMPTY) == {
        "format": "sealcast transcript",
        "version": 1,
        "header": {"session": "5e55", "agents": [], "customers": [], "duration_us": 0},
        "missing": [],
        "entries": [],
    }
    undated = read(UNDATED)
    assert not any("wall" in one for one in undated["entries"])
    assert "began" not in undated["header"]


@given(transcripts)
def test_every_text_comes_back_as_it_was_and_nothing_is_hidden(transcript: Transcript) -> None:
    text = "".join(as_json_text(transcript))
    assert not hidden(text)
    assert text.count("\n") == len(transcript.entries) + 2
    found = json.loads(text)["entries"]
    for one, entry in zip(found, transcript.entries, strict=True):
        assert (one["time_us"], one["kind"], one.get("audience")) == (entry.time_us, entry.kind, entry.audience)
        for name, meant in (("text", entry.text), ("who", entry.who), ("role", entry.role)):
            assert one.get(name) == json.loads(json.dumps(meant))  # two halves of a pair become one character
