"""Screen packets of a live session: 24 bytes of head, then the payload.  PROTOCOL.md §5."""

import struct
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Final, Self

from portal_core.live.messages import AGENT_SCREEN, CUSTOMER_SCREEN, RefusedMessageError, Track, Why

MAX_PAYLOAD: Final = 8 * 1024 * 1024  # bytes
# PROTOCOL.md §5: type u8, flags u8, track u16, seq u32, at i64, reserved u32, size u32; little endian.
HEAD: Final = struct.Struct("<BBHIqII")
HELD: Final = 256  # bytes that a packet costs beside its payload while it waits somewhere
_KEYFRAME: Final = 0x01
_TRACKS: Final = {1: CUSTOMER_SCREEN, 2: AGENT_SCREEN}
_NUMBERS: Final = {track: number for number, track in _TRACKS.items()}


class Kind(IntEnum):
    """Of a screen packet."""

    CONFIGURATION = 1
    PICTURE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenPacket:
    """One message of a screen track.  Units: at_us as PROTOCOL.md §5 says."""

    kind: Kind
    keyframe: bool
    track: Track
    seq: int
    at_us: int
    payload: bytes = field(repr=False)

    @property
    def weight(self) -> int:
        """How many bytes it costs while it waits: thousands of tiny ones are as much as a large one."""
        return HELD + len(self.payload)

    def to_bytes(self) -> bytes:
        """Return it as it is sent."""
        flags = _KEYFRAME if self.keyframe else 0
        head = HEAD.pack(self.kind, flags, _NUMBERS[self.track], self.seq, self.at_us, 0, len(self.payload))
        return head + self.payload

    @classmethod
    def read(cls, message: bytes) -> Self:
        """Return the packet of a message.  Errors: RefusedMessageError."""
        if len(message) > HEAD.size + MAX_PAYLOAD:
            raise RefusedMessageError(why=Why.TOO_MUCH)
        if len(message) < HEAD.size:
            raise RefusedMessageError(why=Why.MALFORMED)
        kind, flags, track, seq, at_us, reserved, size = HEAD.unpack_from(message)
        if (
            kind not in {*Kind}
            or flags > _KEYFRAME
            or track not in _TRACKS
            or reserved
            or size != len(message) - HEAD.size
            or (kind == Kind.CONFIGURATION and flags)
        ):
            raise RefusedMessageError(why=Why.MALFORMED)
        return cls(
            kind=Kind(kind),
            keyframe=bool(flags),
            track=_TRACKS[track],
            seq=seq,
            at_us=at_us,
            payload=message[HEAD.size :],
        )

    def at(self, at_us: int) -> Self:
        """Return it with the server's time."""
        return replace(self, at_us=at_us)
