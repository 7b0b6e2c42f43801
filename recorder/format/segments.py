"""From packets to segments: when one closes, which tracks and keyframes it names.  SPEC.md §4.1, §4.9.

Pure: the caller says when time has passed and where in the part the next block will lie.
"""

from dataclasses import dataclass
from typing import Final

from recorder.format.packet import Flag, Packet, Piece, kind, track_name
from recorder.format.segment import MAX_PACKETS, MAX_TRACKS, Label, Segment

OPEN_US: Final = 1_000_000  # a segment closes so long after its first packet …
OPEN_SIZE: Final = 256 * 1024  # … or when its payloads reach so many bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A segment on its way to be sealed."""

    segment: Segment
    label: Label


class SegmentBuilder:
    """Gather packets into segments.  It owns the segment that is open."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._keyframes: dict[str, int] = {}  # of the segments that are closed
        self._screens: list[str] = []  # in the order of their first keyframes
        self._pieces: list[Piece] = []
        self._size = 0
        self._has_keyframe: set[str] = set()

    @property
    def began_us(self) -> int | None:
        """Time of the first packet of the open segment; None when none is open."""
        return self._pieces[0].time_us if self._pieces else None

    def closes_before(self, packet: Packet) -> bool:
        """Say whether the open segment must be closed before this packet is added."""
        if not self._pieces:
            return False
        if packet.time_us - self._pieces[0].time_us >= OPEN_US:
            return True
        if kind(packet.track) != "screen" or not (packet.keyframe or packet.configuration):
            return False
        # A keyframe joins its own configuration, which is all that may lie before it.
        only = self._pieces[0]
        follows = len(self._pieces) == 1 and only.track == packet.track and only.flags == Flag.CONFIGURATION
        return not (packet.keyframe and follows)

    @property
    def full(self) -> bool:
        """Whether the open segment must be closed now."""
        return self._size >= OPEN_SIZE or len(self._pieces) == MAX_PACKETS

    def add(self, piece: Piece) -> None:
        """Take the next piece; the caller has closed the segment where it had to.  Errors: ValueError."""
        if piece.track not in self._ids:
            if len(self._ids) == MAX_TRACKS:
                raise ValueError(f"a part has at most {MAX_TRACKS} tracks")
            self._ids[track_name(piece.track)] = len(self._ids) + 1
        if self._pieces and piece.time_us < self._pieces[-1].time_us:
            raise ValueError("times never run backward")
        self._pieces.append(piece)
        self._size += len(piece.payload)
        if piece.flags & Flag.KEYFRAME:
            self._has_keyframe.add(piece.track)

    def close(self, offset: int) -> Closed:
        """Return the open segment, to be sealed as the block at that offset; a new one is open then."""
        before = dict(self._keyframes)
        for track in sorted(self._has_keyframe, key=self._ids.__getitem__):
            self._keyframes[track] = offset
            if kind(track) == "screen" and track not in self._screens:
                self._screens.append(track)
        named = {piece.track for piece in self._pieces} | before.keys()
        segment = Segment(
            time_us=self._pieces[0].time_us,
            tracks={id_: name for name, id_ in self._ids.items() if name in named},
            keyframes={self._ids[track]: at for track, at in before.items()},
            pieces=tuple(self._pieces),
        )
        offsets = [self._keyframes[track] for track in self._screens[:2]] + [0, 0]
        label = Label(time_us=segment.time_us, keyframes=(offsets[0], offsets[1]))
        self._pieces, self._size, self._has_keyframe = [], 0, set()
        return Closed(segment=segment, label=label)
