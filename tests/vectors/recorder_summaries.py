"""The vectors of summaries."""

from collections.abc import Iterator
from typing import Any, Final

from tests.vectors.recorder_bytes import CUSTOMER, Case, frame, pack, pairs, repeated, stored

Fields = dict[str, Any]
MINIMAL: Final[Fields] = {"duration_us": 0, "tracks": []}
CHAT: Final[Fields] = {"name": "chat", "packets": 1, "bytes": 40, "first_us": 5, "last_us": 5}
SCREEN: Final[Fields] = {
    "name": CUSTOMER, "packets": 12, "bytes": 80_000, "first_us": 0, "last_us": 9_000_000,
    "codec": "vp9", "width": 640, "height": 480, "keyframes": 2,
}  # fmt: skip
HELLO: Final[Fields] = {"kind": "line", "by": 1, "text": "Hello", "audience": "all"}
TAKEN: Final[Fields] = {"kind": "snapshot", "of": 1, "taken_us": 7, "source": "native"}
LEVELS: Final = {"screen": bytes([17, 0, 0, 9]), "chat": bytes([0, 6])}
FULL: Final[Fields] = {
    "duration_us": 9_000_000, "began_wall_us": 1_790_000_000_000_000, "tracks": [CHAT, SCREEN],
    "events": {
        "chat": {"count": 1, "list": [[5, HELLO]]},
        "diagnostics": {"count": 1, "list": [[6, TAKEN]]},
        "markers": {"count": 70_000},
    },
    "thumbnails": [[0, 1444], [5_000_000, 300_000]],
}  # fmt: skip


def summary(fields: Fields, levels: dict[str, bytes], *, step_us: int = 1_000_000) -> bytes:
    """Return a summary's bytes; levels are the activity of kinds of tracks."""
    activity = {"step_us": step_us} | {kind: stored(one) for kind, one in levels.items()}
    return b"\x01" + pack(fields | ({"activity": activity} if levels else {}))


def expected(fields: Fields, levels: dict[str, bytes], *, step_us: int = 1_000_000) -> Fields:
    """Return what a twin says of it, where what may be missing always stands."""
    always: Fields = {"events": {}, "thumbnails": [], "activity": {"step_us": step_us} | levels}
    return always | fields


def summary_cases() -> Iterator[Case]:
    full = summary(FULL, LEVELS)
    told = FULL["events"] | {"diagnostics": {"count": 1, "list": [[6, TAKEN | {"categories": []}]]}}
    yield _ok("full", "everything there may be", full, expected(FULL | {"events": told}, LEVELS))
    yield _ok("minimal", "only what may not be missing", b"\x01" + pack(MINIMAL), expected(MINIMAL, {}))
    later = {"later": [1, 2.5], "events": {"chat": {"count": 1, "later": 1, "list": [[5, HELLO, "later"]]}, "later": 7}}
    known = {"events": {"chat": {"count": 1, "list": [[5, HELLO]]}}}
    body = summary(MINIMAL | later | {"tracks": [CHAT | {"later": 1}]}, LEVELS | {"later": b"\x01"})
    yield _ok("unknown-keys", "a later release's keys", body, expected(MINIMAL | known | {"tracks": [CHAT]}, LEVELS))
    unknown = {"events": {"chat": {"count": 2, "list": [[5, HELLO], [6, {"kind": "reaction"}]]}}}
    yield _ok(
        "unknown-kind",
        "an event of a later release",
        b"\x01" + pack(MINIMAL | unknown),
        expected(MINIMAL | known | {"events": {"chat": {"count": 2, "list": [[5, HELLO]]}}}, {}),
    )
    yield _bad("empty", "no byte", b"", "truncated")
    yield _bad("version-2", "version 2", b"\x02" + full[1:], "unsupported version")
    yield _bad("cut", "the last byte is missing", full[:-1], "truncated")
    yield _bad("cut-after-version", "nothing but the version", full[:1], "truncated")
    yield _bad("trailing", "one byte more", full + b"\x00")
    yield _bad("array", "an array", b"\x01" + pack([0, []]))
    yield from _fields_refused()
    yield from _activity_refused()


