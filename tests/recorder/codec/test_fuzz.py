"""Packets with flipped bits, cut, spliced, packed again: refused on purpose or shown, in bounded memory."""

import random
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.codec.decoder import TilesDecoder
from recorder.codec.grid import Grid
from recorder.codec.wire import most_bytes
from recorder.format.errors import FormatError
from tests.faults.choices import Choices
from tests.faults.fuzz_screen import fuzz_screen
from tests.recorder.changed import changed
from tests.recorder.codec.test_vectors import decoder_of, packets
from tests.vectors.codec_bytes import WINDOW_8_MIB
from tests.vectors.vector import Vector, vectors

MIB: Final = 1024 * 1024
EDGES: Final = (0, 1, 2, 3, 4, 0x7F, 0x80, 0xD8, 0xDA, 0xFF)  # what sizes, counts and markers are near to
SMALL: Final = [one for one in vectors("codec", "tiles") if int(one["width"]) * int(one["height"]) <= 128 * 128]
ALL: Final = [payload for one in SMALL for _, payload, _ in packets(one)]


@contextmanager
def bounded(grid: Grid) -> Iterator[None]:
    """Allow what SPEC.md §5 allows a few times over, and what a stream unpacks to before it is looked at.

    What C libraries take is not seen here, but in test_hostile.py.
    """
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < 8 * most_bytes(grid) + 12 * MIB
    finally:
        tracemalloc.stop()


@st.composite
def mutated(draw: st.DrawFn) -> tuple[Vector, int, bytes]:
    """Return a vector, which of its packets is another, and that."""
    vector = draw(st.sampled_from(SMALL))
    at = draw(st.integers(0, len(vector.all("packet")) - 1))
    _, payload, _ = list(packets(vector))[at]
    return vector, at, changed(draw, payload, values=EDGES, others=ALL)


@settings(max_examples=600)
@given(mutated())
def test_mutated_vectors_are_refused_on_purpose_or_shown(case: tuple[Vector, int, bytes]) -> None:
    vector, other, body = case
    decoder = decoder_of(vector)
    for at, (keyframe, payload, _) in enumerate(packets(vector)):
        if at < other:
            decoder.feed(payload, keyframe=keyframe)
        elif at == other:
            with bounded(Grid(int(vector["width"]), int(vector["height"]))), suppress(FormatError):
                decoder.feed(body, keyframe=keyframe)


def test_changed_packets_are_refused_on_purpose_or_shown_and_a_keyframe_mends_it() -> None:
    depth = Counter[str]()
    for case in range(1_500):
        fuzz_screen(Choices(random.Random(f"case {case}").randbytes(64)), depth)
    assert min(depth.values()) > 100, depth
    assert set(depth) == {"screen packet: FormatError", "screen packet: TruncatedError", "screen packets shown"}


@settings(max_examples=400)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_on_purpose(body: bytes) -> None:
    decoder, grid = TilesDecoder(64, 48), Grid(64, 48)
    for payload in (body, b"\0" + body, b"\0" + WINDOW_8_MIB + body, b"\2\1\0\0\0" + WINDOW_8_MIB + body):
        with bounded(grid), pytest.raises(FormatError):
            decoder.feed(payload, keyframe=True)
