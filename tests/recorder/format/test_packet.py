from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.format.errors import FormatError, OversizeError
from recorder.format.pack import MAX_EVENT, MAX_TIME_US
from recorder.format.packet import MAX_JOINED, MAX_PAYLOAD, Flag, Joiner, Packet, Piece, kind, later, pieces, track_name
from tests.recorder.format.arbitrary import TRACKS, streams

MiB = 1024 * 1024
SCREEN = "screen/customer"


def joined(parts: Iterable[Piece]) -> list[Packet]:
    joiner = Joiner()
    return [packet for piece in parts if (packet := joiner.feed(piece))]


@given(streams())
def test_pieces_give_the_packets_they_were_made_of(packets: list[Packet]) -> None:
    assert joined(piece for packet in packets for piece in pieces(packet)) == packets


@pytest.mark.parametrize("size", [0, 8 * MiB, 8 * MiB + 1, 16 * MiB, 20 * MiB + 3, 64 * MiB])
def test_a_large_picture_is_cut_and_joined(size: int) -> None:
    payload = bytes(size - size // 2) + b"\x01" * (size // 2)
    packet = Packet(SCREEN, 7, payload, keyframe=True)
    parts = list(pieces(packet))
    assert [len(part.payload) for part in parts[:-1]] == [MAX_PAYLOAD] * max(0, -(-size // MAX_PAYLOAD) - 1)
    assert all(bool(part.flags & Flag.GOES_ON) == (part is not parts[-1]) for part in parts)
    assert all(bool(part.flags & Flag.CONTINUES) == (part is not parts[0]) for part in parts)
    assert all(bool(part.flags & Flag.KEYFRAME) == (part is parts[0]) for part in parts)
    between = Piece("chat", 7, 0, b"between")
    mixed = [one for part in parts for one in (part, between)]
    assert joined(mixed)[-2:] == [packet, Packet("chat", 7, b"between")]


def test_what_is_too_large_is_refused_before_anything_is_given() -> None:
    for track, size, limit in ((SCREEN, MAX_JOINED, MAX_JOINED), ("diagnostics", MAX_EVENT, MAX_EVENT)):
        assert next(pieces(Packet(track, 0, bytes(size))))
        with pytest.raises(OversizeError) as told:
            next(pieces(Packet(track, 0, bytes(size + 1))))
        assert told.value.limit == limit


def test_pictures_are_never_compressed_and_other_things_when_it_saves_something() -> None:
    for track in TRACKS:
        (piece,) = pieces(Packet(track, 0, bytes(4000)))
        pictures = kind(track) in {"screen", "thumbnails"}
        assert bool(piece.flags & Flag.COMPRESSED) != pictures
        assert (len(piece.payload) < 100) != pictures
    for payload in (bytes(100), bytes(range(256))):
        (piece,) = pieces(Packet("chat", 0, payload))
        assert (piece.flags, piece.payload) == (0, payload)


def test_more_than_may_be_joined_is_refused_and_the_next_packet_is_not() -> None:
    joiner = Joiner()
    part = Piece(SCREEN, 0, Flag.GOES_ON, bytes(MAX_PAYLOAD))
    assert joiner.feed(part) is None
    for _ in range(7):
        assert joiner.feed(Piece(SCREEN, 0, Flag.GOES_ON | Flag.CONTINUES, part.payload)) is None
    with pytest.raises(OversizeError):
        joiner.feed(Piece(SCREEN, 0, Flag.CONTINUES, b"1"))
    assert joiner.feed(Piece(SCREEN, 0, Flag.CONTINUES, b"2")) is None
    assert joiner.feed(Piece(SCREEN, 0, 0, b"3")) == Packet(SCREEN, 0, b"3")


def test_very_many_pieces_take_no_more_than_their_number() -> None:
    joiner = Joiner()
    joiner.feed(Piece(SCREEN, 0, Flag.GOES_ON, b""))
    more = Piece(SCREEN, 0, Flag.GOES_ON | Flag.CONTINUES, b"")
    for _ in range(100_000):  # squared this would take minutes
        joiner.feed(more)
    assert joiner.feed(Piece(SCREEN, 0, Flag.CONTINUES, b"x")) == Packet(SCREEN, 0, b"x")


def test_a_payload_that_does_not_unpack_is_refused_and_the_next_is_not() -> None:
    joiner = Joiner()
    with pytest.raises(FormatError):
        joiner.feed(Piece("chat", 0, Flag.COMPRESSED, b"no"))
    assert joiner.feed(Piece("chat", 0, 0, b"yes")) == Packet("chat", 0, b"yes")


def test_after_a_jump_nothing_goes_on() -> None:
    joiner = Joiner()
    joiner.feed(Piece(SCREEN, 0, Flag.GOES_ON, b"one"))
    joiner.forget()
    assert joiner.feed(Piece(SCREEN, 0, Flag.CONTINUES, b"two")) is None


@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 2), st.integers(0, 31), st.binary(max_size=3))))
def test_any_pieces_in_any_order_are_joined_or_left_out_or_refused(
    parts: list[tuple[str, int, int, bytes]],
) -> None:
    joiner = Joiner()
    for part in parts:
        try:
            packet = joiner.feed(Piece(*part))
        except FormatError:
            continue
        assert packet is None or packet.payload.endswith(part[3])


@pytest.mark.parametrize("name", ["chat", "screen/customer", "a", "0-/", "a" * 64])
def test_a_name_of_a_track_is_taken(name: str) -> None:
    assert track_name(name) == name


@pytest.mark.parametrize("name", ["", "a" * 65, "A", "a b", "ä", "a\n", "a_b", "a.b"])
def test_another_name_is_not(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        track_name(name)


def test_times_are_moved_forward_only() -> None:
    packet = Packet("chat", 10, b"", keyframe=True)
    assert later(packet, 10) is packet
    assert later(packet, 11) == Packet("chat", 11, b"", keyframe=True)
    for time_us in (-1, MAX_TIME_US):
        with pytest.raises(ValueError, match="time"):
            Packet("chat", time_us, b"")