def _fields_refused() -> Iterator[Case]:
    def change(name: str, note: str, fields: Fields, outcome: str = "malformed") -> Case:
        return _bad(name, note, b"\x01" + pack(MINIMAL | fields), outcome)

    def events(name: str, note: str, listed: object) -> Case:
        return change(name, note, {"events": {"chat": listed}})

    yield _bad("no-duration", "no duration", b"\x01" + pack({"tracks": []}))
    yield _bad("no-tracks", "no tracks", b"\x01" + pack({"duration_us": 0}))
    yield change("duration-negative", "a duration of −1", {"duration_us": -1})
    yield change("began-text", "its beginning is text", {"began_wall_us": "noon"})
    yield change("tracks-map", "the tracks are a map", {"tracks": {"chat": 1}})
    yield change("track-name", "a track's name has a blank", {"tracks": [CHAT | {"name": "a chat"}]})
    yield change("track-bytes", "a track of −1 bytes", {"tracks": [CHAT | {"bytes": -1}]})
    yield change(
        "track-no-last",
        "a track without its last time",
        {"tracks": [{"name": "chat", "packets": 0, "bytes": 0, "first_us": 0}]},
    )
    no_width = {key: value for key, value in SCREEN.items() if key != "width"}
    yield change("track-no-width", "a codec without a width", {"tracks": [no_width]})
    yield change("events-array", "the events are an array", {"events": [1]})
    yield events("events-number", "the events of a track are a number", 1)
    yield events("no-count", "no count", {"list": []})
    yield events("list-map", "a list that is a map", {"count": 0, "list": {}})
    yield events("list-nil", "a list that is nil", {"count": 0, "list": None})
    yield events("row-short", "an event without its time", {"count": 1, "list": [[HELLO]]})
    yield events("row-time", "an event at −1", {"count": 1, "list": [[-1, HELLO]]})
    yield events("row-text", "an event that is text", {"count": 1, "list": [[1, "Hello"]]})
    yield events("event-mistyped", "a line without its text", {"count": 1, "list": [[1, {"kind": "line", "by": 1}]]})
    yield change("thumbnail", "a thumbnail without an offset", {"thumbnails": [[1]]})


def _activity_refused() -> Iterator[Case]:
    def activity(name: str, note: str, fields: object, outcome: str = "malformed") -> Case:
        return _bad(f"activity-{name}", note, b"\x01" + pack(MINIMAL | {"activity": fields}), outcome)

    most = {"step_us": 2_000_000, "screen": frame(65_536, *repeated(b"\x07", 65_536))}
    body = b"\x01" + pack(MINIMAL | {"activity": most})
    yield _ok(
        "65536-steps",
        "as many steps as there may be",
        body,
        expected(MINIMAL, {"screen": b"\x07" * 65_536}, step_us=2_000_000),
    )
    more = frame(65_537, *repeated(b"\x07", 65_537))
    yield activity("65537-steps", "a step more than there may be", {"step_us": 1, "screen": more}, "oversize")
    yield activity("number", "it is a number", 7)
    yield activity("no-step", "it has no step", {"screen": stored(b"\x01")})
    yield activity("step-0", "a step of no time", {"step_us": 0, "screen": stored(b"\x01")})
    yield activity("plain", "it is not compressed", {"step_us": 1, "screen": b"\x01\x02"})
    yield activity("text", "it is text", {"step_us": 1, "chat": "\x01"})
    yield activity("lies", "it says more than it holds", {"step_us": 1, "screen": frame(3, b"\x01\x02")})


def _ok(name: str, note: str, body: bytes, twin: Fields) -> Case:
    return f"summary-{name}", body, pairs("summary", "§4.8", note, "ok"), twin


def _bad(name: str, note: str, body: bytes, outcome: str = "malformed") -> Case:
    return f"summary-{name}", body, pairs("summary", "§4.8", note, outcome), None
