import json

import pytest

from portal_core.live.log import Entry
from portal_core.live.messages import RefusedMessageError
from portal_core.live.recorded import event_of_entry, read_configuration
from recorder.format.events import (
    Allowed,
    Asked,
    Event,
    Joined,
    Left,
    Line,
    Marker,
    Outcome,
    Pause,
    Refused,
    Resume,
    Sharing,
    Taken,
    to_payload,
)
from recorder.format.screen import Configuration
from recorder.format.snapshot import Snapshot

SNAPSHOT = Snapshot(taken_us=5, source="browser", categories=())
TABLE: list[tuple[str, dict[str, object], Event | None]] = [
    ("joined", {"id": 2, "role": "agent", "name": "Ann"}, Joined(id=2, role="agent", name="Ann")),
    ("left", {"id": 2, "why": "away"}, Left(id=2, why="away")),
    ("line", {"text": "hello", "audience": "agents"}, Line(by=2, text="hello", audience="agents")),
    ("share_asked", {}, None),
    ("share_refused", {}, None),
    ("cannot_share", {}, None),
    ("sharing", {"track": "screen/agent", "on": True}, Sharing(id=2, track="screen/agent", on=True)),
    ("diagnostics_asked", {}, Asked(by=2)),
    ("diagnostics_allowed", {}, Allowed(by=2)),
    ("diagnostics_refused", {}, Refused(by=2)),
    ("snapshot", {"snapshot": SNAPSHOT.to_fields()}, Taken(of=2, snapshot=SNAPSHOT)),
    ("recording", {"state": "paused"}, Pause(by=2)),
    ("recording", {"state": "on"}, Resume(by=2)),
    ("recording", {"state": "stopped"}, None),
    ("marker", {"name": "here"}, Marker(name="here", by=2)),
    ("outcome", {"outcome": "resolved", "note": "a cable"}, Outcome(outcome="resolved", note="a cable", by=2)),
    ("ended", {"why": "closed"}, None),
]


@pytest.mark.parametrize(("kind", "fields", "event"), TABLE)
def test_what_an_entry_is_in_the_recording(kind: str, fields: dict[str, object], event: Event | None) -> None:
    # As it comes back from where it was stored.
    stored = json.loads(json.dumps(fields))
    found = event_of_entry(Entry(n=1, at_us=0, by=2, kind=kind, fields=stored))
    assert found == event
    if found:
        assert to_payload(found)


def test_a_configuration_is_the_recordings() -> None:
    payload = b'{"codec": "h264", "width": 640, "height": 400, "description": "AQI=", "colour": {"matrix": "bt709"}}'
    assert read_configuration(payload) == Configuration(
        codec="h264", width_px=640, height_px=400, description=b"\x01\x02"
    )


@pytest.mark.parametrize(
    "payload",
    [
        b"", b"[]", b"{}", b"\xff", b"[" * 60_000, b'{"codec": "theora", "width": 1, "height": 1}',
        b'{"codec": ["vp9"], "width": 1, "height": 1}', b'{"codec": "vp9", "width": 0, "height": 1}',
        b'{"codec": "vp9", "width": 1.0, "height": 1}', b'{"codec": "vp9", "width": "1", "height": 1}',
        b'{"codec": "vp9", "width": 1, "height": 16385}', b'{"codec": "vp9", "width": 1, "height": true}',
        b'{"codec": "vp9", "width": 1, "height": 1, "description": "%%"}',
        b'{"codec": "vp9", "width": 1, "height": 1, "description": "' + b"A" * 90_000 + b'"}', b" " * 200_000,
    ],
)  # fmt: skip
def test_what_is_no_configuration_is_refused(payload: bytes) -> None:
    with pytest.raises(RefusedMessageError):
        read_configuration(payload)
