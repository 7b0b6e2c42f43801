"""From what happens in a live session to what stands in its recording.  recorder.format SPEC.md §4.4, §4.5."""

import base64
import json
from collections.abc import Callable
from typing import Final

from portal_core.live.effects import RecordingIs
from portal_core.live.log import Entry
from portal_core.live.messages import RefusedMessageError, Why
from recorder.format.errors import RecordingError
from recorder.format.events import Event, Pause, Resume, event_of
from recorder.format.pack import Fields, pack
from recorder.format.screen import TILES, Configuration

CODECS: Final = ("av1", "vp9", "h264", "vp8", TILES)
_MAX_CONFIGURATION: Final = 128 * 1024  # bytes; a description may have 64 KiB


def event_of_entry(entry: Entry) -> Event | None:
    """Return the event of an entry; None when it is not recorded.  Errors: FormatError and its kin."""
    if entry.kind == "recording":
        acts: dict[object, Event] = {
            RecordingIs.PAUSED: Pause(by=entry.by),
            RecordingIs.ON: Resume(by=entry.by),
        }
        return acts.get(entry.fields["state"])
    if entry.kind not in _RECORDED:
        return None
    track, fields = _RECORDED[entry.kind]
    return event_of(track, fields(entry))


def _same(kind: str) -> Callable[[Entry], Fields]:
    return lambda entry: {"kind": kind, "by": entry.by, **entry.fields}


# Kind of entry → track, and the fields of its event.
_RECORDED: Final[dict[str, tuple[str, Callable[[Entry], Fields]]]] = {
    "joined": ("participants", _same("joined")),
    "left": ("participants", _same("left")),
    "sharing": ("participants", lambda entry: {"kind": "sharing", "id": entry.by, **entry.fields}),
    "line": ("chat", _same("line")),
    "diagnostics_asked": ("diagnostics", _same("asked")),
    "diagnostics_allowed": ("diagnostics", _same("allowed")),
    "diagnostics_refused": ("diagnostics", _same("refused")),
    "snapshot": ("diagnostics", lambda entry: {"kind": "snapshot", "of": entry.by, **_snapshot(entry)}),
    "marker": ("markers", _same("marker")),
    "outcome": ("recording", _same("outcome")),
}


def _snapshot(entry: Entry) -> Fields:
    snapshot = entry.fields["snapshot"]
    assert isinstance(snapshot, dict)
    return snapshot


def read_configuration(payload: bytes) -> Configuration:
    """Return how a participant's pictures are coded.  Errors: RefusedMessageError.  Source: PROTOCOL.md §5."""
    if len(payload) > _MAX_CONFIGURATION:
        raise RefusedMessageError(why=Why.TOO_MUCH)
    try:
        fields = json.loads(payload)
        if not isinstance(fields, dict) or fields.get("codec") not in CODECS:
            raise RefusedMessageError(why=Why.MALFORMED)
        kept: Fields = {name: fields.get(name) for name in ("codec", "width", "height")}
        if fields.get("description") is not None:
            kept["description"] = base64.b64decode(str(fields["description"]), validate=True)
        return Configuration.read(pack(kept))
    except (ValueError, RecursionError, TypeError, OverflowError, RecordingError):
        raise RefusedMessageError(why=Why.MALFORMED) from None
