"""Anything that the law allows, for property tests."""

import dataclasses
import itertools
from collections.abc import Callable
from typing import Any, Final, get_args

from hypothesis import strategies as st

from recorder.format.events import Event, Taken
from recorder.format.pack import MAX_TIME_US
from recorder.format.packet import Packet, Piece
from recorder.format.screen import MAX_SHAPE_SIDE, MAX_SIDE, Configuration, Pointer, Shape
from recorder.format.segment import Segment
from recorder.format.snapshot import Category, Snapshot

SCREENS: Final = ("screen/customer", "screen/agent", "screen/third")
TRACKS: Final = (*SCREENS, "pointer/customer", "chat", "markers", "recording", "thumbnails", "hologram/left")

numbers = st.integers(0, MAX_TIME_US - 1)
texts = st.text(max_size=40)
names = st.text("abc019-/", min_size=1, max_size=64)
# What MessagePack can say at all; maps with odd keys among it.
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | texts | st.binary(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(texts | st.sampled_from(["kind", "text", "by"]) | st.integers(0, 9), inner, max_size=4)
    ),
    max_leaves=12,
)

_items = st.dictionaries(
    st.text(min_size=1, max_size=8), texts | st.integers(-(2**63), 2**64 - 1) | st.booleans(), max_size=4
)
categories = st.builds(
    Category,
    name=st.text(min_size=1, max_size=64),
    items=st.lists(_items, max_size=3).map(tuple),
    missing=st.none() | texts,
)
snapshots = st.builds(
    Snapshot,
    taken_us=numbers,
    source=st.text(min_size=1, max_size=64),
    categories=st.lists(categories, max_size=3).map(tuple),
)
_BY_TYPE: Final[dict[object, st.SearchStrategy[Any]]] = {
    int: numbers,
    int | None: st.none() | numbers,
    str: texts,
    str | None: st.none() | texts,
    bool: st.booleans(),
    tuple[str, ...]: st.lists(texts, max_size=4).map(tuple),
    Snapshot: snapshots,
}


def events_of(kind: type[Event]) -> st.SearchStrategy[Event]:
    fields = {field.name: _BY_TYPE[field.type] for field in dataclasses.fields(kind)}
    if "jumped_us" in fields:
        fields["jumped_us"] = st.none() | st.integers(-(2**53) + 1, 2**53 - 1)
    make: Callable[..., Event] = kind
    return st.builds(make, **fields)


events = st.sampled_from(get_args(Event)).flatmap(events_of)
plain_events = st.sampled_from([kind for kind in get_args(Event) if kind is not Taken]).flatmap(events_of)
configurations = st.builds(
    Configuration,
    codec=st.text(max_size=16),
    width_px=st.integers(1, MAX_SIDE),
    height_px=st.integers(1, MAX_SIDE),
    description=st.none() | st.binary(max_size=50),
    reorder=st.integers(0, 16),
    title=st.none() | texts,
)


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    width_px, height_px = draw(st.sampled_from([(0, 0), (1, 1), (3, 2), (MAX_SHAPE_SIDE, 1)]))
    hot = st.integers(0, MAX_SHAPE_SIDE)
    rgba = draw(st.binary(min_size=4, max_size=4)) * (width_px * height_px)
    return Shape(hot_x_px=draw(hot), hot_y_px=draw(hot), width_px=width_px, height_px=height_px, rgba=rgba)


_places = st.integers(-(2**31), 2**31 - 1)
pointers = st.builds(Pointer, x_px=_places, y_px=_places, buttons=numbers, shape=st.none() | shapes())


@st.composite
def segments(draw: st.DrawFn) -> Segment:
    ids = draw(st.lists(st.integers(1, 255), min_size=1, max_size=5, unique=True))
    named = draw(st.lists(names, min_size=len(ids), max_size=len(ids), unique=True))
    rows = draw(
        st.lists(
            st.tuples(st.sampled_from(named), st.integers(0, 2**40), st.integers(0, 31), st.binary(max_size=300)),
            min_size=1,
            max_size=8,
        )
    )
    time_us = draw(st.integers(0, 2**52))
    times_us = itertools.accumulate((later_us for _, later_us, _, _ in rows[1:]), initial=time_us)
    pieces = [Piece(track, at, flags, raw) for (track, _, flags, raw), at in zip(rows, times_us, strict=True)]
    keyframes = draw(st.dictionaries(st.sampled_from(ids), numbers))
    return Segment(
        time_us=time_us, tracks=dict(zip(ids, named, strict=True)), keyframes=keyframes, pieces=tuple(pieces)
    )


@st.composite
def streams(draw: st.DrawFn, *, max_size: int = 40) -> list[Packet]:
    """Packets as recorders put them: a screen's keyframe right after its configuration, times in order."""
    packets: list[Packet] = []
    begun: set[str] = set()
    time_us = draw(st.integers(0, 10_000_000))
    steps = st.tuples(
        st.sampled_from(TRACKS),
        st.booleans(),
        st.sampled_from([0, 0, 1, 900, 50_000, 400_000, 999_999, 1_000_000, 7_000_000]),
        st.sampled_from([0, 1, 60, 4000, 100_000, 262_143, 262_144, 600_000]),
    )
    for track, keyframe, later_us, size in draw(st.lists(steps, max_size=max_size)):
        time_us += later_us
        payload = (len(packets) % 251).to_bytes(1, "big") * size
        keyframe_too = keyframe or (track in SCREENS and track not in begun)
        if track in SCREENS and keyframe_too:
            begun.add(track)
            configuration = Configuration(codec="vp9", width_px=size % 999 + 1, height_px=2)
            packets.append(Packet(track, time_us, configuration.to_payload(), configuration=True))
        packets.append(Packet(track, time_us, payload, keyframe=keyframe_too))
    return packets
