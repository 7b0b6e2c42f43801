"""The vectors of summaries that are made from segments."""

from collections.abc import Iterator, Sequence
from typing import Final

from tests.vectors.recorder_bytes import CUSTOMER, OVER, Case, frame, line, pack
from tests.vectors.recorder_segments import CONFIGURATION, POINTER
from tests.vectors.recorder_sessions import (
    COMPRESSED,
    CONFIGURES,
    KEYFRAME,
    TRACKS,
    Found,
    facts,
    levels,
    part,
    session,
    shown,
)
from tests.vectors.recorder_summaries import Fields, expected, summary
from tests.vectors.recorder_values import EVENTS, SNAPSHOT

WALL_US: Final = 1_790_000_000_000_000


def rebuilt_cases() -> Iterator[Case]:
    yield _rebuilt()
    yield _long_chat()
    yield _doubled()
    yield _of_what_is_not_whole()


def _rebuilt() -> Case:
    """Build a session with every event, and the summary its writer wrote."""
    clock: Fields = {"kind": "clock", "wall_us": WALL_US + 250}
    told = [(track, {"kind": kind} | fields) for track, kind, fields in EVENTS if kind != "clock"]
    told += [("diagnostics", {"kind": "snapshot"} | SNAPSHOT), ("chat", {"kind": "reaction", "by": 1})]
    told += [("markers", {"kind": "marker", "name": "red", "colour": "red"})]
    ids = {name: id_ for id_, name in TRACKS.items()}
    events = [[ids[track], 1000 if at else 0, 0, pack(fields)] for at, (track, fields) in enumerate(told)]
    picture, png = b"k" * 300, b"\x89PNG"
    first = [[4, 0, 0, pack(clock)], [1, 0, CONFIGURES, CONFIGURATION], [1, 0, KEYFRAME, picture]]
    first += [[2, 9, KEYFRAME, POINTER], [8, 0, 0, png]]
    last_us = 62_000_000
    blocks = (
        (1444, part(250, first)),
        (2500, part(1_501_000, events, {1: 1444, 2: 1444})),
        (9000, part(last_us, [[1, 0, 0, b"delta"], [8, 0, 0, png], [4, 0, 0, pack(clock)]], {1: 1444, 2: 1444})),
    )
    found = [Found(1444, 250, "recording", pack(clock)), Found(1444, 250, CUSTOMER, CONFIGURATION, CONFIGURES)]
    found += [Found(1444, 250, CUSTOMER, picture, KEYFRAME), Found(1444, 259, OVER, POINTER, KEYFRAME)]
    found += [Found(1444, 259, "thumbnails", png)]
    times_us = [1_501_000 + 1000 * number for number in range(len(told))]
    found += [
        Found(2500, time_us, track, pack(fields)) for time_us, (track, fields) in zip(times_us, told, strict=True)
    ]
    found += [Found(9000, last_us, CUSTOMER, b"delta"), Found(9000, last_us, "thumbnails", png)]
    found += [Found(9000, last_us, "recording", pack(clock))]
    lists: dict[str, list[object]] = {}
    written: dict[str, list[object]] = {}
    for time_us, (track, fields) in zip(times_us, told, strict=True):
        if fields["kind"] != "reaction":
            kept = {key: value for key, value in fields.items() if key not in {"categories", "colour"}}
            written.setdefault(track, []).append([time_us, kept])
            more: Fields = {"categories": []} if fields["kind"] == "snapshot" else {}
            lists.setdefault(track, []).append([time_us, kept | more])
    chats = sum(len(pack(fields)) for track, fields in told if track == "chat")
    active = {
        "screen": levels({0: 300, 62: 5}), "pointer": levels({0: len(POINTER)}), "chat": levels({1: chats}),
    }  # fmt: skip
    summed: Fields = {
        "duration_us": last_us, "began_wall_us": WALL_US, "tracks": _counted(found),
        "events": {track: {"count": len(rows), "list": rows} for track, rows in written.items()},
        "thumbnails": [[259, 1444], [last_us, 9000]],
    }  # fmt: skip
    counts = {track: {"count": len(rows), "list": lists[track]} for track, rows in written.items()}
    twin = expected(summed | {"events": counts}, active)
    note = "a session with every event; the summary at its end says what the segments say"
    return session("summary-rebuilt", "§4.8", note, blocks, found, twin, written=summary(summed, active))


