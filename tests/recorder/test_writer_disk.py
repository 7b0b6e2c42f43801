import errno
import itertools
import threading
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.format.events import (
    Line,
    Marker,
)
from recorder.format.packet import Packet
from recorder.format.segments import OPEN_SIZE
from recorder.format.summary import read_summary
from recorder.writer import RecordingWriter
from tests.memory import MemoryGrowing
from tests.recorder.writing import (
    ABOUT,
    SCREEN,
    SECOND_US,
    Hands,
    begin,
    events_in,
    go,
    live,
    opened,
    packets_in,
    picture,
)
from tests.waiting import PATIENCE_S, until
from vault.errors import PartEndedError, StoreUnavailableError
from vault.primitives import Buffer


class SlowGrowing(MemoryGrowing):
    """A disk that appends when somebody lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Semaphore(1)  # for the header

    def append(self, data: Buffer) -> None:
        assert self.gate.acquire(timeout=PATIENCE_S)
        super().append(data)


def test_a_slow_disk_holds_its_callers_back_and_memory_is_bounded() -> None:
    growing, payload, put = SlowGrowing(), bytes(OPEN_SIZE), itertools.count()

    def pour() -> None:
        for _ in range(60):
            picture(writer, payload, next(put), keyframe=True)

    with begin(growing) as writer:
        tracemalloc.start()
        thread = threading.Thread(target=pour)
        thread.start()
        for _ in range(20):
            length = len(growing.data)
            growing.gate.release()
            until(lambda length=length: len(growing.data) > length)  # type: ignore[misc] # bound at once
        assert thread.is_alive()
        assert next(put) <= 20 + 8  # a few lie in between
        peak = tracemalloc.get_traced_memory()[1] - len(growing.data)
        tracemalloc.stop()
        growing.gate.release(10_000)
        thread.join(PATIENCE_S)
        assert peak < 16 * OPEN_SIZE
        writer.finish()
    assert sum(one.keyframe for one in packets_in(growing)) == 60


class FullGrowing(MemoryGrowing):
    """A disk that takes so many bytes and no more; or that fails when it is to make them durable."""

    def __init__(self, room: int, *, syncs: int = 10**9) -> None:
        super().__init__()
        self.room, self.syncs = room, syncs

    def append(self, data: Buffer) -> None:
        free = self.room - len(self.data)
        super().append(memoryview(data)[:free])
        if len(data) > free:
            raise StoreUnavailableError(name="memory", why="the disk is full") from OSError(errno.ENOSPC, "")

    def sync(self) -> None:
        self.syncs -= 1
        if self.syncs < 0:
            raise StoreUnavailableError(name="memory", why="the disk is gone") from OSError(errno.EIO, "")
        super().sync()


@settings(max_examples=30)
@given(
    st.integers(1500, 60_000), st.integers(1, 12), st.lists(st.integers(0, 9000), min_size=5, max_size=30), st.data()
)
def test_when_the_disk_fails_everybody_is_told_and_what_was_acknowledged_reads_back(
    room: int, syncs: int, sizes: list[int], data: st.DataObject
) -> None:
    growing = FullGrowing(room, syncs=syncs)
    put: list[Packet] = []
    acknowledged = 0
    try:
        with begin(growing) as writer:
            for number, size in enumerate(sizes):
                packet = Packet("thumbnails", number * 600_000, bytes([number]) * size)
                writer.put(packet)
                put.append(packet)
                if data.draw(st.booleans()):
                    writer.sync()
                    acknowledged = len(put)
            writer.finish()
            acknowledged = len(put)
    except (PartEndedError, StoreUnavailableError):
        pass
    found = packets_in(growing)[1:]
    assert found == put[: len(found)]
    assert len(found) >= acknowledged


def put_many(writer: RecordingWriter) -> None:
    for number in range(100):
        writer.put(Packet("thumbnails", number, bytes(OPEN_SIZE)))


def test_after_a_failure_every_call_says_why() -> None:
    growing = FullGrowing(4000)
    hands = Hands()
    with begin(growing, hands) as writer:
        with pytest.raises(PartEndedError):
            put_many(writer)
        for call in (
            lambda: writer.put(Packet("chat", 0, b"x")),
            lambda: writer.put_event(Marker(name="x")),
            lambda: picture(writer, b"x", keyframe=True),
            writer.sync,
            writer.finish,
        ):
            with pytest.raises(PartEndedError) as told:
                call()
            assert "the disk is full" in told.value.why
    assert growing.ended == "abandoned"


def test_a_failure_that_only_the_thread_met_is_told_to_whoever_comes_next() -> None:
    growing, hands = FullGrowing(3000), Hands()
    with begin(growing, hands) as writer:
        writer.put(Packet("thumbnails", 0, bytes(5000)))
        go(hands, writer, SECOND_US)  # sealed, and fails on its way to the disk
        until(lambda: writer._sealed._chain._error is not None)
        writer.put(Packet("chat", 0, b"x"))  # nobody knows it yet
        go(hands, writer, SECOND_US)
        with pytest.raises(PartEndedError) as told:
            writer.put(Packet("chat", 0, b"x"))
        assert "the disk is full" in told.value.why


def test_after_its_end_nothing_is_taken() -> None:
    growing, hands = MemoryGrowing(), Hands()
    with begin(growing, hands) as writer:
        writer.finish()
        with pytest.raises(PartEndedError):
            writer.put_event(Marker(name="too late"))
        with pytest.raises(PartEndedError):
            writer.sync()
        with pytest.raises(PartEndedError):
            writer.finish()
    writer.abandon()
    assert growing.ended == "finished"


def test_killed_it_opens_and_its_segments_say_what_its_summary_would_have_said() -> None:
    with live() as (hands, growing, writer):
        for number in range(30):
            picture(writer, bytes(number), hands.now_us, keyframe=number % 9 == 0)
            writer.put_event(Line(by=1, text=f"line {number}"))
            go(hands, writer, 400_000)
        writer.sync()
        left = MemoryGrowing()
        left.data += growing.data[: writer.durable.size]
        expected = read_summary(writer._summary.to_bytes())
    recording = opened(left)
    assert not recording.sealed.finished
    assert recording.summary() == expected
    assert len(recording.summary().of(Line)) == 30


def test_abandoned_it_keeps_what_was_taken() -> None:
    growing = MemoryGrowing()
    with begin(growing) as writer:
        writer.put_event(Marker(name="last"))
    assert growing.ended == "abandoned"
    assert events_in(growing) == [ABOUT, Marker(name="last")]


class ForgetfulGrowing(MemoryGrowing):
    """A disk that forgets what it was given."""

    def append(self, data: Buffer) -> None:
        super().append(memoryview(data)[:0])


def test_ten_hours_take_no_more_memory_than_one() -> None:
    hours, step_us = 10, 5 * SECOND_US
    taken: list[int] = []
    with begin(ForgetfulGrowing()) as writer:
        tracemalloc.start()
        for number in range(hours * 3600 * SECOND_US // step_us):
            at_us = number * step_us
            due = writer.keyframe_due(SCREEN)
            picture(writer, bytes(60_000 if due else 3000), at_us, keyframe=due)
            for move in range(3):
                writer.put(Packet("pointer/customer", at_us + move, b"\x93\x01\x02\x00"))
            if number % 4 == 0:
                writer.put_event(Line(by=number % 3, text=f"line {number}"), time_us=at_us + 5)
            if number % (3600 * SECOND_US // step_us) == 0:
                taken.append(tracemalloc.get_traced_memory()[0])
        taken.append(tracemalloc.get_traced_memory()[0])
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    # What grows is the list of the chat, up to 1 MiB packed, the activity, and 100 bytes of index for 64 blocks.
    assert taken[-1] - taken[1] < 3 * 1024 * 1024, taken
    assert peak < 16 * 1024 * 1024
