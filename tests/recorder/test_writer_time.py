import time

from recorder.clock import SessionClock
from recorder.format.events import About, Clock, Marker, Pause, read_event
from recorder.format.packet import Packet
from recorder.format.summary import read_summary
from recorder.part import begin_part
from recorder.writer import CLOCK_NOTE_US
from tests.memory import MemoryGrowing
from tests.recorder.writing import (
    ABOUT,
    SECOND_US,
    WALL_US,
    check_summary,
    events_in,
    go,
    live,
    opened,
    packets_in,
    picture,
)
from tests.vectors.fixed import portal, signer
from tests.waiting import until


def test_a_segment_is_sealed_a_second_after_its_first_packet_though_nothing_comes() -> None:
    with live() as (hands, _, writer):
        go(hands, writer, SECOND_US)
        before = writer._sealed.next_offset
        hands.now_us += 300
        writer.put_event(Marker(name="one"))
        go(hands, writer, SECOND_US - 1)
        assert writer._sealed.next_offset == before
        writer.put_event(Marker(name="two"))
        go(hands, writer, 1)
        assert writer._sealed.next_offset > before


def test_it_is_a_second_by_real_clocks_too() -> None:
    growing = MemoryGrowing()
    clock = SessionClock(began_us=time.monotonic_ns() // 1000)
    with begin_part(growing, ABOUT, recipients=[portal().public], signer=signer(), clock=clock) as writer:
        writer.put_event(Marker(name="one"))
        until(lambda: writer.durable.block > 0)
        assert [type(one) for one in events_in(growing)] == [About, Clock, Marker]


def test_packets_that_come_late_by_their_own_time_are_sealed_a_second_after_they_come() -> None:
    with live() as (hands, _, writer):
        go(hands, writer, 100 * SECOND_US)
        go(hands, writer, SECOND_US)
        before = writer._sealed.next_offset
        writer.put(Packet("chat", 3, b"x"))
        go(hands, writer, SECOND_US // 2)
        assert writer._sealed.next_offset == before
        go(hands, writer, SECOND_US // 2)
        assert writer._sealed.next_offset > before


def test_at_rest_there_is_a_clock_once_a_minute_and_nothing_else() -> None:
    with live() as (hands, growing, writer):
        for _ in range(5 * 60):
            go(hands, writer, SECOND_US)
        go(hands, writer, SECOND_US)
        writer.sync()
        blocks = writer.durable.block
        found = packets_in(growing)
    clocks = [one.time_us for one in found[1:]]
    assert clocks == [minute * CLOCK_NOTE_US for minute in range(6)]
    assert all(isinstance(read_event(one.track, one.payload), Clock) for one in found[1:])
    assert blocks == 6


def test_a_wall_clock_that_jumps_is_noted_and_not_followed() -> None:
    with live() as (hands, growing, writer):
        hands.wall_us -= 3600 * SECOND_US
        go(hands, writer, CLOCK_NOTE_US)
        writer.put_event(Marker(name="after"))
        writer.sync()
        *_, clock, marker = packets_in(growing)
    assert read_event("recording", clock.payload) == Clock(
        wall_us=WALL_US - 3540 * SECOND_US, jumped_us=-3600 * SECOND_US
    )
    assert clock.time_us == marker.time_us == CLOCK_NOTE_US


def test_clocks_go_on_in_a_pause() -> None:
    with live() as (hands, growing, writer):
        writer.put_event(Pause(by=0))
        go(hands, writer, CLOCK_NOTE_US)
        writer.sync()
        assert isinstance(events_in(growing)[-1], Clock)


def test_finishing_notes_the_clock_and_writes_the_summary() -> None:
    with live() as (hands, growing, writer):
        picture(writer, b"first", keyframe=True)
        hands.now_us = 7
        anchor = writer.finish()
    assert anchor.size == len(growing.data)
    recording = opened(growing)
    assert recording.sealed.finished
    assert recording.sealed.summary is not None
    summary = read_summary(recording.sealed.summary)
    assert (summary.duration_us, summary.began_wall_us) == (7, WALL_US)
    assert events_in(growing)[-1] == Clock(wall_us=WALL_US + 7)
    check_summary(growing)
