"""A writer over memory, hands of a clock that a test moves, and what came out."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from recorder.clock import SessionClock
from recorder.format.events import EVENT_TRACKS, About, Event, read_event
from recorder.format.packet import Flag, Packet, kind
from recorder.format.screen import Configuration
from recorder.format.segment import Label, read_segment
from recorder.part import begin_part
from recorder.writer import RecordingWriter
from replay.recording import Placed, Recording
from tests.memory import MemoryGrowing, MemorySource
from tests.vectors.fixed import portal, signer
from tests.waiting import until
from vault.header import Identity
from vault.outside import Outside
from vault.reader import SealedFile
from vault.store import Growing

SCREEN = "screen/customer"
ABOUT = About(software="test")
CONFIGURATION = Configuration(codec="vp9", width_px=640, height_px=480)
SECOND_US = 1_000_000
WALL_US = 1_790_000_000_000_000


@dataclass
class Hands:
    """The hands of a clock that move when they are told to, and who looked at them."""

    now_us: int = 0
    wall_us: int = WALL_US
    looks: dict[str, int] = field(default_factory=dict)

    def clock(self) -> SessionClock:
        outside = Outside(monotonic_us=self._look, wall_us=lambda: self.wall_us + self.now_us)
        return SessionClock(began_us=0, outside=outside)

    def _look(self) -> int:
        who = threading.current_thread().name
        self.looks[who] = self.looks.get(who, 0) + 1
        return self.now_us


def begin(growing: Growing, hands: Hands | None = None) -> RecordingWriter:
    clock = hands.clock() if hands else None
    return begin_part(growing, ABOUT, recipients=[portal().public], signer=signer(), clock=clock)


@contextmanager
def live() -> Iterator[tuple[Hands, MemoryGrowing, RecordingWriter]]:
    hands, growing = Hands(), MemoryGrowing()
    with begin(growing, hands) as writer:
        yield hands, growing, writer


def go(hands: Hands, writer: RecordingWriter, by_us: int) -> None:
    """Move the hands; return when the writer's thread has looked at them and done what was to do."""
    with writer._news:
        before = hands.looks.get("sealcast-segments", 0)
        hands.now_us += by_us
        writer._news.notify_all()
    until(lambda: hands.looks.get("sealcast-segments", 0) > before)
    with writer._news:
        pass


def opened(growing: MemoryGrowing) -> Recording:
    return Recording(SealedFile(MemorySource(bytes(growing.data)), Identity(portal_keys=[portal()])))


def packets_in(growing: MemoryGrowing) -> list[Packet]:
    found = list(opened(growing).packets())
    assert all(isinstance(one, Placed) for one in found)
    return [one.packet for one in found if isinstance(one, Placed)]


def events_in(growing: MemoryGrowing) -> list[Event | None]:
    return [read_event(one.track, one.payload) for one in packets_in(growing) if one.track in EVENT_TRACKS]


def picture(writer: RecordingWriter, payload: bytes, time_us: int = 0, *, keyframe: bool = False) -> None:
    configuration = CONFIGURATION if keyframe else None
    writer.put_picture(SCREEN, payload, time_us=time_us, configuration=configuration)


def check_summary(growing: MemoryGrowing) -> None:
    """Compare what was written at the end with what the segments say."""
    recording = opened(growing)
    written = recording.summary()
    recording.sealed.summary = None
    assert recording.summary() == written


def check_labels(growing: MemoryGrowing) -> None:
    """Follow every label and every table of keyframes to where it points."""
    sealed = opened(growing).sealed
    entries = list(sealed.entries())
    segments = {entry.offset: read_segment(sealed.read(entry).payload) for entry in entries}
    screens: list[str] = []
    for entry, segment in zip(entries, segments.values(), strict=True):
        label = Label.read(entry.label)
        assert label.time_us == segment.time_us
        for id_, offset in segment.keyframes.items():
            assert has_keyframe(segments[offset].pieces, segment.tracks[id_])
            assert offset < entry.offset
        for piece in segment.pieces:
            if piece.flags & Flag.KEYFRAME and kind(piece.track) == "screen" and piece.track not in screens:
                screens.append(piece.track)
        assert [bool(one) for one in label.keyframes] == [len(screens) > 0, len(screens) > 1]
        for offset, track in zip(label.keyframes, screens, strict=False):
            assert has_keyframe(segments[offset].pieces, track)
            between = [one for at, one in segments.items() if offset < at <= entry.offset]
            assert not any(has_keyframe(one.pieces, track) for one in between)


def has_keyframe(pieces: Sequence[object], track: str) -> bool:
    return any(one.track == track and one.flags & Flag.KEYFRAME for one in pieces)  # type: ignore[attr-defined] # Piece
