from collections.abc import Iterator
from itertools import takewhile

import pytest

from recorder.format.packet import kind
from replay.recording import Break, Placed, Recording
from tests.memory import MemoryGrowing, MemorySource
from tests.recorder.writing import SCREEN
from tests.replay.sessions import AGENT, KEYS, Maker, Watched, flipped, made, recording_of, without_index
from vault.reader import SealedFile

S = 1_000_000
MADE = made(range(0, 100 * S, 250_000), (SCREEN, AGENT))
FILE = recording_of(MADE.data).sealed
ENTRIES = list(FILE.entries())
LEAVES = list(FILE.leaves or ())


def recording(data: bytes) -> tuple[Recording, Watched]:
    source = Watched(MemorySource(data))
    return Recording(SealedFile(source, KEYS)), source


def up_to(found: Iterator[Placed | Break], time_us: int) -> list[Placed | Break]:
    return list(takewhile(lambda one: isinstance(one, Break) or one.packet.time_us <= time_us, found))


def test_from_any_time_on_the_rest_is_read_in_order_beginning_with_keyframes() -> None:
    whole = list(recording_of(MADE.data).packets())
    opened = recording_of(MADE.data)
    for time_us in range(0, 101 * S, 700_000):
        found = list(opened.packets_from(time_us)())
        assert found == whole[-len(found) :]
        shown = [one.packet for one in found if isinstance(one, Placed) and one.packet.time_us <= time_us]
        for track in (SCREEN, AGENT):
            keyframe = any(one.track == track and one.keyframe for one in shown)
            assert keyframe == (MADE.truth.at(track, time_us) is not None)


def test_opening_takes_two_reads() -> None:
    opened, source = recording(MADE.data)
    opened.summary()
    assert len(source.reads) <= 3


@pytest.mark.parametrize("time_us", [0, S, 33 * S, 99 * S])
def test_a_jump_takes_a_leaf_and_one_run(time_us: int) -> None:
    opened, source = recording(MADE.data)
    source.reads.clear()
    opened.place(time_us)
    assert [size for _, size in source.reads][1:] == [source.reads[-1][1]]  # the head of one leaf, and the leaf
    source.reads.clear()
    assert up_to(opened.packets_from(time_us)(), time_us)
    assert len(source.reads) <= 2  # up to the time; the block behind it may be another
    starts = [start for start, _ in source.reads]
    assert starts == sorted(starts)


def test_a_leaf_that_was_read_is_not_read_again() -> None:
    opened, source = recording(MADE.data)
    opened.place(S)
    source.reads.clear()
    assert opened.place(2 * S)
    assert source.reads == []


def test_a_leaf_that_is_damaged_costs_no_packet_and_no_gap() -> None:
    whole = list(recording_of(MADE.data).packets())
    damaged = recording_of(flipped(MADE.data, LEAVES[1].offset + 80))
    assert list(damaged.packets()) == whole
    found = list(damaged.packets_from(70 * S)())
    assert found == whole[-len(found) :]
    assert damaged.only_index(LEAVES[1].offset, LEAVES[1].end)
    assert not damaged.only_index(LEAVES[1].offset, LEAVES[1].end + 1)


def test_without_its_index_everything_is_found_once_it_was_read() -> None:
    data = without_index(MADE.data)
    opened, indexed = recording_of(data), recording_of(MADE.data)
    assert not opened.indexed
    assert opened.place(50 * S) is None
    assert next(opened.packets_from(50 * S)()) == next(opened.packets())
    while opened.follow(most=7):
        pass
    for time_us in range(0, 100 * S, 900_000):
        assert opened.place(time_us) == indexed.place(time_us)
    assert opened.summary() == indexed.summary()


def test_what_grows_is_read_on_from_where_it_ended() -> None:
    source = MemorySource(MADE.data[: ENTRIES[20].end + 99])
    opened = Recording(SealedFile(source, KEYS))
    onward = opened.packets_onward()
    first = list(onward())
    assert list(onward()) == []
    assert opened.follow()
    assert not opened.follow()
    source.data = without_index(MADE.data)
    assert first + list(onward()) == list(recording_of(MADE.data).packets())
    assert opened.growing
    source.data = MADE.data
    assert opened.follow()
    assert not opened.growing
    assert opened.summary() == recording_of(MADE.data).summary()


def test_a_jump_into_damage_says_so_first() -> None:
    opened = recording_of(MADE.data)
    time_us = 50 * S
    place = opened.place(time_us)
    assert place
    damaged = recording_of(flipped(MADE.data, place.start + 80))
    gap, *rest = damaged.packets_from(time_us)()
    assert isinstance(gap, Break)
    assert gap.after_us == opened.time_at(place.start) - 1
    assert not any(isinstance(one, Break) for one in rest)


def test_a_gap_begins_no_earlier_than_what_is_missing() -> None:
    growing = MemoryGrowing()
    maker = Maker(growing).pictures([0, S // 2, 60 * S, 62 * S, 64 * S], every=99)
    maker.finish()
    opened = recording_of(bytes(growing.data))
    lost = opened.place(60 * S)
    assert lost
    entry = next(one for one in opened.sealed.entries() if one.end == lost.end)
    found = list(recording_of(flipped(bytes(growing.data), entry.offset + 80)).packets())
    (gap,) = (one for one in found if isinstance(one, Break))
    assert gap.after_us == 60 * S - 1


@pytest.mark.parametrize("time_us", [0, 1, S, 2**52])
def test_a_recording_of_nothing_gives_nothing_at_any_time(time_us: int) -> None:
    growing = MemoryGrowing()
    maker = Maker(growing)
    maker.finish()
    opened = recording_of(bytes(growing.data))
    found = list(opened.packets_from(time_us)())
    assert [kind(one.packet.track) for one in found if isinstance(one, Placed)] == ["recording"]
    assert opened.summary().duration_us == 0


def test_a_time_before_the_first_packet_is_read_from_the_beginning() -> None:
    growing = MemoryGrowing()
    maker = Maker(growing, number=2)
    maker.pictures([9 * S, 10 * S]).finish()
    opened = recording_of(bytes(growing.data))
    assert list(opened.packets_from(3 * S)()) == list(opened.packets())
