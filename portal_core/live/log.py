"""Entries of a session: what was said and done, numbered.  PROTOCOL.md §4.2."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from portal_core.live.messages import Role

SERVER: Final = 0  # a seat's id
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
