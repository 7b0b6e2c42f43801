"""Entries of a session: what was said and done, numbered.  PROTOCOL.md §4.2."""

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
    def for_all(self) -> bool:
        """Whether it is not for agents alone."""
        return self.kind not in _FOR_AGENTS and self.fields.get("audience") != "agents"

    def told_to(self, seat: int, role: Role) -> dict[str, object]:
        """Return the message in which somebody hears of it."""
        if not self.for_all and role is not Role.AGENT:
            return {"is": "entry", "n": self.n, "kind": "hidden"}
        message: dict[str, object] = {"is": "entry", "n": self.n, "at_us": self.at_us, "by": self.by, "kind": self.kind}
        message |= self.fields
        if self.c and seat == self.by:
            message["c"] = self.c
        return message
