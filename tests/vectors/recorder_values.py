"""The vectors of single payloads: events, pointer, configuration."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tests.vectors.recorder_bytes import Case, pack, pairs

# One of every kind, with all its fields: track, kind, fields.
EVENTS: Final[tuple[tuple[str, str, dict[str, Any]], ...]] = (
    ("participants", "joined", {"id": 1, "role": "customer", "name": "Ada", "email": "ada@example.org"}),
    ("participants", "left", {"id": 1, "why": "closed the page"}),
    ("participants", "sharing", {"id": 1, "track": "screen/customer", "on": True}),
    ("chat", "line", {"by": 2, "text": "Grüße 👋\n", "audience": "agents"}),
    ("diagnostics", "asked", {"by": 2}),
    ("diagnostics", "allowed", {"by": 1}),
    ("diagnostics", "refused", {"by": 1}),
    ("markers", "marker", {"name": "the fault", "by": 2}),
    (
        "recording", "about",
        {
            "software": "sealcast 1", "portal": "p.example.org", "team": "Hardware", "agent": "Bo", "customer": "Ada",
            "question": "It does not print", "title": "Printer",
        },
    ),
    ("recording", "clock", {"wall_us": 1_790_000_000_000_000, "jumped_us": -3_600_000_000}),
    ("recording", "consent", {"by": 1, "how": "box", "text": "I agree to be recorded."}),
    ("recording", "pause", {"by": 1}),
    ("recording", "resume", {"by": 1}),
    ("recording", "masks", {"masks": ["0,0 200x100", "window Keys"]}),
    ("recording", "trouble", {"what": "the microphone is gone"}),
    ("recording", "outcome", {"outcome": "resolved", "note": "new toner", "by": 2}),
)  # fmt: skip
SNAPSHOT: Final[dict[str, Any]] = {
    "of": 1, "taken_us": 1_790_000_000_000_001, "source": "native",
    "categories": [
        {"name": "disks", "items": [{"name": "sda", "size_bytes": 2**63, "rotates": False, "errors": -1}]},
        {"name": "log", "items": [], "missing": "not allowed"},
    ],
}  # fmt: skip
_SHAPE: Final = bytes(range(24))


def value_cases() -> Iterator[Case]:
    yield from _every_event()
    yield from _events_grown()
    yield from _events_refused()
    yield from _snapshots_refused()
    yield from _pointer()
    yield from _configuration()


def _every_event() -> Iterator[Case]:
    for track, kind, fields in (*EVENTS, ("diagnostics", "snapshot", SNAPSHOT)):
        yield _event(kind, f"a {kind}", {"kind": kind} | fields, track=track)
    yield _event(
        "joined-no-email",
        "a field that may be missing",
        {"kind": "joined", "id": 0, "role": "agent", "name": "Bo"},
        track="participants",
    )
    yield _event("about-short", "all that may be missing is", {"kind": "about", "software": "s"}, track="recording")
    summed = {key: SNAPSHOT[key] for key in ("of", "taken_us", "source")}
    yield _event(
        "snapshot-summed", "without categories, as in a summary",
        {"kind": "snapshot"} | summed, expected={"kind": "snapshot"} | summed | {"categories": []}, track="diagnostics",
    )  # fmt: skip
    longest = "\u00e9" * 32_768
    yield _event("text-longest", "65 536 bytes of text", {"kind": "line", "by": 0, "text": longest, "audience": "all"})


def _events_grown() -> Iterator[Case]:
    line = {"kind": "line", "by": 2, "text": "Hello", "audience": "all"}
    more = {"colour": "red", "at": 1.5, "deep": [[{"a": b""}]]}
    yield _event("unknown-field", "three fields of a later release", line | more, expected=line)
    yield _event("unknown-kind", "a kind of a later release", {"kind": "reaction", "by": "?"}, skipped=True)
    yield _event("kind-elsewhere", "a kind of another track", line, track="markers", skipped=True)
    shuffled = {key: line[key] for key in ("audience", "text", "by", "kind")}
    yield _event("shuffled", "fields in another order", shuffled, expected=line)


def _events_refused() -> Iterator[Case]:
    line = {"kind": "line", "by": 2, "text": "Hello", "audience": "all"}
    good = pack(line)

    def without(key: str) -> dict[str, object]:
        return {one: value for one, value in line.items() if one != key}

    yield _bad("missing-field", "no text", pack(without("text")))
    yield _bad("missing-audience", "no audience", pack(without("audience")))
    yield _bad("missing-kind", "no kind", pack(without("kind")))
    for name, change in (
        ("text-number", {"text": 7}), ("text-bin", {"text": b"Hello"}), ("by-bool", {"by": True}),
        ("by-text", {"by": "2"}), ("by-float", {"by": 2.0}), ("by-negative", {"by": -1}), ("by-far", {"by": 2**53}),
        ("kind-number", {"kind": 1}), ("kind-bin", {"kind": b"line"}), ("nil", {"text": None}),
        ("audience-nil", {"audience": None}),
    ):  # fmt: skip
        yield _bad(name, f"a line with {change}", pack(line | change))
    yield _bad("unknown-field-nil", "nil, though in a field that is not known", pack(line | {"colour": None}))
    yield _bad("text-65537", "65 537 bytes of text", pack(line | {"text": "a" * 65_537}), "oversize")
    sharing = {"kind": "sharing", "id": 1, "track": "screen/customer", "on": 1}
    yield _bad("bool-number", "on is 1", pack(sharing), track="participants")
    for name, masks in (("masks-text", "all"), ("masks-numbers", [1, 2])):
        yield _bad(name, f"the masks are {masks}", pack({"kind": "masks", "masks": masks}), track="recording")
    yield _bad("empty", "no byte", b"", "truncated")
    yield _bad("cut", "the last byte is missing", good[:-1], "truncated")
    yield _bad("cut-in-key", "it ends in a key", good[:3], "truncated")
    yield _bad("trailing", "one byte more", good + b"\x00")
    yield _bad("array", "an array", pack(["line", 2, "Hello"]))
    yield _bad("text", "text", pack("Hello"))
    yield _bad("keys-numbers", "a key is a number", b"\x85" + good[1:] + b"\x01\x02")
    yield _bad("keys-bin", "a key is bin", b"\x85" + good[1:] + b"\xc4\x01a\x02")
    yield _bad("key-twice", "by stands twice", b"\x85" + good[1:] + pack("by") + b"\x02")
    yield _bad(
        "extension",
        "a timestamp in a field that is not known",
        b"\x85" + good[1:] + pack("at") + b"\xd6\xff" + bytes(4),
    )
    yield _bad("not-utf-8", "the text is not UTF-8", good.replace(b"Hello", b"H\xe4llo"))
    yield _bad(
        "half-character", "the text holds half a pair of UTF-16", good.replace(b"\xa5Hello", b"\xa5\xed\xa0\x80ab")
    )
    yield _bad("nested", "2 000 arrays in one another", b"\x81" + pack("deep") + b"\x91" * 2000 + b"\x00")
    yield _bad(
        "nested-lies",
        "1 000 arrays in one another that claim 2^20 elements",
        b"\xdd\x00\x10\x00\x00" * 1000,
        "oversize",
    )


def _snapshots_refused() -> Iterator[Case]:
    def snapshot(name: str, note: str, category: object, outcome: str = "malformed", count: int = 1) -> Case:
        body = pack({"kind": "snapshot"} | SNAPSHOT | {"categories": [category] * count})
        return _bad(f"snapshot-{name}", note, body, outcome, track="diagnostics")

    yield snapshot("category-text", "a category is text", "disks")
    yield snapshot("no-items", "a category has no items", {"name": "disks"})
    yield snapshot("name-empty", "a category's name is empty", {"name": "", "items": []})
    yield snapshot("fact-float", "a fact is 1.5", {"name": "disks", "items": [{"size": 1.5}]})
    yield snapshot("fact-bin", "a fact is bin", {"name": "disks", "items": [{"size": b"1"}]})
    yield snapshot(
        "fact-4097", "a fact of 4 097 characters", {"name": "disks", "items": [{"a": "b" * 4097}]}, "oversize"
    )
    yield snapshot("name-65", "a fact's name of 65 characters", {"name": "disks", "items": [{"a" * 65: 1}]}, "oversize")
    facts = {f"fact {number}": number for number in range(65)}
    yield snapshot("65-facts", "65 facts of one item", {"name": "disks", "items": [facts]}, "oversize")
    yield snapshot("33-categories", "33 categories", {"name": "disks", "items": []}, "oversize", count=33)
    yield snapshot("10001-items", "10 001 items", {"name": "disks", "items": [{}] * 10_001}, "oversize")
    short = {"kind": "snapshot"} | {key: SNAPSHOT[key] for key in ("of", "categories")}
    yield _bad("snapshot-no-time", "no time and no source", pack(short), track="diagnostics")


def _pointer() -> Iterator[Case]:
    def pointer(
        name: str, note: str, row: object, outcome: str = "ok", *, keyframe: str = "no", more: bytes = b""
    ) -> Case:
        expected = None
        if outcome == "ok":
            assert isinstance(row, list)
            expected = dict(zip(("x", "y", "buttons", *_SHAPE_KEYS), row, strict=False))
        body = pack(row) + more
        return f"pointer-{name}", body, pairs("pointer", "§4.6", note, outcome, ("keyframe", keyframe)), expected

    shape = [1, 2, 3, 2, _SHAPE]
    yield pointer("move", "a move with two buttons down", [640, 480, 5])
    yield pointer("outside", "outside of the picture", [-5, 70_000, 0])
    yield pointer("keyframe", "a shape of 3 × 2 px", [10, 11, 0, *shape], keyframe="yes")
    yield pointer("hidden", "no shape", [10, 11, 0, 0, 0, 0, 0, b""], keyframe="yes")
    yield pointer("longest", "512 × 1 px", [0, 0, 0, 512, 512, 512, 1, bytes(2048)], keyframe="yes")
    body, expected = pack([1, 2, 3, "later"]), {"x": 1, "y": 2, "buttons": 3}
    yield "pointer-longer", body, pairs("pointer", "§6", "one element more", "ok", ("keyframe", "no")), expected
    yield pointer("short", "no buttons", [1, 2], "malformed")
    yield pointer("no-shape", "a keyframe without a shape", [1, 2, 0], "malformed", keyframe="yes")
    yield pointer("pixels", "a byte too few", [1, 2, 0, 0, 0, 3, 2, bytes(23)], "malformed", keyframe="yes")
    yield pointer("513", "513 px wide", [1, 2, 0, 0, 0, 513, 1, bytes(2052)], "malformed", keyframe="yes")
    yield pointer("hot-negative", "a hot spot at −1", [1, 2, 0, -1, 0, 0, 0, b""], "malformed", keyframe="yes")
    yield pointer("pixels-text", "pixels are text", [1, 2, 0, 0, 0, 0, 0, ""], "malformed", keyframe="yes")
    yield pointer("map", "a map", {"x": 1, "y": 2, "buttons": 0}, "malformed")
    yield pointer("far", "x is 2^31", [2**31, 0, 0], "malformed")
    yield pointer("float", "x is 1.5", [1.5, 0, 0], "malformed")
    yield pointer("bool", "y is true", [1, True, 0], "malformed")
    yield pointer("buttons-negative", "buttons are −1", [1, 2, -1], "malformed")
    yield pointer("trailing", "one byte more", [1, 2, 0], "malformed", more=b"\x00")
    cut = pack([1, 2, 0, *shape])[:-1]
    note = "the last byte is missing"
    yield "pointer-cut", cut, pairs("pointer", "§5", note, "truncated", ("keyframe", "yes")), None


_SHAPE_KEYS: Final = ("hot_x", "hot_y", "width", "height", "rgba")


def _configuration() -> Iterator[Case]:
    def configuration(
        name: str, note: str, change: Mapping[str, object], outcome: str = "ok", without: str = ""
    ) -> Case:
        fields = {key: value for key, value in {**minimal, **change}.items() if key != without}
        known = {key: value for key, value in fields.items() if key != "later"}
        header = pairs("configuration", "§4.4", note, outcome)
        return f"configuration-{name}", pack(fields), header, known if outcome == "ok" else None

    minimal: Mapping[str, Any] = {"codec": "av1", "width": 1, "height": 16_384}
    full = {"codec": "h264", "width": 1920, "height": 1080, "description": b"\x01\x64", "reorder": 16, "title": "Desk"}
    yield configuration("full", "every key", full)
    yield configuration("minimal", "only what may not be missing", {})
    yield configuration("unknown-key", "a key of a later release", {"later": [1, 2]})
    yield configuration("unknown-codec", "a codec of a later release", {"codec": "h268"})
    yield configuration("width-0", "0 px wide", {"width": 0}, "malformed")
    yield configuration("height-16385", "16 385 px high", {"height": 16_385}, "malformed")
    yield configuration("reorder-17", "17 packets", {"reorder": 17}, "malformed")
    yield configuration("reorder-negative", "−1 packets", {"reorder": -1}, "malformed")
    yield configuration("reorder-nil", "nil packets", {"reorder": None}, "malformed")
    yield configuration("codec-missing", "no codec", {}, "malformed", without="codec")
    yield configuration("width-missing", "no width", {}, "malformed", without="width")
    yield configuration("width-text", "the width is text", {"width": "1920"}, "malformed")
    yield configuration("width-bool", "the width is true", {"width": True}, "malformed")
    yield configuration("codec-65", "a codec's name of 65 bytes", {"codec": "a" * 65}, "oversize")
    yield configuration("description-text", "a description that is text", {"description": "x"}, "malformed")
    yield configuration(
        "description-65537", "a description of 65 537 bytes", {"description": bytes(65_537)}, "oversize"
    )
    yield configuration("title-number", "a title that is a number", {"title": 1}, "malformed")
    good = pack(minimal)
    for name, body, outcome in (
        ("empty", b"", "truncated"), ("cut", good[:-1], "truncated"), ("trailing", good + b"\x00", "malformed"),
        ("array", pack(["av1", 1, 1]), "malformed"),
    ):  # fmt: skip
        yield f"configuration-{name}", body, pairs("configuration", "§5", name, outcome), None


def _event(
    name: str, note: str, fields: Mapping[str, Any], *,
    expected: Mapping[str, Any] | None = None, track: str = "chat", skipped: bool = False,
) -> Case:  # fmt: skip
    header = pairs("event", "§4.5", note, "skipped" if skipped else "ok", ("track", track))
    return f"event-{name}", pack(fields), header, None if skipped else expected or fields


def _bad(name: str, note: str, body: bytes, outcome: str = "malformed", *, track: str = "chat") -> Case:
    return f"event-{name}", body, pairs("event", "§5", note, outcome, ("track", track)), None
