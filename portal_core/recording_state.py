"""What can honestly be said of a session's recording.  SPEC.md F15, F22, F23.

Nothing else spells its words, or changes the state of a part that is no longer written.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, Self

from portal_core.errors import CannotRecordError, WrongStateError
from portal_core.portals import Place, Recording
from portal_core.said import Said, listed

DAY_US: Final = 24 * 3_600 * 1_000_000
LOG_US: Final = 15 * 60 * 1_000_000  # so long the chat log can be downloaded at least
WAITS_US: Final = 7 * DAY_US  # on a server that is none of the places, SPEC.md F23

OFF: Final = Said("recording is off at this portal")
CANNOT_SHARE: Final = Said("the customer's browser cannot share its screen; the chat is recorded")
_NOTHING_WHOLE: Final = Said("nothing whole is in it")


class State(Enum):
    """Of one part of a session's recording; of_parts says it of them all."""

    RECORDING = "recording"
    COMPLETE = "complete"
    RECOVERED = "recovered"  # its writer was stopped; everything up to the last sealed second is there
    PARTIAL = "partial"  # something is missing that was there
    REFUSED = "refused"  # a file is there that is not taken for the recording
    PURGED = "purged"
    NONE = "none"


class Event(Enum):
    """What happened to it, or was found of its file."""

    BEGAN = "began"
    WHOLE = "whole"
    INTERRUPTED = "interrupted"
    LOST = "lost"
    FALSE = "false"
    EMPTY = "empty"
    PURGED = "purged"


# A part whose line was lost may grow on.  What was found wrong may be found right in another copy; what was complete is
# never merely interrupted, for that it once had its end was noted.
NEXT: Final[Mapping[State, Mapping[Event, State]]] = {
    State.RECORDING: {
        Event.BEGAN: State.RECORDING,
        Event.WHOLE: State.COMPLETE,
        Event.INTERRUPTED: State.RECOVERED,
        Event.LOST: State.PARTIAL,
        Event.FALSE: State.REFUSED,
        Event.EMPTY: State.NONE,
    },
    State.COMPLETE: {
        Event.WHOLE: State.COMPLETE,
        Event.LOST: State.PARTIAL,
        Event.FALSE: State.REFUSED,
        Event.PURGED: State.PURGED,
    },
    State.RECOVERED: {
        Event.BEGAN: State.RECORDING,
        Event.WHOLE: State.COMPLETE,
        Event.INTERRUPTED: State.RECOVERED,
        Event.LOST: State.PARTIAL,
        Event.FALSE: State.REFUSED,
        Event.PURGED: State.PURGED,
    },
    State.PARTIAL: {
        Event.BEGAN: State.RECORDING,
        Event.WHOLE: State.COMPLETE,
        Event.INTERRUPTED: State.RECOVERED,
        Event.LOST: State.PARTIAL,
        Event.FALSE: State.REFUSED,
        Event.PURGED: State.PURGED,
    },
    State.REFUSED: {
        Event.WHOLE: State.COMPLETE,
        Event.INTERRUPTED: State.RECOVERED,
        Event.LOST: State.PARTIAL,
        Event.FALSE: State.REFUSED,
        Event.PURGED: State.PURGED,
    },
    # What of it is empty has a row, too, that goes when its time is over.
    State.NONE: {Event.BEGAN: State.RECORDING, Event.EMPTY: State.NONE, Event.PURGED: State.PURGED},
    State.PURGED: {Event.PURGED: State.PURGED},
}
WITH_REASON: Final = frozenset({State.PARTIAL, State.REFUSED, State.NONE})


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingState:
    """A state; why, where the word does not say it; when it was purged; which copies are not confirmed."""

    state: State
    why: str = ""
    purged_us: int | None = None
    missing: frozenset[Place] = frozenset()

    def __post_init__(self) -> None:
        if bool(self.why) != (self.state in WITH_REASON):
            raise ValueError("a reason is told exactly where the word does not say it")
        if (self.purged_us is None) == (self.state is State.PURGED):
            raise ValueError("a time is told exactly of what was purged")

    def after(self, event: Event, *, why: str = "", now_us: int) -> Self:
        """Return the state after what happened or was found.  Errors: WrongStateError."""
        state = NEXT[self.state].get(event)
        if state is None:
            raise WrongStateError(what="recording", state=self.state.value, event=event.value)
        if state is self.state is State.PURGED:
            return self  # a second time it was not there any more
        return replace(
            self,
            state=state,
            why=why if state in WITH_REASON else "",
            purged_us=now_us if state is State.PURGED else None,
        )

    def in_words(self, *, date: Callable[[int], str]) -> Said:
        """Return it for people; date writes a time in µs as they read it."""
        why = date(self.purged_us) if self.purged_us is not None else self.why
        word = Said(self.state.value)
        if why:
            word = Said("{state} ({why})", state=word, why=why if isinstance(why, Said) else Said(why))
        if not self.missing:
            return word
        return Said(
            "{state}; not confirmed: {copies}",
            state=word,
            copies=listed([_COPIES[one] for one in Place if one in self.missing]),
        )


