"""What a recording says of itself inside, by a look at its end: length and names, from few reads of limited size."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Final

from recorder.format.errors import RecordingError
from recorder.format.events import About, Event, read_event
from recorder.format.packet import Joiner
from recorder.format.segment import read_segment
from recorder.format.summary import read_summary
from replay.library_entries import Part
from replay.states import REFUSED, RecordingState
from vault.block import HEAD_SIZE, MAGIC, BlockType, read_head
from vault.errors import TamperedError, WrongIdentityError
from vault.header import Identity
from vault.index import Entry, Reason
from vault.reader import TAIL_SIZE, SealedFile
from vault.store import Source

_MAX_FIRST: Final = 512 * 1024  # bytes of a first block that is read; segments close at 256 KiB
_MOST_NAME: Final = 200  # characters that are kept of a name; an event may have 65 536, and a folder many files
_TRIES: Final = 16  # heads that are tried at the end of a file without one


def inside(part: Part, source: Source, identity: Identity) -> Part:
    """Return a part with what it says inside, as it was when the keys are not its.  Errors: StoreUnavailableError."""
    try:
        sealed = SealedFile(source, identity)
    except WrongIdentityError:
        return part
    except TamperedError as error:
        return replace(part, state=RecordingState(REFUSED, str(error)))
    about, length_us = _summed(sealed)
    about = about or _first_about(sealed, source)
    if about is None:
        return part
    # What it says inside was sealed; its name anybody can change.
    return replace(
        part,
        portal=_name(about.portal),
        agent=_name(about.agent),
        customer=_name(about.customer),
        title=_name(about.title),
        length_us=_last_us(sealed, source) if length_us is None else length_us,
        goes_on=sealed.final is not None and sealed.final.reason == Reason.CONTINUED,
        opened=True,
    )


def _name(name: str | None) -> str | None:
    return name and name[:_MOST_NAME]


def _summed(sealed: SealedFile) -> tuple[About | None, int | None]:
    try:
        summary = read_summary(sealed.summary or b"")
    except RecordingError:
        return None, None
    return next((one for _, one in summary.of(About) if isinstance(one, About)), None), summary.duration_us


def _first_about(sealed: SealedFile, source: Source) -> About | None:
    """Return whose session it is from the first block, where every recorder says it."""
    offset = sealed.header.size
    head = read_head(source.read(offset, HEAD_SIZE))
    if head is None or head.type != BlockType.DATA or head.size > _MAX_FIRST:
        return None
    block = Entry(offset, head.size, head.type, number=head.number)
    with suppress(TamperedError, RecordingError):
        return next((one for one in _events(sealed, block) if isinstance(one, About)), None)
    return None


def _events(sealed: SealedFile, block: Entry) -> Iterator[Event | None]:
    joiner = Joiner()
    for piece in read_segment(sealed.read(block).payload).pieces:
        packet = joiner.feed(piece) if piece.track == About.TRACK else None
        if packet:
            yield read_event(packet.track, packet.payload)


def _last_us(sealed: SealedFile, source: Source) -> int | None:
    """Return when the last good segment ends, if it lies within the last 64 KiB."""
    size = source.size()
    start = max(sealed.header.size, size - TAIL_SIZE)
    tail = source.read(start, max(0, size - start))
    at = len(tail)
    for _ in range(_TRIES):
        # The last one before the one that was tried.
        at = tail.rfind(MAGIC, 0, max(0, at + len(MAGIC) - 1))
        if at < 0:
            break
        head = read_head(tail[at : at + HEAD_SIZE])
        if head and head.type == BlockType.DATA and start + at + head.size <= size:
            with suppress(TamperedError, RecordingError):
                block = Entry(start + at, head.size, head.type, number=head.number)
                segment = read_segment(sealed.read(block).payload)
                return segment.pieces[-1].time_us if segment.pieces else segment.time_us
    return None
