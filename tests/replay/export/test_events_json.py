"""Events as JSON, with all their fields."""

import json

from hypothesis import given
from hypothesis import strategies as st

from recorder.format.events import Event, Line, Taken, event_of
from replay.export.events_json import events_json
from tests.recorder.format.arbitrary import events, numbers
from tests.replay.export.samples import BEGAN_US, EVENTS, SESSION


def test_every_event_but_chat_is_there_with_all_its_fields() -> None:
    root = json.loads("".join(events_json(SESSION, EVENTS, began_us=BEGAN_US)))
    assert (root["format"], root["version"], root["session"]) == ("sealcast events", 1, SESSION)
    assert "redacted" not in root
    assert [one["event"]["kind"] for one in root["events"]] == [
        "about", "consent", "joined", "joined", "sharing", "marker", "pause", "resume", "marker", "left", "outcome",
    ]  # fmt: skip
    assert root["events"][3] == {
        "time_us": 1_000_000, "wall": "2026-11-18T10:50:01.000000Z", "track": "participants",
        "event": {"kind": "joined", "id": 2, "role": "customer", "name": "Grace Hopper", "email": "grace@example.org"},
    }  # fmt: skip


@given(st.lists(st.tuples(numbers, events)), st.none() | st.just("Redacted."))
def test_every_event_can_be_read_again(found: list[tuple[int, Event]], redacted: str | None) -> None:
    root = json.loads("".join(events_json(SESSION, found, redacted=redacted)))
    assert root.get("redacted") == redacted
    told = [(one["time_us"], event_of(one["track"], one["event"])) for one in root["events"]]
    assert told == [(time_us, event) for time_us, event in found if not isinstance(event, Line | Taken)]
