"""INDEX and FINAL: where the blocks of a finished file lie.  Source: SPEC.md §4.5, §4.7.

Hints, all of them: whoever follows one checks the block it leads to.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

from vault.block import FINAL_PLAINTEXT, LENGTH_SIZE, MAX_BLOCK_SIZE, MIN_BLOCK_SIZE, BlockType
from vault.primitives import MAX_INTEGER

LEAF_ENTRIES: Final = 64
LABEL_SIZE: Final = 24
_FIRST: Final = struct.Struct("<B3sI")
_ENTRY: Final = struct.Struct(f"<QIB{LABEL_SIZE}s")
_FINAL: Final = struct.Struct("<IB3sQI4sQI4s")


class BadIndexError(Exception):
    """An INDEX or FINAL that leads nowhere; the file is read without it."""


class Reason(IntEnum):
    """Why a part ended."""

    ENDED = 1
    CONTINUED = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """Where one block lies, and the caller's label of it."""

    offset: int
    size: int  # bytes of the whole block
    type: int
    label: bytes = bytes(LABEL_SIZE)
    number: int | None = None  # None where the index does not tell: of leaves, root and SUMMARY

    @property
    def end(self) -> int:
        """Offset behind the block."""
        return self.offset + self.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A run of blocks that are numbered without a gap."""

    first_number: int
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What FINAL says."""

    count: int
    reason: int
    root: Entry
    summary: Entry | None


def leaf_payload(leaf: Leaf) -> bytes:
    """Write a leaf."""
    return _FIRST.pack(0, bytes(3), leaf.first_number) + _entries(leaf.entries)


def root_payload(leaves: Sequence[Entry]) -> bytes:
    """Write the root over the INDEX blocks."""
    return _FIRST.pack(1, bytes(3), 0) + _entries(leaves)


def final_payload(final: Ending) -> bytes:
    """Write FINAL's payload."""
    summary = final.summary or Entry(0, 0, 0)
    return _FINAL.pack(
        final.count,
        final.reason,
        bytes(3),
        final.root.offset,
        final.root.size,
        bytes(4),
        summary.offset,
        summary.size,
        bytes(4),
    )


def read_leaf(payload: memoryview) -> Leaf:
    """Read a leaf.  Errors: BadIndexError."""
    first = _first(payload, level=0)
    entries = [replace(entry, number=number) for number, entry in enumerate(_read_entries(payload), first)]
    return Leaf(first_number=first, entries=entries)


def read_root(payload: memoryview) -> Sequence[Entry]:
    """Read the root: one entry for each leaf.  Errors: BadIndexError."""
    _first(payload, level=1)
    return _read_entries(payload)


def read_final(payload: memoryview) -> Ending:
    """Read FINAL's payload.  Errors: BadIndexError."""
    if not _FINAL.size <= len(payload) <= FINAL_PLAINTEXT - LENGTH_SIZE:
        raise BadIndexError
    count, reason, _, root_offset, root_size, _, summary_offset, summary_size, _ = _FINAL.unpack_from(payload)
    return Ending(
        count=count,
        reason=reason,
        root=_checked(Entry(root_offset, root_size, BlockType.INDEX)),
        summary=_checked(Entry(summary_offset, summary_size, BlockType.SUMMARY)) if summary_size else None,
    )


def _entries(entries: Sequence[Entry]) -> bytes:
    return b"".join(_ENTRY.pack(one.offset, one.size, one.type, one.label) for one in entries)


def _first(payload: memoryview, *, level: int) -> int:
    if len(payload) < _FIRST.size or payload[0] != level or (len(payload) - _FIRST.size) % _ENTRY.size:
        raise BadIndexError
    number: int = _FIRST.unpack_from(payload)[2]
    return number


def _read_entries(payload: memoryview) -> Sequence[Entry]:
    return [_checked(Entry(*fields)) for fields in _ENTRY.iter_unpack(payload[_FIRST.size :])]


def _checked(entry: Entry) -> Entry:
    if not MIN_BLOCK_SIZE <= entry.size <= MAX_BLOCK_SIZE or entry.offset >= MAX_INTEGER:
        raise BadIndexError
    return entry
