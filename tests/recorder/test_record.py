"""The recording loop, over a screen and an encoder that do as they are told, and a clock that waits for nobody."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from recorder.capture.frame import Frame, Region
from recorder.capture.pointer import PointerSample
from recorder.clock import SessionClock
from recorder.encode import Encoded
from recorder.errors import CaptureError
from recorder.format.events import About, Event, Marker, Pause, Resume, Sharing, Trouble, read_event
from recorder.format.packet import Packet
from recorder.format.screen import Configuration, Pointer, Shape
from recorder.part import begin_part
from recorder.record import Plan, Progress, Recorder, Wish
from replay.recording import Placed, Recording
from tests.memory import MemoryGrowing, MemorySource
from vault.header import Identity
from vault.outside import Outside
from vault.portal_key import PortalKey
from vault.primitives import SigningKey
from vault.reader import SealedFile

KEY, SIGNER = PortalKey(bytes(32)), SigningKey(bytes(range(32)))
SHAPE = Shape(hot_x_px=0, hot_y_px=0, width_px=1, height_px=1, rgba=b"\xff\0\0\xff")
SCREEN, POINTER = "screen/customer", "pointer/customer"
SECOND = 1_000_000


@dataclass
class Time:
    """A clock that is moved by whoever waits."""

    now_us: int = 5_000_000

    def __call__(self) -> int:
        return self.now_us


@dataclass
class Screen:
    """A screen on which things happen at given times: a picture of another grey, a new size, the end of the display."""

    time: Time
    at_us: list[int]
    act: dict[int, Callable[[], None]] = field(default_factory=dict)
    size: tuple[int, int] = (4, 2)
    ends_us: int | None = None
    grey: int = 0
    taken_us: list[int] = field(default_factory=list)
    woken: bool = False
    samples: list[PointerSample] = field(default_factory=list)
    seen: bool = False
    polls: bool = False  # it is only known that time passed

    def wait(self, patience_us: int, *, rest_us: int = 0) -> bool:
        end = self.time.now_us + rest_us + patience_us
        rested = self.time.now_us + rest_us
        due = [at for at in self.at_us if at <= max(end, rested)]
        acts = sorted(at for at in self.act if at <= end)
        if acts and (not due or acts[0] <= max(due[0], rested)):
            self.time.now_us = max(self.time.now_us, acts[0])
            self.act.pop(acts[0])()
            return False
        self.time.now_us = max(rested, due[0]) if due else end
        return bool(due) or not self.seen or self.polls

    def frame(self, *, whole: bool = False) -> Frame | None:
        self.time.now_us += 1_000
        if self.ends_us is not None and self.time.now_us >= self.ends_us:
            raise CaptureError(why="the display went away")
        news = [at for at in self.at_us if at <= self.time.now_us]
        self.at_us = [at for at in self.at_us if at > self.time.now_us]
        if not news and self.seen and not whole:
            return None
        self.seen = True
        self.grey += len(news)
        self.taken_us.append(self.time.now_us)
        width_px, height_px = self.size
        pixels = np.full((height_px, width_px, 4), self.grey, np.uint8)
        return Frame(time_us=self.time.now_us, pixels=pixels, changed=(Region(0, 0, width_px, height_px),))

    def pointer(self) -> list[PointerSample]:
        taken, self.samples = self.samples, []
        return taken

    def wake(self) -> None:
        self.woken = True

    def close(self) -> None:
        pass


class Raw:
    """An encoder that keeps one grey a picture."""

    codec = "tiles"
    settled = True

    def __init__(self, width_px: int, height_px: int) -> None:
        self.width_px, self.height_px = width_px, height_px
        self.first = True
        self.closed = False

    def encode(self, frame: Frame, *, keyframe: bool) -> Encoded:
        assert not self.closed
        assert frame.size == (self.width_px, self.height_px)
        keyframe, self.first = keyframe or self.first, False
        return Encoded(payload=bytes([frame.pixels[0, 0, 0]]), keyframe=keyframe, decode_us=1)

    def close(self) -> None:
        self.closed = True


class Unsettled(Raw):
    """An encoder that shows better what is encoded again."""

    def encode(self, frame: Frame, *, keyframe: bool) -> Encoded:
        self.settled = not frame.changed
        return super().encode(frame, keyframe=keyframe or self.settled)


class Studio:
    """A recorder with all it needs, and what it recorded."""

    def __init__(self, *at_us: int, rate: float = 10, lasts_us: int = 10 * SECOND, encoder: type[Raw] = Raw) -> None:
        self.time = Time()
        self.zero_us = self.time.now_us
        self.screen = Screen(self.time, [self.zero_us + at for at in at_us])
        self.growing = MemoryGrowing()
        outside = Outside(monotonic_us=self.time, wall_us=self.time)
        self.clock = SessionClock(began_us=self.zero_us, outside=outside)
        self.writer = begin_part(
            self.growing, About(software="test"), recipients=[KEY.public], signer=SIGNER, clock=self.clock
        )
        plan = Plan(rate=rate, duration_us=lasts_us)
        self.recorder = Recorder(self.screen, self.writer, clock=self.clock, plan=plan, open_encoder=encoder)

    def at(self, time_us: int, wish: Wish, name: str = "") -> None:
        self.screen.act[self.zero_us + time_us] = lambda: self.recorder.ask(wish, name)

    def run(self) -> list[Packet]:
        self.recorder.run()
        return self.recorded()

    def recorded(self) -> list[Packet]:
        self.writer.finish()
        sealed = SealedFile(MemorySource(bytes(self.growing.data)), Identity(portal_keys=[KEY]))
        return [one.packet for one in Recording(sealed).packets() if isinstance(one, Placed)]


def events(packets: list[Packet], *kinds: type[Event]) -> list[Event]:
    found = [
        read_event(one.track, one.payload) for one in packets if one.track in ("recording", "markers", "participants")
    ]
    return [one for one in found if isinstance(one, kinds)]


def greys(packets: list[Packet]) -> list[int]:
    return [one.payload[0] for one in packets if one.track == SCREEN and not one.configuration]


def test_the_first_picture_is_a_keyframe_behind_its_configuration() -> None:
    screen = [one for one in Studio().run() if one.track == SCREEN]
    assert [(one.configuration, one.keyframe) for one in screen] == [(True, False), (False, True)]
    assert Configuration.read(screen[0].payload) == Configuration(codec="tiles", width_px=4, height_px=2)


def test_nothing_is_taken_while_nothing_changes() -> None:
    studio = Studio(3 * SECOND, 7 * SECOND)
    assert greys(studio.run()) == [0, 1, 2]
    assert len(studio.screen.taken_us) == 3


def test_the_rate_is_a_ceiling() -> None:
    studio = Studio(*range(SECOND, 2 * SECOND, 10_000), rate=5)
    studio.run()
    steps = np.diff(studio.screen.taken_us[1:])
    assert len(studio.screen.taken_us) <= 1 + 6
    assert min(steps) >= 200_000


def test_the_newest_picture_is_never_left_out() -> None:
    assert greys(Studio(SECOND, SECOND + 50_000, SECOND + 60_000).run()) == [0, 1, 3]


def test_a_new_size_is_a_new_configuration_and_a_keyframe() -> None:
    studio = Studio(SECOND, 2 * SECOND)
    studio.screen.act[studio.zero_us + SECOND + 500_000] = lambda: setattr(studio.screen, "size", (6, 3))
    screen = [one for one in studio.run() if one.track == SCREEN]
    sizes = [Configuration.read(one.payload) for one in screen if one.configuration]
    assert [(one.width_px, one.height_px) for one in sizes] == [(4, 2), (6, 3)]
    assert [one.keyframe for one in screen if not one.configuration] == [True, False, True]


def test_a_pause_is_marked_and_holds_nothing() -> None:
    studio = Studio(SECOND, 3 * SECOND, 4 * SECOND)
    studio.at(2 * SECOND, Wish.PAUSE_OR_RESUME)
    studio.at(6 * SECOND, Wish.PAUSE_OR_RESUME)
    packets = studio.run()
    (paused,), (resumed,) = ([one.time_us for one in packets if events([one], kind)] for kind in (Pause, Resume))
    assert not [one for one in packets if paused < one.time_us < resumed]
    after = [one for one in packets if one.time_us >= resumed and one.track == SCREEN]
    assert [one.keyframe for one in after] == [False, True], "it goes on with a keyframe, though nothing changes"
    assert greys(packets) == [0, 1, 3]


def test_markers_have_names_or_numbers() -> None:
    studio = Studio()
    studio.at(SECOND, Wish.MARKER)
    studio.at(2 * SECOND, Wish.MARKER, "the error")
    studio.at(3 * SECOND, Wish.MARKER)
    names = [one.name for one in events(studio.run(), Marker) if isinstance(one, Marker)]
    assert names == ["marker 1", "the error", "marker 3"]


def test_markers_are_counted_and_told_at_once_but_in_a_pause_there_are_none() -> None:
    studio = Studio(lasts_us=6 * SECOND)
    asked = [(SECOND + 300_000, Wish.MARKER), (2 * SECOND + 300_000, Wish.MARKER), (3 * SECOND, Wish.PAUSE_OR_RESUME)]
    for time_us, wish in [*asked, (4 * SECOND, Wish.MARKER), (5 * SECOND, Wish.PAUSE_OR_RESUME)]:
        studio.at(time_us, wish)
    told: list[Progress] = []
    studio.recorder.run(tell=told.append)
    first = {count: next(one.time_us for one in told if one.markers == count) for count in (1, 2)}
    assert first == {1: SECOND + 300_000, 2: 2 * SECOND + 300_000}
    assert told[-1].markers == 2 == len(events(studio.recorded(), Marker))


def test_it_ends_when_asked() -> None:
    studio = Studio(8 * SECOND)
    studio.at(2 * SECOND, Wish.END)
    assert greys(studio.run()) == [0]
    assert studio.screen.woken


def test_the_pointer_is_known_after_every_keyframe() -> None:
    studio = Studio(SECOND, 2 * SECOND)
    sample = PointerSample(time_us=studio.zero_us, x_px=7, y_px=-1, buttons=1)
    studio.screen.samples = [replace(sample, shape=SHAPE), replace(sample, x_px=8)]
    packets = studio.run()
    keyframes = [at for at, one in enumerate(packets) if one.track == SCREEN and one.keyframe]
    behind = packets[keyframes[0] + 1]
    assert (behind.track, behind.keyframe) == (POINTER, True)
    assert Pointer.read(behind.payload, keyframe=True) == Pointer(x_px=8, y_px=-1, buttons=1, shape=SHAPE)
    assert [Pointer.read(one.payload, keyframe=one.keyframe).x_px for one in packets if one.track == POINTER] == [
        7,
        8,
        8,
    ]


@pytest.mark.parametrize("polls", [False, True])
def test_what_is_not_settled_is_shown_better_once_nothing_changes(*, polls: bool) -> None:
    studio = Studio(SECOND, 2 * SECOND, encoder=Unsettled)
    studio.screen.polls = polls
    sample = PointerSample(time_us=studio.zero_us, x_px=7, y_px=-1, buttons=1)
    studio.screen.samples = [replace(sample, shape=SHAPE)]
    packets = studio.run()
    assert greys(packets) == [0, 1, 2, 2]
    shown = [one for one in packets if one.track == SCREEN and not one.configuration]
    assert [one.keyframe for one in shown] == [True, False, False, True]
    assert 3 * SECOND < shown[3].time_us < 4.2 * SECOND
    for at, one in enumerate(packets):
        if one in (shown[0], shown[3]):
            assert (packets[at + 1].track, packets[at + 1].keyframe) == (POINTER, True)


def test_nothing_is_shown_better_in_a_pause() -> None:
    studio = Studio(SECOND, 2 * SECOND, encoder=Unsettled)
    studio.at(2 * SECOND + 500_000, Wish.PAUSE_OR_RESUME)
    assert greys(studio.run()) == [0, 1, 2]


def test_a_display_that_goes_away_is_noted_and_the_recording_ends_whole() -> None:
    studio = Studio(SECOND, 2 * SECOND)
    studio.screen.ends_us = studio.zero_us + 2 * SECOND
    with pytest.raises(CaptureError):
        studio.recorder.run()
    packets = studio.recorded()
    assert greys(packets) == [0, 1]
    (trouble,) = events(packets, Trouble)
    assert "the display went away" in trouble.what  # type: ignore[union-attr]


def test_sharing_begins_and_ends_in_it() -> None:
    assert [one.on for one in events(Studio().run(), Sharing) if isinstance(one, Sharing)] == [True, False]


def test_how_far_it_is_is_told_about_once_a_second() -> None:
    studio = Studio(SECOND)
    told: list[int] = []
    studio.recorder.run(tell=lambda progress: told.append(progress.time_us))
    assert 9 <= len(told) <= 11


def test_after_a_pause_the_pointer_is_where_it_went_meanwhile() -> None:
    studio = Studio(SECOND, 3 * SECOND)
    here = PointerSample(time_us=studio.zero_us, x_px=7, y_px=7, buttons=0, shape=SHAPE)
    studio.screen.samples = [here]
    studio.at(2 * SECOND, Wish.PAUSE_OR_RESUME)
    studio.screen.act[studio.zero_us + 2 * SECOND + 1] = lambda: studio.screen.samples.append(
        replace(here, x_px=99, shape=None)
    )
    studio.at(5 * SECOND, Wish.PAUSE_OR_RESUME)
    after = [one for one in studio.run() if one.track == POINTER and one.time_us >= 5 * SECOND]
    assert [Pointer.read(one.payload, keyframe=one.keyframe).x_px for one in after] == [99]
    assert after[0].keyframe


def test_without_a_shape_no_keyframe_of_the_pointer_is_made() -> None:
    studio = Studio(SECOND)
    studio.screen.samples = [PointerSample(time_us=studio.zero_us, x_px=7, y_px=7, buttons=0)]
    assert [one.keyframe for one in studio.run() if one.track == POINTER] == [False]


def test_a_slow_rate_ends_on_time() -> None:
    studio = Studio(SECOND, rate=0.1, lasts_us=3 * SECOND)
    studio.run()
    assert studio.time.now_us - studio.zero_us < 4 * SECOND
