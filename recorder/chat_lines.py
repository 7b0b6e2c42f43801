"""A chat as JSON lines, from a file or a pipe: bytes in, lines out.

A line is an object: `text`, `name` of who wrote it, and if wished `role` (customer, agent, specialist; when it is
missing, agent for the name of the session's agent, and else customer), `audience` (all or agents) and `at_s`, seconds
since the session began, for chats that are over already.
A line that cannot be read is told with its number, and the rest goes on.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from recorder.format.events import Event, Joined, Line
from recorder.format.pack import MAX_TEXT, MAX_TIME_US

MAX_LINE: Final = 8 * MAX_TEXT  # bytes; JSON may write six for one
ROLES: Final = ("customer", "agent", "specialist")
AUDIENCES: Final = ("all", "agents")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatLine:
    """Something somebody wrote.  Units: time_us since the session began, None for now."""

    number: int
    name: str
    role: str
    text: str
    audience: str
    time_us: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLine:
    """A line that was not taken; number counts from 1."""

    number: int
    why: str

    def __str__(self) -> str:
        return f"line {self.number} of the chat was not taken: {self.why}"


class ChatParser:
    """Read lines from bytes that come in any portions; agent is the name of the session's agent."""

    def __init__(self, *, agent: str | None = None) -> None:
        self._agent = agent
        self._number = 0
        self._rest = bytearray()
        self._too_long = False

    def feed(self, data: bytes) -> Iterator[ChatLine | BadLine]:
        """Take the next bytes; give the lines they complete."""
        *ended, rest = data.split(b"\n")
        for end in ended:
            self._rest += end
            raw, self._rest = bytes(self._rest), bytearray()
            yield from self._line(raw)
        self._rest += rest
        if len(self._rest) > MAX_LINE:
            self._rest, self._too_long = bytearray(), True

    def finish(self) -> Iterator[ChatLine | BadLine]:
        """Give what came without an end of line."""
        rest, self._rest = bytes(self._rest), bytearray()
        yield from self._line(rest)

    def _line(self, raw: bytes) -> Iterator[ChatLine | BadLine]:
        self._number += 1
        too_long, self._too_long = self._too_long or len(raw) > MAX_LINE, False
        if too_long:
            yield BadLine(number=self._number, why=f"it is longer than {MAX_LINE} bytes")
        elif raw.strip():
            try:
                yield _parse(self._number, raw, self._agent)
            except UnicodeDecodeError:
                yield BadLine(number=self._number, why="it is not UTF-8")
            except json.JSONDecodeError as error:
                yield BadLine(number=self._number, why=f"it is no JSON from character {error.pos + 1} on")
            except RecursionError:
                yield BadLine(number=self._number, why="it is nested too deep")
            except ValueError as error:
                yield BadLine(number=self._number, why=str(error))


class Participants:
    """Number who writes: everybody joins with the first line of his name and role."""

    def __init__(self) -> None:
        self._ids: dict[tuple[str, str], int] = {}

    def events(self, line: ChatLine) -> Iterator[Event]:
        """Give what a line means: its author joining when he is new, then the line."""
        who = line.name, line.role
        if who not in self._ids:
            self._ids[who] = len(self._ids) + 1
            yield Joined(id=self._ids[who], role=line.role, name=line.name)
        yield Line(by=self._ids[who], text=line.text, audience=line.audience)


def _parse(number: int, raw: bytes, agent: str | None) -> ChatLine:
    fields = json.loads(raw.decode())
    if not isinstance(fields, dict):
        raise ValueError("it is not a JSON object")  # noqa: TRY004 - what is read is malformed, not misused
    name = _text(fields, "name")
    return ChatLine(
        number=number,
        name=name,
        text=_text(fields, "text"),
        role=_one_of(fields, "role", ROLES, default="agent" if name == agent else "customer"),
        audience=_one_of(fields, "audience", AUDIENCES, default="all"),
        time_us=_time_us(fields.get("at_s")),
    )


def _text(fields: dict[str, object], key: str) -> str:
    value = fields.get(key)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{key} is missing or not text")
    if len(value.encode(errors="surrogatepass")) > MAX_TEXT:
        raise ValueError(f"{key} is longer than {MAX_TEXT} bytes")
    # JSON can write half a character; nothing that reads a recording could show it.
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _one_of(fields: dict[str, object], key: str, values: tuple[str, ...], *, default: str) -> str:
    value = fields.get(key, default)
    if value not in values:
        raise ValueError(f"{key} is none of {', '.join(values)}")
    return str(value)


def _time_us(at_s: object) -> int | None:
    if at_s is None:
        return None
    # NaN is not between two numbers either.
    if isinstance(at_s, bool) or not isinstance(at_s, int | float) or not 0 <= at_s < MAX_TIME_US // 1_000_000:
        raise ValueError("at_s is not a number of seconds since the beginning")
    return round(at_s * 1e6)
