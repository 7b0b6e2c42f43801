"""Vectors with flipped bits, cut, spliced: refused on purpose or read, in bounded memory."""

import contextlib
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.format.errors import FormatError, UnsupportedFormatError
from recorder.format.events import EVENT_TRACKS, read_event
from recorder.format.pack import decompressed, unpack_fields
from recorder.format.packet import Joiner
from recorder.format.screen import Configuration, Pointer
from recorder.format.segment import read_segment
from recorder.format.snapshot import Snapshot
from recorder.format.summary import read_summary
from recorder.format.summing import SummaryBuilder
from tests.recorder.changed import changed
from tests.vectors.vector import vectors

KINDS: Final = ("segment", "event", "pointer", "configuration", "summary", "recording")
BODIES: Final = {kind: [vector.body for vector in vectors("recorder", kind)] for kind in KINDS}
ALL: Final = [body for bodies in BODIES.values() for body in bodies if len(body) < 20_000]
# What things of MessagePack begin with, lengths and signs among them.
FIRST_BYTES: Final = (0, 0x7F, 0x80, 0x90, 0x9F, 0xC0, 0xC1, 0xC6, 0xC9, 0xDB, 0xDD, 0xDF, 0xFF)


def read_packets(body: bytes) -> None:
    joiner, builder = Joiner(), SummaryBuilder()
    for piece in read_segment(body).pieces:
        with contextlib.suppress(FormatError):
            if packet := joiner.feed(piece):
                builder.add(packet, offset=0)
    read_summary(builder.to_bytes())


def read_events(body: bytes) -> None:
    for track in EVENT_TRACKS:
        with contextlib.suppress(FormatError):
            read_event(track, body)


READERS: Final[dict[str, tuple[Callable[[bytes], object], ...]]] = {
    "segment": (read_packets,),
    "recording": (read_packets, lambda body: decompressed(body, what="payload")),
    "event": (read_events, lambda body: Snapshot.read(unpack_fields(body, what="snapshot"))),
    "pointer": (partial(Pointer.read, keyframe=True), partial(Pointer.read, keyframe=False)),
    "configuration": (Configuration.read,),
    "summary": (read_summary,),
}


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, bytes]:
    kind = draw(st.sampled_from(KINDS))
    return kind, changed(draw, draw(st.sampled_from(BODIES[kind])), values=FIRST_BYTES, others=ALL)


@contextmanager
def bounded(size: int) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < 64 * size + 16 * 1024 * 1024
    finally:
        tracemalloc.stop()


@settings(max_examples=1500)
@given(mutated())
def test_mutated_vectors_are_refused_on_purpose_or_read(case: tuple[str, bytes]) -> None:
    kind, body = case
    for read in READERS[kind]:
        with bounded(len(body)), contextlib.suppress(FormatError, UnsupportedFormatError):
            read(body)


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_on_purpose_or_read(body: bytes) -> None:
    for readers in READERS.values():
        for read in readers:
            for data in (body, b"\x01" + body):
                with bounded(len(data)), contextlib.suppress(FormatError, UnsupportedFormatError):
                    read(data)