def _long_chat() -> Case:
    text = b"a" * 60_000
    before, after = line(text.decode()).split(text)
    packed = frame(len(before + text + after), before, (b"a", len(text)), after)
    marker: Fields = {"kind": "marker", "name": "the fault"}
    rows: list[Sequence[object]] = [
        *([3, 10 if at else 0, COMPRESSED, packed] for at in range(17)),
        [5, 0, 0, pack(marker)],
    ]
    whole = before + text + after
    found = [
        *(Found(1444, 10 * number, "chat", whole) for number in range(1, 18)),
        Found(1444, 170, "markers", pack(marker)),
    ]
    told: Fields = {
        "duration_us": 170, "tracks": _counted(found),
        "events": {"chat": {"count": 17}, "markers": {"count": 1, "list": [[170, marker]]}},
    }  # fmt: skip
    note = "a chat that does not fit into a summary"
    active = {"chat": levels({0: 17 * len(whole)})}
    return session("summary-long-chat", "§4.8", note, [(1444, part(10, rows))], found, expected(told, active))


def _doubled() -> Case:
    long_us = 65_536_000_000
    rows = [
        [2, 0, 0, b"\x93\x01\x02\x00"],
        [2, 1_000_000, 0, b"\x93\x01\x02\x00"],
        [2, 1_000_000, 0, b"\x93\x01\x02\x00"],
    ]
    rows += [[1, long_us - 2_000_001, KEYFRAME, b"almost"], [1, 1, 0, b"then"]]
    times_us = (0, 1_000_000, 2_000_000, long_us - 1, long_us)
    flags = (0, 0, 0, KEYFRAME, 0)
    found = [
        Found(1444, at, TRACKS[int(str(row[0]))], _payload(row), flag)
        for at, row, flag in zip(times_us, rows, flags, strict=True)
    ]
    told: Fields = {
        "duration_us": long_us,
        "tracks": [one | ({"keyframes": 1} if one["name"] == CUSTOMER else {}) for one in _counted(found)],
    }
    active = {"pointer": levels({0: 8, 1: 4}), "screen": levels({32_767: 6, 32_768: 4})}
    note = "65 536 s and a µs: a step is two seconds"
    return session(
        "summary-doubled", "§4.8", note, [(1444, part(0, rows))], found, expected(told, active, step_us=2_000_000)
    )


def _of_what_is_not_whole() -> Case:
    wrong = [
        (4, 0, pack({"kind": "clock", "wall_us": "noon"})), (4, 0, pack({"kind": "clock", "wall_us": True})),
        (3, 0, pack({"kind": "line", "by": 1})), (3, 0, b"\xc1"), (3, 0, b""), (5, 0, pack({})),
        (1, CONFIGURES, pack({"codec": "vp9", "width": 0, "height": 0})), (3, 0, line("Hello")),
        (4, 0, pack({"kind": "clock", "wall_us": 5})),
    ]  # fmt: skip
    blocks = [(1444, part(7, [[id_, 0, flags, payload] for id_, flags, payload in wrong]))]
    found = [Found(1444, 7, TRACKS[id_], payload, flags) for id_, flags, payload in wrong]
    hello = {"kind": "line", "by": 1, "text": "Hello", "audience": "all"}
    chats = sum(len(payload) for id_, _, payload in wrong if id_ == 3)
    counted = [one | ({"keyframes": 0} if one["name"] == CUSTOMER else {}) for one in _counted(found)]
    told = {
        "duration_us": 7, "began_wall_us": 0, "tracks": counted,
        "events": {"chat": {"count": 1, "list": [[7, hello]]}},
    }  # fmt: skip
    note = "events and a configuration that break their law are counted as packets and not listed"
    return session("summary-not-whole", "§4.8", note, blocks, found, expected(told, {"chat": levels({0: chats})}))


def _counted(found: Sequence[Found]) -> list[Fields]:
    """Return the facts of each track; a screen is 640 × 480 when it was configured."""
    counted = []
    for track in sorted({one.track for one in found if one.track}):
        own = [one for one in found if one.track == track]
        times_us = [one.time_us for one in own if one.time_us is not None]
        row = facts(
            track,
            sum(not one.flags & 2 for one in own),
            sum(len(one.payload) for one in own),
            times_us[0],
            times_us[-1],
        )
        configured = any(one.payload == CONFIGURATION for one in own)
        counted.append(row | (shown("vp9", 640, 480, 1) if configured else {}))
    return counted


def _payload(row: Sequence[object]) -> bytes:
    assert isinstance(row[3], bytes)
    return row[3]
