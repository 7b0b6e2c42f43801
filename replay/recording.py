"""A recording, opened: sealed blocks in, packets and summary out.  The one way out of a sealed file.

What does not open or breaks the law of recorder.format is left out and told as a break; the rest goes on.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

from recorder.format.errors import RecordingError
from recorder.format.packet import Joiner, Packet, kind
from recorder.format.segment import Segment, read_segment
from recorder.format.summary import Summary, read_summary
from recorder.format.summing import SummaryBuilder
from replay.places import LABELLED, LeafPlaces, Place, Places, SeenPlaces
from vault.block import BlockType
from vault.errors import TamperedError
from vault.reader import SealedFile
from vault.walk import Walk


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """The packets break off here: something is missing.  Units: up to after_us nothing is; offset in bytes.

    damage is false where a part of a session begins: what the one before showed last is not shown there.
    """

    after_us: int
    offset: int
    why: str
    damage: bool = True


@dataclass(frozen=True, slots=True)
class Placed:
    """A packet, and the offset of the block that completed it."""

    packet: Packet
    offset: int


# Each call gives what more there is by now, so that a growing file is read on.
Onward = Callable[[], Iterator[Placed | Break]]


class Recording:
    """One part, unlocked.  It owns nothing: the source is the caller's.

    One thread uses it at a time, save packets() and packets_from(), of which each call stands alone.
    Errors: StoreUnavailableError from whatever reads.
    """

    def __init__(self, sealed: SealedFile) -> None:
        self.sealed = sealed
        self._walk = sealed.walk()
        self._seen = SeenPlaces()
        self._builder = SummaryBuilder()
        self._written: tuple[bytes, Summary | None] | None = None  # what was read, and what it said
        self._places: Places = self._seen
        if sealed.leaves is not None:
            written = self.written()
            many = written is None or sum(kind(one.name) == "screen" for one in written.tracks) > LABELLED
            self._places = LeafPlaces(sealed, sealed.leaves, many_screens=many)
        self._read = _Reading(sealed, self._places)

    @property
    def growing(self) -> bool:
        """Whether it has no end, so that more may come."""
        return not (self.sealed.finished or self._walk.final)

    @property
    def indexed(self) -> bool:
        """Whether all of it can be found at once; else only what follow() came by."""
        return self._places is not self._seen

    def summary(self) -> Summary:
        """Return what was written at the end; without an end, or when that is no good, what the segments say."""
        if written := self.written():
            return written
        self.follow()
        return self.seen()

    def written(self) -> Summary | None:
        """Return what was written at the end; None where there is no end, or that is no good."""
        # Of a stranger's file it may have a hundred thousand events: it is read once.
        raw = self.sealed.summary
        if raw is None:
            return None
        if self._written is None or self._written[0] is not raw:
            self._written = raw, _written(self.sealed)
        return self._written[1]

    def follow(self, *, most: int | None = None) -> bool:
        """Read on to the end of what is there by now, or so many blocks; return whether there was more.

        Of a recording without an index only what was read so can be found.
        """
        before = self._walk.offset
        for found in self._read.on(self._walk, seen=self._seen, most=most):
            if isinstance(found, Placed):
                self._builder.add(found.packet, offset=found.offset)
        return self._walk.offset > before

    def seen(self) -> Summary:
        """Return the summary of what follow() came by."""
        return read_summary(self._builder.to_bytes())

    def packets(self) -> Iterator[Placed | Break]:
        """Give every packet in order, and every break where it is."""
        return self.packets_onward()()

    def packets_from(self, time_us: int) -> Onward:
        """Return what gives packets in order from where every screen can be shown at that time."""
        place = self._places.of(time_us)
        if place is None:
            return self.packets_onward()
        walk = self.sealed.walk(at=place.start, until=place.end)
        return partial(_Reading(self.sealed, self._places).on, walk)

    def packets_onward(self) -> Onward:
        """Return what gives packets from the beginning."""
        return partial(_Reading(self.sealed, self._places).on, self.sealed.walk())

    def place(self, time_us: int) -> Place | None:
        """Return from where on it is read to show a time; None when there is nothing that early."""
        return self._places.of(time_us)

    def time_at(self, offset: int) -> int:
        """Return the time at which the block of an offset begins, or the first one before it that is known."""
        return self._places.time_at(offset)

    def only_index(self, start: int, end: int) -> bool:
        """Say whether nothing lies between two offsets but a leaf of the index, so that no packet is missing there."""
        return _only_index(self.sealed, start, end)


class _Reading:
    """Where a reading of packets stands; what is cut across segments is joined."""

    def __init__(self, sealed: SealedFile, places: Places) -> None:
        self._sealed = sealed
        self._places = places
        self._joiner = Joiner()
        self._last_us = 0
        self._number: int | None = None

    def on(self, walk: Walk, *, seen: SeenPlaces | None = None, most: int | None = None) -> Iterator[Placed | Break]:
        """Give what a walk comes by in so many blocks, and note the places if wished."""
        if walk.number == 0 and walk.offset == self._sealed.header.size:
            self._number = 0
        end = walk.offset
        for block in islice(walk.blocks(), most):
            offset = block.entry.offset
            # After a jump nobody knows which number comes, but where.
            follows = offset == end if self._number is None else block.number == self._number + 1
            skipped = None if follows or _only_index(self._sealed, end, offset) else end
            self._number, end = block.number, block.entry.end
            try:
                opened = self._sealed.open(block)
                segment = read_segment(opened.payload) if opened.type == BlockType.DATA else None
            except (TamperedError, RecordingError) as error:
                self._joiner.forget()
                yield Break(after_us=self._up_to(offset if skipped is None else skipped), offset=offset, why=str(error))
                continue
            if skipped is not None:
                self._joiner.forget()
                yield Break(after_us=self._up_to(skipped), offset=offset, why="what was before it is missing")
            if segment:
                if seen is not None:
                    seen.note(segment, block.entry)
                yield from self._packets(segment, offset)

    def _up_to(self, offset: int) -> int:
        """Return up to when nothing is missing if what lies at an offset is."""
        return max(self._last_us, self._places.time_at(offset) - 1)

    def _packets(self, segment: Segment, offset: int) -> Iterator[Placed | Break]:
        for piece in segment.pieces:
            self._last_us = piece.time_us
            try:
                packet = self._joiner.feed(piece)
            except RecordingError as error:
                yield Break(after_us=piece.time_us, offset=offset, why=str(error))
                continue
            if packet:
                yield Placed(packet, offset)


def _written(sealed: SealedFile) -> Summary | None:
    """Return the summary of the end; None where there is none or it is no good: the segments say it too."""
    try:
        return None if sealed.summary is None else read_summary(sealed.summary)
    except RecordingError:
        return None


def _only_index(sealed: SealedFile, start: int, end: int) -> bool:
    return any((leaf.offset, leaf.end) == (start, end) for leaf in sealed.leaves or ())
