"""Entries of the library: what is known of each file, the parts of one session as one, the newest first.  Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from replay.query import Query
from replay.states import (
    COMPLETE,
    EMPTY,
    NO_RECORDING,
    PARTIAL,
    RECORDING,
    RECOVERED,
    REFUSED,
    UNREADABLE,
    RecordingState,
)

# What a session of several parts is, the first that one of them is.
_WORST: Final = (RECORDING, REFUSED, PARTIAL, RECOVERED, EMPTY, COMPLETE, NO_RECORDING, UNREADABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file, as far as a look at its beginning and end tells.

    session is signer and session id of a good header, so that a stranger's file joins nobody's session.
    portal, agent, customer come from inside where a key was at hand, else from the file's name.
    Units: began_us is wall time since 1970 UTC; length_us counts from the session's beginning, None where not told.
    """

    path: Path
    size: int
    state: RecordingState
    began_us: int
    session: tuple[bytes, bytes] | None = None
    recording_id: bytes = b""
    number: int = 1
    portal: str | None = None
    agent: str | None = None
    customer: str | None = None
    title: str | None = None
    length_us: int | None = None
    goes_on: bool = False  # its writer went on in another part
    opened: bool = False  # what it says of itself comes from inside


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One session with its parts in order, or one file that belongs to none.  copies are more files of its parts."""

    parts: tuple[Part, ...]
    copies: tuple[Path, ...] = ()

    @property
    def path(self) -> Path:
        """The file to open."""
        return self.parts[0].path

    @property
    def name(self) -> str:
        """What the file is called."""
        return self.path.name.removesuffix(".sealcast")

    @property
    def began_us(self) -> int:
        """When it began, wall time in µs since 1970 UTC."""
        return self.parts[0].began_us

    @property
    def portal(self) -> str | None:
        """Which portal it belongs to."""
        return next((part.portal for part in self.parts if part.portal), None)

    @property
    def agent(self) -> str | None:
        """Who helped."""
        return next((part.agent for part in self.parts if part.agent), None)

    @property
    def customer(self) -> str | None:
        """Who was helped."""
        return next((part.customer for part in self.parts if part.customer), None)

    @property
    def title(self) -> str | None:
        """What it was about."""
        return next((part.title for part in self.parts if part.title), None)

    @property
    def length_us(self) -> int | None:
        """How long the session was, through all parts; None where that is not told without a key."""
        return self.parts[-1].length_us

    @property
    def size(self) -> int:
        """Bytes of all parts."""
        return sum(part.size for part in self.parts)

    @property
    def opened(self) -> bool:
        """Whether what it says comes from inside, and not from the name of the file."""
        return all(part.opened for part in self.parts)

    @property
    def playable(self) -> bool:
        """Whether there is anything to open."""
        return self.parts[0].session is not None

    @property
    def state(self) -> RecordingState:
        """The state of the whole: that of its worst part, and partial where parts are missing."""
        worst = min((part.state for part in self.parts), key=lambda state: _WORST.index(state.word))
        missing = self._missing()
        if missing and worst.word not in _WORST[:2]:
            return RecordingState(PARTIAL, missing)
        if worst.word == EMPTY and any(part.state.word != EMPTY for part in self.parts):
            return RecordingState(RECOVERED, worst.why)
        return worst

    def _missing(self) -> str:
        if not self.playable:
            return ""
        numbers = {part.number for part in self.parts}
        last = self.parts[-1]
        absent = [number for number in range(1, min(last.number, 1000)) if number not in numbers]
        if absent:
            return f"part {', '.join(map(str, absent[:8]))} of it is not here"
        return f"part {last.number + 1} of it is not here" if last.goes_on else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """What lies in a folder, or at a portal.  missing says why it cannot be read, unseen how many were too many."""

    folder: Path | str
    entries: tuple[Entry, ...] = ()
    missing: str | None = None
    unseen: int = 0


def entries(parts: Iterable[Part]) -> list[Entry]:
    """Return the parts of each session together, the newest session first."""
    sessions: dict[object, list[Part]] = {}
    for part in parts:
        sessions.setdefault(part.session or part.path, []).append(part)
    return sorted(map(_entry, sessions.values()), key=lambda entry: (-entry.began_us, entry.path.name))


def matching(listed: Sequence[Entry], text: str) -> list[Entry]:
    """Return the entries in which all words stand: names, title, state, day.  Errors: BadQueryError."""
    if not text.strip():
        return list(listed)
    query = Query.parse(text)
    return [entry for entry in listed if query.in_text(_told(entry))]


def _entry(parts: Sequence[Part]) -> Entry:
    chosen: dict[bytes, Part] = {}
    for part in parts:
        before = chosen.get(part.recording_id)
        chosen[part.recording_id] = part if before is None else min(before, part, key=_worth)
    kept = tuple(sorted(chosen.values(), key=lambda part: (part.number, part.began_us, part.path.name)))
    paths = {part.path for part in kept}
    return Entry(parts=kept, copies=tuple(part.path for part in parts if part.path not in paths))


def _worth(part: Part) -> tuple[bool, int, str]:
    """Of copies of one part, the least is shown: one that is complete, then the longest, then by its name."""
    return part.state.word != COMPLETE, -part.size, str(part.path)


def _told(entry: Entry) -> str:
    told = (entry.name, entry.portal, entry.agent, entry.customer, entry.title, entry.state.word, entry.state.why)
    return "\n".join(word for word in told if word)
