"""A sealed block: head, link to the block before, ciphertext, signature.  Source: SPEC.md §4.3.

Pure: bytes in, bytes out.  Sealing needs no link, so it may run ahead of the chain of hashes; finish() adds link
and signature when the block before is known.
"""

import hashlib
import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from vault.header import signed_message
from vault.primitives import (
    HASH_SIZE,
    LABEL_BLOCK,
    SALT_SIZE,
    SIGNATURE_SIZE,
    TAG_SIZE,
    BadTagError,
    Buffer,
    SigningKey,
    derive,
    open_once,
    seal_once_into,
)

MAGIC: Final = b"SEG1"
HEAD: Final = struct.Struct("<4sB3sII")
HEAD_SIZE: Final = HEAD.size
LINK_AT: Final = HEAD_SIZE
SALT_AT: Final = LINK_AT + HASH_SIZE
CIPHERTEXT_AT: Final = SALT_AT + SALT_SIZE
OVERHEAD: Final = HEAD_SIZE + HASH_SIZE + SIGNATURE_SIZE  # a block is this much longer than its sealed length
SEALED_OVERHEAD: Final = SALT_SIZE + TAG_SIZE

MIN_PLAINTEXT: Final = 256
MAX_PLAINTEXT: Final = 16 * 1024 * 1024
LENGTH_SIZE: Final = 4
MAX_PAYLOAD: Final = MAX_PLAINTEXT - LENGTH_SIZE
MAX_SUMMARY: Final = 1024 * 1024
MAX_BLOCKS: Final = 2**24  # the root INDEX fits one block, SPEC.md §7
FINAL_PLAINTEXT: Final = 880
FINAL_SIZE: Final = FINAL_PLAINTEXT + SEALED_OVERHEAD + OVERHEAD
MIN_BLOCK_SIZE: Final = MIN_PLAINTEXT + SEALED_OVERHEAD + OVERHEAD
MAX_BLOCK_SIZE: Final = MAX_PLAINTEXT + SEALED_OVERHEAD + OVERHEAD

# The C library of Linux takes fresh memory from the system for each large block, 256 page faults a MiB, and gives it
# back at once, until one as large as this was given back.  Costs no memory; a block of 1 MiB opens in 1.0 instead of
# 1.6 ms (Xeon, glibc 2.36, November 2026).
bytes(MAX_BLOCK_SIZE)


class BlockType(IntEnum):
    """Types this release knows; others are verified, then skipped."""

    DATA = 1
    INDEX = 2
    SUMMARY = 3
    FINAL = 4


@dataclass(frozen=True, slots=True)
class Head:
    """A well-formed head (SPEC.md §5.3)."""

    type: int
    sealed_length: int
    number: int

    @property
    def size(self) -> int:
        """Bytes of the whole block."""
        return self.sealed_length + OVERHEAD

    def to_bytes(self) -> bytes:
        """The 16 bytes that are the AAD too."""
        return HEAD.pack(MAGIC, self.type, bytes(3), self.sealed_length, self.number)


def read_head(data: Buffer) -> Head | None:
    """Read the first 16 bytes of a block; None when they are not a well-formed head."""
    if len(data) < HEAD_SIZE:
        return None
    magic, type_, zeros, sealed_length, number = HEAD.unpack_from(data)
    if magic != MAGIC or any(zeros) or number == 0:
        return None
    if not MIN_PLAINTEXT <= sealed_length - SEALED_OVERHEAD <= MAX_PLAINTEXT:
        return None
    if type_ == BlockType.FINAL and sealed_length != FINAL_PLAINTEXT + SEALED_OVERHEAD:
        return None
    return Head(type_, sealed_length, number)


def padded_size(size: int) -> int:
    """Return the plaintext's size for so many bytes of length and payload: 256s, then Padmé (SPEC.md §4.3)."""
    if size <= 2048:
        return -(-size // 256) * 256
    exponent = size.bit_length() - 1
    step = 1 << (exponent - exponent.bit_length())
    return -(-size // step) * step


def plaintext_size(type_: int, payload_size: int) -> int:
    """Return the size of the plaintext that holds so large a payload.  Errors: ValueError when it is too large."""
    if payload_size > MAX_PAYLOAD:
        raise ValueError(f"a block holds at most {MAX_PAYLOAD} bytes, not {payload_size}")
    return FINAL_PLAINTEXT if type_ == BlockType.FINAL else padded_size(LENGTH_SIZE + payload_size)


MAX_SUMMARY_BLOCK: Final = padded_size(LENGTH_SIZE + MAX_SUMMARY) + SEALED_OVERHEAD + OVERHEAD


def seal_into(
    target: memoryview, plaintext: Buffer, *, head: Head, file_key: bytes, recording_id: bytes, salt: bytes
) -> None:
    """Seal a padded plaintext into a block's buffer, all but its link and signature.

    Shapes: target is exactly head.size bytes long.
    """
    target[:HEAD_SIZE] = head.to_bytes()
    target[SALT_AT:CIPHERTEXT_AT] = salt
    seal_once_into(
        _key(file_key, salt, recording_id),
        plaintext,
        bound_to=target[:HEAD_SIZE],
        target=target[CIPHERTEXT_AT:-SIGNATURE_SIZE],
    )


def finish(target: memoryview, *, link: bytes, recording_id: bytes, signer: SigningKey) -> bytes:
    """Add link and signature; return the block's hash."""
    target[LINK_AT:SALT_AT] = link
    block_hash = hashlib.sha256(target[:-SIGNATURE_SIZE]).digest()
    target[-SIGNATURE_SIZE:] = signer.sign(signed_message(recording_id, block_hash))
    return block_hash


def open_block(block: memoryview, *, file_key: bytes, recording_id: bytes) -> memoryview:
    """Return the payload of a block whose signature was checked.

    Errors: BadTagError when tag, length or padding is wrong.
    """
    salt = bytes(block[SALT_AT:CIPHERTEXT_AT])
    plaintext = open_once(
        _key(file_key, salt, recording_id), block[CIPHERTEXT_AT:-SIGNATURE_SIZE], bound_to=block[:HEAD_SIZE]
    )
    end = LENGTH_SIZE + int.from_bytes(plaintext[:LENGTH_SIZE], "little")
    if end > len(plaintext) or plaintext.count(0, end) != len(plaintext) - end:
        raise BadTagError
    return memoryview(plaintext)[LENGTH_SIZE:end]


def _key(file_key: bytes, salt: bytes, recording_id: bytes) -> bytes:
    return derive(file_key, salt=salt, label=LABEL_BLOCK + recording_id)
