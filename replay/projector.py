"""From a time to what is shown then: reads from the nearest keyframe before it, or goes on from where it is."""

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Final

from recorder.format.errors import RecordingError
from recorder.format.packet import Packet, kind
from recorder.format.screen import Pointer
from replay.pictures import DAMAGED, ScreenDecoder
from replay.recording import Gap, Onward
from replay.scene import View
from replay.session import Session

_NEAR_US: Final = 1_000_000  # going on so far costs no more than to look for a keyframe


class Projector:
    """Shows screens of a session at any time.  It is used by one thread; the session is the caller's.

    Errors: StoreUnavailableError.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tracks: frozenset[str] = frozenset()
        self._begin(lambda: iter(()), (0, 0))

    def views(self, time_us: int, tracks: Collection[str]) -> tuple[View, ...]:
        """Return what is shown at a time on these screens, in their order."""
        self._go(time_us, frozenset(tracks))
        while self._incomplete(time_us) and self._read():
            pass
        self._at_us = time_us
        return tuple(self._view(track, time_us) for track in tracks)

    def next_us(self, time_us: int, tracks: Collection[str]) -> int | None:
        """Return when the first picture after that time comes on any of the screens; None when there is none."""
        self.views(time_us, tracks)
        while (
            found := min(filter(None, (one.after(time_us) for one in self._screens.values())), default=None)
        ) is None:
            if not self._read():
                return None
        return found

    def before_us(self, time_us: int, tracks: Collection[str]) -> int | None:
        """Return when the picture came that was shown before the one that is shown then; None when there was none."""
        now_us = _newest(self.views(time_us, tracks))
        return _newest(self.views(now_us - 1, tracks)) if now_us else None

    def _go(self, time_us: int, tracks: frozenset[str]) -> None:
        """Begin anew where that is nearer than going on."""
        if tracks == self._tracks and time_us >= self._at_us:
            near = time_us < self._read_us + _NEAR_US
            if near or self._session.start(time_us) <= self._started:
                return
        self._tracks = tracks
        self._begin(self._session.packets_from(time_us), self._session.start(time_us))

    def _begin(self, onward: Onward, started: tuple[int, int]) -> None:
        self._onward, self._found = onward, onward()
        self._started = started
        self._at_us = self._read_us = 0
        self._screens = {track: _Screen() for track in self._tracks}

    def _incomplete(self, time_us: int) -> bool:
        return self._read_us <= time_us or not all(one.decoder.complete(time_us) for one in self._screens.values())

    def _read(self) -> bool:
        """Take the next packet; return whether there was one."""
        found = next(self._found, None)
        if found is None:
            for screen in self._screens.values():
                screen.decoder.finish()
            self._found = self._onward()  # the file may grow
            return False
        if isinstance(found, Gap):
            for screen in self._screens.values():
                screen.lose(found)
            return True
        packet = found.packet
        self._read_us = max(self._read_us, packet.time_us)
        name = packet.track.partition("/")[2]
        if watched := self._screens.get(f"screen/{name}"):
            if kind(packet.track) == "screen":
                if packet.keyframe:  # from which a reader could have begun, so that jumping there gains nothing
                    self._started = max(self._started, (self._started[0], found.offset))
                watched.feed(packet)
            elif kind(packet.track) == "pointer":
                watched.point(packet)
        return True

    def _view(self, track: str, time_us: int) -> View:
        return self._screens[track].view(track, time_us)


def _newest(views: Iterable[View]) -> int | None:
    return max((view.picture.time_us for view in views if view.picture), default=None)


@dataclass(slots=True)
class _Pointed:
    time_us: int
    pointer: Pointer


class _Screen:
    """A screen and the pointer over it, read to somewhat beyond what is shown."""

    def __init__(self) -> None:
        self.decoder = ScreenDecoder()
        self._fed: deque[int] = deque()  # times of pictures
        self._ahead: deque[_Pointed] = deque()
        self._pointer: Pointer | None = None
        self._clicked_us: int | None = None

    def feed(self, packet: Packet) -> None:
        self.decoder.feed(packet)
        if not packet.configuration:
            self._fed.append(packet.time_us)

    def point(self, packet: Packet) -> None:
        try:
            self._ahead.append(_Pointed(packet.time_us, Pointer.read(packet.payload, keyframe=packet.keyframe)))
        except RecordingError:
            return  # the next one says it again

    def lose(self, gap: Gap) -> None:
        self.decoder.lose(DAMAGED, time_us=gap.after_us)

    def after(self, time_us: int) -> int | None:
        return next((each for each in self._fed if each > time_us), None)

    def view(self, track: str, time_us: int) -> View:
        while self._fed and self._fed[0] <= time_us:
            self._fed.popleft()
        while self._ahead and self._ahead[0].time_us <= time_us:
            self._move(self._ahead.popleft())
        picture = self.decoder.at(time_us)
        configuration = self.decoder.configuration
        return View(
            track=track,
            picture=picture,
            title=configuration.title if configuration else None,
            pointer=self._pointer if self._pointer and self._pointer.shape else None,
            clicked_us=self._clicked_us,
            why=self.decoder.why,
        )

    def _move(self, pointed: _Pointed) -> None:
        known, now = self._pointer, pointed.pointer
        if now.buttons & ~(known.buttons if known else 0):
            self._clicked_us = pointed.time_us
        self._pointer = replace(now, shape=now.shape or (known.shape if known else None))
