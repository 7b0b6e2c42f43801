import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.format.errors import OversizeError
from recorder.format.events import Marker
from recorder.format.packet import MAX_JOINED, MAX_PAYLOAD, Flag, Joiner, Packet, Piece
from recorder.format.summary import Summary
from replay.recording import Break, Placed, Recording
from tests.memory import MemoryGrowing, MemorySource
from tests.recorder.writing import SCREEN, SECOND_US, begin, opened, picture
from tests.vectors.fixed import portal, signer
from tests.vectors.recorder_bytes import line, pack, plain, segment
from tests.vectors.sealed_files import about
from tests.vectors.vector import FOLDER, Vector, vectors
from vault.errors import VaultError
from vault.header import Identity, Role
from vault.reader import SealedFile
from vault.writer import SealedWriter

CHAT = {3: "chat"}
HELLO = [3, 0, 0, line("Hello")]


def sealed(payloads: Sequence[bytes], *, summary: bytes | None = None) -> tuple[bytearray, list[int]]:
    """Return a sealed file with these payloads, and where its blocks lie."""
    growing, offsets = MemoryGrowing(), []
    with SealedWriter(growing, about(), recipients=[(Role.PORTAL, portal().public)], signer=signer()) as writer:
        for payload in payloads:
            offsets.append(writer.next_offset)
            writer.append(payload)
        writer.finish(summary)
    return growing.data, offsets


def recording(data: bytes | bytearray) -> Recording:
    return Recording(SealedFile(MemorySource(bytes(data)), Identity(portal_keys=[portal()])))


def told(data: bytes | bytearray) -> list[object]:
    """Return the payload of every packet, and of every gap its time."""
    found = recording(data).packets()
    return [one.packet.payload if isinstance(one, Placed) else one.after_us for one in found]


def hello(time_us: int) -> bytes:
    return segment(time_us, CHAT, [[3, 0, 0, line(str(time_us))]])


@pytest.mark.parametrize("vector", list(vectors("recorder", "recording")), ids=lambda vector: vector.name)
def test_the_recordings_of_the_vectors_come_out_of_a_sealed_file_the_same(vector: Vector) -> None:
    at, payloads = 0, []
    for block in vector.all("block"):
        length = int(block.split()[1])
        payloads.append(vector.body[at : at + length])
        at += length
    data, offsets = sealed(payloads)
    found = list(recording(data).packets())
    assert all(one.offset in offsets for one in found)
    twin = json.loads((FOLDER / "recorder" / f"{vector.name}.json").read_text())
    expected = [row.get("payload", "a gap") for row in twin["found"]]
    assert [plain(one.packet.payload) if isinstance(one, Placed) else "a gap" for one in found] == expected


def test_a_packet_has_the_block_that_completed_it() -> None:
    first = segment(5, {1: SCREEN, 3: "chat"}, [[1, 0, 9, b"one "], HELLO])
    data, (one, two) = sealed([first, segment(5, {1: SCREEN}, [[1, 0, 16, b"two"]])])
    assert list(recording(data).packets()) == [
        Placed(Packet("chat", 5, line("Hello")), one),
        Placed(Packet(SCREEN, 5, b"one two", keyframe=True), two),
    ]


def test_a_block_that_is_damaged_is_a_gap_and_the_rest_goes_on() -> None:
    data, offsets = sealed([hello(1), hello(2), hello(3)])
    data[offsets[1] + 60] ^= 1
    assert told(data) == [line("1"), 1, line("3")]
    (gap,) = (one for one in recording(data).packets() if isinstance(one, Break))
    assert gap.offset == offsets[2]


def test_a_block_that_is_missing_is_a_gap() -> None:
    data, offsets = sealed([hello(1), hello(2), hello(3)])
    del data[offsets[1] : offsets[2]]
    assert told(data) == [line("1"), 1, line("3")]


def test_a_first_block_that_is_missing_is_a_gap_too() -> None:
    data, offsets = sealed([hello(1), hello(2)])
    del data[offsets[0] : offsets[1]]
    assert told(data) == [0, line("2")]


def test_a_segment_that_is_malformed_is_a_gap_and_pieces_do_not_go_on_across_it() -> None:
    begins = segment(1, {1: SCREEN}, [[1, 0, 8, b"one"]])
    ends = segment(1, {1: SCREEN, 3: "chat"}, [[1, 0, 16, b"two"], HELLO])
    data, offsets = sealed([begins, b"\x02", ends])
    assert told(data) == [1, line("Hello")]
    (gap,) = (one for one in recording(data).packets() if isinstance(one, Break))
    assert gap.offset == offsets[1]
    assert "version 2" in gap.why
    data, _ = sealed([begins, ends])
    assert told(data) == [b"onetwo", line("Hello")]


