import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.format.errors import FormatError, OversizeError, TruncatedError
from recorder.format.pack import (
    MAX_EVENT,
    ScalarReader,
    bytes_of,
    compressed,
    decompressed,
    fields_of,
    list_of,
    number_of,
    pack,
    smaller,
    text_of,
    unpack,
)
from tests.recorder.format.arbitrary import values
from tests.vectors.recorder_bytes import frame, repeated, stored

plain_values = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(max_size=20) | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=5),
    max_leaves=20,
)


def peak_of(act: Callable[[], object]) -> int:
    """Return the most bytes that were taken at once."""
    tracemalloc.start()
    try:
        with pytest.raises(FormatError):
            act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@given(plain_values)
def test_what_is_packed_is_unpacked(value: object) -> None:
    assert unpack(pack(value), what="value") == value


@given(values, st.binary(min_size=1, max_size=3))
def test_a_value_that_is_cut_or_followed_by_something_is_refused(value: object, more: bytes) -> None:
    raw = pack(value)
    for size in range(len(raw)):
        with pytest.raises(TruncatedError):
            unpack(raw[:size], what="value")
    with pytest.raises(FormatError) as told:
        unpack(raw + more, what="value")
    # Whatever follows may itself be cut off or no MessagePack; the value alone was whole.
    assert told.value.offset is None or told.value.offset >= len(raw)


def test_the_place_and_the_thing_are_told() -> None:
    with pytest.raises(TruncatedError) as cut:
        unpack(b"\x92\x01", what="pair")
    assert (cut.value.what, cut.value.offset) == ("pair", 2)
    with pytest.raises(FormatError) as followed:
        unpack(b"\x92\x01\x02\x03", what="pair")
    assert followed.value.offset == 3
    assert "pair" in str(followed.value)


@pytest.mark.parametrize(
    "raw",
    [
        b"\xdd\xff\xff\xff\xff",
        b"\xdd\x00\x3f\xff\xff" * 1000,
        b"\xdf\x00\x3f\xff\xff" * 1000,
        b"\xc6\xff\xff\xff\xff",
        b"\xdb\x00\x3f\xff\xff",
        b"\x91" * 100_000,
        b"\x81\xa1a" * 50_000,
    ],
    ids=lambda raw: f"{raw[:5].hex()} x {len(raw)}",
)
def test_bytes_that_claim_much_take_little(raw: bytes) -> None:
    assert peak_of(lambda: unpack(raw, what="value")) < 64 * len(raw) + 65_536


def test_more_than_the_limit_is_not_looked_at() -> None:
    with pytest.raises(OversizeError) as told:
        unpack(bytes(MAX_EVENT + 1), what="event")
    assert told.value.limit == MAX_EVENT
    assert unpack(pack(bytes(1000)), what="value", limit=1003) == bytes(1000)


@pytest.mark.parametrize(
    ("read", "good", "bad"),
    [
        (lambda one: number_of(one, what="n"), [0, 1, 2**53 - 1], [-1, 2**53, True, 1.0, "1", None, b"1", [1]]),
        (lambda one: number_of(one, what="n", least=-2, limit=2), [-2, 1], [-3, 2]),
        (lambda one: text_of(one, what="t"), ["", "ä", "a" * 65_536], ["a" * 65_537, "ä" * 32_769, 1, b"a", None]),
        (lambda one: bytes_of(one, what="b", limit=2), [b"", b"12"], [b"123", "12", None, bytearray(2)]),
        (lambda one: list_of(one, what="l"), [[], [1]], [(), {}, "ab", None]),
        (lambda one: fields_of(one, what="f"), [{}, {"a": 1}], [{1: 2}, {b"a": 1}, [], None]),
    ],
)
def test_a_value_is_of_its_type_or_refused(
    read: Callable[[object], object], good: list[object], bad: list[object]
) -> None:
    for value in good:
        assert read(value) == value
    for value in bad:
        with pytest.raises(FormatError):
            read(value)


@given(st.binary(max_size=500), st.integers(1, 40))
def test_what_is_compressed_is_decompressed(payload: bytes, times: int) -> None:
    frame_ = smaller(payload * times)
    if len(payload * times) < 128:
        assert frame_ is None
    if frame_:
        assert len(frame_) < len(payload * times)
        assert decompressed(frame_, what="payload") == payload * times
    if payload:
        assert decompressed(compressed(payload), what="payload") == payload


def test_a_frame_that_unpacks_to_much_takes_no_more_than_the_limit() -> None:
    bomb = frame(MAX_EVENT + 1, *repeated(b"a", MAX_EVENT + 1))
    lie = frame(100, *repeated(b"a", MAX_EVENT))
    for one in (bomb, lie, frame(None, *repeated(b"a", MAX_EVENT))):
        assert peak_of(lambda one=one: decompressed(one, what="payload")) < 65_536  # type: ignore[misc] # bound at once
    with pytest.raises(OversizeError):
        decompressed(stored(bytes(101)), what="payload", limit=100)
    assert decompressed(stored(bytes(100)), what="payload", limit=100) == bytes(100)


def test_scalars_are_read_one_by_one_and_nothing_nested_is_built() -> None:
    raw = pack([7, {"a": b"b"}, [1, [2]], True])
    reader = ScalarReader(raw, what="thing")
    assert reader.array(what="thing", least=4, limit=4) == 4
    assert reader.scalar() == 7
    assert reader.map(what="map", limit=1) == 1
    assert (reader.scalar(), reader.scalar()) == ("a", b"b")
    with pytest.raises(FormatError) as told:
        reader.scalar()
    assert told.value.offset == reader.offset == raw.index(b"\x92\x01")
    reader.skip()
    assert reader.scalar() is True
    reader.end()
    with pytest.raises(TruncatedError):
        reader.scalar()
    with pytest.raises(TruncatedError):
        reader.array(what="more")


def test_a_header_is_of_its_kind_and_within_its_bounds() -> None:
    for raw, refused in ((b"\x81\x01\x02", FormatError), (b"\xa1a", FormatError), (b"\x92", FormatError)):
        with pytest.raises(refused):
            ScalarReader(raw, what="thing").array(what="thing", least=3)
    with pytest.raises(OversizeError):
        ScalarReader(b"\x92", what="thing").array(what="thing", limit=1)
    with pytest.raises(FormatError):
        ScalarReader(b"\x92", what="thing").map(what="thing", limit=9)
