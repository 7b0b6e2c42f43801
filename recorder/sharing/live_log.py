"""What a participant has of a session's log, and what he said and was not told to be taken.  PROTOCOL.md §1, §4.

Pure: messages of the server go in, what is to be heard comes out; what is to be sent is asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

Message = Mapping[str, object]

PROTOCOL: Final = 1
_AT_ONCE: Final = 60  # messages; less than §4.3 allows, so that nothing is refused as too fast
_A_SECOND: Final = 15
_HELD_US: Final = 1_000_000  # after a refusal that asks for patience
_PATIENCE: Final = ("slow_down", "out_of_order")


class AstrayError(Exception):
    """The log does not go on where it was; for_good: this program cannot go on at all."""

    def __init__(self, why: str, *, for_good: bool = False) -> None:
        super().__init__(why)
        self.for_good = for_good


@dataclass(slots=True)
class LiveLog:
    """One seat's.  It owns what was said and not confirmed.  Units: now_us by any clock that goes forward."""

    last: int = 0  # number of the newest entry
    confirmed: int = 0  # the highest c known to be taken
    _said: int = 0
    _sent: int = 0  # to this connection
    _waiting: dict[int, dict[str, object]] = field(default_factory=dict)  # by c
    _welcomed: bool = False
    _held_until_us: int = 0
    _again: bool = False  # something is to be said again
    _may: float = _AT_ONCE
    _counted_us: int = 0

    @property
    def waiting(self) -> bool:
        """Whether something said is not confirmed."""
        return bool(self._waiting)

    def say(self, do: str, **fields: object) -> int:
        """Keep something to say; return its number."""
        self._said += 1
        self._waiting[self._said] = {"do": do, "c": self._said, **fields}
        return self._said

    def hello(self) -> Message:
        """Return the first message of a connection."""
        self._welcomed = self._again = False
        return {"do": "hello", "protocol": PROTOCOL, "last": self.last, "said": self.confirmed}

    def due(self, now_us: int) -> tuple[list[Message], int | None]:
        """Return what to send now, and in how long to ask again; None for when something changes."""
        if not self._welcomed:
            return [], None
        if now_us < self._held_until_us:
            return [], self._held_until_us - now_us
        if self._again:
            self._again, self._sent = False, self.confirmed
        self._may = min(_AT_ONCE, self._may + (now_us - self._counted_us) * _A_SECOND / 1_000_000)
        self._counted_us = now_us
        messages = list[Message]()
        for c in sorted(c for c in self._waiting if c > self._sent):
            if self._may < 1:
                return messages, 1_000_000 // _A_SECOND
            self._may -= 1
            self._sent = c
            messages.append(self._waiting[c])
        return messages, None

    def take(self, message: Message, *, now_us: int) -> Message | None:
        """Take a message of the server; return what is to be heard, None for what is known.  Errors: AstrayError."""
        match message.get("is"):
            case "welcome":
                self._welcome(_number(message, "entry"), _number(message, "said"))
            case "entry":
                return self._entry(message)
            case "refused":
                return self._refused(message, now_us)
        return message

    def _welcome(self, entry: int, said: int) -> None:
        if entry < self.last:
            raise AstrayError("the server has fewer entries than this program", for_good=True)
        if said > self._said:
            raise AstrayError("this was said by somebody else with this seat", for_good=True)
        self._confirm(said)
        self._sent, self._welcomed = self.confirmed, True

    def _entry(self, entry: Message) -> Message | None:
        n = _number(entry, "n")
        if n <= self.last:
            return None
        if n != self.last + 1:
            raise AstrayError("an entry is missing")
        self.last = n
        self._confirm(_number(entry, "c"))
        return entry

    def _refused(self, refused: Message, now_us: int) -> Message | None:
        if refused.get("why") in _PATIENCE:
            self._held_until_us, self._again = now_us + _HELD_US, True
        # Behind one that is to be said again nothing has used its number up.
        if self._again:
            return None
        self._confirm(_number(refused, "c"))
        return refused

    def _confirm(self, c: int) -> None:
        self.confirmed = max(self.confirmed, c)
        self._waiting = {each: message for each, message in self._waiting.items() if each > c}


def _number(message: Message, name: str) -> int:
    value = message.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool):
        raise AstrayError(f"the server's {name} is no number")
    return value
