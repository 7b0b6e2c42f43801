"""A session while it runs: its hub, its lines, its log on the disk and its recording, in the right order.

Lives on the event loop.  An entry is written before anybody hears of it or it is recorded; what comes after it waits.
"""

from collections import deque
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from typing import Final

from portal_core.db.database import Transaction
from portal_core.live import messages
from portal_core.live.effects import Effect, Hang, Keep, KeepPicture, Over, RecordingIs, Show, State, Tell
from portal_core.live.frames import Kind, ScreenPacket
from portal_core.live.hub import Hub
from portal_core.live.log import SERVER, Entry
from portal_core.live.messages import Hello, RefusedMessageError, Role
from portal_core.live.recorded import read_configuration
from portal_core.live.seats import MOST_REFUSALS, Seat
from portal_core.portals import PortalSettings, Recording, recording_notice
from portal_core.running.journal import Journal
from portal_core.running.line import Line
from portal_core.running.news import Finished, KeyframeDue, News, PartBegan, PartEnded, PartStopped
from portal_core.running.recorder import Recorder
from portal_core.running.rows import SessionRows
from recorder.clock import SessionClock
from recorder.format.events import Consent
from vault.index import Reason

MOST_WAITING: Final = 8 * 1024 * 1024  # bytes of pictures while the log cannot be written
SILENT_US: Final = 30_000_000  # so long a connection may say nothing before its hello
NOBODY_US: Final = 120_000_000  # so long a session waits for somebody to come at all


@dataclass(slots=True)
class _Batch:
    effects: list[Effect]
    lines: dict[int, Line]  # whom the effects mean: a seat may have another connection when they are done
    written: bool
    size: int = 0


