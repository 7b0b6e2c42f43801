"""The loop of the native recorder: what changes on a screen becomes pictures, at most so many a second.

It sleeps until something changes, takes what changed, and sleeps again; the rate is a ceiling, not a clock.  What
people want meanwhile (a marker, a pause, the end) comes through a queue, so that any thread and any signal may ask.
"""

import queue
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final

from recorder.capture.frame import Frame
from recorder.capture.pointer import PointerSample
from recorder.capture.source import FrameSource
from recorder.clock import SessionClock
from recorder.encode import Encoder
from recorder.errors import CaptureError, EncodeError
from recorder.format.events import RECORDER, Marker, Pause, Resume, Sharing, Trouble
from recorder.format.packet import Packet
from recorder.format.screen import Pointer
from recorder.screen_track import ScreenTrack
from recorder.writer import RecordingWriter

_LOOK_US: Final = 1_000_000  # at rest: whether the end has come, and for the line that tells how far it is
_SECOND_US: Final = 1_000_000


class Wish(Enum):
    """What may be asked of a recorder while it works."""

    MARKER = auto()
    PAUSE_OR_RESUME = auto()
    END = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far it is.  Units: µs, bytes that are durable."""

    time_us: int
    pictures: int
    markers: int
    size: int
    paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to record.  Units: rate is pictures a second at most; duration_us None until asked to end."""

    rate: float
    duration_us: int | None = None
    title: str | None = None


class Recorder:
    """Record one screen into one part.  It owns neither source nor writer."""

    def __init__(
        self,
        source: FrameSource,
        writer: RecordingWriter,
        *,
        clock: SessionClock,
        plan: Plan,
        open_encoder: Callable[[int, int], Encoder],
    ) -> None:
        self._source = source
        self._writer = writer
        self._clock = clock
        self._plan = plan
        self._screen = ScreenTrack(writer, "screen/customer", open_encoder=open_encoder, title=plan.title)
        self._over = "pointer/customer"
        self._wishes: queue.SimpleQueue[tuple[Wish, str]] = queue.SimpleQueue()
        self._pointer: Pointer | None = None  # with its shape, as it was last
        self._markers = 0
        self._told_us = 0
        self._step_us = round(_SECOND_US / plan.rate)
        self._whole = True  # the next picture is fetched whole
        self._ended = False

    def ask(self, wish: Wish, name: str = "") -> None:
        """Ask for something, from any thread or signal; a marker may have a name."""
        self._wishes.put((wish, name))
        self._source.wake()

    def progress(self) -> Progress:
        """Return how far it is."""
        size = self._writer.durable.size
        return Progress(
            time_us=self._clock.now_us(),
            pictures=self._screen.pictures,
            markers=self._markers,
            size=size,
            paused=self._writer.paused,
        )

    def run(
        self, *, tell: Callable[[Progress], None] = lambda _: None, before_pause: Callable[[], None] = lambda: None
    ) -> None:
        """Record until the end is asked for or the time is over; tell about once a second and after a wish how far.

        before_pause is called before a pause and before its end.

        Errors: CaptureError, EncodeError after a note in the recording, which can be finished all the same;
            PartEndedError of the vault, after which it cannot.
        """
        self._writer.put_event(Sharing(id=RECORDER, track=self._screen.name, on=True))
        try:
            self._loop(tell, before_pause)
        except (CaptureError, EncodeError) as error:
            self._writer.put_event(Trouble(what=str(error)))
            raise
        finally:
            self._screen.close()
        self._writer.put_event(Sharing(id=RECORDER, track=self._screen.name, on=False))

    def _loop(self, tell: Callable[[Progress], None], before_pause: Callable[[], None]) -> None:
        next_us = 0
        while self._goes_on(tell, before_pause):
            rest_us = next_us - self._clock.now_us()
            if rest_us > 0 and not self._whole:
                self._source.wait(0, rest_us=min(rest_us, self._patience_us()))
            elif self._source.wait(self._patience_us()) or self._whole:
                next_us = self._clock.now_us() + self._step_us
                self._take()
            else:
                self._settle()

    def _goes_on(self, tell: Callable[[Progress], None], before_pause: Callable[[], None]) -> bool:
        asked = False
        while not self._wishes.empty():
            self._fulfil(*self._wishes.get(), before_pause)
            asked = True
        now_us = self._clock.now_us()
        if asked or now_us - self._told_us >= _LOOK_US:
            self._told_us = now_us
            tell(self.progress())
        return not self._ended and (self._plan.duration_us is None or now_us < self._plan.duration_us)

    def _fulfil(self, wish: Wish, name: str, before_pause: Callable[[], None]) -> None:
        match wish:
            case Wish.END:
                self._ended = True
            case Wish.MARKER if self._writer.paused:
                pass  # of a pause nothing is recorded
            case Wish.MARKER:
                self._markers += 1
                self._writer.put_event(Marker(name=name or f"marker {self._markers}"))
            case Wish.PAUSE_OR_RESUME:
                before_pause()
                self._writer.put_event(Resume(by=RECORDER) if self._writer.paused else Pause(by=RECORDER))
                # The encoder saw nothing of what changed in the pause.
                self._whole = not self._writer.paused

    def _patience_us(self) -> int:
        if self._whole:
            return 0
        left_us = self._plan.duration_us - self._clock.now_us() if self._plan.duration_us is not None else _LOOK_US
        return max(0, min(left_us, _LOOK_US))

    def _take(self) -> None:
        # In a pause what the source tells is noted and left out by the writer, so that it neither piles up nor is lost.
        self._put_pointer(self._source.pointer())
        frame = self._source.frame(whole=self._whole)
        if frame and not self._writer.paused:
            self._whole = False
            self._put_frame(frame)
        elif not frame:
            self._settle()

    def _put_frame(self, frame: Frame) -> None:
        time_us = self._time_us(frame.time_us)
        if self._screen.put(frame, time_us=time_us):
            self._repeat_pointer(time_us)

    def _settle(self) -> None:
        # After a pause the frame that was encoded last is gone.
        if self._whole or self._writer.paused:
            return
        now_us = self._clock.now_us()
        if self._screen.settle(monotonic_us=self._clock.began_us + now_us, time_us=now_us):
            self._repeat_pointer(now_us)

    def _repeat_pointer(self, time_us: int) -> None:
        """Say again what the pointer looks like: whoever begins at this keyframe does not know."""
        if self._pointer and self._pointer.shape:
            self._writer.put(Packet(self._over, time_us, self._pointer.to_payload(), keyframe=True))

    def _put_pointer(self, samples: Sequence[PointerSample]) -> None:
        for sample in samples:
            pointer = Pointer(x_px=sample.x_px, y_px=sample.y_px, buttons=sample.buttons, shape=sample.shape)
            known = sample.shape or (self._pointer.shape if self._pointer else None)
            self._pointer = replace(pointer, shape=known)
            payload = pointer.to_payload()
            time_us = self._time_us(sample.time_us)
            self._writer.put(Packet(self._over, time_us, payload, keyframe=sample.shape is not None))

    def _time_us(self, monotonic_us: int) -> int:
        return max(0, monotonic_us - self._clock.began_us)
