import itertools
import random
import threading

import pytest
from hypothesis import given, settings

from recorder.format.errors import FormatError, OversizeError
from recorder.format.events import Consent, Joined, Line, Marker, Pause, Resume, read_event
from recorder.format.packet import MAX_JOINED, Packet
from recorder.format.segments import OPEN_SIZE
from recorder.writer import CLOCK_NOTE_US
from tests.memory import MemoryGrowing
from tests.recorder.format.arbitrary import streams
from tests.recorder.writing import (
    ABOUT,
    CONFIGURATION,
    SCREEN,
    SECOND_US,
    begin,
    check_labels,
    check_summary,
    live,
    packets_in,
    picture,
)


@settings(max_examples=40)
@given(streams())
def test_what_is_put_in_comes_out_and_the_summary_says_it(packets: list[Packet]) -> None:
    growing = MemoryGrowing()
    with begin(growing) as writer:
        for packet in packets:
            writer.put(packet)
        writer.finish()
    about, *found = packets_in(growing)
    assert read_event(about.track, about.payload) == ABOUT
    assert found == packets
    check_summary(growing)
    check_labels(growing)


def test_pictures_above_8_mib_come_out_whole_and_their_labels_are_right() -> None:
    growing, large = MemoryGrowing(), bytes(20 * 1024 * 1024)
    with begin(growing) as writer:
        writer.put_event(Marker(name="before"))
        picture(writer, large, 5, keyframe=True)
        picture(writer, b"delta", 6)
        picture(writer, large, 7, keyframe=True)
        writer.finish()
    screens = [one for one in packets_in(growing) if one.track == SCREEN and not one.configuration]
    assert [(len(one.payload), one.keyframe) for one in screens] == [(len(large), True), (5, False), (len(large), True)]
    check_summary(growing)
    check_labels(growing)


def test_many_segments_have_an_index_and_a_summary_that_agree() -> None:
    growing = MemoryGrowing()
    with begin(growing) as writer:
        for second in range(200):
            picture(writer, bytes(second), second * SECOND_US, keyframe=second % 7 == 0)
            writer.put(Packet("screen/agent", second * SECOND_US, b"", configuration=second % 5 == 0))
            writer.put(Packet("screen/agent", second * SECOND_US, b"a", keyframe=second % 5 == 0))
            writer.put(Packet("thumbnails", second * SECOND_US, bytes(10)))
        writer.finish()
    check_summary(growing)
    check_labels(growing)


def test_without_a_clock_times_come_with_the_packets_alone() -> None:
    growing, before = MemoryGrowing(), set(threading.enumerate())
    with begin(growing) as writer:
        assert "sealcast-segments" not in {thread.name for thread in set(threading.enumerate()) - before}
        writer.put(Packet("chat", 100 * CLOCK_NOTE_US, b"x"))
        writer.put_event(Marker(name="now"))
        writer.finish()
    assert [one.time_us for one in packets_in(growing)] == [0, 100 * CLOCK_NOTE_US, 100 * CLOCK_NOTE_US]


def test_late_packets_get_the_time_of_the_one_before() -> None:
    growing = MemoryGrowing()
    with begin(growing) as writer:
        for time_us in (5, 3, 9, 0):
            writer.put(Packet("chat", time_us, b"x"))
        writer.finish()
    assert [one.time_us for one in packets_in(growing)[1:]] == [5, 5, 9, 9]


def test_in_a_pause_nothing_is_taken_but_what_tells_of_it() -> None:
    with live() as (hands, growing, writer):
        picture(writer, b"first", keyframe=True)
        picture(writer, b"delta")
        assert not writer.keyframe_due(SCREEN)
        writer.put_event(Pause(by=1))
        assert writer.paused
        assert writer.keyframe_due(SCREEN)
        picture(writer, b"secret", keyframe=True)
        picture(writer, b"secret")
        picture(writer, b"secret of another", keyframe=True)
        for event in (Line(by=1, text="secret"), Marker(name="secret")):
            writer.put_event(event)
        for track in ("pointer/customer", "thumbnails", "diagnostics", "hologram/left"):
            writer.put(Packet(track, 0, b"secret", keyframe=True))
        writer.put_event(Joined(id=2, role="agent", name="Bo"))
        writer.put_event(Consent(by=1, how="box", text="yes"))
        hands.now_us += 5
        writer.put_event(Resume(by=1))
        assert not writer.paused
        assert writer.keyframe_due(SCREEN)
        picture(writer, b"delta that nobody could show")
        picture(writer, b"second", 7, keyframe=True)
        assert not writer.keyframe_due(SCREEN)
        picture(writer, b"its delta", 8)
        writer.sync()
        found = packets_in(growing)
    assert not any(b"secret" in one.payload or b"nobody" in one.payload for one in found)
    told = [one.track if one.track == SCREEN else type(read_event(one.track, one.payload)).__name__ for one in found]
    assert told == [
        "About", "Clock", SCREEN, SCREEN, SCREEN, "Pause", "Joined", "Consent", "Resume", SCREEN, SCREEN, SCREEN,
    ]  # fmt: skip
    assert [one.payload for one in found if one.track == SCREEN][-2:] == [b"second", b"its delta"]


