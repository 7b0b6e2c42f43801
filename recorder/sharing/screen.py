"""The loop of a shared screen: what changes on it becomes pictures, as fast as the network takes them.

It is recorder.record's loop without a file: it sleeps until something changes, takes what changed, and sleeps again.
While a picture waits to be sent no other is made, so nobody sees what was long ago.
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Final, Protocol

from recorder.capture.mask import Mask
from recorder.capture.screen import open_screen
from recorder.capture.source import FrameSource
from recorder.capture.wanted import Wanted
from recorder.errors import CaptureError, EncodeError
from recorder.screen_encoder import open_screen_encoder
from recorder.screen_track import ScreenTrack
from recorder.sharing.packets import TRACK, LivePictures
from vault.outside import monotonic_us

_LOOK_US: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenOrder:
    """What to show of the screen.  Units: rate is pictures a second at most."""

    wanted: Wanted
    masks: Sequence[Mask] = ()
    rate: float = 10


class Way(Protocol):
    """Where pictures go."""

    @property
    def has_room(self) -> bool:
        """Whether the next one may come."""
        ...

    def show(self, packets: list[bytes]) -> bool:
        """Take the packets of one; say whether they were taken."""
        ...


class SharedScreen:
    """A screen that is shown, in a thread of its own.

    told is called once in that thread with "" when the screen is open, and with a sentence when it cannot be shown, or
    not any more.  Nothing leaves before begin().
    """

    def __init__(self, order: ScreenOrder, way: Way, *, told: Callable[[str], None]) -> None:
        self._order, self._way, self._told = order, way, told
        self._source: FrameSource | None = None
        self._live = False
        self._anew, self._wanted, self._ended = threading.Event(), threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="sealcast-screen", daemon=True)
        self._thread.start()

    def begin(self) -> None:
        """Show it from here on, or anew: those who watch have nothing."""
        self._anew.set()
        self._live = True
        self.wake()

    def hold(self) -> None:
        """Let no picture leave until begin()."""
        self._live = False

    def want_keyframe(self) -> None:
        """Somebody who watches cannot go on without one."""
        self._wanted.set()
        self.wake()

    def wake(self) -> None:
        """There is room for a picture again."""
        if source := self._source:
            source.wake()

    def close(self) -> None:
        """Return when nothing is shown any more."""
        self._ended.set()
        self.wake()
        self._thread.join()

    def _run(self) -> None:
        try:
            with closing(open_screen(self._order.wanted, self._order.masks)) as source:
                pictures = LivePictures(self._way.show)
                with closing(ScreenTrack(pictures, TRACK, open_encoder=open_screen_encoder)) as track:
                    self._source = source
                    self._told("")
                    self._loop(source, track, pictures)
        except (CaptureError, EncodeError) as error:
            self._told(str(error))
        finally:
            self._source = None

    def _loop(self, source: FrameSource, track: ScreenTrack, pictures: LivePictures) -> None:
        step_us, next_us = round(1_000_000 / self._order.rate), 0
        whole = True
        while not self._ended.is_set():
            whole = self._asked_for_all(pictures) or whole
            source.pointer()  # what it did is shown to nobody, and must not pile up
            now_us = monotonic_us()
            if not self._live or not self._way.has_room:
                source.wait(0, rest_us=_LOOK_US)  # it is woken
            elif now_us < next_us:
                source.wait(0, rest_us=next_us - now_us)
            elif whole or source.wait(_LOOK_US):
                if frame := source.frame(whole=whole):
                    next_us, whole = now_us + step_us, False
                    track.put(frame, time_us=frame.time_us)
                elif whole:
                    source.wait(0, rest_us=step_us)  # the monitors are changing at this moment
                else:
                    track.settle(monotonic_us=now_us, time_us=now_us)
            else:
                track.settle(monotonic_us=now_us, time_us=now_us)

    def _asked_for_all(self, pictures: LivePictures) -> bool:
        anew, wanted = self._anew.is_set(), self._wanted.is_set()
        if anew:
            self._anew.clear()
            pictures.begin()
        if wanted:
            self._wanted.clear()
            pictures.want_keyframe()
        return anew or wanted
