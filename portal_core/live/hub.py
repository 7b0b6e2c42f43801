"""One live session: what participants say and show goes in, what everybody gets comes out.  PROTOCOL.md.

Pure: nothing here sends, stores or waits.  Each call returns effects in the order in which they are to be done.
Nothing else decides what happens in a running session.
"""

from collections.abc import Iterable
from typing import Final

from portal_core.live.effects import (
    Effect,
    Hang,
    Keep,
    KeepPicture,
    Over,
    RecordingIs,
    Show,
    State,
    Tell,
)
from portal_core.live.frames import ScreenPacket
from portal_core.live.log import SERVER, Entry, Log
from portal_core.live.messages import (
    MAX_FACTS,
    MAX_TEXT,
    AnswerDiagnostics,
    AskDiagnostics,
    AskShare,
    CannotShare,
    Close,
    Diagnostics,
    Hello,
    Keyframe,
    Leave,
    Mark,
    Message,
    Pause,
    RefusedMessageError,
    RefuseShare,
    Resume,
    Role,
    Say,
    Share,
    Track,
    Typing,
    Unshare,
    Why,
)
from portal_core.live.screens import SharedScreen
from portal_core.live.seats import MOST_REFUSALS, Seat, Seats

PROTOCOL: Final = 1


class Hub:
    """A session.  It owns its log, its seats and its shared screens.  Units: now_us since the session's start."""

    def __init__(
        self,
        *,
        recording: RecordingIs,
        entries: Iterable[Entry] = (),
        seats: Iterable[Seat] = (),
        required: bool = False,
    ) -> None:
        self.state = State.WAITING
        self.recording = recording
        self._required = required  # nothing is shown that cannot be recorded
        self._paused = recording is RecordingIs.PAUSED
        self.log = Log(entries)
        if self.log.ended:
            self.state = State.ENDED
        self.seats = Seats(seats)
        self._screens: dict[Track, SharedScreen] = {}
        self._shown_by: dict[Track, int] = {}  # the last seat that did
        self._diagnostics = self.log.diagnostics  # asked, allowed or nothing
        self._begin()

    @property
    def most_text(self) -> int:
        """How many bytes a message may have at present."""
        return MAX_FACTS if self._diagnostics == "allowed" else MAX_TEXT

    def admit(self, role: Role, name: str) -> Seat:
        """Give a seat.  Errors: RefusedMessageError when the session is over or there are no more."""
        if self.state is State.ENDED:
            raise RefusedMessageError(why=Why.NOT_NOW)
        return self.seats.add(role, name)

    def connect(self, seat_id: int, hello: Hello, *, now_us: int) -> list[Effect]:
        """Take a connection's hello; what it missed comes first, then everything else as it happens."""
        seat = self.seats[seat_id]
        if hello.protocol != PROTOCOL:
            return [Hang(seat_id, Over.PROTOCOL)]
        if not seat.may_say(now_us, weight=self.log.weight_after(hello.last)):
            return [Hang(seat_id, Over.SLOW)]
        effects = list[Effect]()
        # He knows that they were taken; a server that was stopped meanwhile may have forgotten those it refused.
        seat.said = max(seat.said, hello.said)
        if self.state is not State.ENDED and not seat.left:
            was_here = seat.here
            seat.connect()
            if was_here:
                effects += self._to_others(seat_id, {"is": "here", "id": seat_id, "away": False})
            else:
                seat.joined = True
                fields: dict[str, object] = {"id": seat.id, "role": seat.role, "name": seat.name}
                effects += self._add(seat_id, "joined", fields, now_us)
                self._begin()
        shown = [Tell(seat_id, entry.told_to(seat_id, seat.role)) for entry in self.log.after(hello.last)]
        # What was added just now is told as part of what was missed.
        effects = [one for one in effects if not (isinstance(one, Tell) and one.seat == seat_id)]
        effects += [Tell(seat_id, self._welcome(seat, now_us)), *shown]
        if self.state is State.ENDED or seat.left:
            return [*effects, Hang(seat_id, Over.LEFT if seat.left else Over.ENDED)]
        for track, screen in self._screens.items():
            if screen.seat != seat_id:
                effects += [Show(seat_id, packet) for packet in screen]
                if not screen.whole:
                    effects += self._ask_for_keyframe(track, now_us)
        return effects

    def disconnect(self, seat_id: int, *, now_us: int) -> list[Effect]:
        """Note that a seat lost its connection."""
        seat = self.seats[seat_id]
        if not seat.connected:
            return []
        seat.lose(now_us)
        return self._to_others(seat_id, {"is": "here", "id": seat_id, "away": True}) if seat.here else []

    def resume(self, *, now_us: int) -> list[Effect]:
        """Go on after the server was stopped: nobody is connected, and nobody shares any more."""
        for seat in self.seats:
            seat.lose(now_us)
        if self.state is State.ENDED:
            return []
        return [
            effect
            for track, by in self.log.sharing().items()
            for effect in self._add(by, "sharing", {"track": track, "on": False}, now_us)
        ]

    def stop_sharing(self, *, now_us: int) -> list[Effect]:
        """End all sharing, because what is shown must be recorded and cannot be."""
        return [effect for track in tuple(self._screens) for effect in self._unshare(track, now_us)]

    def tick(self, *, now_us: int) -> list[Effect]:
        """Let seats leave that stayed away too long."""
        effects = list[Effect]()
        for seat in self.seats:
            if self.state is not State.ENDED and seat.gone_for_good(now_us):
                effects += self._leave(seat, "away", now_us)
        return effects

    def refuse(self, seat_id: int, refused: RefusedMessageError) -> list[Effect]:
        """Tell somebody that a message was not taken."""
        seat = self.seats[seat_id]
        seat.refusals += 1
        if refused.c == seat.said + 1 and refused.why not in {Why.OUT_OF_ORDER, Why.SLOW_DOWN}:
            seat.said = refused.c
        message: dict[str, object] = {"is": "refused", "why": refused.why}
        if refused.c is not None:
            message["c"] = refused.c
        effects: list[Effect] = [Tell(seat_id, message)]
        if seat.refusals >= MOST_REFUSALS:
            effects.append(Hang(seat_id, Over.PROTOCOL))
        return effects

    def receive(self, seat_id: int, message: Message, *, now_us: int) -> list[Effect]:
        """Take what a connected seat says.  Errors: RefusedMessageError, and nothing changed."""
        seat = self.seats[seat_id]
        c = getattr(message, "c", None)
        if isinstance(message, Hello) or not seat.connected:
            raise RefusedMessageError(why=Why.NOT_NOW, c=c)
        if not seat.may_say(now_us):
            raise RefusedMessageError(why=Why.SLOW_DOWN, c=c)
        if c is not None:
            if c <= seat.said:
                return []
            if c > seat.said + 1:
                raise RefusedMessageError(why=Why.OUT_OF_ORDER, c=c)
        if self.state is State.ENDED:
            raise RefusedMessageError(why=Why.NOT_NOW, c=c)
        if self.log.full and not isinstance(message, Unshare | Close | Leave):
            raise RefusedMessageError(why=Why.TOO_MUCH, c=c)
        effects = self._done(seat, message, now_us)
        if c is not None:
            seat.said = c
        return effects

    def show(self, seat_id: int, packet: ScreenPacket, *, now_us: int) -> list[Effect]:
        """Take a screen packet.  Errors: RefusedMessageError when its track is not this seat's to show."""
        screen = self._screens.get(packet.track)
        if screen is None and self._shown_by.get(packet.track) == seat_id:
            return []  # it was under way when its sharing was ended
        if screen is None or screen.seat != seat_id or self.state is State.ENDED:
            raise RefusedMessageError(why=Why.NOT_NOW)
        if not screen.take(packet):
            return self._ask_for_keyframe(packet.track, now_us)
        packet = packet.at(now_us)
        return [KeepPicture(packet), *(Show(each.id, packet) for each in self.seats.connected(but=seat_id))]

    def want_keyframe(self, track: Track, *, now_us: int) -> list[Effect]:
        """Ask whoever shares for a keyframe."""
        return self._ask_for_keyframe(track, now_us)

    def recording_is(self, state: RecordingIs, why: str = "", *, now_us: int) -> list[Effect]:
        """Tell everybody what became of the recording; only agents hear why."""
        if state is self.recording:
            return []
        self.recording = state
        effects = self._add(SERVER, "recording", {"state": state}, now_us)
        for seat in self.seats.connected():
            told: dict[str, object] = {"is": "recording", "state": state}
            if why and seat.role is Role.AGENT:
                told["why"] = why
            effects.append(Tell(seat.id, told))
        return effects

    def recording_goes_on(self, *, now_us: int) -> list[Effect]:
        """Tell everybody that it is recorded again; what somebody paused stays paused."""
        return self.recording_is(RecordingIs.PAUSED if self._paused else RecordingIs.ON, now_us=now_us)

    def end(self, why: str, *, now_us: int, by: int = SERVER) -> list[Effect]:
        """End the session for all."""
        if self.state is State.ENDED:
            return []
        effects = [effect for track in tuple(self._screens) for effect in self._unshare(track, now_us)]
        effects += self._add(by, "ended", {"why": why}, now_us)
        self.state = State.ENDED
        return [*effects, *(Hang(seat.id, Over.ENDED) for seat in self.seats.connected())]

    def _done(self, seat: Seat, message: Message, now_us: int) -> list[Effect]:
        match message:
            case Say() | Typing():
                return self._chat(seat, message, now_us)
            case AskShare() | RefuseShare() | CannotShare() | Share() | Unshare() | Keyframe():
                return self._screen(seat, message, now_us)
            case AskDiagnostics() | AnswerDiagnostics() | Diagnostics():
                return self._diagnose(seat, message, now_us)
            case Pause() | Resume() | Mark():
                return self._note(seat, message, now_us)
            case Close() | Leave():
                return self._finish(seat, message, now_us)
            case Hello():
                raise RefusedMessageError(why=Why.NOT_NOW)

    def _chat(self, seat: Seat, message: Say | Typing, now_us: int) -> list[Effect]:
        if isinstance(message, Typing):
            return self._to_others(seat.id, {"is": "typing", "by": seat.id})
        fields: dict[str, object] = {"text": message.text, "audience": message.audience}
        return self._add(seat.id, "line", fields, now_us, message.c)

    def _screen(
        self, seat: Seat, message: AskShare | RefuseShare | CannotShare | Share | Unshare | Keyframe, now_us: int
    ) -> list[Effect]:
        match message:
            case AskShare():
                return self._add(seat.id, "share_asked", {}, now_us, message.c)
            case RefuseShare():
                return self._add(seat.id, "share_refused", {}, now_us, message.c)
            case CannotShare():
                self._demand(seat.id not in self.log.cannot_share, message.c)
                return self._add(seat.id, "cannot_share", {}, now_us, message.c)
            case Share():
                return self._share(seat, message, now_us)
            case Unshare():
                self._demand(self._owns(seat, message.track), message.c)
                return self._unshare(Track(message.track), now_us, message.c)
            case Keyframe():
                return self._ask_for_keyframe(Track(message.track), now_us, watcher=seat.id)

    def _finish(self, seat: Seat, message: Close | Leave, now_us: int) -> list[Effect]:
        match message:
            case Close():
                fields: dict[str, object] = {"outcome": message.outcome, "note": message.note}
                outcome = self._add(seat.id, "outcome", fields, now_us, message.c)
                return [*outcome, *self.end("closed", now_us=now_us, by=seat.id)]
            case Leave():
                return [*self._leave(seat, "left", now_us, message.c), Hang(seat.id, Over.LEFT)]

    def _share(self, seat: Seat, message: Share, now_us: int) -> list[Effect]:
        track = Track(message.track)
        cannot_be_recorded = self._required and self.recording is RecordingIs.STOPPED
        self._demand(track not in self._screens and not cannot_be_recorded, message.c)
        self._screens[track] = SharedScreen(seat.id)
        return self._add(seat.id, "sharing", {"track": track, "on": True}, now_us, message.c)

    def _unshare(self, track: Track, now_us: int, c: int = 0) -> list[Effect]:
        screen = self._screens.pop(track)
        self._shown_by[track] = screen.seat
        return self._add(screen.seat, "sharing", {"track": track, "on": False}, now_us, c)

    def _owns(self, seat: Seat, track: str) -> bool:
        screen = self._screens.get(Track(track))
        return screen is not None and screen.seat == seat.id

    def _diagnose(
        self, seat: Seat, message: AskDiagnostics | AnswerDiagnostics | Diagnostics, now_us: int
    ) -> list[Effect]:
        match message:
            case AskDiagnostics():
                self._diagnostics = "asked"
                return self._add(seat.id, "diagnostics_asked", {}, now_us, message.c)
            case AnswerDiagnostics():
                self._demand(self._diagnostics == "asked", message.c)
                self._diagnostics = "allowed" if message.allowed else ""
                kind = "diagnostics_allowed" if message.allowed else "diagnostics_refused"
                return self._add(seat.id, kind, {}, now_us, message.c)
            case Diagnostics():
                self._demand(self._diagnostics == "allowed", message.c)
                self._diagnostics = ""
                return self._add(seat.id, "snapshot", {"snapshot": message.snapshot.to_fields()}, now_us, message.c)

    def _note(self, seat: Seat, message: Pause | Resume | Mark, now_us: int) -> list[Effect]:
        if isinstance(message, Mark):
            return self._add(seat.id, "marker", {"name": message.name}, now_us, message.c)
        before, after = RecordingIs.ON, RecordingIs.PAUSED
        if isinstance(message, Resume):
            before, after = after, before
        self._demand(self.recording is before, message.c)
        self.recording, self._paused = after, isinstance(message, Pause)
        effects = self._add(seat.id, "recording", {"state": after}, now_us, message.c)
        return [*effects, *self._to_others(SERVER, {"is": "recording", "state": after})]

    def _leave(self, seat: Seat, why: str, now_us: int, c: int = 0) -> list[Effect]:
        mine = [track for track, screen in self._screens.items() if screen.seat == seat.id]
        effects = [effect for track in mine for effect in self._unshare(track, now_us)]
        effects += self._add(seat.id, "left", {"id": seat.id, "why": why}, now_us, c)
        seat.left = True
        here = self.seats.roles_here()
        if not here or (self.state is State.LIVE and here != {*Role}):
            effects += self.end("nobody", now_us=now_us)
        return effects

    def _begin(self) -> None:
        if self.state is State.WAITING and self.seats.roles_here() == {*Role}:
            self.state = State.LIVE

    def _add(self, by: int, kind: str, fields: dict[str, object], now_us: int, c: int = 0) -> list[Effect]:
        entry = self.log.add(by, kind, fields, now_us=now_us, c=c)
        return [Keep(entry), *(Tell(one.id, entry.told_to(one.id, one.role)) for one in self.seats.connected())]

    def _ask_for_keyframe(self, track: Track, now_us: int, *, watcher: int = SERVER) -> list[Effect]:
        screen = self._screens.get(track)
        if screen is None or screen.seat == watcher or not screen.asks(now_us):
            return []
        return [Tell(screen.seat, {"is": "keyframe", "track": track})]

    def _to_others(self, seat_id: int, message: dict[str, object]) -> list[Effect]:
        return [Tell(one.id, message) for one in self.seats.connected(but=seat_id)]

    def _welcome(self, seat: Seat, now_us: int) -> dict[str, object]:
        seats = [
            {"id": one.id, "role": one.role, "name": one.name, "away": not one.connected}
            for one in self.seats
            if one.here
        ]
        return {
            "is": "welcome", "you": seat.id, "entry": self.log.newest, "said": seat.said, "since_us": now_us,
            "state": self.state, "recording": self.recording, "seats": seats,
        }  # fmt: skip

    def _demand(self, possible: bool, c: int) -> None:  # noqa: FBT001 - a condition
        if not possible:
            raise RefusedMessageError(why=Why.NOT_NOW, c=c)