_COPIES: Final[Mapping[Place, Said]] = {
    Place.SERVER: Said("the server's copy"),
    Place.AGENT: Said("the agent's copy"),
    Place.CUSTOMER: Said("the customer's copy"),
}


def without_end(blocks: int) -> tuple[State, str]:
    """Return the state of a part whose writer was stopped after so many blocks, and why."""
    return (State.RECOVERED, "") if blocks else (State.NONE, _NOTHING_WHOLE)


# The first that is one of the parts' is the session's.
_WORST_FIRST: Final = (
    State.RECORDING,
    State.PURGED,
    State.REFUSED,
    State.PARTIAL,
    State.RECOVERED,
    State.COMPLETE,
    State.NONE,
)


def of_parts(parts: Sequence[RecordingState]) -> RecordingState:
    """Return the state of a session from those of its parts, at least one.

    Where something was recorded and something was not, the session is partial, however whole the parts are.
    """
    worst = min(parts, key=lambda part: _WORST_FIRST.index(part.state))
    lacking = [part.why for part in parts if part.state is State.NONE]
    if lacking and worst.state in (State.COMPLETE, State.RECOVERED):
        worst = RecordingState(state=State.PARTIAL, why=lacking[0])
    return replace(worst, missing=frozenset[Place]().union(*(part.missing for part in parts)))


def of_session(parts: Sequence[RecordingState], *, screenless: bool) -> RecordingState:
    """Return the state of a session whose parts, at least one, are in these; screenless: no browser could share.

    Source: SPEC.md F21.  What went wrong with its chat, which is recorded, is told first.
    """
    state = of_parts(parts)
    if screenless and state.state in (State.COMPLETE, State.RECOVERED):
        return RecordingState(state=State.NONE, why=CANNOT_SHARE, missing=state.missing)
    return state


def begin(recording: Recording, *, obstacle: str | None) -> RecordingState:
    """Return what a session begins with; obstacle says why nothing at all can be recorded, None that it can.

    Errors: CannotRecordError: no session begins.
    """
    if recording is Recording.OFF:
        return RecordingState(state=State.NONE, why=OFF)
    if obstacle is None:
        return RecordingState(state=State.RECORDING)
    if recording is Recording.REQUIRED:
        raise CannotRecordError(why=obstacle)
    return RecordingState(state=State.NONE, why=obstacle)


def forgets_chat(*, missing: Collection[Place], states: Collection[State], ended_us: int, now_us: int) -> bool:
    """Say whether the chat of a session of a portal with a passphrase goes: its sealed copies hold it.  SPEC.md F20.

    Where nothing whole was recorded it stays: there is no other.
    """
    kept = bool(states) and all(state in (State.COMPLETE, State.RECOVERED) for state in states)
    return kept and not missing and now_us - ended_us >= LOG_US


class OnServer(Enum):
    """What is to become of the sealed file on the server."""

    STAYS = "stays"  # it is one of the places; retention says how long
    WAITS = "waits"
    GOES = "goes"


def missing(places: Collection[Place], *, confirmed: Collection[Place]) -> frozenset[Place]:
    """Return the copies that were to be made and are not confirmed."""
    return frozenset(places) - frozenset(confirmed)


def on_server(places: Collection[Place], *, confirmed: Collection[Place], ended_us: int, now_us: int) -> OnServer:
    """Say what becomes of the file that the server wrote.  SPEC.md F23.

    Whoever deletes one of which no copy was confirmed notes Event.PURGED: there is none left that anybody knows of.
    """
    if Place.SERVER in places:
        return OnServer.STAYS
    copied = not missing(places, confirmed=confirmed)
    over = now_us - ended_us >= WAITS_US
    return OnServer.GOES if copied or over else OnServer.WAITS
