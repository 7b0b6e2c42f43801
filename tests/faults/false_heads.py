"""Files filled with heads of blocks that are not there: what judging them costs, in bytes and reads, not seconds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.faults.counted import Counted, Tally
from tests.faults.specimen import SIGNER, Specimen, specimen
from tests.memory import MemorySource
from vault.block import HEAD, MAGIC, MAX_BLOCK_SIZE, OVERHEAD
from vault.reader import SealedFile
from vault.verify import State, verify

MIB: Final = 1024 * 1024
TOO_MUCH: Final = "cost more than it may"
# SPEC.md §5.3: false blocks may cost four times the file and 64 MiB; the walk itself reads heads and windows, each byte
# a few times at most, and the block at which the limit is passed is read whole.
_FALSE_BLOCKS: Final = 4
_FREE: Final = 64 * MIB + MAX_BLOCK_SIZE
_WALKING: Final = 8


class TooMuchError(Exception):
    """The double's own: the work is stopped rather than waited for."""


class CountingSource:
    """Bytes that count how much of them is read, and stop whoever reads too much."""

    def __init__(self, data: bytes, *, limit: int) -> None:
        self._memory = MemorySource(data)
        self._limit = limit
        self.bytes_read = 0
        self.reads = 0

    def size(self) -> int:
        return self._memory.size()

    def read(self, start: int, size: int) -> bytes:
        data = self._memory.read(start, size)
        self.bytes_read += len(data)
        self.reads += 1
        if self.bytes_read > self._limit:
            raise TooMuchError
        return data


@dataclass(frozen=True, slots=True)
class Filling:
    """What a file is filled with, again and again, and how much of it."""

    name: str
    head: Callable[[int, int], bytes]  # from what is left of the file, and how often before
    share: float = 1.0  # of the size asked for: fillings that cost much time are tried smaller


def _well_formed(sealed_length: int, number: int) -> bytes:
    return HEAD.pack(MAGIC, 1, bytes(3), sealed_length, number)


FILLINGS: Final = (
    Filling("as long as fits", lambda left, at: _well_formed(max(288, min(left, MAX_BLOCK_SIZE) - OVERHEAD), at + 9)),
    Filling("64 KiB each", lambda _, at: _well_formed(64 * 1024, at + 9), share=0.5),
    Filling("shortest", lambda _, at: _well_formed(288, at + 9), share=0.25),
    Filling("beyond the end", lambda left, at: _well_formed(max(288, min(left + OVERHEAD, 2**24)), at + 9), share=0.25),
    Filling("old numbers", lambda _, __: _well_formed(288, 1), share=0.25),
    Filling("number 0", lambda _, __: _well_formed(288, 0), share=0.25),
    Filling("magic alone", lambda _, __: MAGIC, share=0.1),
)


def filled(filling: Filling, size: int, start: bytes, end: bytes = b"") -> bytes:
    """Fill a file of that size between a start and an end."""
    buffer, count = bytearray(start), 0
    while len(buffer) < size - len(end):
        buffer += filling.head(size - len(buffer), count)
        count += 1
    return bytes(buffer) + end


def false_heads(filling: Filling, size: int, *, seed: str) -> Counted:
    """Fill behind the header, behind blocks, and between blocks; verify, read and hop within the law's costs."""
    original = specimen(f"false heads {seed}")
    tally = Tally("filled with false heads", never=[TOO_MUCH, "not seen as damaged"])
    half = original.entries[1].end
    places = {
        "behind the header": (original.header.raw, b""),
        "behind blocks": (original.data[:half], b""),
        "between blocks": (original.data[:half], original.data[half:]),
    }
    for place, (start, end) in places.items():
        data = filled(filling, int(size * filling.share), start, end)
        _within_cost(data, original, tally, f"{filling.name} {place}", damaged=bool(end))
    return tally.counted()


def _within_cost(data: bytes, original: Specimen, tally: Tally, example: str, *, damaged: bool) -> None:
    walking = _WALKING * len(data) + MIB
    for name, work, limit in (
        ("verify", _verified, walking + _FALSE_BLOCKS * len(data) + _FREE),
        ("hop", _hopped, walking),
    ):
        source = CountingSource(data, limit=limit)
        tally.tried()
        with tally.trying(example):
            try:
                state = work(source, original)
            except TooMuchError:
                tally.went_wrong(TOO_MUCH, f"{name}: {example}: more than {limit} bytes of {len(data)}")
                continue
            if source.reads > len(data):
                tally.went_wrong(TOO_MUCH, f"{name}: {example}: {source.reads} reads for {len(data)} bytes")
            if damaged and state not in (State.DAMAGED, None):
                tally.went_wrong("not seen as damaged", example)


def _verified(source: CountingSource, original: Specimen) -> State | None:
    return verify(source, evidence=original.evidence(), identity=original.identity).state


def _hopped(source: CountingSource, original: Specimen) -> State | None:
    file = SealedFile(source, original.identity)
    assert file.header.signer == SIGNER.public
    for _ in file.entries():
        pass
    return None
