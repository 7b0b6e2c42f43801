import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.format.errors import FormatError, OversizeError, TruncatedError, UnsupportedFormatError
from recorder.format.packet import MAX_PAYLOAD, Piece
from recorder.format.segment import MAX_PACKETS, MAX_SEGMENT, Label, Segment, SegmentParser, read_segment
from tests.recorder.format.arbitrary import numbers, segments
from tests.vectors.vector import Vector, vectors

GOOD = [vector for vector in vectors("recorder", "segment") if vector["open"] == "ok" and len(vector.body) < 2000]


def fed(*portions: bytes) -> Segment:
    parser = SegmentParser()
    for portion in portions:
        parser.feed(portion)
    return parser.finish()


@given(segments())
def test_what_is_written_is_read(segment: Segment) -> None:
    assert read_segment(segment.to_bytes()) == segment


@given(segments(), st.data())
def test_it_is_read_from_any_portions(segment: Segment, data: st.DataObject) -> None:
    raw = segment.to_bytes()
    assert fed(*(raw[at : at + 1] for at in range(len(raw)))) == segment
    cut = data.draw(st.integers(0, len(raw)))
    assert fed(raw[:cut], b"", raw[cut:]) == segment
    assert read_segment(memoryview(raw)) == segment


@pytest.mark.parametrize("vector", GOOD, ids=lambda vector: vector.name)
def test_cut_anywhere_it_ends_too_early_and_followed_by_anything_it_is_malformed(vector: Vector) -> None:
    raw = vector.body
    parser = SegmentParser()
    for size in range(len(raw)):
        with pytest.raises(TruncatedError) as told:
            read_segment(raw[:size])
        assert told.value.offset == size
        with pytest.raises(TruncatedError):
            parser.finish()
        parser.feed(raw[size : size + 1])
    assert parser.finish() == read_segment(raw)
    with pytest.raises(FormatError) as followed:
        read_segment(raw + b"\x00")
    assert followed.value.offset == len(raw)


def test_another_version_is_refused_at_its_first_byte() -> None:
    with pytest.raises(UnsupportedFormatError) as told:
        SegmentParser().feed(b"\x02")
    assert told.value.version == 2


def test_what_no_block_holds_is_refused_while_it_comes() -> None:
    parser = SegmentParser()
    parser.feed(b"\x01" + bytes(MAX_SEGMENT - 1))
    with pytest.raises(OversizeError):
        parser.feed(b"\x00")


def test_the_largest_payload_and_the_most_packets_are_read() -> None:
    large = Segment(
        time_us=0, tracks={1: "screen/a"}, keyframes={}, pieces=(Piece("screen/a", 0, 1, bytes(MAX_PAYLOAD)),)
    )
    assert read_segment(large.to_bytes()) == large
    larger = Segment(
        time_us=0, tracks={1: "screen/a"}, keyframes={}, pieces=(Piece("screen/a", 0, 1, bytes(MAX_PAYLOAD + 1)),)
    )
    with pytest.raises(OversizeError):
        read_segment(larger.to_bytes())
    many = Segment(time_us=0, tracks={1: "chat"}, keyframes={}, pieces=(Piece("chat", 0, 0, b""),) * MAX_PACKETS)
    assert read_segment(many.to_bytes()) == many


@given(numbers, numbers, numbers)
def test_a_label_has_24_bytes(time_us: int, first: int, second: int) -> None:
    label = Label(time_us=time_us, keyframes=(first, second))
    assert len(label.to_bytes()) == 24
    assert Label.read(label.to_bytes()) == label
    assert label.to_bytes()[:8] == time_us.to_bytes(8, "little")
