"""Walk over a sealed file from good block to good block, without keys.  Source: SPEC.md §5.3.

Linear in the file's size whatever is in it; memory is three blocks.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

from vault.block import HEAD_SIZE, LINK_AT, MAGIC, SALT_AT, BlockType, Head, read_head
from vault.header import MAX_HEADER_SIZE, Header, read_header, signed_message
from vault.index import Entry
from vault.loader import Loaded, Loader, load
from vault.primitives import SIGNATURE_SIZE, VerifyingKey
from vault.store import Source

# What false heads may cost before the search is given up, SPEC.md §5.3.
SEARCH_FACTOR: Final = 4
SEARCH_FREE: Final = 64 * 1024 * 1024
SEARCH_EACH: Final = 16 * 1024
_SEARCH_STEP: Final = 1024 * 1024
MAX_NOTED: Final = 10_000


_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class GoodBlock:
    """A block whose signature is right.  Its bytes are here so that nobody reads them twice."""

    entry: Entry
    number: int
    link: bytes  # the hash it names of the block before
    hash: bytes
    data: memoryview


def read_start(source: Source) -> Header:
    """Read the header of a file.  Errors: those of read_header, StoreUnavailableError."""
    return read_header(source.read(0, MAX_HEADER_SIZE))


class Walk:
    """Where we are in a file that may grow.

    blocks() may be called again when the file has grown; until a block is whole it is just not there.  A walk that
    begins at the offset of a block takes any number there, and cannot say what is missing before it.
    """

    def __init__(self, source: Source, header: Header, *, at: int | None = None) -> None:
        self.header = header
        self._source = source
        self._key = VerifyingKey(header.signer)
        self._cost = 0
        self.offset = header.size if at is None else at
        self.number = 0
        self.hash = header.hash
        self._jumped = at is not None
        # The first of each, so that a hostile file does not fill the memory with them.
        self.gaps: list[tuple[int, int]] = []
        self.missing: list[tuple[int, int]] = []
        self.unlinked: list[int] = []
        self.given_up = False
        self.final = False

    @property
    def torn(self) -> int:
        """Bytes behind the last good block."""
        return max(0, self._source.size() - self.offset)

    def blocks(self) -> Iterator[GoodBlock]:
        """Give the good blocks from here to the end of what is there by now."""
        with ThreadPoolExecutor(1, "sealcast-hash") as beside:
            loader = Loader(self._source, beside)
            while not self.final and (block := self._next(loader)):
                if block.entry.offset > self.offset:
                    _note(self.gaps, (self.offset, block.entry.offset))
                if self._jumped:
                    self._jumped = False
                elif block.number > self.number + 1:
                    _note(self.missing, (self.number + 1, block.number - 1))
                elif block.link != self.hash:
                    _note(self.unlinked, block.number)
                self.offset, self.number, self.hash = block.entry.end, block.number, block.hash
                self.final = block.entry.type == BlockType.FINAL
                yield block

    def _next(self, loader: Loader) -> GoodBlock | None:
        size = self._source.size()
        # What a tail that still grows costs today must not count against tomorrow.
        cost = self._cost
        for offset, head in _heads(self._source, self.offset, size):
            if self.given_up:
                return None
            loaded = loader.load(offset, head, size, above=self.number)
            if loaded and offset == self.offset:
                loader.begin_next(loaded, size)
            if loaded and (block := self._good(loaded, size)):
                return block
        if not self.given_up:
            self._cost = cost
        return None

    def _good(self, loaded: Loaded, size: int) -> GoodBlock | None:
        block = _checked(loaded, recording_id=self.header.about.recording_id, key=self._key)
        if block is None:
            self._cost += loaded.head.size + SEARCH_EACH
            self.given_up = self._cost > SEARCH_FACTOR * size + SEARCH_FREE
        return block


def _note(noted: list[_T], one: _T) -> None:
    if len(noted) < MAX_NOTED:
        noted.append(one)


def check_block(source: Source, offset: int, head: Head, *, recording_id: bytes, key: VerifyingKey) -> GoodBlock | None:
    """Read the block of this head; None when it is not whole or its signature is wrong."""
    loaded = load(source, offset, head)
    return _checked(loaded, recording_id=recording_id, key=key) if loaded else None


def _checked(loaded: Loaded, *, recording_id: bytes, key: VerifyingKey) -> GoodBlock | None:
    head, data, block_hash = loaded.head, loaded.data, loaded.hash()
    if not key.verifies(data[-SIGNATURE_SIZE:], signed_message(recording_id, block_hash)):
        return None
    entry = Entry(loaded.offset, head.size, head.type, number=head.number)
    return GoodBlock(entry, head.number, bytes(data[LINK_AT:SALT_AT]), block_hash, data)


def hop(source: Source, header: Header) -> Iterator[Entry]:
    """Give the place of every block that seems to be there, by heads alone; nothing is proven yet.

    A head counts when its number is the next, or when the next head follows it; so one that was damaged, in its
    number or in its length, hides nothing behind it.
    """
    size, last, expected = source.size(), 0, header.size
    while expected < size:
        for offset, head in _heads(source, expected, size):
            if head.number <= last or offset + head.size > size:
                continue
            following = read_head(source.read(offset + head.size, HEAD_SIZE))
            whole = offset + head.size == size or (following is not None and following.number == head.number + 1)
            if whole or head.number == last + 1:
                yield Entry(offset, head.size, head.type, number=head.number)
                last, expected = head.number, offset + (head.size if whole else 1)
                break
        else:
            return


def _heads(source: Source, start: int, end: int) -> Iterator[tuple[int, Head]]:
    """Give the well-formed heads between two offsets, the nearest first."""
    # Mostly the first is just there; only where it is not, more is read at a time.
    step = HEAD_SIZE
    while start < end:
        window = source.read(start, step + HEAD_SIZE - 1)
        at = window.find(MAGIC)
        while 0 <= at < step:
            if head := read_head(window[at : at + HEAD_SIZE]):
                yield start + at, head
            at = window.find(MAGIC, at + 1)
        start, step = start + step, min(2 * step, _SEARCH_STEP)
