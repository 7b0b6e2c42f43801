"""The vectors of recordings: segments in a row, the packets that come out, and the summary they give."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tests.vectors.recorder_bytes import (
    CUSTOMER,
    OVER,
    Case,
    Pairs,
    frame,
    line,
    pack,
    pairs,
    repeated,
    segment,
    stored,
)
from tests.vectors.recorder_segments import CONFIGURATION, POINTER
from tests.vectors.recorder_summaries import Fields, expected

KEYFRAME, CONFIGURES, COMPRESSED, GOES_ON, CONTINUES = 1, 2, 4, 8, 16
TRACKS: Final = {
    1: CUSTOMER, 2: OVER, 3: "chat", 4: "recording", 5: "markers", 6: "participants", 7: "diagnostics", 8: "thumbnails",
}  # fmt: skip
TROUBLE: Final = pack({"kind": "trouble", "what": "the pointer is not recorded: the display says no; " * 4})
# What Zstandard 1.5.7 once made of it; decoders agree about a frame, encoders of other years need not.
RECORDED: Final = bytes.fromhex(
    "28b52ffd20dd750200e40382a46b696e64a774726f75626c65a477686174d9c874686520706f696e746572206973206e6f7420"
    "7265636f726465643a20646973706c6179207361793b04008faa0870f6156abd80554101"
)
_LARGER: Final = pack({"codec": "av1", "width": 800, "height": 600})

Blocks = Sequence[tuple[int, bytes]]  # offset and payload


@dataclass(frozen=True)
class Found:
    """A packet that comes out, or where something was refused."""

    offset: int
    time_us: int | None = None
    track: str | None = None
    payload: bytes = b""
    flags: int = 0
    refused: str | None = None

    def twin(self) -> Fields:
        where: Fields = {"offset": self.offset}
        if self.track is not None:
            where |= {"track": self.track, "time_us": self.time_us}
        if self.refused:
            return where | {"refused": self.refused}
        flags = {"keyframe": bool(self.flags & KEYFRAME), "configuration": bool(self.flags & CONFIGURES)}
        return where | flags | {"payload": self.payload}


def session_cases() -> Iterator[Case]:
    yield from _goes_on()
    yield from _pieces_left_out()
    yield from _compressed()
    yield from _screens()
    yield from _gap()


def _goes_on() -> Iterator[Case]:
    first = [[1, 0, CONFIGURES, CONFIGURATION], [1, 0, KEYFRAME | GOES_ON, b"one "], [2, 0, KEYFRAME, POINTER]]
    second = [[1, 0, GOES_ON | CONTINUES, b"picture "], [3, 0, 0, line("Hello")], [1, 0, CONTINUES, b"in three"]]
    rest = [[1, 40_000, 0, b"delta"]]
    blocks = (1444, part(10, first)), (5000, part(10, [*second, *rest], {1: 1444, 2: 1444}))
    found = (
        Found(1444, 10, CUSTOMER, CONFIGURATION, CONFIGURES),
        Found(1444, 10, OVER, POINTER, KEYFRAME),
        Found(5000, 10, "chat", line("Hello")),
        Found(5000, 10, CUSTOMER, b"one picture in three", KEYFRAME),
        Found(5000, 40_010, CUSTOMER, b"delta"),
    )
    told = {
        "duration_us": 40_010,
        "tracks": [
            facts("chat", 1, len(line("Hello")), 10, 10),
            facts(OVER, 1, len(POINTER), 10, 10),
            facts(CUSTOMER, 2, len(CONFIGURATION) + 25, 10, 40_010) | shown("vp9", 640, 480, 1),
        ],
        "events": {"chat": {"count": 1, "list": [[10, {"kind": "line", "by": 1, "text": "Hello", "audience": "all"}]]}},
    }
    active = {"screen": levels({0: 25}), "pointer": levels({0: len(POINTER)}), "chat": levels({0: len(line("Hello"))})}
    yield session("goes-on", "§4.2", "a keyframe in three pieces, in two blocks", blocks, found, expected(told, active))
    pieces = [[4, 0, COMPRESSED | GOES_ON, RECORDED[:30]], [4, 0, CONTINUES, RECORDED[30:]]]
    yield session(
        "goes-on-compressed", "§4.2", "compressed and cut: it is whole before it is unpacked",
        [(1444, part(0, pieces))], [Found(1444, 0, "recording", TROUBLE)],
    )  # fmt: skip


def _pieces_left_out() -> Iterator[Case]:
    def left_out(name: str, note: str, *rows: Sequence[object]) -> Case:
        hello = [3, 7, 0, line("Hello")]
        time_us = sum(row[1] for row in (*rows, hello) if isinstance(row[1], int))
        found = Found(1444, time_us, "chat", line("Hello"))
        return session(f"goes-on-{name}", "§4.2", note, [(1444, part(0, [*rows, hello]))], [found])

    middle, end = [1, 0, GOES_ON | CONTINUES, b"middle"], [1, 0, CONTINUES, b"end"]
    yield left_out("without-beginning", "two pieces whose beginning is missing", middle, end)
    yield left_out("without-end", "a piece that goes on, and nothing more", [1, 0, KEYFRAME | GOES_ON, b"beginning"])
    late = [1, 5, CONTINUES, b"late"]
    yield left_out("other-time", "a piece that goes on at another time", [1, 0, GOES_ON, b"beginning"], late, end)
    rows = [[1, 0, KEYFRAME | GOES_ON, b"beginning"], [1, 0, KEYFRAME, b"another"], [1, 0, CONTINUES, b"end"]]
    found = [Found(1444, 0, CUSTOMER, b"another", KEYFRAME)]
    yield session("goes-on-replaced", "§4.2", "another packet before the end", [(1444, part(0, rows))], found)
    last = part(0, [rows[2], [3, 1, 0, line("Hi")]])
    blocks = (1444, part(0, rows[:1])), (2000, part(0, [rows[2]], version=2)), (3000, last)
    after_gap = [Found(2000, refused="unsupported version"), Found(3000, 1, "chat", line("Hi"))]
    yield session("goes-on-after-gap", "§5", "a block is refused between the pieces", blocks, after_gap)


def _compressed() -> Iterator[Case]:
    def compressed(name: str, note: str, payload: bytes, unpacked: bytes | None, refused: str = "malformed") -> Case:
        body = part(9, [[4, 0, COMPRESSED, payload], [3, 0, 0, line("Hello")]])
        here = Found(1444, 9, "recording", unpacked or b"", refused=refused if unpacked is None else None)
        found = [here, Found(1444, 9, "chat", line("Hello"))]
        return session(f"zstd-{name}", "§4.2", note, [(1444, body)], found)

    most = 4 * 1024 * 1024
    yield compressed("real", "what an encoder made", RECORDED, TROUBLE)
    yield compressed("stored", "a frame that saves nothing", stored(TROUBLE), TROUBLE)
    yield compressed("4-mib", "as much as there may be", frame(most, *repeated(b"a", most)), b"a" * most)
    more = frame(most + 1, *repeated(b"a", most + 1))
    yield compressed("bomb", "a byte more than there may be", more, None, "oversize")
    yield compressed("lies", "it says 220 bytes and holds 221", frame(len(TROUBLE) - 1, TROUBLE), None)
    yield compressed("lies-more", "it says 222 bytes and holds 221", frame(len(TROUBLE) + 1, TROUBLE), None)
    yield compressed("bomb-lies", "it says 10 bytes and holds 4 MiB", frame(10, *repeated(b"a", most)), None)
    yield compressed("no-size", "it does not state its size", frame(None, TROUBLE), None)
    yield compressed("size-0", "it states a size of 0", frame(0, b""), None)
    yield compressed("skippable", "a skippable frame", bytes.fromhex("502a4d1800000000"), None)
    yield compressed("two-frames", "a second frame follows", stored(TROUBLE) + stored(TROUBLE), None)
    yield compressed("cut", "the last byte is missing", RECORDED[:-1], None)
    yield compressed("plain", "it is not compressed", TROUBLE, None)
    yield compressed("empty", "no byte", b"", None)


def _screens() -> Iterator[Case]:
    first = [[1, 0, CONFIGURES, CONFIGURATION], [1, 0, KEYFRAME, b"small"], [1, 100_000, 0, b"delta"]]
    second = [[1, 0, CONFIGURES, _LARGER], [1, 0, KEYFRAME, b"larger"]]
    blocks = (1444, part(0, first)), (3000, part(200_000, second, {1: 1444}))
    found = (
        Found(1444, 0, CUSTOMER, CONFIGURATION, CONFIGURES),
        Found(1444, 0, CUSTOMER, b"small", KEYFRAME),
        Found(1444, 100_000, CUSTOMER, b"delta"),
        Found(3000, 200_000, CUSTOMER, _LARGER, CONFIGURES),
        Found(3000, 200_000, CUSTOMER, b"larger", KEYFRAME),
    )
    size = len(CONFIGURATION) + len(_LARGER) + 16
    told = {"duration_us": 200_000, "tracks": [facts(CUSTOMER, 3, size, 0, 200_000) | shown("av1", 800, 600, 2)]}
    note = "a screen of another size and codec: a new segment, a new configuration, a keyframe"
    yield session("screen-changes-size", "§4.4", note, blocks, found, expected(told, {"screen": levels({0: 16})}))
    reordered = pack({"codec": "h264", "width": 640, "height": 480, "reorder": 2})
    rows = [[1, 0, CONFIGURES, reordered], [1, 0, KEYFRAME, b"I"], [1, 40_000, 0, b"P"], [1, 40_000, 0, b"B"]]
    pictures = (
        Found(1444, 5, CUSTOMER, reordered, CONFIGURES), Found(1444, 5, CUSTOMER, b"I", KEYFRAME),
        Found(1444, 40_005, CUSTOMER, b"P"), Found(1444, 80_005, CUSTOMER, b"B"),
    )  # fmt: skip
    note = "packets in the order of decoding; their times are those of the pictures as they come out"
    yield session("screen-reorder", "§4.4", note, [(1444, part(5, rows))], pictures)


def _gap() -> Iterator[Case]:
    hello = [3, 0, 0, line("Hello")]
    blocks = (1444, part(0, [hello])), (2000, part(5, [hello])[:-1]), (3000, part(9, [hello], {1: 1444}))
    found = (
        Found(1444, 0, "chat", line("Hello")), Found(2000, refused="truncated"), Found(3000, 9, "chat", line("Hello")),
    )  # fmt: skip
    size = len(line("Hello"))
    event = {"kind": "line", "by": 1, "text": "Hello", "audience": "all"}
    told = {
        "duration_us": 9, "tracks": [facts("chat", 2, 2 * size, 0, 9)],
        "events": {"chat": {"count": 2, "list": [[0, event], [9, event]]}},
    }  # fmt: skip
    note = "the second of three segments is refused; the third stands alone"
    yield session("recording-gap", "§5", note, blocks, found, expected(told, {"chat": levels({0: 2 * size})}))


def part(
    time_us: int, rows: Sequence[Sequence[object]], keyframes: dict[int, int] | None = None, *, version: int = 1
) -> bytes:
    """Return a segment over the tracks that it names."""
    named = {id_: TRACKS[id_] for id_ in TRACKS if id_ in (keyframes or {}) or id_ in [row[0] for row in rows]}
    return segment(time_us, named, rows, keyframes=[[*one] for one in (keyframes or {}).items()], version=version)


def facts(name: str, packets: int, size: int, first_us: int, last_us: int) -> Fields:
    return {"name": name, "packets": packets, "bytes": size, "first_us": first_us, "last_us": last_us}


def shown(codec: str, width_px: int, height_px: int, keyframes: int) -> Fields:
    return {"codec": codec, "width": width_px, "height": height_px, "keyframes": keyframes}


def levels(sizes: dict[int, int]) -> bytes:
    """Return the activity of steps in which so many bytes came."""
    return bytes(sizes.get(step, 0).bit_length() for step in range(max(sizes) + 1))


def session(
    name: str, spec: str, note: str, blocks: Blocks, found: Sequence[Found], told: Fields | None = None,
    *, written: bytes = b"",
) -> Case:  # fmt: skip
    header: Pairs = pairs("recording", spec, note, "ok")[:-1]
    header += [("block", f"{offset} {len(payload)}") for offset, payload in blocks]
    header += [("summary", str(len(written)))] if written else []
    twin: Fields = {"found": [one.twin() for one in found]} | ({"summary": told} if told else {})
    return name, b"".join(payload for _, payload in blocks) + written, header, twin
