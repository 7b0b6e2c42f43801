"""The recording of one running session: entries and pictures in, sealed parts out, in a thread of its own.

A disk that is full or away ends the part and never the session: it is tried again after a while, in a new part, which
begins with what was said meanwhile.  What is shown meanwhile is lost, and the recording says so.
"""

import contextlib
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from portal_core.live.effects import RecordingIs
from portal_core.live.frames import Kind, ScreenPacket
from portal_core.live.log import SERVER, Entry
from portal_core.live.messages import RefusedMessageError, Track
from portal_core.live.recorded import event_of_entry, read_configuration
from portal_core.running.news import Finished, KeyframeDue, News, PartBegan, PartEnded, PartStopped
from portal_core.running.parts import Begun, Parts
from recorder.clock import SessionClock
from recorder.format.errors import RecordingError
from recorder.format.events import Consent, Event, Pause, Resume, Trouble
from recorder.format.screen import Configuration
from vault.anchor import Anchor
from vault.errors import PartEndedError, StoreUnavailableError, VaultError
from vault.header import PreviousPart
from vault.index import Reason

MOST_WAITING: Final = 16 * 1024 * 1024  # bytes of pictures between the session and its disk
AGAIN_US: Final = 10_000_000  # after a failure; twice as long after each further one …
AT_LATEST_US: Final = 300_000_000  # … up to this
ASK_AGAIN_US: Final = 5_000_000  # for a keyframe that did not come
_UNEXPECTED: Final = "something unexpected happened; the server's log has it"
_log: Final = logging.getLogger(__name__)


Said = Entry | Consent  # what must be in the recording, though it be in a later part


@dataclass(frozen=True, slots=True)
class _Finish:
    reason: Reason


