"""From a time to what is shown then: reads from the nearest keyframe before it, or goes on from where it is."""

from collections import deque
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import Final

from recorder.format.errors import RecordingError
from recorder.format.pack import MAX_TIME_US
from recorder.format.packet import Packet, kind
from recorder.format.screen import Pointer
from replay.pictures import ScreenDecoder
from replay.recording import Break, Onward
from replay.scene import DAMAGED, NOTHING_YET, View
from replay.session import Session
from vault.errors import VaultError

_NEAR_US: Final = 1_000_000  # going on so far costs no more than to look for a keyframe
_EACH: Final = 256  # bytes that a packet takes beside its payload
_MOST_BACK: Final = 200  # whiles without a picture, one before the other, that are looked through for one
_MAX_AHEAD: Final = 64 * 1024 * 1024  # bytes of packets that are read on behalf of another screen's pictures


class Projector:
    """Shows screens of a session at any time.  It is used by one thread; the session is the caller's.

    stopped is asked now and then: what is true ends the work, which is worth nothing then.
    Errors: StoreUnavailableError.
    """

    def __init__(self, session: Session, *, stopped: Callable[[], bool] = lambda: False) -> None:
        self._session = session
        self._stopped = stopped
        self._tracks: frozenset[str] = frozenset()
        self._screens: dict[str, _Screen] = {}
        self._begin(lambda: iter(()), (0, 0))

    def views(self, time_us: int, tracks: Collection[str]) -> tuple[View, ...]:
        """Return what is shown at a time on these screens, in their order."""
        self._go(time_us, frozenset(tracks))
        while self._incomplete(time_us):
            if not self._read():
                for screen in self._screens.values():
                    screen.end(time_us)
                break
        self._at_us = time_us
        return tuple(self._view(track, time_us) for track in tracks)

    def next_us(self, time_us: int, tracks: Collection[str]) -> int | None:
        """Return when the first picture after that time comes on any of the screens; None when there is none."""
        return self._next_us(time_us, tracks, _Screen.after)

    def changed_us(self, time_us: int, tracks: Collection[str]) -> int | None:
        """Return when a picture comes or a pointer moves after that time, as next_us does."""
        return self._next_us(time_us, tracks, _Screen.changes)

    def before_us(self, time_us: int, tracks: Collection[str]) -> int | None:
        """Return when the picture came that was shown before the one that is shown then; None when there was none."""
        self.views(time_us, tracks)
        for _ in range(_MOST_BACK):
            now_us = self._since_us()
            if not now_us:
                break
            if (before_us := _newest(self.views(now_us - 1, tracks))) is not None:
                return before_us
        return None

    def _next_us(
        self, time_us: int, tracks: Collection[str], after: "Callable[[_Screen, int], int | None]"
    ) -> int | None:
        self.views(time_us, tracks)
        while (
            found := min(filter(None, (after(one, time_us) for one in self._screens.values())), default=None)
        ) is None:
            if sum(one.size for one in self._screens.values()) > _MAX_AHEAD:
                return self._read_us if self._read_us > time_us else None  # so much, and no picture among it
            if not self._read():
                return None
        return found

    def _go(self, time_us: int, tracks: frozenset[str]) -> None:
        """Begin anew where that is nearer than going on."""
        if tracks == self._tracks and time_us >= self._at_us:
            near = time_us < self._read_us + _NEAR_US
            if near or self._session.start(time_us) <= self._started:
                return
        onward, started = self._session.packets_from(time_us), self._session.start(time_us)
        self._tracks = tracks
        self._begin(onward, started)

    def _begin(self, onward: Onward, started: tuple[int, int]) -> None:
        self._onward, self._found = onward, onward()
        self._started = started
        self._at_us = self._read_us = 0
        self._screens = {track: _Screen() for track in self._tracks}

    def _since_us(self) -> int | None:
        """Return when the newest of what is shown began, or of what is not shown."""
        since = (screen.decoder.since_us for screen in self._screens.values())
        return max((each for each in since if each is not None), default=None)

    def _incomplete(self, time_us: int) -> bool:
        screens = self._screens.values()
        for screen in screens:
            screen.go(time_us)
        if self._read_us <= time_us:
            return True
        return (
            not all(one.decoder.complete(time_us) for one in screens) and sum(one.size for one in screens) < _MAX_AHEAD
        )

    def _read(self) -> bool:
        """Take the next packet; return whether there was one."""
        if self._stopped():
            return False
        try:
            found = next(self._found, None)
        except VaultError:
            self._at_us = MAX_TIME_US  # whoever asks next begins anew
            raise
        if found is None:
            self._found = self._onward()  # the file may grow
            return False
        if isinstance(found, Break):
            for screen in self._screens.values():
                screen.lose(found)
            return True
        packet = found.packet
        self._read_us = max(self._read_us, packet.time_us)
        name = packet.track.partition("/")[2]
        if watched := self._screens.get(f"screen/{name}"):
            if kind(packet.track) == "screen" and packet.keyframe:
                # From there a reader could have begun, so that jumping there gains nothing.
                self._started = max(self._started, (self._started[0], found.offset))
            watched.take(packet)
        return True

    def _view(self, track: str, time_us: int) -> View:
        return self._screens[track].view(track, time_us)


