from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings

from recorder.format.packet import Flag, Joiner, Packet, Piece, kind, pieces
from recorder.format.screen import Configuration
from recorder.format.segment import MAX_PACKETS, MAX_TRACKS, read_segment
from recorder.format.segments import OPEN_SIZE, OPEN_US, Closed, SegmentBuilder
from tests.recorder.format.arbitrary import streams

SCREEN = "screen/customer"
CONFIGURATION = Configuration(codec="vp9", width_px=3, height_px=2).to_payload()


def closed(packets: Sequence[Packet]) -> Iterator[tuple[int, Closed]]:
    """Give every segment with the offset of its block, as a writer makes them."""
    builder = SegmentBuilder()
    offset = 1444
    for packet in packets:
        if builder.closes_before(packet):
            yield offset, builder.close(offset)
            offset += 400
        for piece in pieces(packet):
            builder.add(piece)
            if builder.full:
                yield offset, builder.close(offset)
                offset += 400
    if builder.began_us is not None:
        yield offset, builder.close(offset)


def begins_with_a_keyframe(pieces_: Sequence[Piece]) -> bool:
    """Whether a segment that holds a keyframe of a screen begins with it, or with its configuration."""
    at = [number for number, one in enumerate(pieces_) if kind(one.track) == "screen" and one.flags & Flag.KEYFRAME]
    first = pieces_[0]
    return at in ([], [0]) or (at == [1] and first.track == pieces_[1].track and first.flags == Flag.CONFIGURATION)


@settings(max_examples=150)
@given(streams())
def test_segments_hold_all_packets_in_order_within_their_bounds(packets: list[Packet]) -> None:
    segments = [one.segment for _, one in closed(packets)]
    assert [one for segment in segments for one in segment.pieces] == [one for each in packets for one in pieces(each)]
    for segment in segments:
        times_us = [one.time_us for one in segment.pieces]
        assert times_us == sorted(times_us)
        assert segment.time_us == times_us[0]
        assert times_us[-1] - times_us[0] < OPEN_US
        assert sum(len(one.payload) for one in segment.pieces[:-1]) < OPEN_SIZE
        assert begins_with_a_keyframe(segment.pieces)
        assert read_segment(segment.to_bytes()) == segment
    joiner = Joiner()
    assert [one for segment in segments for piece in segment.pieces if (one := joiner.feed(piece))] == packets


@settings(max_examples=150)
@given(streams())
def test_segments_and_labels_say_where_the_last_keyframe_of_each_track_lies(packets: list[Packet]) -> None:
    last: dict[str, int] = {}
    ids: dict[str, int] = {}
    for offset, one in closed(packets):
        segment = one.segment
        names = {name: id_ for id_, name in segment.tracks.items()}
        assert {segment.tracks[id_]: at for id_, at in segment.keyframes.items()} == last
        assert set(names) == {piece.track for piece in segment.pieces} | set(last)
        assert all(ids.setdefault(name, id_) == id_ for name, id_ in names.items())
        for piece in segment.pieces:
            if piece.flags & Flag.KEYFRAME:
                last[piece.track] = offset
        screens = [at for name, at in last.items() if kind(name) == "screen"][:2]
        assert one.label.keyframes == tuple((*screens, 0, 0)[:2])
        assert one.label.time_us == segment.time_us


def test_nothing_is_closed_that_is_not_open() -> None:
    builder = SegmentBuilder()
    assert not builder.closes_before(Packet(SCREEN, 10**9, b"", keyframe=True))
    assert builder.began_us is None


def test_a_segment_is_full_at_256_kib_or_16384_packets() -> None:
    builder = SegmentBuilder()
    builder.add(Piece(SCREEN, 0, 0, bytes(OPEN_SIZE - 1)))
    assert not builder.full
    builder.add(Piece(SCREEN, 0, 0, b"1"))
    assert builder.full
    builder.close(0)
    for _ in range(MAX_PACKETS):
        assert not builder.full
        builder.add(Piece("chat", 0, 0, b""))
    assert builder.full


@pytest.mark.parametrize(
    ("before", "packet", "closes"),
    [
        ([Packet("chat", 0, b"")], Packet("chat", OPEN_US - 1, b""), False),
        ([Packet("chat", 0, b"")], Packet("chat", OPEN_US, b""), True),
        ([Packet("chat", 0, b"")], Packet(SCREEN, 0, b"", configuration=True), True),
        ([Packet("chat", 0, b"")], Packet(SCREEN, 0, b"", keyframe=True), True),
        ([Packet("chat", 0, b"")], Packet("pointer/a", 0, b"", keyframe=True), False),
        ([Packet(SCREEN, 0, b"", configuration=True)], Packet(SCREEN, 0, b"", keyframe=True), False),
        ([Packet("screen/a", 0, b"", configuration=True)], Packet(SCREEN, 0, b"", keyframe=True), True),
        ([Packet(SCREEN, 0, b"", configuration=True)], Packet(SCREEN, 0, b"", configuration=True), True),
        ([Packet(SCREEN, 0, b"", keyframe=True)], Packet(SCREEN, 0, b"", keyframe=True), True),
        ([Packet(SCREEN, 0, b"", keyframe=True)], Packet(SCREEN, 0, b""), False),
        (
            [Packet(SCREEN, 0, b"", configuration=True), Packet("chat", 0, b"")],
            Packet(SCREEN, 0, b"", keyframe=True), True,
        ),
    ],
)  # fmt: skip
def test_a_segment_closes_before(before: list[Packet], packet: Packet, closes: bool) -> None:  # noqa: FBT001 - of a table
    builder = SegmentBuilder()
    for one in before:
        for piece in pieces(one):
            builder.add(piece)
    assert builder.closes_before(packet) is closes


def test_a_picture_of_20_mib_is_sealed_in_three_blocks_and_found_at_its_beginning() -> None:
    packets = [
        Packet("chat", 0, b"Hello"),
        Packet(SCREEN, 5, CONFIGURATION, configuration=True),
        Packet(SCREEN, 5, bytes(20 * 1024 * 1024), keyframe=True),
        Packet(SCREEN, 6, b"delta"),
    ]
    found = list(closed(packets))
    assert [len(one.segment.pieces) for _, one in found] == [1, 2, 1, 1, 1]
    assert [one.label.keyframes for _, one in found] == [(0, 0), *[(1844, 0)] * 4]
    assert found[-1][1].segment.keyframes == {2: 1844}


def test_misuse_is_told() -> None:
    builder = SegmentBuilder()
    builder.add(Piece("chat", 5, 0, b""))
    with pytest.raises(ValueError, match="backward"):
        builder.add(Piece("chat", 4, 0, b""))
    with pytest.raises(ValueError, match="name"):
        builder.add(Piece("Chat", 5, 0, b""))
    for number in range(MAX_TRACKS - 1):
        builder.add(Piece(f"screen/{number}", 5, 0, b""))
    with pytest.raises(ValueError, match="255"):
        builder.add(Piece("screen/one-more", 5, 0, b""))
    assert len(builder.close(0).segment.pieces) == MAX_TRACKS