@dataclass(slots=True, kw_only=True)
class RunningSession:
    """One session.  soon calls something on the event loop, from any thread; changed is called when lists change."""

    id: bytes
    hub: Hub
    clock: SessionClock
    journal: Journal
    rows: SessionRows
    soon: Callable[[Callable[[], None]], None]
    changed: Callable[[], None]
    settings: PortalSettings  # as they were when it began
    agent_id: int
    portal: str
    customer: str
    recorder: Recorder | None = None
    lines: dict[int, Line] = field(default_factory=dict)
    people: dict[int, int] = field(default_factory=dict)  # the seat of each person who signed in
    _waiting: deque[_Batch] = field(default_factory=deque)
    _size: int = 0
    _stopping: bool = False
    _finished: bool = False
    _over: bool = False  # it has ended, and that is written
    _settled: bool = False  # and all of the recording's news are written
    _why: str = ""  # the recording is not on

    def begin(self) -> None:
        """Go on where the log ends; of one that has ended only what is missing is recorded."""
        self._do(self.hub.resume(now_us=self.clock.now_us()))
        if self.hub.state is State.ENDED:
            self._finish_recording(Reason.ENDED)

    def admit(self, role: Role, name: str) -> Seat:
        """Give a seat.  Errors: RefusedMessageError."""
        return self.hub.admit(role, name)

    def consent(self, seat: Seat) -> None:
        """Note that whoever was given a seat agreed, as all customers of this session do."""
        if self.recorder:
            self.recorder.put(consent_of(self.settings, by=seat.id))

    def connect(self, seat_id: int) -> Line:
        """Begin a connection; one that the seat has already is over."""
        if before := self.lines.get(seat_id):
            before.hang(Over.ELSEWHERE)
        line = self.lines[seat_id] = Line(seat_id, since_us=self.clock.now_us())
        if self._stopping:
            line.hang(Over.STOPPING)
        return line

    def disconnect(self, line: Line) -> None:
        """Note that a connection is gone."""
        line.gone.set()
        for batch in self._waiting:
            if batch.lines.get(line.seat) is line:  # he gets it when he comes back
                batch.effects = [one for one in batch.effects if not _is_for(line.seat, one)]
        if self.lines.get(line.seat) is line:
            del self.lines[line.seat]
            self._do(self.hub.disconnect(line.seat, now_us=self.clock.now_us()))
            self.changed()

    def hear(self, line: Line, text: str) -> None:
        """Take a text message."""
        seat = self.hub.seats[line.seat]
        if not self._listens(line, seat):
            return
        now_us = self.clock.now_us()
        try:
            message = messages.parse(text, role=seat.role, most=self.hub.most_text)
            if line.greeted:
                effects = self.hub.receive(line.seat, message, now_us=now_us)
            elif isinstance(message, Hello):
                line.greeted = True
                effects = self.hub.connect(line.seat, message, now_us=now_us)
                effects += self._say_why(seat)
                self.changed()
            else:
                line.hang(Over.PROTOCOL)  # whoever comes says hello first
                return
        except RefusedMessageError as refused:
            effects = self.hub.refuse(line.seat, refused)
            if not line.greeted:
                line.hang(Over.PROTOCOL)
        self._do(effects)

    def see(self, line: Line, data: bytes) -> None:
        """Take a binary message."""
        if not line.greeted or not self._listens(line, self.hub.seats[line.seat]):
            return
        try:
            packet = ScreenPacket.read(data)
            if packet.kind is Kind.CONFIGURATION:
                read_configuration(packet.payload)
            effects = self.hub.show(line.seat, packet, now_us=self.clock.now_us())
        except RefusedMessageError as refused:
            effects = self.hub.refuse(line.seat, refused)
        self._do(effects)

    def tick(self) -> None:
        """Once a second: let seats leave that are away for too long, and try again what failed."""
        now_us = self.clock.now_us()
        for line in self.lines.values():
            line.tick()
            if not line.greeted and now_us - line.since_us >= SILENT_US:
                line.hang(Over.PROTOCOL)
        effects = self.hub.tick(now_us=now_us)
        came = any(seat.joined for seat in self.hub.seats)
        if not came and now_us >= NOBODY_US:
            effects += self.hub.end("nobody", now_us=now_us)
        self._do(effects)
        if self.recorder:
            self.recorder.look()

    def anchor(self) -> None:
        """Note how far the recording is durable."""
        durable = self.recorder.durable if self.recorder else None
        if durable:
            self.journal.put(lambda tx: self.rows.anchor(tx, durable))

    def end(self, why: str) -> None:
        """End it for all."""
        self._do(self.hub.end(why, now_us=self.clock.now_us()))

    def hang_up(self) -> None:
        """The server stops: everybody is to come back."""
        self._stopping = True
        for line in self.lines.values():
            line.hang(Over.STOPPING)

    def stop(self) -> None:
        """What was said and shown is written: the recording gets its end, and goes on in a new part."""
        self._finish_recording(Reason.CONTINUED)

    @property
    def over(self) -> bool:
        """Whether it has ended and all is written, its recording, too."""
        return self._finished and not self._waiting and (self.recorder is None or self._settled)

    def hear_news(self, news: News) -> None:
        """Take what the recorder tells, on the event loop."""
        now_us = self.clock.now_us()
        match news:
            case PartBegan(begun=begun):
                self.journal.put(lambda tx: self.rows.begin_part(tx, begun))
                if self.hub.recording is RecordingIs.STOPPED:
                    self._why = ""
                    self._do(self.hub.recording_goes_on(now_us=now_us))
            case PartStopped(why=why) as stopped:
                self.journal.put(lambda tx: self.rows.stop_part(tx, stopped))
                self._why = why
                effects = self.hub.recording_is(RecordingIs.STOPPED, why, now_us=now_us)
                if self.settings.recording is Recording.REQUIRED:
                    effects += self.hub.stop_sharing(now_us=now_us)
                self._do(effects)
            case PartEnded(anchor=anchor):
                self.journal.put(lambda tx: self.rows.end_part(tx, anchor), lambda: self.soon(self.changed))
            case Finished(whole=whole):
                self._settle(whole=whole)
            case KeyframeDue(track=track):
                self._do(self.hub.want_keyframe(track, now_us=now_us))

    def _settle(self, *, whole: bool) -> None:
        # What ended it may still wait for the disk: then it has not ended for whoever starts next.
        ended, screenless = self._over, self.hub.log.screenless

        def note(tx: Transaction) -> None:
            if ended:
                self.rows.settle(tx, whole=whole, screenless=screenless)

        def settled() -> None:
            if ended and whole and self.recorder:
                self.recorder.forget_marks()
            self._settled = True

        self.journal.put(note, settled)

    def _listens(self, line: Line, seat: Seat) -> bool:
        # While the log cannot be written the end of a connection waits, too; it says nothing any more before.
        refused = line.greeted and seat.refusals >= MOST_REFUSALS
        return self.lines.get(line.seat) is line and not line.over and not refused

    def _say_why(self, seat: Seat) -> list[Effect]:
        if self.hub.recording is RecordingIs.STOPPED and self._why and seat.role is Role.AGENT:
            return [Tell(seat.id, {"is": "recording", "state": self.hub.recording, "why": self._why})]
        return []

    def _do(self, effects: list[Effect]) -> None:
        """Do what the hub wants; entries are written first, and everything keeps its order."""
        if not effects:
            return
        entries = [effect.entry for effect in effects if isinstance(effect, Keep)]
        greeted = {seat: line for seat, line in self.lines.items() if line.greeted}
        if not entries and not self._waiting:
            self._done(effects, greeted)
            return
        size = sum(effect.packet.weight for effect in effects if isinstance(effect, KeepPicture))
        if size and self._size + size > MOST_WAITING:
            return  # watchers and the recording go on at the next keyframe
        self._size += size
        self._waiting.append(_Batch(effects, greeted, written=not entries, size=size))
        if entries:
            seats = [self._said(entry) for entry in entries]
            self.journal.put(lambda tx: self.rows.add(tx, entries, seats), lambda: self.soon(self._written))

    def _said(self, entry: Entry) -> Seat | None:
        """Return who said it, as he is now: what he says before it is written is not written with it."""
        return None if entry.by == SERVER else copy(self.hub.seats[entry.by])

    def _written(self) -> None:
        next(batch for batch in self._waiting if not batch.written).written = True
        while self._waiting and self._waiting[0].written:
            batch = self._waiting.popleft()
            self._size -= batch.size
            self._done(batch.effects, batch.lines)

    def _done(self, effects: list[Effect], lines: dict[int, Line]) -> None:
        for effect in effects:
            match effect:
                case Keep() | KeepPicture():
                    self._record(effect)
                case Tell() | Show() | Hang():
                    if line := lines.get(effect.seat):
                        _send(line, effect)
        if self.hub.state is State.ENDED and not self._waiting:
            self._finish_recording(Reason.ENDED)

    def _record(self, effect: Keep | KeepPicture) -> None:
        if self.recorder is None:
            return
        if isinstance(effect, Keep):
            self.recorder.put(effect.entry)
        elif not self.recorder.put_picture(effect.packet):
            # The disk does not follow.  A slow one ends the sharing, never the log.
            self._do(self.hub.stop_sharing(now_us=self.clock.now_us()))

    def _finish_recording(self, reason: Reason) -> None:
        if not self._finished:
            self._finished, self._over = True, reason is Reason.ENDED
            for line in self.lines.values():
                if not line.greeted:  # nobody keeps a session that has ended by saying nothing
                    line.hang(Over.ENDED)
            if self.recorder:
                self.recorder.finish(reason)
            self.changed()


def _send(line: Line, effect: Tell | Show | Hang) -> None:
    match effect:
        case Tell(message=message):
            line.tell(message)
        case Show(packet=packet):
            line.show(packet)
        case Hang(why=why):
            line.hang(why)


def _is_for(seat: int, effect: Effect) -> bool:
    return isinstance(effect, Tell | Show | Hang) and effect.seat == seat


def consent_of(settings: PortalSettings, *, by: int) -> Consent:
    """Return how somebody agreed, and to what.  SPEC.md E5."""
    return Consent(by=by, how=settings.consent.value, text=str(recording_notice(settings)))