@dataclass(slots=True)
class _Shown:
    """What came of a screen track."""

    configuration: Configuration | None = None
    next_seq: int | None = None
    asked_us: int | None = None  # when a keyframe was asked for that has not come


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How far the parts before came: their last good block, and the newest entry that is in them."""

    last: PreviousPart | None
    entry: int
    unread: bool = False  # something lies there that could not be read: it is looked at again at the next start


@dataclass(slots=True, kw_only=True)
class Beginning:
    """With which part a recorder begins."""

    number: int = 1
    previous: Callable[[], Reached | None] = lambda: None  # may read files; asked in the recorder's thread
    events: list[Event] = field(default_factory=list)  # what stands at the beginning of the first that is kept
    again: list[Said] = field(default_factory=list)  # what was said before; that of it which is not recorded will be
    paused: bool = False
    ended: bool = False  # nothing comes any more: a part is begun for what is missing alone


class Recorder:
    """Record one session.  Any thread may call it; tell is called in the recorder's own."""

    def __init__(
        self, parts: Parts, clock: SessionClock, beginning: Beginning, *, tell: Callable[[News], None]
    ) -> None:
        self._parts = parts
        self._clock = clock
        self._tell = tell
        self._beginning = beginning
        self._begun: Begun | None = None
        self._next_part = beginning.number
        self._previous: PreviousPart | None = None
        self._taken_up = False  # what the parts before hold is known
        self._unread = False  # but for something
        self._paused = beginning.paused
        self._missed: list[Said] = []  # to be recorded once there is a part
        self._unsure: list[tuple[int, Said]] = []  # in a block that may not come to be
        self._why = ""
        self._failures = 0
        self._again_us = 0
        self._screens: dict[Track, _Shown] = {}
        self._waiting = 0
        self._lock = threading.Lock()
        self._items: queue.SimpleQueue[Said | ScreenPacket | _Finish | None] = queue.SimpleQueue()
        self._items.put(None)  # begin at once
        self._thread = threading.Thread(target=self._run, name="sealcast-session", daemon=True)
        self._thread.start()

    def put(self, said: Said) -> None:
        """Record an entry, or that somebody agreed."""
        self._items.put(said)

    def put_picture(self, packet: ScreenPacket) -> bool:
        """Record a screen packet; False when the disk is so far behind that it was not taken."""
        with self._lock:
            if self._waiting + packet.weight > MOST_WAITING:
                return False
            self._waiting += packet.weight
        self._items.put(packet)
        return True

    def look(self) -> None:
        """See whether what could not be written can be now."""
        self._items.put(None)

    def finish(self, reason: Reason) -> None:
        """Write the end; what comes of it is told."""
        self._items.put(_Finish(reason))

    def join(self) -> None:
        """Return when the end is written."""
        self._thread.join()

    def forget_marks(self) -> None:
        """All is recorded, and that is written down."""
        self._parts.forget_marks()

    @property
    def durable(self) -> Anchor | None:
        """The newest block of the present part that is durable; None when none is being written."""
        begun = self._begun
        return begun.writer.durable if begun else None

    def _run(self) -> None:
        item: Said | ScreenPacket | _Finish | None = None
        self._survives(self._take_up)
        while not isinstance(item, _Finish):
            item = self._items.get()
            if isinstance(item, ScreenPacket):
                with self._lock:
                    self._waiting -= item.weight
            if self._begun is None and self._is_time(item):
                self._survives(self._begin)
            if not self._survives(partial(self._take, item)) and isinstance(item, Said):
                self._missed.append(item)
        self._tell(Finished(whole=self._taken_up and not self._unread and not self._missed))

    def _take_up(self) -> None:
        if self._taken_up:
            return
        if reached := self._beginning.previous():
            self._previous, self._unread = reached.last, reached.unread
            again = self._beginning.again
            self._missed[:0] = [one for one in again if not isinstance(one, Entry) or one.n > reached.entry]
        self._taken_up = True

    def _is_time(self, item: Said | ScreenPacket | _Finish | None) -> bool:
        if isinstance(item, _Finish) or self._beginning.ended:
            return bool(self._missed) or not self._taken_up  # the last time that it can be recorded
        return self._clock.now_us() >= self._again_us

    def _survives(self, act: Callable[[], None]) -> bool:
        """Say whether it was done.  Whatever goes wrong ends the part, and never the recording."""
        try:
            act()
        except VaultError as error:
            self._stop(_plain(error))
        except Exception:  # noqa: BLE001 - a thread that dies records nothing, and nobody is told
            _log.exception("a recording stopped")
            self._stop(_UNEXPECTED)
        else:
            return True
        return False

    def _take(self, item: Said | ScreenPacket | _Finish | None) -> None:
        match item:
            case Entry() | Consent():
                self._put(item)
            case ScreenPacket():
                self._put_picture(item)
            case _Finish():
                self._finish(item.reason)
            case None:
                self._check()

    def _begin(self) -> None:
        self._take_up()
        if self._beginning.ended and not self._missed:
            return
        while self._parts.path(self._next_part).exists():  # left by a stop in the middle of a beginning
            self._next_part += 1
        self._begun = self._parts.begin(self._next_part, self._previous)
        self._put_beginning(self._begun)
        self._begun.writer.sync()
        self._why, self._failures = "", 0
        self._tell(PartBegan(begun=self._begun))

    def _put_beginning(self, begun: Begun) -> None:
        writer = begun.writer
        if self._previous is None or not self._previous.block:  # else they stand there
            for event in self._beginning.events:
                writer.put_event(event)
        if self._why:
            writer.put_event(Trouble(what=self._why))
        if self._paused_before(self._missed):
            writer.put_event(Pause(by=SERVER))
        missed, self._missed = self._missed, []
        try:
            while missed:
                self._put(missed[0])
                del missed[0]
        finally:
            self._missed = missed
        for track, shown in self._screens.items():
            shown.next_seq = None
            self._ask(track, shown)

    def _paused_before(self, missed: list[Said]) -> bool:
        entries = (one for one in missed if isinstance(one, Entry))
        first = next((entry for entry in entries if entry.kind == "recording" and entry.by != SERVER), None)
        return first.fields["state"] == RecordingIs.ON if first else self._paused

    def _put(self, said: Said) -> None:
        if isinstance(said, Entry) and said.kind == "recording":
            if said.by == SERVER:
                return  # trouble, and its end: the beginning of the next part tells of it
            self._paused = said.fields["state"] == RecordingIs.PAUSED
        begun = self._begun
        if begun is None:
            self._missed.append(said)
            return
        try:
            event = event_of_entry(said) if isinstance(said, Entry) else said
        except RecordingError as error:
            event = Trouble(what=f"what was said could not be recorded: {error}")
        if event is not None:
            begun.writer.put_event(event, time_us=said.at_us if isinstance(said, Entry) else None)
            self._unsure.append((begun.writer.newest_block, said))
        if isinstance(said, Entry):
            begun.mark(said.n)
        if isinstance(event, Resume):
            for track, shown in self._screens.items():
                self._ask(track, shown)

    def _check(self) -> None:
        if self._begun:
            self._begun.writer.check()
            durable = self._begun.writer.durable.block
            self._unsure = [(block, entry) for block, entry in self._unsure if block > durable]
            if not self._begun.writer.paused:
                for track, shown in self._screens.items():
                    if shown.asked_us is not None and self._clock.now_us() - shown.asked_us >= ASK_AGAIN_US:
                        shown.asked_us = None  # it may have come in a pause, or nobody heard of it
                        self._ask(track, shown)

    def _put_picture(self, packet: ScreenPacket) -> None:
        shown = self._screens.setdefault(packet.track, _Shown())
        if packet.kind is Kind.CONFIGURATION:
            with contextlib.suppress(RefusedMessageError):  # the hub has looked at it before
                shown.configuration = read_configuration(packet.payload)
            shown.next_seq = packet.seq + 1
            return
        follows, shown.next_seq = packet.seq == shown.next_seq, packet.seq + 1
        begun, configuration = self._begun, shown.configuration
        if begun is None or configuration is None or begun.writer.paused:
            return
        if packet.keyframe:
            shown.asked_us = None
        elif not follows:
            shown.next_seq = None  # nothing can be shown up to the next keyframe
            self._ask(packet.track, shown)
            return
        begun.writer.put_picture(
            packet.track,
            packet.payload,
            time_us=packet.at_us,
            configuration=configuration if packet.keyframe else None,
        )
        if not packet.keyframe and begun.writer.keyframe_due(packet.track):
            self._ask(packet.track, shown)

    def _ask(self, track: Track, shown: _Shown) -> None:
        if shown.asked_us is None:
            shown.asked_us = self._clock.now_us()
            self._tell(KeyframeDue(track=track))

    def _stop(self, why: str) -> None:
        news = PartStopped(why=why)
        if begun := self._begun:
            begun.writer.abandon()
            last = begun.last()
            self._missed = [said for block, said in self._unsure if block > last.block] + self._missed
            self._unsure, self._begun = [], None
            if last.block or not begun.remove():
                self._previous = last
                self._next_part += 1
                news = PartStopped(why=why, begun=begun, blocks=last.block, size=begun.size())
        self._again_us = self._clock.now_us() + min(AGAIN_US << self._failures, AT_LATEST_US)
        self._failures = min(self._failures + 1, 10)
        self._why = why
        self._tell(news)

    def _finish(self, reason: Reason) -> None:
        if self._begun is None:
            return
        anchor = self._begun.writer.finish(reason=reason)
        self._begun = None
        self._tell(PartEnded(anchor=anchor))


def _plain(error: BaseException) -> str:
    """Say what happened without the server's paths: it stands in the recording, and so in everybody's copy."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, StoreUnavailableError):
            return cause.why
        cause = cause.__cause__
    _log.error("a recording stopped: %s", error)
    return error.why if isinstance(error, PartEndedError) else _UNEXPECTED
