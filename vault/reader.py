"""Read a sealed file: open it, jump in it, read it from end to end, follow it while it grows.  Source: SPEC.md §5.

Rule of this file: not one byte of a block leaves it before signature and tag were checked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from vault.block import FINAL_SIZE, HEAD_SIZE, MAX_SUMMARY_BLOCK, BlockType, open_block, read_head
from vault.errors import TamperedError
from vault.header import Identity, unlock
from vault.index import BadIndexError, Ending, Entry, Leaf, read_final, read_leaf, read_root
from vault.primitives import BadTagError, VerifyingKey
from vault.store import Source
from vault.walk import GoodBlock, Walk, check_block, hop, read_start

_OWN_TYPES: Final = (BlockType.INDEX, BlockType.SUMMARY, BlockType.FINAL)
TAIL_SIZE: Final = 64 * 1024  # opening reads so much of the end at once, SPEC.md §5.2
READ_AHEAD: Final = 256 * 1024  # bytes; a segment of a screen mostly has less
MAX_AHEAD: Final = 8 * 1024 * 1024  # bytes; some times what lies between two keyframes


@dataclass(frozen=True, slots=True)
class Opened:
    """What was in a block."""

    number: int
    type: int
    payload: memoryview
    entry: Entry


class SealedFile:
    """A sealed file that is unlocked.

    Errors: what read_header and unlock raise; StoreUnavailableError.
    """

    def __init__(self, source: Source, identity: Identity) -> None:
        self._source = source
        self.header = read_start(source)
        self._file_key = unlock(self.header, identity)
        self._recording_id = self.header.about.recording_id
        self._signer = VerifyingKey(self.header.signer)
        self.final: Ending | None = None
        # Where the leaves of the index lie, each with the label of its first block.  None when the file is not
        # finished or its index leads nowhere; entries() still finds the blocks.
        self.leaves: Sequence[Entry] | None = None
        self.summary: bytes | None = None
        self._read_end()

    @property
    def finished(self) -> bool:
        """Whether a good FINAL is the last in the file."""
        return self.final is not None

    def leaf(self, entry: Entry) -> Leaf:
        """Return one of the leaves.  Errors: TamperedError if it is not there, or another one is."""
        try:
            leaf = read_leaf(self.read(entry).payload)
        except BadIndexError:
            raise TamperedError(what="an index", offset=entry.offset) from None
        if not leaf.entries or leaf.entries[0].label != entry.label:
            raise TamperedError(what="an index", offset=entry.offset)
        return leaf

    def entries(self) -> Iterator[Entry]:
        """Give the place of every block but INDEX, SUMMARY and FINAL, in order.

        From the index, with labels; by hopping, without, where there is none or it is damaged.
        """
        last = 0
        try:
            for leaf in map(self.leaf, self.leaves or ()):
                if leaf.first_number <= last:
                    raise TamperedError(what="an index", offset=leaf.entries[0].offset)  # noqa: TRY301 - as if it were not there
                yield from leaf.entries
                last = leaf.first_number + len(leaf.entries) - 1
            hopping = self.leaves is None
        except TamperedError:
            hopping = True
        if hopping:
            for entry in hop(self._source, self.header):
                if entry.number is not None and entry.number > last and entry.type not in _OWN_TYPES:
                    yield entry

    def read(self, entry: Entry) -> Opened:
        """Open the block that lies there.  Errors: TamperedError if no such block is there, or not as it was sealed."""
        return self.open(self._good(self._source, entry))

    def open(self, block: GoodBlock) -> Opened:
        """Open a block whose signature was checked.  Errors: TamperedError."""
        try:
            payload = open_block(block.data, file_key=self._file_key, recording_id=self._recording_id)
        except BadTagError:
            raise TamperedError(what=f"block {block.number}", offset=block.entry.offset) from None
        return Opened(block.number, block.entry.type, payload, block.entry)

    def walk(self, *, at: int | None = None, until: int = 0) -> Walk:
        """Begin a walk; to follow a growing file, call its blocks() again and again, and open() each.

        It begins at the first block, or at the one that lies at an offset; bytes up to another offset, if it is no
        more than MAX_AHEAD away, are read at once, and later ones READ_AHEAD at a time.
        """
        if at is None:
            return Walk(self._source, self.header)
        return Walk(_Ahead(self._source, at, until), self.header, at=at)

    def blocks(self) -> Iterator[Opened]:
        """Open every good block in order.  Gaps show as missing numbers.

        Errors: TamperedError at a block that is signed and yet not what was sealed, or does not link.
        """
        number, block_hash = 0, self.header.hash
        for block in self.walk().blocks():
            if block.number == number + 1 and block.link != block_hash:
                raise TamperedError(what=f"the link of block {block.number}", offset=block.entry.offset)
            number, block_hash = block.number, block.hash
            yield self.open(block)

    def _good(self, source: Source, entry: Entry) -> GoodBlock:
        head = read_head(source.read(entry.offset, HEAD_SIZE))
        block = None
        if head and (head.type, head.size, head.number) == (entry.type, entry.size, entry.number or head.number):
            block = check_block(source, entry.offset, head, recording_id=self._recording_id, key=self._signer)
        if block is None:
            raise TamperedError(what="a block", offset=entry.offset)
        return block

    def _read_end(self) -> None:
        size = self._source.size()
        tail = _Tail(self._source, max(self.header.size, size - TAIL_SIZE), size)
        at = size - FINAL_SIZE
        if at < self.header.size:
            return
        try:
            final = read_final(self.open(self._good(tail, Entry(at, FINAL_SIZE, BlockType.FINAL))).payload)
        except (TamperedError, BadIndexError):
            return
        self.final = final
        # They lie side by side, so that one read suffices; FINAL comes from a stranger and may say anything.
        summary_at = final.summary.offset if final.summary else at
        adjacent = final.root.end == summary_at and (final.summary is None or final.summary.end == at)
        if not adjacent or final.root.offset < self.header.size or at - summary_at > MAX_SUMMARY_BLOCK:
            return
        if final.root.offset < tail.start:
            tail = _Tail(self._source, final.root.offset, size)
        try:
            leaves = read_root(self.open(self._good(tail, final.root)).payload)
            summary = self.open(self._good(tail, final.summary)).payload if final.summary else None
        except (TamperedError, BadIndexError):
            return  # a hint that leads nowhere: entries() hops
        self.leaves, self.summary = leaves, None if summary is None else bytes(summary)


class _Ahead:
    """A source that is read onward from a place, much at a time."""

    def __init__(self, source: Source, start: int, until: int) -> None:
        self._source = source
        self._start = start
        self._data = b""
        self._next = min(max(until - start, READ_AHEAD), MAX_AHEAD)

    def size(self) -> int:
        return self._source.size()

    def read(self, start: int, size: int) -> bytes:
        at = start - self._start
        if not 0 <= at <= at + size <= len(self._data):
            self._data = self._source.read(start, max(size, self._next))
            self._start, self._next, at = start, READ_AHEAD, 0
        return self._data[at : at + size]


class _Tail:
    """The end of a file, read at once."""

    def __init__(self, source: Source, start: int, end: int) -> None:
        self.start = start
        self._data = source.read(start, end - start)

    def size(self) -> int:
        return self.start + len(self._data)

    def read(self, start: int, size: int) -> bytes:
        at = start - self.start
        return self._data[at : at + size] if at >= 0 else b""
