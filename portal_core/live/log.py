"""A session's log: entries of what was said and done, numbered.  PROTOCOL.md §4.2, §7."""

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from portal_core.live.messages import Role, Track

SERVER: Final = 0  # a seat's id
MOST_ENTRIES: Final = 30_000
MOST_SAID: Final = 64 * 1024 * 1024  # bytes of all entries
_MOST_WEIGHT: Final = 60
_TO_END: Final = 128  # entries that are kept for everybody's stopping and leaving
_FOR_AGENTS: Final = frozenset({"snapshot", "marker", "outcome"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry.  Units: at_us since the session's start.  c is its number among what its seat said; 0 for none."""

    n: int
    at_us: int
    by: int
    kind: str
    fields: Mapping[str, object] = field(repr=False)
    c: int = 0

    @property
    def size(self) -> int:
        """About how many bytes it is told in."""
        return len(json.dumps(self.fields))

    @property
    def for_all(self) -> bool:
        """Whether it is not for agents alone."""
        return self.kind not in _FOR_AGENTS and self.fields.get("audience") != "agents"

    def told_to(self, seat: int, role: Role) -> dict[str, object]:
        """Return the message in which somebody hears of it."""
        message: dict[str, object] = {"is": "entry", "n": self.n}
        if self.for_all or role is Role.AGENT:
            message |= {"at_us": self.at_us, "by": self.by, "kind": self.kind, **self.fields}
        else:
            message["kind"] = "hidden"
        if self.c and seat == self.by:
            message["c"] = self.c
        return message


class Log:
    """All entries of a session, in their order.  It owns the numbers."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._entries = list(entries)
        self._size = sum(entry.size for entry in self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    @property
    def newest(self) -> int:
        """The number of the newest entry; 0 for none."""
        return self._entries[-1].n if self._entries else 0

    def after(self, n: int) -> Sequence[Entry]:
        """Return the entries that come after one."""
        return self._entries[bisect_right(self._entries, n, key=lambda entry: entry.n) :]

    @property
    def ended(self) -> bool:
        """Whether the session is over."""
        return any(entry.kind == "ended" for entry in reversed(self._entries))

    def weight_after(self, n: int) -> float:
        """Return what telling the entries after one costs, in messages of a seat (PROTOCOL.md §7)."""
        missed = max(0, self.newest - n)
        share = missed / max(1, len(self))
        return 1 + min(_MOST_WEIGHT, missed / 500 + share * self._size / 2**20)

    @property
    def full(self) -> bool:
        """Whether only what ends something may still come."""
        return self._size >= MOST_SAID or len(self._entries) >= MOST_ENTRIES - _TO_END

    def add(self, by: int, kind: str, fields: Mapping[str, object], *, now_us: int, c: int) -> Entry:
        """Add an entry; time does not go back."""
        at_us = max(now_us, self._entries[-1].at_us if self._entries else 0)
        entry = Entry(n=self.newest + 1, at_us=at_us, by=by, kind=kind, fields=fields, c=c)
        self._entries.append(entry)
        self._size += entry.size
        return entry

    @property
    def diagnostics(self) -> str:
        """What was answered to the last question for diagnostics: asked, allowed, or nothing where none waits."""
        waits = {"diagnostics_asked": "asked", "diagnostics_allowed": "allowed"}
        for entry in reversed(self._entries):
            if entry.kind in {*waits, "diagnostics_refused", "snapshot"}:
                return waits.get(entry.kind, "")
        return ""

    @property
    def cannot_share(self) -> set[int]:
        """The seats that said that they cannot show a screen."""
        return {entry.by for entry in self._entries if entry.kind == "cannot_share"}

    @property
    def screenless(self) -> bool:
        """Whether no screen was shown because no customer could show his."""
        customers = {
            entry.by for entry in self._entries if entry.kind == "joined" and entry.fields["role"] == Role.CUSTOMER
        }
        shown = any(entry.kind == "sharing" for entry in self._entries)
        return bool(customers) and customers <= self.cannot_share and not shown

    def sharing(self) -> dict[Track, int]:
        """Return which tracks are shared, and by whose seats."""
        now = dict[Track, int]()
        for entry in self._entries:
            if entry.kind == "sharing":
                track = Track(str(entry.fields["track"]))
                now.pop(track, None)
                if entry.fields["on"]:
                    now[track] = entry.by
        return now