def _newest(views: Iterable[View]) -> int | None:
    return max((view.picture.time_us for view in views if view.picture), default=None)


class _Screen:
    """A screen and the pointer over it: read to somewhat beyond what is shown, and decoded no further than needed."""

    def __init__(self) -> None:
        self.decoder = ScreenDecoder()
        self.size = 0  # bytes of what waits to be decoded
        self._ahead: deque[Packet | Break] = deque()
        self._moves: deque[Packet] = deque()
        self._times: deque[int] = deque()  # of pictures to come
        self._pointer: Pointer | None = None
        self._clicked_us: int | None = None

    def take(self, packet: Packet) -> None:
        """Take the next packet of the screen or the pointer."""
        match kind(packet.track):
            case "pointer":
                self._moves.append(packet)
                self.size += len(packet.payload) + _EACH
            case "screen":
                if self._ahead and isinstance(last := self._ahead[-1], Break) and _from_us(last) > packet.time_us:
                    self._ahead[-1] = replace(last, after_us=packet.time_us - 1)  # an index that lies told of it
                self._ahead.append(packet)
                self.size += len(packet.payload) + _EACH
                if not packet.configuration:
                    self._times.append(packet.time_us)

    def lose(self, gap: Break) -> None:
        """Take what is missing."""
        # Of several that follow each other the first says it all.
        if not (self._ahead and isinstance(last := self._ahead[-1], Break) and last.damage >= gap.damage):
            self._ahead.append(gap)

    def after(self, time_us: int) -> int | None:
        """Return when the first picture after a time comes, if it was read."""
        return next((each for each in self._times if each > time_us), None)

    def changes(self, time_us: int) -> int | None:
        """Return when the first picture or state of the pointer after a time comes, if it was read."""
        moved = next((one.time_us for one in self._moves if one.time_us > time_us), None)
        return min(filter(None, (self.after(time_us), moved)), default=None)

    def go(self, time_us: int) -> None:
        """Come to a time with what was read by now."""
        while self._ahead and (_from_us(self._ahead[0]) <= time_us or not self.decoder.complete(time_us)):
            self._decode(self._ahead.popleft())
        self.decoder.pass_by(time_us)
        while self._moves and self._moves[0].time_us <= time_us:
            packet = self._moves.popleft()
            self.size -= len(packet.payload) + _EACH
            self._move(packet)
        while self._times and self._times[0] <= time_us:
            self._times.popleft()

    def end(self, time_us: int) -> None:
        """Come to a time behind which nothing is by now."""
        self.go(time_us)
        if not self.decoder.complete(time_us):
            self.decoder.finish()

    def view(self, track: str, time_us: int) -> View:
        """Return what is shown at the time it came to."""
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

    def _decode(self, found: Packet | Break) -> None:
        if isinstance(found, Break):
            self.decoder.lose(DAMAGED if found.damage else NOTHING_YET, time_us=_from_us(found))
        else:
            self.size -= len(found.payload) + _EACH
            self.decoder.feed(found)

    def _move(self, packet: Packet) -> None:
        try:
            now = Pointer.read(packet.payload, keyframe=packet.keyframe)
        except RecordingError:
            return  # the next one says it again
        known = self._pointer
        if now.buttons & ~(known.buttons if known else 0):
            self._clicked_us = packet.time_us
        self._pointer = replace(now, shape=now.shape or (known.shape if known else None))


def _from_us(found: Packet | Break) -> int:
    """Return from when on it counts."""
    return found.after_us + 1 if isinstance(found, Break) else found.time_us
