"""The outside of a packet: its kind, its bytes of the stream, its scan.  SPEC.md §4.1."""

from dataclasses import dataclass, field
from typing import Final, Self

from recorder.format.errors import FormatError, TruncatedError

_GOES_ON: Final = 1
_SCAN: Final = 2
_SCAN_SIZE: Final = 4  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """A packet; without lossy tiles the scan is empty."""

    keyframe: bool
    stream: bytes | memoryview = field(repr=False)
    scan: bytes = field(repr=False)

    def to_bytes(self) -> bytes:
        """Return it as it is kept."""
        kind = (0 if self.keyframe else _GOES_ON) | (_SCAN if self.scan else 0)
        size = len(self.scan).to_bytes(_SCAN_SIZE, "little") if self.scan else b""
        return b"".join((bytes((kind,)), size, self.stream, self.scan))

    @classmethod
    def read(cls, payload: bytes) -> Self:
        """Return what such bytes are.  Errors: FormatError, TruncatedError."""
        if not payload:
            raise TruncatedError(what="screen packet", offset=0)
        kind, body = payload[0], memoryview(payload)[1:]
        if kind > _GOES_ON | _SCAN:
            raise refused("it is of another kind")
        size = 0
        if kind & _SCAN:
            size, body = int.from_bytes(body[:_SCAN_SIZE], "little"), body[_SCAN_SIZE:]
            if size > len(body) or len(payload) <= _SCAN_SIZE:
                raise TruncatedError(what="screen packet", offset=len(payload))
            if not size:
                raise refused("its scan is empty")
        end = len(body) - size
        return cls(keyframe=not kind & _GOES_ON, stream=body[:end], scan=bytes(body[end:]))


def refused(why: str) -> FormatError:
    """Return what to raise of a packet that is like that."""
    return FormatError(what="screen packet", why=why)