def test_a_packet_that_is_refused_is_a_gap_alone() -> None:
    data, _ = sealed([segment(7, CHAT, [HELLO, [3, 1, 4, b"not compressed"], [3, 1, 0, line("Bye")]])])
    assert told(data) == [line("Hello"), 8, line("Bye")]


def test_the_summary_is_the_one_that_was_written() -> None:
    written = b"\x01" + pack({"duration_us": 77, "tracks": []})
    data, _ = sealed([hello(1)], summary=written)
    assert recording(data).summary().duration_us == 77


@pytest.mark.parametrize("summary", [None, b"", b"\x02", b"\x01", b"\x01" + pack({"duration_us": -1, "tracks": []})])
def test_without_a_good_one_the_segments_say_it(summary: bytes | None) -> None:
    data, _ = sealed([hello(1), hello(2_000_000)], summary=summary)
    found = recording(data).summary()
    assert (found.duration_us, [one.name for one in found.tracks]) == (2_000_000, ["chat"])
    assert found.events["chat"].count == 2


def session() -> tuple[bytes, list[Packet], Summary]:
    growing = MemoryGrowing()
    with begin(growing) as writer:
        for number in range(12):
            picture(writer, bytes([number]) * 200, number * SECOND_US // 2, keyframe=number % 5 == 0)
            writer.put_event(Marker(name=str(number)))
        writer.finish()
    found = opened(growing)
    return (
        bytes(growing.data),
        [one.packet for one in found.packets() if isinstance(one, Placed)],
        found.summary(),
    )


DATA, PACKETS, SUMMARY = session()


@settings(max_examples=150)
@given(st.integers(0, len(DATA)))
def test_cut_anywhere_the_beginning_is_there(size: int) -> None:
    try:
        found = list(recording(DATA[:size]).packets())
    except VaultError:
        assert size < 1444
        return
    packets = [one.packet for one in found if isinstance(one, Placed)]
    assert packets == PACKETS[: len(packets)]
    assert len(packets) == len(found)
    assert recording(DATA[:size]).summary().duration_us == (packets[-1].time_us if packets else 0)


@settings(max_examples=150)
@given(st.integers(1444, len(DATA) - 1), st.integers(0, 7))
def test_with_any_bit_flipped_the_rest_is_there_and_nothing_else(at: int, bit: int) -> None:
    data = bytearray(DATA)
    data[at] ^= 1 << bit
    found = list(recording(data).packets())
    packets = [one.packet for one in found if isinstance(one, Placed)]
    assert [one for one in PACKETS if one in packets] == packets
    lost = [one for one in PACKETS if one not in packets]
    assert len({one.time_us // SECOND_US for one in lost}) <= 2
    assert recording(data).summary().duration_us in {SUMMARY.duration_us, packets[-1].time_us}


def test_of_what_is_begun_on_many_tracks_no_more_is_kept_than_of_one_packet() -> None:
    joiner = Joiner()
    begins, rest = (Piece("", 0, flags, bytes(MAX_PAYLOAD)) for flags in (Flag.GOES_ON, Flag.CONTINUES))
    at_once = MAX_JOINED // MAX_PAYLOAD
    for number in range(at_once - 1):
        assert joiner.feed(replace(begins, track=f"screen/{number}")) is None
    assert joiner.feed(replace(begins, track="screen/last")) is None
    for number in range(at_once, 99):
        with pytest.raises(OversizeError):
            joiner.feed(replace(begins, track=f"screen/{number}"))
    # What ends makes room again, and so does what is begun anew or forgotten.
    assert joiner.feed(replace(begins, track="screen/0")) is None
    with pytest.raises(OversizeError):
        joiner.feed(replace(rest, track="screen/0"))
    whole = joiner.feed(replace(rest, track="screen/1"))
    assert whole
    assert len(whole.payload) == 2 * MAX_PAYLOAD
    joiner.forget()
    assert joiner.feed(replace(begins, track="screen/3")) is None


def test_no_more_packets_are_begun_than_there_are_tracks() -> None:
    joiner = Joiner()
    for number in range(255):
        assert joiner.feed(Piece(f"screen/{number}", 0, Flag.GOES_ON, b"a")) is None
    with pytest.raises(OversizeError):
        joiner.feed(Piece("screen/255", 0, Flag.GOES_ON, b"a"))
    assert joiner.feed(Piece("screen/7", 0, Flag.CONTINUES, b"b")) == Packet("screen/7", 0, b"ab")
    assert joiner.feed(Piece("screen/255", 0, Flag.GOES_ON, b"a")) is None
