"""The vectors of segments, one fault each."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tests.vectors.recorder_bytes import CUSTOMER, OVER, Case, Row, line, pack, pairs, segment

HELLO: Final = line("Hello")
TRACKS: Final[Mapping[int, str]] = {1: CUSTOMER, 2: OVER, 3: "chat", 4: "recording", 5: "markers"}
CONFIGURATION: Final = pack({"codec": "vp9", "width": 640, "height": 480})
POINTER: Final = pack([3, 4, 0, 0, 0, 1, 1, b"\xff\x00\x00\xff"])
ONE: Final[Row] = [3, 0, 0, HELLO]
CHAT: Final = {3: "chat"}
GOOD: Final = segment(0, CHAT, [ONE])


def segment_cases() -> Iterator[Case]:
    yield from _good()
    yield from _grown()
    yield from _cut()
    yield from _tracks_refused()
    yield from _keyframes_refused()
    yield from _packets_refused()
    yield from _not_of_these_types()


def _good() -> Iterator[Case]:
    lines = [[3, 0, 0, line("Hello")], [3, 1000, 0, line("Which printer?", by=2)]]
    marker = [5, 0, 0, pack({"kind": "marker", "name": "the fault"})]
    tracks = {one: TRACKS[one] for one in (1, 3, 5)}
    yield _ok(
        "chat", "§1", "two chat lines and a marker, 2.5 s after the beginning",
        2_500_000, tracks, [*lines, marker], {1: 300},
    )  # fmt: skip
    picture = [[1, 0, 2, CONFIGURATION], [1, 0, 1, b"keyframe"], [2, 20, 1, POINTER], [1, 99_980, 0, b"delta"]]
    yield _ok(
        "screen", "§4.1", "a configuration, its keyframe, the pointer's, a picture", 7, {1: CUSTOMER, 2: OVER}, picture
    )
    delta = [[1, 0, 0, b"delta"], [2, 5, 0, pack([-1, 700, 5])]]
    yield _ok(
        "delta", "§4.1", "pictures whose keyframe lies in the block at 300; the chat has no packet",
        2**40, {1: CUSTOMER, 2: OVER, 3: "chat"}, delta, {1: 300, 2: 300, 3: 2**52},
    )  # fmt: skip
    rows = [[id_, 0, 0, bytes([id_])] for id_ in TRACKS]
    yield _ok("several-tracks", "§4.1", "a packet on each of five tracks", 0, TRACKS, rows)
    names = {id_: f"screen/{id_}" for id_ in range(1, 256)}
    yield _ok("255-tracks", "§7", "as many tracks as there may be", 0, names, [[255, 0, 0, b"last"]])
    yield _ok("last-moment", "§2", "the latest time there is", 2**53 - 2, CHAT, [[3, 0, 0, HELLO], [3, 1, 0, HELLO]])
    yield _ok("empty-payload", "§4.2", "a payload of no bytes", 0, CHAT, [[3, 0, 0, b""]])
    yield _ok("name-64", "§4.3", "the longest name of a track", 0, {3: "screen/" + "a-9" * 19}, [[3, 0, 0, b"x"]])


def _grown() -> Iterator[Case]:
    """What a later release may write, and what MessagePack allows."""
    rows = [[3, 0, 0, HELLO, "later", {"more": [1.5]}], [3, 1, 0, HELLO]]
    body = segment(9, TRACKS, rows, keyframes=[[1, 300, 7]], more=[{"more": [[]] * 100}, 7])
    expected = _expected(9, TRACKS, [[3, 0, 0, HELLO], [3, 1, 0, HELLO]], {1: 300})
    yield "segment-longer", body, pairs("segment", "§4.1", "more in every array than this law has", "ok"), expected
    rows = [[3, 0, 0, b"seen"], [3, 5, 32, b"not seen"], [3, 5, 2**40, b"nor"], [3, 5, 0, b"seen"]]
    expected = _expected(0, CHAT, [[3, 0, 0, b"seen"], [3, 15, 0, b"seen"]])
    note = "two packets have flags of a later release; their time counts"
    yield "segment-unknown-flag", segment(0, CHAT, rows), pairs("segment", "§4.2", note, "ok"), expected
    yield _ok(
        "unknown-track", "§4.3", "a track of a kind that a later release may have: who shows it skips it",
        0, {1: "hologram/left", 3: "chat"}, [[1, 0, 1, b"light"], [3, 0, 0, HELLO]],
    )  # fmt: skip
    wide = b"\x01" + bytes.fromhex("dd00000004 d30000000000000005 df00000001 cd0003 d90463686174 dc0000 dd00000001")
    wide += bytes.fromhex("dc0004 cf0000000000000003 d200000000 ce00000000 c60000000161")
    expected = _expected(5, CHAT, [[3, 0, 0, b"a"]])
    note = "numbers and lengths in longer forms than they need"
    yield "segment-wide", wide, pairs("segment", "§2", note, "ok"), expected


def _cut() -> Iterator[Case]:
    yield _bad("empty", "§5", "no byte", b"", "truncated")
    yield _bad("cut", "§5", "the last byte is missing", GOOD[:-1], "truncated")
    yield _bad("cut-after-version", "§5", "nothing but the version", GOOD[:1], "truncated")
    yield _bad("cut-in-tracks", "§5", "it ends in the name of a track", GOOD[:7], "truncated")
    yield _bad("cut-in-payload", "§5", "it ends in a payload", GOOD[:-9], "truncated")
    claims = b"\x01" + b"\x94" + pack(0) + pack(CHAT) + pack([]) + b"\xdc\x40\x00" + pack(ONE)
    yield _bad("cut-after-packet", "§5", "16 384 packets are announced, one is there", claims, "truncated")
    yield _bad("trailing", "§5", "one byte more", GOOD + b"\xc0", "malformed")
    for version in (0, 2):
        body = segment(0, CHAT, [ONE], version=version)
        yield _bad(f"version-{version}", "§5", f"version {version}", body, "unsupported version")


def _tracks_refused() -> Iterator[Case]:
    def tracks(name: str, note: str, value: object, outcome: str = "malformed") -> Case:
        return _bad(name, "§4.1", note, segment(0, value, [ONE]), outcome)

    yield tracks("tracks-array", "the tracks are an array", [[3, "chat"]])
    yield tracks("track-0", "a track has the id 0", {0: "markers", 3: "chat"})
    yield tracks("track-256", "a track has the id 256", {256: "markers", 3: "chat"})
    yield tracks("track-negative", "a track has the id −1", {-1: "markers", 3: "chat"})
    yield tracks("track-id-text", "a track's id is text", {"1": "markers", 3: "chat"})
    yield tracks("track-id-bool", "a track's id is true", {True: "markers", 3: "chat"})
    yield tracks("track-name-empty", "a track's name is empty", {1: "", 3: "chat"})
    yield tracks("track-name-65", "a track's name has 65 characters", {1: "a" * 65, 3: "chat"})
    yield tracks("track-name-capital", "a track's name has a capital", {1: "Markers", 3: "chat"})
    yield tracks("track-name-lines", "a track's name ends in a line feed", {1: "markers\n", 3: "chat"})
    yield tracks("track-name-umlaut", "a track's name has an umlaut", {1: "m\u00e4rkte", 3: "chat"})
    yield tracks("track-name-bin", "a track's name is bin", {1: b"markers", 3: "chat"})
    yield tracks("track-name-number", "a track's name is a number", {1: 1, 3: "chat"})
    yield tracks("track-name-twice", "two tracks have one name", {1: "chat", 3: "chat"})
    many = {id_: f"screen/{id_}" for id_ in range(1, 257)}
    yield tracks("256-tracks", "256 tracks", many, "oversize")
    twice = b"\x01\x94\x00\x82\x03\xa4chat\x03\xa4talk\x90\x91" + pack(ONE)
    yield _bad("track-twice", "§2", "one id stands twice", twice)
    latin = b"\x01\x94\x00\x81\x03\xa4ch\xe4t\x90\x91" + pack(ONE)
    yield _bad("track-name-latin", "§2", "a track's name is not UTF-8", latin)


def _keyframes_refused() -> Iterator[Case]:
    def keyframes(name: str, note: str, value: object, outcome: str = "malformed") -> Case:
        return _bad(name, "§4.1", note, segment(0, TRACKS, [ONE], keyframes=value), outcome)

    yield keyframes("keyframes-map", "the keyframes are a map", {1: 300})
    yield keyframes("keyframe-number", "a keyframe is a number", [300])
    yield keyframes("keyframe-short", "a keyframe has no offset", [[1]])
    yield keyframes("keyframe-unnamed", "a keyframe's track has no name", [[9, 300]])
    yield keyframes("keyframe-of-array", "a keyframe's track is an array", [[[], 300]])
    yield keyframes("keyframe-bool", "a keyframe's track is true", [[True, 300]])
    yield keyframes("keyframe-float", "a keyframe's track is 1.0", [[1.0, 300]])
    yield keyframes("keyframe-negative", "a keyframe's offset is −1", [[1, -1]])
    yield keyframes("keyframe-far", "a keyframe's offset is 2^53", [[1, 2**53]])
    yield keyframes("keyframe-text", "a keyframe's offset is text", [[1, "300"]])
    yield keyframes("keyframe-twice", "a track has two keyframes", [[1, 300], [1, 400]])
    yield keyframes("keyframes-disordered", "the keyframes are not in order", [[2, 300], [1, 300]])
    yield keyframes("256-keyframes", "256 keyframes", [[1, 300]] * 256, "oversize")


def _packets_refused() -> Iterator[Case]:
    def packet(name: str, note: str, row: object, outcome: str = "malformed") -> Case:
        return _bad(name, "§4.2", note, segment(0, CHAT, [ONE, row]), outcome)

    yield packet("unnamed-track", "a packet's track has no name", [4, 0, 0, HELLO])
    yield packet("packet-track-text", "a packet's track is text", ["chat", 0, 0, HELLO])
    yield packet("packet-short", "a packet has no payload", [3, 0, 0])
    yield packet("packet-map", "a packet is a map", {3: HELLO})
    yield packet("packet-number", "a packet is a number", 3)
    yield packet("later-negative", "time runs backward", [3, -1, 0, HELLO])
    yield packet("later-bool", "a time is true", [3, True, 0, HELLO])
    far = segment(2, CHAT, [ONE, [3, 2**53 - 2, 0, HELLO]])
    yield _bad("later-far", "§4.2", "a packet's time is 2^53", far)
    yield packet("flags-negative", "flags are −1", [3, 0, -1, HELLO])
    yield packet("flags-bool", "flags are true", [3, 0, True, HELLO])
    yield packet("flags-float", "flags are 1.0", [3, 0, 1.0, HELLO])
    yield packet("payload-text", "a payload is text", [3, 0, 0, "Hello"])
    yield packet("payload-array", "a payload is an array", [3, 0, 0, [1]])
    yield packet("payload-nil", "a payload is nil", [3, 0, 0, None])
    yield _bad("no-packets", "§4.1", "no packet", segment(0, CHAT, []))
    many = segment(0, {1: CUSTOMER}, [[1, 0, 0, b""]] * 16_385)
    yield _bad("many-packets", "§7", "16 385 packets", many, "oversize")
    lies = b"\x01\x94" + pack(0) + pack(CHAT) + pack([]) + b"\xdd\xff\xff\xff\xff" + pack(ONE)
    yield _bad("packets-lie", "§7", "2^32 − 1 packets are announced", lies, "oversize")


def _not_of_these_types() -> Iterator[Case]:
    yield _bad("map", "§4.1", "a map instead of the array", b"\x01" + pack({"time": 0}))
    yield _bad("number", "§4.1", "a number instead of the array", b"\x01\x07")
    yield _bad("short", "§4.1", "an array of three", b"\x01" + pack([0, CHAT, []]))
    for name, value in (
        ("negative", -1),
        ("far", 2**53),
        ("bool", False),
        ("float", 0.0),
        ("text", "0"),
        ("nil", None),
    ):
        yield _bad(f"time-{name}", "§4.1", f"the time is {value}", segment(value, CHAT, [ONE]))
    yield _bad("extension", "§2", "a payload is an extension type", GOOD.replace(pack(HELLO), b"\xd4\x01a"))
    empty = GOOD.replace(pack(HELLO), b"\xc7\x00\x01")
    yield _bad("extension-empty", "§2", "a payload is an extension type without a byte", empty)
    yield _bad("never-used", "§2", "a payload is C1, which MessagePack never uses", GOOD.replace(pack(HELLO), b"\xc1"))
    nest = b"\x01\x94" + b"\xdc\x40\x00" * 1000
    yield _bad("nested", "§5", "arrays of 16 384 in one another, 1 000 deep", nest)


def _ok(
    name: str, spec: str, note: str, time_us: int, tracks: Mapping[int, str], rows: Sequence[Row],
    keyframes: Mapping[int, int] | None = None,
) -> Case:  # fmt: skip
    body = segment(time_us, dict(tracks), rows, keyframes=[[*one] for one in (keyframes or {}).items()])
    return f"segment-{name}", body, pairs("segment", spec, note, "ok"), _expected(time_us, tracks, rows, keyframes)


def _expected(
    time_us: int, tracks: Mapping[int, str], rows: Sequence[Row], keyframes: Mapping[int, int] | None = None
) -> object:
    packets, at_us = [], time_us
    for id_, later_us, flags, payload in rows:
        assert isinstance(id_, int)
        assert isinstance(later_us, int)
        at_us += later_us
        packets.append({"track": tracks[id_], "time_us": at_us, "flags": flags, "payload": payload})
    return {"time_us": time_us, "tracks": tracks, "keyframes": keyframes or {}, "packets": packets}


def _bad(name: str, spec: str, note: str, body: bytes, outcome: str = "malformed") -> Case:
    return f"segment-{name}", body, pairs("segment", spec, note, outcome), None
