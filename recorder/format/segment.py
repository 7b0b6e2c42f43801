"""A segment: the packets that are sealed as one block, and its label in the vault's index.  SPEC.md §4.1, §4.9."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from recorder.format.errors import FormatError, OversizeError, UnsupportedFormatError
from recorder.format.pack import ScalarReader, bytes_of, number_of, pack, text_of
from recorder.format.packet import MAX_PAYLOAD, Flag, Piece, track_name

VERSION: Final = 1
MAX_PACKETS: Final = 16_384  # SPEC.md §7
MAX_TRACKS: Final = 255
MAX_SEGMENT: Final = 16 * 1024 * 1024  # what a block of the vault holds

_LABEL: Final = struct.Struct("<QQQ")
_FIELDS: Final = 4
_WHAT: Final = "segment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Where a segment stands, for the vault's index.  Units: µs; byte offsets of blocks, 0 for none."""

    time_us: int
    keyframes: tuple[int, int] = (0, 0)

    def to_bytes(self) -> bytes:
        """Return its 24 bytes."""
        return _LABEL.pack(self.time_us, *self.keyframes)

    @classmethod
    def read(cls, raw: bytes) -> "Label":
        """Return the label of these 24 bytes."""
        time_us, first, second = _LABEL.unpack(raw)
        return cls(time_us=time_us, keyframes=(first, second))


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """What one block holds.

    Units: time_us since the session began; keyframes are byte offsets of the blocks that hold each track's last
        keyframe before this segment.
    """

    time_us: int
    tracks: dict[int, str]
    keyframes: dict[int, int]
    pieces: tuple[Piece, ...] = field(repr=False)

    def to_bytes(self) -> bytes:
        """Return it as it is sealed."""
        ids = {name: id_ for id_, name in self.tracks.items()}
        before_us = self.time_us
        rows = []
        for piece in self.pieces:
            rows.append((ids[piece.track], piece.time_us - before_us, piece.flags, piece.payload))
            before_us = piece.time_us
        keyframes = sorted(self.keyframes.items())
        return bytes((VERSION,)) + pack([self.time_us, self.tracks, keyframes, rows])


class SegmentParser:
    """Read a segment from bytes that come in any portions."""

    def __init__(self) -> None:
        self._raw = bytearray()

    def feed(self, raw: bytes | memoryview) -> None:
        """Take the next bytes.  Errors: OversizeError, UnsupportedFormatError."""
        self._raw += raw
        _refuse_foreign(self._raw)

    def finish(self) -> Segment:
        """Return the segment.  Errors: as read_segment."""
        return read_segment(bytes(self._raw))


def read_segment(raw: bytes | memoryview) -> Segment:
    """Return the segment of a block's payload.  Errors: FormatError and its kin, UnsupportedFormatError."""
    _refuse_foreign(raw)
    reader = ScalarReader(raw, what=_WHAT)
    reader.skip()  # the version reads as a number
    fields = reader.array(what=_WHAT, least=_FIELDS)
    time_us = number_of(reader.scalar(), what="time of a segment")
    tracks = _tracks(reader)
    keyframes = _keyframes(reader, tracks)
    pieces = tuple(_pieces(reader, time_us, tracks))
    reader.skip(fields - _FIELDS)
    reader.end()
    return Segment(time_us=time_us, tracks=tracks, keyframes=keyframes, pieces=pieces)


def _refuse_foreign(raw: bytes | bytearray | memoryview) -> None:
    if raw and raw[0] != VERSION:
        raise UnsupportedFormatError(what=_WHAT, version=raw[0])
    if len(raw) > MAX_SEGMENT:
        raise OversizeError(what=_WHAT, limit=MAX_SEGMENT)


def _tracks(reader: ScalarReader) -> dict[int, str]:
    tracks: dict[int, str] = {}
    for _ in range(reader.map(what="tracks of a segment", limit=MAX_TRACKS)):
        id_ = number_of(reader.scalar(), what="id of a track", least=1, limit=MAX_TRACKS + 1)
        name = text_of(reader.scalar(), what="name of a track")
        if id_ in tracks or name in tracks.values():
            raise FormatError(what="tracks of a segment", why="one stands twice", offset=reader.offset)
        try:
            tracks[id_] = track_name(name)
        except ValueError as error:
            raise FormatError(what="name of a track", why=str(error), offset=reader.offset) from error
    return tracks


def _keyframes(reader: ScalarReader, tracks: dict[int, str]) -> dict[int, int]:
    keyframes: dict[int, int] = {}
    last = 0
    for _ in range(reader.array(what="keyframes of a segment", limit=MAX_TRACKS)):
        fields = reader.array(what="keyframe of a segment", least=2)
        id_ = number_of(reader.scalar(), what="track of a keyframe")
        if id_ <= last or id_ not in tracks:
            raise FormatError(
                what="keyframe of a segment", why="its track has no name or its turn", offset=reader.offset
            )
        keyframes[id_] = number_of(reader.scalar(), what="offset of a keyframe")
        reader.skip(fields - 2)
        last = id_
    return keyframes


def _pieces(reader: ScalarReader, at_us: int, tracks: dict[int, str]) -> Iterator[Piece]:
    for _ in range(reader.array(what="packets", least=1, limit=MAX_PACKETS)):
        fields = reader.array(what="packet", least=_FIELDS)
        track = tracks.get(number_of(reader.scalar(), what="track of a packet"))
        if track is None:
            raise FormatError(what="packet", why="its track has no name", offset=reader.offset)
        at_us = number_of(at_us + number_of(reader.scalar(), what="time of a packet"), what="time of a packet")
        flags = number_of(reader.scalar(), what="flags of a packet")
        payload = bytes_of(reader.scalar(), what="payload of a packet", limit=MAX_PAYLOAD)
        reader.skip(fields - _FIELDS)
        if not flags & ~Flag.KNOWN:
            yield Piece(track, at_us, flags, payload)
