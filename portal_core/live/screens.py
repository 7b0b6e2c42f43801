"""A shared screen as the hub knows it: whose it is, and what a late joiner needs.  PROTOCOL.md §5."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from portal_core.live.frames import Kind, ScreenPacket

MOST_KEPT: Final = 4 * 1024 * 1024  # bytes of a track for late joiners
ASKED_AGAIN_US: Final = 1_000_000  # between two requests for a keyframe


@dataclass(slots=True)
class SharedScreen:
    """One track while it is shared.  It owns what came since its last keyframe."""

    seat: int
    _configuration: ScreenPacket | None = None
    _since: list[ScreenPacket] = field(default_factory=list)  # the keyframe, and what came after it
    _size: int = 0
    _going: bool = False  # a keyframe came, and nothing after it is missing
    _next_seq: int | None = None
    _asked_us: int | None = None

    @property
    def whole(self) -> bool:
        """Whether somebody who comes now can be shown the picture."""
        return bool(self._configuration and self._since)

    def take(self, packet: ScreenPacket) -> bool:
        """Note a packet; return whether watchers can use it.  One that follows nothing is of no use."""
        follows = packet.seq == self._next_seq
        self._next_seq = packet.seq + 1
        if packet.kind is Kind.CONFIGURATION:
            self._configuration = packet
            self._forget()
            return True
        if packet.keyframe:
            if not self._configuration:
                return False
            self._forget()
            self._going = True
        elif not self._going or not follows:
            self._forget()
            return False
        elif not self._since:
            return True
        self._since.append(packet)
        self._size += packet.weight
        if self._size > MOST_KEPT:
            # Whoever comes waits for the next keyframe; whoever is here goes on.
            self._since, self._size = [], 0
        return True

    def asks(self, now_us: int) -> bool:
        """Return whether to ask for a keyframe now, and note it."""
        if self._asked_us is not None and now_us - self._asked_us < ASKED_AGAIN_US:
            return False
        self._asked_us = now_us
        return True

    def __iter__(self) -> Iterator[ScreenPacket]:
        """Yield what a late joiner gets."""
        if self.whole and self._configuration:
            yield self._configuration
            yield from self._since

    def _forget(self) -> None:
        self._since, self._size, self._going = [], 0, False
