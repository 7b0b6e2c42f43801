"""What of a pushed recording is taken: only what its signer signed, block after block, and nothing beside it.

Pure, and without keys: what is recorded is read by nobody here.  Source: vault/SPEC.md §4.3, §5.3.
"""

from dataclasses import dataclass
from typing import Final

from portal_core.errors import BadBytesError, OffsetError, TooLargeError
from portal_core.said import Said
from vault.block import HEAD_SIZE, MAX_BLOCK_SIZE, BlockType, read_head
from vault.errors import VaultError
from vault.header import Header, Role, read_header
from vault.primitives import VerifyingKey
from vault.walk import check_block

MOST_AT_ONCE: Final = MAX_BLOCK_SIZE + 1024 * 1024  # bytes; the largest block there can be, and some room
MOST_BLOCKS: Final = 4096  # at once; to check so many signatures takes under a second
MOST_IN_ALL: Final = 256 * 1024**3  # bytes of a recording; ten hours of a busy screen have a tenth of it
SILENT_US: Final = 10 * 60 * 1_000_000  # whoever says nothing for so long is not pushing any more

_HEADER: Final = Said("beginning of the recording")
_BLOCKS: Final = Said("block")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How far a recording has come: number and hash of its last good block, where that ends, whether it is FINAL."""

    block: int
    digest: bytes
    size: int
    final: bool = False


def beginning(data: bytes, *, portal_keys: set[bytes]) -> Header:
    """Read the header of a recording that is to be pushed.

    Shapes: portal_keys are the ids of the portal's keys.
    Errors: BadBytesError for what is none, or is more, or is not for this portal.
    """
    try:
        header = read_header(data)
    except VaultError as error:
        raise BadBytesError(what=_HEADER, why=str(error)) from None
    if header.size != len(data):
        raise BadBytesError(what=_HEADER, why=Said("more follows it"))
    if not any(one.role == Role.PORTAL and one.key_id in portal_keys for one in header.recipients):
        raise BadBytesError(
            what=_HEADER, why=Said("it was not recorded for this portal, and nobody here could open it")
        )
    return header


def reached_by(header: Header) -> Reached:
    """Return how far a recording is that has nothing but its header."""
    return Reached(block=0, digest=header.hash, size=header.size)


def follow(header: Header, reached: Reached, data: bytes, *, offset: int) -> Reached:
    """Check whole blocks that come next, each with its signature, its number and its link; return how far it is then.

    Errors: OffsetError; TooLargeError; BadBytesError, of which nothing may be kept.
    """
    if offset != reached.size:
        raise OffsetError(size=reached.size)
    if len(data) > MOST_AT_ONCE or offset + len(data) > MOST_IN_ALL:
        raise TooLargeError(what="recording", limit=MOST_AT_ONCE if len(data) > MOST_AT_ONCE else MOST_IN_ALL)
    key, end = VerifyingKey(header.signer), offset + len(data)
    source = _Piece(offset, data)
    for count in range(MOST_BLOCKS + 1):
        if reached.size == end:
            return reached
        if count == MOST_BLOCKS:
            raise TooLargeError(what="recording", limit=reached.size - offset)
        reached = _next(header, reached, source, key)
    raise AssertionError


class _Piece:
    """Bytes of a file from an offset on."""

    def __init__(self, start: int, data: bytes) -> None:
        self._start = start
        self._data = data

    def size(self) -> int:
        return self._start + len(self._data)

    def read(self, start: int, size: int) -> bytes:
        at = start - self._start
        return self._data[at : at + size]


def _next(header: Header, reached: Reached, source: _Piece, key: VerifyingKey) -> Reached:
    at = reached.size
    if reached.final:
        raise _bad(at, Said("it follows the end"))
    head = read_head(source.read(at, HEAD_SIZE))
    if head is None:
        raise _bad(at, Said("no block begins there"))
    if at + head.size > source.size():
        raise _bad(at, Said("it is not whole"))
    block = check_block(source, at, head, recording_id=header.about.recording_id, key=key)
    if block is None:
        raise _bad(at, Said("its signature is wrong"))
    if block.number != reached.block + 1 or block.link != reached.digest:
        raise _bad(at, Said("it does not follow the one before it"))
    return Reached(block=block.number, digest=block.hash, size=block.entry.end, final=head.type == BlockType.FINAL)


def _bad(at: int, why: Said) -> BadBytesError:
    return BadBytesError(what=_BLOCKS, why=Said("at byte {at}: {why}", at=at, why=why))
