"""Seats of a session: who takes part, whether he is there, and how much he may say.  PROTOCOL.md §2, §4.3."""

from dataclasses import dataclass
from typing import Final

from portal_core.live.messages import Role

AWAY_US: Final = 120_000_000  # then he has left
MOST_SEATS: Final = 64
MOST_REFUSALS: Final = 20
_A_SECOND: Final = 20  # messages
_AT_ONCE: Final = 100  # five seconds of them


@dataclass(slots=True, kw_only=True)
class Seat:
    """A participant.  It owns what is remembered of his connection."""

    id: int
    role: Role
    name: str
    joined: bool = False
    left: bool = False
    connected: bool = False
    away_since_us: int = 0
    said: int = 0  # the highest c that was taken
    refusals: int = 0  # of this connection
    _may_say: float = float(_AT_ONCE)
    _counted_us: int = 0

    @property
    def here(self) -> bool:
        """Whether he takes part, connected or not."""
        return self.joined and not self.left

    def connect(self) -> None:
        """Note a new connection."""
        self.connected, self.refusals = True, 0

    def lose(self, now_us: int) -> None:
        """Note that it is gone."""
        self.connected, self.away_since_us = False, now_us

    def gone_for_good(self, now_us: int) -> bool:
        """Whether he stayed away too long."""
        return self.here and not self.connected and now_us - self.away_since_us >= AWAY_US

    def may_say(self, now_us: int) -> bool:
        """Return whether one message more is not too much, and count it."""
        since_us, self._counted_us = now_us - self._counted_us, now_us
        self._may_say = min(_AT_ONCE, self._may_say + since_us * _A_SECOND / 1_000_000)
        if self._may_say < 1:
            return False
        self._may_say -= 1
        return True
