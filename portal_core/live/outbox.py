"""What waits for one participant's connection: texts all, pictures as far as he keeps up.  PROTOCOL.md §5.

Pure: who sends takes from it, whoever has something puts it in.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from portal_core.live.frames import Kind, ScreenPacket
from portal_core.live.messages import Track

MOST_BYTES: Final = 8 * 1024 * 1024  # of pictures, PROTOCOL.md §5
MOST_TEXTS: Final = 200_000  # the whole log of a session twice over, PROTOCOL.md §7


@dataclass(slots=True)
class Outbox:
    """It owns what was not sent yet.  Texts go before pictures: chat never waits for a screen."""

    _texts: deque[str] = field(default_factory=deque)
    _pictures: deque[ScreenPacket] = field(default_factory=deque)
    _size: int = 0
    _lost: set[Track] = field(default_factory=set)  # tracks that go on with their next configuration or keyframe

    @property
    def full(self) -> bool:
        """Whether somebody lets texts lie: he is too slow to go on."""
        return len(self._texts) > MOST_TEXTS

    def put_text(self, text: str) -> None:
        """Add a text message."""
        self._texts.append(text)

    def put_picture(self, packet: ScreenPacket) -> None:
        """Add a screen packet, or leave it out up to the next keyframe when too much waits."""
        begins = packet.keyframe or packet.kind is Kind.CONFIGURATION
        if packet.track in self._lost and not begins:
            return
        if begins and packet.track in self._lost:
            self._drop(packet.track)
        if self._size + packet.weight > MOST_BYTES and self._pictures:
            self._drop(packet.track)
            if not packet.keyframe:
                self._lost.add(packet.track)
            if not begins:
                return
        if packet.keyframe:
            self._lost.discard(packet.track)
        self._pictures.append(packet)
        self._size += packet.weight

    def take(self) -> str | bytes | None:
        """Return what to send next; None when there is nothing."""
        if self._texts:
            return self._texts.popleft()
        if self._pictures:
            packet = self._pictures.popleft()
            self._size -= packet.weight
            return packet.to_bytes()
        return None

    def _drop(self, track: Track) -> None:
        """Leave out pictures of a track; its newest configuration stays, for the keyframe to come."""
        kept, configuration = deque[ScreenPacket](), None
        for packet in self._pictures:
            if packet.track != track:
                kept.append(packet)
            elif packet.kind is Kind.CONFIGURATION:
                configuration = packet
        if configuration:
            kept.append(configuration)
        self._pictures = kept
        self._size = sum(packet.weight for packet in kept)
