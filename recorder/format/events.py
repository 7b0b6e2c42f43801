"""Events: what happens in a session beside its pictures.  SPEC.md §4.5.

One class per kind; its fields are the law's fields, and their types are checked when read.  The registry at the end is
the law's table.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final, Literal, get_args

from recorder.format.errors import FormatError
from recorder.format.pack import Fields, list_of, number_of, pack, text_of, unpack_fields
from recorder.format.snapshot import Snapshot

RECORDER: Final = 0  # the id of what records, among participants

Track = Literal["participants", "chat", "diagnostics", "markers", "recording"]
EVENT_TRACKS: Final[tuple[Track, ...]] = get_args(Track)


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Somebody takes part.  role is customer, agent or specialist."""

    TRACK: ClassVar[Track] = "participants"
    KIND: ClassVar = "joined"
    id: int
    role: str
    name: str
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Somebody takes part no more."""

    TRACK: ClassVar[Track] = "participants"
    KIND: ClassVar = "left"
    id: int
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """Somebody began or stopped showing a screen."""

    TRACK: ClassVar[Track] = "participants"
    KIND: ClassVar = "sharing"
    id: int
    track: str
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the chat.  audience is all or agents."""

    TRACK: ClassVar[Track] = "chat"
    KIND: ClassVar = "line"
    by: int
    text: str
    audience: str = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An agent asked for diagnostics."""

    TRACK: ClassVar[Track] = "diagnostics"
    KIND: ClassVar = "asked"
    by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """The customer allowed them."""

    TRACK: ClassVar[Track] = "diagnostics"
    KIND: ClassVar = "allowed"
    by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The customer refused them."""

    TRACK: ClassVar[Track] = "diagnostics"
    KIND: ClassVar = "refused"
    by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A snapshot of the machine of a participant.  In a summary its categories are left out."""

    TRACK: ClassVar[Track] = "diagnostics"
    KIND: ClassVar = "snapshot"
    of: int
    snapshot: Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """A named instant."""

    TRACK: ClassVar[Track] = "markers"
    KIND: ClassVar = "marker"
    name: str
    by: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Whose session this is, so that the file means the same without any database."""

    TRACK: ClassVar[Track] = "recording"
    KIND: ClassVar = "about"
    software: str
    portal: str | None = None
    team: str | None = None
    agent: str | None = None
    customer: str | None = None
    question: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """What the wall clock says, and by how much it jumped.  Units: µs since 1970 UTC."""

    TRACK: ClassVar[Track] = "recording"
    KIND: ClassVar = "clock"
    wall_us: int
    jumped_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Somebody agreed to be recorded.  how is notice, box or operator."""

    TRACK: ClassVar[Track] = "recording"
    KIND: ClassVar = "consent"
    by: int
    how: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """From here on nothing is recorded."""

    TRACK: ClassVar[Track] = "recording"
    KIND: ClassVar = "pause"
    by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """The pause is over."""

    TRACK: ClassVar[Track] = "recording"
    KIND: ClassVar = "resume"
    by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Masks:
    """What is painted over from here on."""

    TRACK: ClassVar[Track] = "recording"
    KIND: ClassVar = "masks"
    masks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something is missing from here on, or was not taken."""

    TRACK: ClassVar[Track] = "recording"
    KIND: ClassVar = "trouble"
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How the session ended.  outcome is resolved, unresolved or unknown."""

    TRACK: ClassVar[Track] = "recording"
    KIND: ClassVar = "outcome"
    outcome: str
    note: str
    by: int | None = None


Event = (
    Joined | Left | Sharing | Line | Asked | Allowed | Refused | Taken | Marker
    | About | Clock | Consent | Pause | Resume | Masks | Trouble | Outcome
)  # fmt: skip
KINDS: Final[dict[tuple[str, object], type[Event]]] = {(kind.TRACK, kind.KIND): kind for kind in get_args(Event)}


def to_payload(event: Event) -> bytes:
    """Return an event as a packet's payload.  Errors: FormatError and its kin where nobody could read it."""
    fields = to_fields(event)
    event_of(event.TRACK, fields)
    return pack(fields)


def to_fields(event: Event) -> Fields:
    """Return an event as a plain map; what is None is left out."""
    fields: Fields = {"kind": event.KIND}
    for field in dataclasses.fields(event):
        value = getattr(event, field.name)
        if isinstance(value, Snapshot):
            fields |= value.to_fields()
        elif value is not None:
            fields[field.name] = list(value) if isinstance(value, tuple) else value
    return fields


def read_event(track: str, payload: bytes) -> Event | None:
    """Return the event of a payload; None when its kind is not known here.  Errors: FormatError and its kin."""
    return event_of(track, unpack_fields(payload, what=f"event of {track}"))


def event_of(track: str, fields: Fields) -> Event | None:
    """Return the event of a map, as read_event."""
    kind = KINDS.get((track, text_of(fields.get("kind"), what=f"kind of an event of {track}")))
    if kind is None:
        return None
    make: Callable[..., Event] = kind
    return make(**{field.name: _value(field, fields, kind) for field in dataclasses.fields(kind)})


def _value(field: "dataclasses.Field[object]", fields: Fields, kind: type[Event]) -> object:
    what = f"{field.name} of {kind.KIND}"
    if field.type is Snapshot:
        return Snapshot.read(fields)
    value = fields.get(field.name)
    if value is None:
        if field.default is None:
            return None
        raise FormatError(what=f"{kind.KIND} event", why=f"{field.name} is missing")
    if field.type in (int, int | None):
        # A clock that jumped back jumped by less than nothing.
        least = -(2**53) + 1 if field.name == "jumped_us" else 0
        return number_of(value, what=what, least=least)
    if field.type is bool:
        if not isinstance(value, bool):
            raise FormatError(what=what, why="it is neither true nor false")
        return value
    if field.type == tuple[str, ...]:
        return tuple(text_of(one, what=what) for one in list_of(value, what=what))
    return text_of(value, what=what)