def test_a_picture_without_a_keyframe_before_it_is_not_taken() -> None:
    growing = MemoryGrowing()
    with begin(growing) as writer:
        assert writer.keyframe_due(SCREEN)
        picture(writer, b"nothing to show it on")
        picture(writer, b"first", keyframe=True)
        writer.finish()
    assert [one.payload for one in packets_in(growing)[2:]] == [b"first"]


def test_a_keyframe_is_due_by_what_other_tracks_bring_too() -> None:
    growing = MemoryGrowing()
    with begin(growing) as writer:
        picture(writer, bytes(1000), keyframe=True)
        for _ in range(4):
            writer.put(Packet("thumbnails", 0, bytes(OPEN_SIZE // 4)))
        assert not writer.keyframe_due(SCREEN)
        writer.put(Packet("thumbnails", 0, b"1"))
        assert writer.keyframe_due(SCREEN)
        picture(writer, bytes(1000), keyframe=True)
        for _ in range(1000):
            writer.put(Packet("pointer/customer", 0, b""))
        assert not writer.keyframe_due(SCREEN)
        writer.put(Packet("pointer/customer", 0, b""))
        assert writer.keyframe_due(SCREEN)
        picture(writer, bytes(1000), keyframe=True)
        writer.put_picture(SCREEN, b"", time_us=0, configuration=None, decode_us=75_001)
        assert writer.keyframe_due(SCREEN)


def test_two_screens_do_not_call_for_keyframes_in_turn() -> None:
    growing, size, keyframes = MemoryGrowing(), OPEN_SIZE * 2, 0
    with begin(growing) as writer:
        for number in range(400):
            track = ("screen/customer", "screen/agent")[number % 2]
            due = writer.keyframe_due(track)
            payload = bytes(size if due else 2000)
            configuration = CONFIGURATION if due else None
            writer.put_picture(track, payload, time_us=number, configuration=configuration)
            keyframes += due
    assert keyframes == 4  # 400 pictures of 2 000 bytes are one and a half times 512 KiB


def test_what_cannot_be_written_is_told_and_counts_nowhere() -> None:
    growing = MemoryGrowing()
    with begin(growing) as writer:
        picture(writer, b"first", 9, keyframe=True)
        for packet in (
            Packet("Chat", 20, b"x"),
            Packet("chat", 20, bytes(4 * 1024 * 1024 + 1)),
            Packet(SCREEN, 20, bytes(MAX_JOINED + 1)),
        ):
            with pytest.raises((ValueError, OversizeError)):
                writer.put(packet)
        with pytest.raises(FormatError):
            writer.put_event(Line(by=1, text="a" * 70_000))
        picture(writer, b"delta", 10)
        writer.finish()
    assert [one.time_us for one in packets_in(growing)] == [0, 9, 9, 10]
    check_summary(growing)


def test_any_thread_may_write_and_nothing_is_lost() -> None:
    growing, count = MemoryGrowing(), 1500
    times_us = itertools.count()

    def write(number: int) -> None:
        chance = random.Random(number)
        for at in range(count):
            writer.put(Packet(f"hologram/{number}", next(times_us) * 500, at.to_bytes(4, "big")))
            if chance.random() < 0.01:
                writer.sync()

    with begin(growing) as writer:
        threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        writer.finish()
    found = packets_in(growing)[1:]
    assert [one.time_us for one in found] == sorted(one.time_us for one in found)
    for number in range(8):
        own = [int.from_bytes(one.payload, "big") for one in found if one.track == f"hologram/{number}"]
        assert own == list(range(count))
    check_summary(growing)


def test_a_picture_keeps_its_configuration_before_it_whoever_else_writes() -> None:
    growing = MemoryGrowing()
    done = threading.Event()

    def disturb() -> None:
        while not done.is_set():
            writer.put(Packet("pointer/customer", 0, b"x"))

    with begin(growing) as writer:
        threads = [threading.Thread(target=disturb) for _ in range(2)]
        for thread in threads:
            thread.start()
        for number in range(300):
            picture(writer, b"k", number, keyframe=True)
        done.set()
        for thread in threads:
            thread.join()
        writer.finish()
    found = packets_in(growing)
    for before, packet in itertools.pairwise(found):
        assert before.configuration == packet.keyframe
    check_labels(growing)
