"""Where in a file a time lies: by the labels of its index, or by what was read of it.  recorder/format/SPEC.md §4.9."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol

from recorder.format.errors import RecordingError
from recorder.format.packet import Flag, kind
from recorder.format.segment import Label, Segment, read_segment
from vault.block import BlockType
from vault.errors import TamperedError
from vault.index import Entry
from vault.reader import SealedFile

LABELLED: Final = 2  # screens whose keyframes a label names; of more each segment tells
_LEAVES_KEPT: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The segment of a time: when it begins, from which offset to read to show it, and where it ends."""

    time_us: int
    start: int
    end: int


class Places(Protocol):
    """Finds times.  What it says is a hint: whoever follows it checks what is there."""

    def of(self, time_us: int) -> Place | None:
        """Return the last segment that begins at that time or before; None when there is none."""

    def time_at(self, offset: int) -> int:
        """Return when the last segment begins that lies at that offset or before; 0 when there is none."""


class LeafPlaces:
    """The places of a finished file: one leaf of its index is read for a time, with many screens one segment too."""

    def __init__(self, sealed: SealedFile, leaves: Sequence[Entry], *, many_screens: bool = False) -> None:
        self._leaves = leaves
        self._times = [Label.read(entry.label).time_us for entry in leaves]
        self._offsets = [entry.offset for entry in leaves]
        self._entries = lru_cache(_LEAVES_KEPT)(lambda number: _segments(sealed, leaves[number]))
        self._place = lru_cache(_LEAVES_KEPT)(lambda entry: _place(entry, sealed if many_screens else None))

    def of(self, time_us: int) -> Place | None:
        """See Places.  Where a leaf is damaged, what lies before it is read on from."""
        for number in range(bisect_right(self._times, time_us) - 1, -1, -1):
            try:
                entries = self._entries(number)
            except TamperedError:
                continue
            at = bisect_right(entries, time_us, key=lambda entry: Label.read(entry.label).time_us) - 1
            return self._place(entries[max(at, 0)])
        return None

    def time_at(self, offset: int) -> int:
        """See Places."""
        # A leaf lies behind the blocks that it lists.
        number = bisect_right(self._offsets, offset)
        try:
            entries = self._entries(min(number, len(self._leaves) - 1))
        except (TamperedError, IndexError):
            return self._times[min(number, len(self._times) - 1)] if self._times else 0
        at = bisect_right(entries, offset, key=lambda entry: entry.offset) - 1
        return Label.read(entries[max(at, 0)].label).time_us


class SeenPlaces:
    """The places of a file without an index, as far as it was read."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._offsets: list[int] = []
        self._keyframes: dict[str, int] = {}

    def note(self, segment: Segment, entry: Entry) -> None:
        """Take the next segment."""
        for piece in segment.pieces:
            if piece.flags & Flag.KEYFRAME and kind(piece.track) == "screen":
                self._keyframes[piece.track] = entry.offset
        start = min(self._keyframes.values(), default=entry.offset)
        # It is read out while it is made longer; the offset comes last, so that every one has its place.
        self._places.append(Place(time_us=segment.time_us, start=start, end=entry.end))
        self._offsets.append(entry.offset)

    def of(self, time_us: int) -> Place | None:
        """See Places."""
        at = bisect_right(self._places, time_us, key=lambda place: place.time_us) - 1
        return self._places[at] if at >= 0 else None

    def time_at(self, offset: int) -> int:
        """See Places."""
        at = bisect_right(self._offsets, offset) - 1
        return self._places[at].time_us if at >= 0 else 0


def _segments(sealed: SealedFile, leaf: Entry) -> Sequence[Entry]:
    found = [entry for entry in sealed.leaf(leaf).entries if entry.type == BlockType.DATA]
    if not found:
        raise TamperedError(what="an index", offset=leaf.offset)
    return found


def _place(entry: Entry, sealed: SealedFile | None) -> Place:
    label = Label.read(entry.label)
    keyframes = [*label.keyframes]
    if sealed:
        # One that is damaged loses all screens anyway.
        with suppress(TamperedError, RecordingError):
            keyframes = list(_keyframes(read_segment(sealed.read(entry).payload), entry))
    starts = [offset for offset in keyframes if 0 < offset <= entry.offset]
    return Place(time_us=label.time_us, start=min(starts, default=entry.offset), end=entry.end)


def _keyframes(segment: Segment, entry: Entry) -> Iterator[int]:
    """Give where the last keyframe of each screen lies, up to the end of a segment."""
    here = {piece.track for piece in segment.pieces if piece.flags & Flag.KEYFRAME}
    for id_, offset in segment.keyframes.items():
        if kind(segment.tracks[id_]) == "screen" and segment.tracks[id_] not in here:
            yield offset
    if any(kind(track) == "screen" for track in here):
        yield entry.offset
