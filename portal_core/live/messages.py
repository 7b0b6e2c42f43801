"""What a participant says: text in, one value out.  PROTOCOL.md §4.1.

One class per `do`, with its fields, their limits and who may say it; MESSAGES is the law's table.
"""

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final, NewType, get_args

from recorder.format.errors import RecordingError
from recorder.format.snapshot import Snapshot

Track = NewType("Track", str)

MAX_TEXT: Final = 65_536  # bytes of a message, PROTOCOL.md §7
MAX_FACTS: Final = 1_048_576  # of one with a snapshot, once that is allowed
MAX_NUMBER: Final = 2**53
CUSTOMER_SCREEN: Final = Track("screen/customer")
AGENT_SCREEN: Final = Track("screen/agent")


class Role(StrEnum):
    """Of a participant in one session."""

    CUSTOMER = "customer"
    AGENT = "agent"


class Why(StrEnum):
    """Why a message was refused.  PROTOCOL.md §4.3."""

    UNKNOWN = "unknown"
    NOT_YOURS = "not_yours"
    NOT_NOW = "not_now"
    TOO_MUCH = "too_much"
    SLOW_DOWN = "slow_down"
    OUT_OF_ORDER = "out_of_order"
    MALFORMED = "malformed"


class RefusedMessageError(Exception):
    """A message that is not taken; the session goes on.  Where it is known, c is its number."""

    def __init__(self, *, why: Why, c: int | None = None) -> None:
        super().__init__(f"the message was refused: {why}")
        self.why = why
        self.c = c


EVERYBODY: Final = frozenset(Role)
AGENTS: Final = frozenset({Role.AGENT})
CUSTOMERS: Final = frozenset({Role.CUSTOMER})
# Of str fields, bytes in UTF-8: from, to.
_LENGTHS: Final = {"text": (1, 8_192), "name": (1, 200), "note": (0, 4_096)}
_WORDS: Final = {
    "audience": ("all", "agents"),
    "outcome": ("resolved", "unresolved", "unknown"),
    "track": (CUSTOMER_SCREEN, AGENT_SCREEN),
}
_MAX_SNAPSHOT: Final = 768 * 1_024  # bytes, packed


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """The first message of a connection."""

    WHO: ClassVar = EVERYBODY
    protocol: int
    last: int
    said: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """A line of the chat."""

    WHO: ClassVar = EVERYBODY
    c: int
    text: str
    audience: str = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typing:
    """Somebody is writing."""

    WHO: ClassVar = EVERYBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class AskShare:
    """The customer is asked to show his screen."""

    WHO: ClassVar = AGENTS
    c: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseShare:
    """He does not."""

    WHO: ClassVar = CUSTOMERS
    c: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CannotShare:
    """What he takes part with cannot show a screen."""

    WHO: ClassVar = CUSTOMERS
    c: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Somebody shows his screen from here on."""

    WHO: ClassVar = EVERYBODY
    c: int
    track: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unshare:
    """And no longer."""

    WHO: ClassVar = EVERYBODY
    c: int
    track: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyframe:
    """A watcher cannot go on without one."""

    WHO: ClassVar = EVERYBODY
    track: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskDiagnostics:
    """The customer is asked for the facts of his machine."""

    WHO: ClassVar = AGENTS
    c: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDiagnostics:
    """He allows or refuses them."""

    WHO: ClassVar = CUSTOMERS
    c: int
    allowed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostics:
    """The facts, as `recorder.format` has them."""

    WHO: ClassVar = CUSTOMERS
    c: int
    snapshot: Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Nothing is recorded from here on."""

    WHO: ClassVar = EVERYBODY
    c: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """The pause is over."""

    WHO: ClassVar = EVERYBODY
    c: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A named instant."""

    WHO: ClassVar = AGENTS
    c: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """The session ends for all."""

    WHO: ClassVar = AGENTS
    c: int
    outcome: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """Somebody goes for good."""

    WHO: ClassVar = EVERYBODY
    c: int


Message = (
    Hello | Say | Typing | AskShare | RefuseShare | CannotShare | Share | Unshare | Keyframe | AskDiagnostics
    | AnswerDiagnostics | Diagnostics | Pause | Resume | Mark | Close | Leave
)  # fmt: skip


def _do(kind: type) -> str:
    """Return ask_share of AskShare."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in kind.__name__)[1:]


MESSAGES: Final[dict[str, type[Message]]] = {_do(kind): kind for kind in get_args(Message)}


def parse(text: str, *, role: Role, most: int = MAX_TEXT) -> Message:
    """Return what somebody of this role says.  Units: most is bytes.  Errors: RefusedMessageError."""
    # Before it is parsed: nothing of it may be large.
    if len(text) > most or len(text.encode("utf-8", "surrogatepass")) > most:
        raise RefusedMessageError(why=Why.TOO_MUCH)
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        raise RefusedMessageError(why=Why.MALFORMED) from None
    if not isinstance(fields, dict):
        raise RefusedMessageError(why=Why.MALFORMED)
    c = fields.get("c")
    number = c if type(c) is int and 0 < c < MAX_NUMBER else None
    kind = MESSAGES.get(str(fields.get("do")))
    if kind is None:
        raise RefusedMessageError(why=Why.UNKNOWN, c=number)
    if role not in kind.WHO:
        raise RefusedMessageError(why=Why.NOT_YOURS, c=number)
    make: Callable[..., Message] = kind
    values = {field.name: _value(field, fields, number) for field in dataclasses.fields(kind)}
    message = make(**values)
    mine = CUSTOMER_SCREEN if role is Role.CUSTOMER else AGENT_SCREEN
    foreign = isinstance(message, Share | Unshare) and message.track != mine
    if foreign or (isinstance(message, Say) and message.audience == "agents" and role is not Role.AGENT):
        raise RefusedMessageError(why=Why.NOT_YOURS, c=number)
    return message


def _value(field: "dataclasses.Field[object]", fields: Mapping[str, object], c: int | None) -> object:
    value = fields.get(field.name)
    if value is None and field.default is not dataclasses.MISSING:
        return field.default
    if field.type is str and isinstance(value, str):
        return _text(field.name, value, c)
    if field.type is bool and isinstance(value, bool):
        return value
    if field.type is int and type(value) is int and (field.name == "c") <= value < MAX_NUMBER:
        return value
    if field.type is Snapshot:
        return _snapshot(value, c)
    raise RefusedMessageError(why=Why.MALFORMED, c=c)


def _snapshot(value: object, c: int | None) -> Snapshot:
    try:
        snapshot = Snapshot.read(value)
    except RecordingError:
        raise RefusedMessageError(why=Why.MALFORMED, c=c) from None
    if snapshot.size > _MAX_SNAPSHOT:
        raise RefusedMessageError(why=Why.TOO_MUCH, c=c)
    return snapshot


def _text(name: str, value: str, c: int | None) -> str:
    if name in _WORDS:
        if value not in _WORDS[name]:
            raise RefusedMessageError(why=Why.MALFORMED, c=c)
        return value
    try:
        size = len(value.encode())
    except UnicodeEncodeError:  # half of a pair of surrogates is no text
        raise RefusedMessageError(why=Why.MALFORMED, c=c) from None
    least, most = _LENGTHS[name]
    if size > most:
        raise RefusedMessageError(why=Why.TOO_MUCH, c=c)
    if size < least:
        raise RefusedMessageError(why=Why.MALFORMED, c=c)
    return value
