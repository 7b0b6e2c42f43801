"""Packets of any number of tracks in, sealed segments out: the one way into a recording.

With a clock, segments close a second after their first packet although nothing else comes, and the wall clock is noted
once a minute; a thread of this file sees to it.  Without one, as for imports, times come with the packets alone.
A disk that is slower than the packets holds the callers back.  SPEC.md of recorder.format §4.1, §4.4, §4.5.
"""

import contextlib
import threading
from types import TracebackType
from typing import Final, Self

from recorder.clock import SessionClock
from recorder.format.events import About, Event, Pause, Resume, to_payload
from recorder.format.keyframes import KeyframeRule
from recorder.format.packet import Packet, kind, later, pieces
from recorder.format.screen import Configuration
from recorder.format.segments import OPEN_US, SegmentBuilder
from recorder.format.summing import SummaryBuilder
from vault.anchor import Anchor
from vault.errors import PartEndedError, VaultError
from vault.index import Reason
from vault.writer import SealedWriter

CLOCK_NOTE_US: Final = 60_000_000
_WHILE_PAUSED: Final = ("recording", "participants")


class RecordingWriter:
    """Write one part of a recording.  Any thread may call it.

    Errors: PartEndedError of the vault from any call after a segment could not be sealed; what was acknowledged
        before is safe.
    """

    def __init__(self, sealed: SealedWriter, *, about: About, clock: SessionClock | None = None) -> None:
        self._sealed = sealed
        self._clock = clock
        self._segments = SegmentBuilder()
        self._summary = SummaryBuilder()
        self._rules: dict[str, KeyframeRule] = {}  # of screen tracks since their keyframe; a pause ends them
        self._failed: PartEndedError | None = None
        self._last_us = 0
        self._opened_us = 0  # when the open segment's first packet came, by the clock
        self._noted_us = 0
        self._paused = self._closing = False
        self._news = threading.Condition(threading.RLock())
        self.put_event(about)
        self._thread: threading.Thread | None = None
        if clock:
            self._note_clock(clock)
            self._thread = threading.Thread(target=self._watch, args=(clock,), name="sealcast-segments", daemon=True)
            self._thread.start()

    @property
    def durable(self) -> Anchor:
        """The newest block that is durable."""
        return self._sealed.durable

    @property
    def newest_block(self) -> int:
        """The number of the block that holds, or will hold, what was taken last."""
        with self._news:
            return self._sealed.next_number - (self._segments.began_us is None)

    @property
    def paused(self) -> bool:
        """Whether nothing but events about the recording and its participants is taken."""
        return self._paused

    def keyframe_due(self, track: str) -> bool:
        """Say whether the next picture of this screen track should be a keyframe."""
        with self._news:
            rule = self._rules.get(track)
            return rule is None or rule.due

    def put_picture(
        self, track: str, payload: bytes, *, time_us: int, configuration: Configuration | None, decode_us: int = 0
    ) -> None:
        """Take a picture of a screen track; one with a configuration is a keyframe.

        Units: decode_us is what decoding it may cost, for the rule of keyframes.
        """
        with self._news:
            if configuration:
                self.put(Packet(track, time_us, configuration.to_payload(), configuration=True))
            self.put(Packet(track, time_us, payload, keyframe=configuration is not None), decode_us=decode_us)

    def put_event(self, event: Event, *, time_us: int | None = None) -> None:
        """Take an event; without a time it happens now.  Errors: also FormatError and its kin, as to_payload."""
        with self._news:
            if time_us is None:
                time_us = self._clock.now_us() if self._clock else self._last_us
            if isinstance(event, Pause):
                self._paused = True
                self._rules.clear()
            self.put(Packet(event.TRACK, time_us, to_payload(event)))
            if isinstance(event, Resume):
                self._paused = False

    def put(self, packet: Packet, *, decode_us: int = 0) -> None:
        """Take a packet; one that comes late gets the time of the one before it.

        Between pause and resume most tracks are not taken; a screen track goes on with its next keyframe.
        """
        with self._news:
            self._refuse_after_the_end()
            if not self._taken(packet):
                return
            packet = later(packet, self._last_us)
            if self._segments.closes_before(packet):
                self._seal()
            offset = size = 0
            for piece in pieces(packet):
                if self._segments.began_us is None:
                    self._opened_us = self._clock.now_us() if self._clock else 0
                    self._news.notify_all()
                offset = self._sealed.next_offset
                size += len(piece.payload)
                self._segments.add(piece)
                if self._segments.full:
                    self._seal()
            # Only now, so that what was refused is not counted.
            self._last_us = packet.time_us
            self._summary.add(packet, offset=offset)
            self._follow_rules(packet, size, decode_us)

    def check(self) -> None:
        """Errors: PartEndedError once anything went wrong."""
        with self._news:
            self._refuse_after_the_end()
            self._sealed.check()

    def sync(self) -> Anchor:
        """Return when all that was taken is durable: it is acknowledged then."""
        with self._news:
            self._refuse_after_the_end()
            self._seal()
            return self._sealed.sync()

    def finish(self, *, reason: int = Reason.ENDED) -> Anchor:
        """Write the summary and the end, make all durable; return the anchor whose hash is the fingerprint."""
        if self._clock:
            self._note_clock(self._clock)
        self._stop()
        self._seal()
        return self._sealed.finish(self._summary.to_bytes(), reason=reason)

    def abandon(self) -> None:
        """Stop without an end, keeping what was taken.  Nothing happens after finish()."""
        self._stop()
        with contextlib.suppress(VaultError):  # it has ended already, and whoever put something was told
            self._seal()
        self._sealed.abandon()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.abandon()

    def _refuse_after_the_end(self) -> None:
        if self._failed:
            raise PartEndedError(why=self._failed.why) from self._failed
        if self._closing:
            raise PartEndedError(why="it was closed")

    def _taken(self, packet: Packet) -> bool:
        if self._paused and packet.track not in _WHILE_PAUSED:
            return False
        # No picture can be shown that has no keyframe before it.
        first = packet.keyframe or packet.configuration
        return first or kind(packet.track) != "screen" or packet.track in self._rules

    def _follow_rules(self, packet: Packet, size: int, decode_us: int) -> None:
        keyframe = packet.keyframe and kind(packet.track) == "screen"
        for track, rule in self._rules.items():
            if track != packet.track:
                rule.packet(0 if keyframe else size)
            elif not keyframe:
                rule.packet(size, decode_us)
        if keyframe:
            self._rules.setdefault(packet.track, KeyframeRule()).keyframe(size, decode_us)

    def _note_clock(self, clock: SessionClock) -> None:
        with self._news:
            self._noted_us = clock.now_us()
            self.put_event(clock.note(self._noted_us), time_us=self._noted_us)

    def _seal(self) -> None:
        if self._segments.began_us is not None:
            closed = self._segments.close(self._sealed.next_offset)
            try:
                self._sealed.append(closed.segment.to_bytes(), label=closed.label.to_bytes())
            except PartEndedError as error:
                self._failed = error
                raise

    def _stop(self) -> None:
        with self._news:
            self._closing = True
            self._news.notify_all()
        if self._thread:
            self._thread.join()

    def _watch(self, clock: SessionClock) -> None:
        # An error of the vault stays with the vault: whoever puts something next is told.
        with contextlib.suppress(VaultError), self._news:
            while not self._closing:
                now_us = clock.now_us()
                if now_us - self._noted_us >= CLOCK_NOTE_US:
                    self._note_clock(clock)
                if self._segments.began_us is not None and now_us - self._opened_us >= OPEN_US:
                    self._seal()
                self._news.wait(self._patience_us(now_us) / 1e6)

    def _patience_us(self, now_us: int) -> int:
        due_us = self._noted_us + CLOCK_NOTE_US
        if self._segments.began_us is not None:
            due_us = min(due_us, self._opened_us + OPEN_US)
        return max(0, due_us - now_us)
