"""A packet: one payload of one track at one time.  SPEC.md §4.2, §4.3."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from recorder.format.errors import OversizeError
from recorder.format.pack import MAX_EVENT, MAX_TIME_US, decompressed, smaller

MAX_PAYLOAD: Final = 8 * 1024 * 1024  # of one packet, SPEC.md §7
MAX_JOINED: Final = 64 * 1024 * 1024  # of all packets together that are begun and not ended, SPEC.md §7
_MAX_BEGUN: Final = 255  # tracks of a part, SPEC.md §7

_NAME: Final = re.compile(r"[a-z0-9/-]{1,64}")
_PICTURES: Final = ("screen", "thumbnails")  # compressed by their codec


class Flag:
    """What a packet is, beside its payload.  Plain numbers: an IntFlag takes a microsecond each time."""

    KEYFRAME: Final = 1
    CONFIGURATION: Final = 2
    COMPRESSED: Final = 4
    GOES_ON: Final = 8
    CONTINUES: Final = 16
    KNOWN: Final = 31


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet, whole.  Units: time_us since the session began."""

    track: str
    time_us: int
    payload: bytes = field(repr=False)
    keyframe: bool = False
    configuration: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.time_us < MAX_TIME_US:
            raise ValueError("a time is from 0 to below 2⁵³ µs")


@dataclass(frozen=True, slots=True)
class Piece:
    """A packet as it lies in a segment: maybe compressed, maybe only a part of the payload."""

    track: str
    time_us: int
    flags: int
    payload: bytes = field(repr=False)


def kind(track: str) -> str:
    """Return the kind of a track: its name up to the first slash."""
    return track.partition("/")[0]


def track_name(text: str) -> str:
    """Return a track's name, checked.  Errors: ValueError."""
    if not _NAME.fullmatch(text):
        raise ValueError("a track's name has 1 to 64 characters of a-z 0-9 / -")
    return text


def pieces(packet: Packet) -> Iterator[Piece]:
    """Give a packet as what lies in segments: one piece almost always.  Errors: OversizeError."""
    payload, flags = packet.payload, 0
    if packet.keyframe:
        flags |= Flag.KEYFRAME
    if packet.configuration:
        flags |= Flag.CONFIGURATION
    if kind(packet.track) in _PICTURES:
        if len(payload) > MAX_JOINED:
            raise OversizeError(what=f"packet of {packet.track}", limit=MAX_JOINED)
        while len(payload) > MAX_PAYLOAD:
            yield Piece(packet.track, packet.time_us, flags | Flag.GOES_ON, payload[:MAX_PAYLOAD])
            payload, flags = payload[MAX_PAYLOAD:], Flag.CONTINUES
    elif len(payload) > MAX_EVENT:
        raise OversizeError(what=f"packet of {packet.track}", limit=MAX_EVENT)
    elif frame := smaller(payload):
        payload, flags = frame, flags | Flag.COMPRESSED
    yield Piece(packet.track, packet.time_us, flags, payload)


class Joiner:
    """Make packets of pieces again.  What lacks its beginning or its end is left out.

    What is begun on all tracks takes as much memory as one packet may, whoever made it.
    """

    def __init__(self) -> None:
        self._begun: dict[str, _Begun] = {}
        self._size = 0  # of what is begun

    def feed(self, piece: Piece) -> Packet | None:
        """Take the next piece; return the packet that it completes.

        Errors: FormatError, OversizeError; the next piece may be fed all the same.
        """
        begun = self._begun.pop(piece.track, None)
        if begun:
            self._size -= len(begun.payload)
        if not piece.flags & Flag.CONTINUES:
            if not piece.flags & Flag.GOES_ON:
                return _packet(piece, piece.payload)
            begun = _Begun(replace(piece, payload=b""))
        elif begun is None or begun.first.time_us != piece.time_us:
            return None
        if self._size + len(begun.payload) + len(piece.payload) > MAX_JOINED:
            raise OversizeError(what=f"packet of {piece.track}", limit=MAX_JOINED)
        if len(self._begun) == _MAX_BEGUN:
            raise OversizeError(what="number of packets that are begun", limit=_MAX_BEGUN)
        begun.payload += piece.payload
        if piece.flags & Flag.GOES_ON:
            self._begun[piece.track] = begun
            self._size += len(begun.payload)
            return None
        return _packet(begun.first, bytes(begun.payload))

    def forget(self) -> None:
        """Begin anew, after a jump or a gap."""
        self._begun.clear()
        self._size = 0


@dataclass(slots=True)
class _Begun:
    first: Piece
    payload: bytearray = field(default_factory=bytearray)


def _packet(first: Piece, payload: bytes) -> Packet:
    if first.flags & Flag.COMPRESSED:
        payload = decompressed(payload, what=f"packet of {first.track}")
    return Packet(
        first.track,
        first.time_us,
        payload,
        keyframe=bool(first.flags & Flag.KEYFRAME),
        configuration=bool(first.flags & Flag.CONFIGURATION),
    )


def later(packet: Packet, least_us: int) -> Packet:
    """Return a packet whose time is not before least_us."""
    return packet if packet.time_us >= least_us else replace(packet, time_us=least_us)
