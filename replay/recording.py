"""A recording, opened: sealed blocks in, packets and summary out.  The one way out of a sealed file.

What does not open or breaks the law of recorder.format is left out and told as a gap; the rest goes on.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from recorder.format.errors import RecordingError
from recorder.format.packet import Joiner, Packet
from recorder.format.segment import Segment, read_segment
from recorder.format.summary import Summary, read_summary
from recorder.format.summing import SummaryBuilder
from vault.block import BlockType
from vault.errors import TamperedError
from vault.reader import SealedFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something is missing here.  Units: after_us is the time of the last packet before it; offset in bytes."""

    after_us: int
    offset: int
    why: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A packet, and the offset of the block that completed it."""

    packet: Packet
    offset: int


class Recording:
    """One part, unlocked.  It owns nothing: the source is the caller's.

    Errors: StoreUnavailableError from whatever reads.
    """

    def __init__(self, sealed: SealedFile) -> None:
        self.sealed = sealed

    def summary(self) -> Summary:
        """Return what was written at the end; without an end, or when that is no good, what the segments say."""
        if self.sealed.summary is not None:
            try:
                return read_summary(self.sealed.summary)
            except RecordingError:
                pass  # the segments say it too
        builder = SummaryBuilder()
        for found in self.packets():
            if isinstance(found, Placed):
                builder.add(found.packet, offset=found.offset)
        return read_summary(builder.to_bytes())

    def packets(self) -> Iterator[Placed | Gap]:
        """Give every packet in order, and every gap where it is."""
        joiner, last_us, number = Joiner(), 0, 0
        for block in self.sealed.walk().blocks():
            number, skipped = block.number, block.number != number + 1
            try:
                opened = self.sealed.open(block)
                segment = read_segment(opened.payload) if opened.type == BlockType.DATA else None
            except (TamperedError, RecordingError) as error:
                joiner.forget()
                yield Gap(after_us=last_us, offset=block.entry.offset, why=str(error))
                continue
            if skipped:
                joiner.forget()
                yield Gap(after_us=last_us, offset=block.entry.offset, why="what was before it is missing")
            if segment:
                yield from _placed(segment, joiner, block.entry.offset)
                last_us = segment.pieces[-1].time_us if segment.pieces else segment.time_us


def _placed(segment: Segment, joiner: Joiner, offset: int) -> Iterator[Placed | Gap]:
    for piece in segment.pieces:
        try:
            packet = joiner.feed(piece)
        except RecordingError as error:
            yield Gap(after_us=piece.time_us, offset=offset, why=str(error))
            continue
        if packet:
            yield Placed(packet, offset)
