"""Seats of a session: who takes part, whether he is there, and how much he may say.  PROTOCOL.md §2, §4.3."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from portal_core.live.log import SERVER
from portal_core.live.messages import RefusedMessageError, Role, Why

AWAY_US: Final = 120_000_000  # then he has left
MOST_SEATS: Final = 64
MOST_OF_CUSTOMERS: Final = 16  # of them; agents can always come
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

    def may_say(self, now_us: int, *, weight: float = 1) -> bool:
        """Return whether one message more, of such a weight, is not too much, and count it."""
        since_us, self._counted_us = now_us - self._counted_us, now_us
        self._may_say = min(_AT_ONCE, self._may_say + since_us * _A_SECOND / 1_000_000)
        if self._may_say < weight:
            return False
        self._may_say -= weight
        return True


class Seats:
    """Everybody who has a seat in a session or had one.  It owns their numbers."""

    def __init__(self, seats: Iterable[Seat] = ()) -> None:
        self._seats = {seat.id: seat for seat in seats}

    def __iter__(self) -> Iterator[Seat]:
        return iter(self._seats.values())

    def __getitem__(self, seat_id: int) -> Seat:
        return self._seats[seat_id]

    def add(self, role: Role, name: str) -> Seat:
        """Give a seat.  Errors: RefusedMessageError when there are no more."""
        alike = sum(seat.role is role for seat in self)
        if len(self._seats) >= MOST_SEATS or (role is Role.CUSTOMER and alike >= MOST_OF_CUSTOMERS):
            raise RefusedMessageError(why=Why.TOO_MUCH)
        seat = Seat(id=max(self._seats, default=SERVER) + 1, role=role, name=name)
        self._seats[seat.id] = seat
        return seat

    def connected(self, *, but: int = SERVER) -> list[Seat]:
        """Return who is connected, but for one."""
        return [seat for seat in self if seat.connected and seat.id != but]

    def roles_here(self) -> set[Role]:
        """Return who takes part: customers, agents, both or nobody."""
        return {seat.role for seat in self if seat.here}
