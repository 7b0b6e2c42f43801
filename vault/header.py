"""The header of a sealed file: ids, signer, the file key wrapped for each recipient.  Source: SPEC.md §4.2.

Rule of this file: a Header that exists was whole, signed and within its limits.
"""

import hashlib
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from vault.errors import (
    HeaderDamagedError,
    HeaderIncompleteError,
    NotOurFormatError,
    TamperedError,
    UnsupportedVersionError,
    WrongIdentityError,
)
from vault.portal_key import WRAPPED_SIZE, PortalKey, Wrap, wrap
from vault.primitives import (
    HASH_SIZE,
    LABEL_BLOCK,
    LABEL_FILE_KEY,
    LABEL_HEADER,
    MAX_INTEGER,
    SIGNATURE_SIZE,
    BadTagError,
    SigningKey,
    VerifyingKey,
    derive,
    equal,
    key_id,
    mac,
)

MAGIC: Final = b"\x89SCR\r\n\x1a\n"
VERSION: Final = 1
SUITE: Final = 1
MAX_RECIPIENTS: Final = 16

_FIXED: Final = struct.Struct("<8sBBHI16s16sIIQ32s16s32s16s")
_RECIPIENT: Final = struct.Struct(f"<B3s16s{WRAPPED_SIZE}s")
_TAIL_SIZE: Final = HASH_SIZE + SIGNATURE_SIZE
MAX_HEADER_SIZE: Final = _FIXED.size + MAX_RECIPIENTS * _RECIPIENT.size + _TAIL_SIZE


class Role(IntEnum):
    """What a recipient is."""

    PORTAL = 1
    PERSON = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Someone who may open: a file key wrapped for one public key."""

    role: int  # Role, or one that a later release knows
    key_id: bytes
    wrapped: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousPart:
    """The part before: its id, and the number and hash of its last block."""

    recording_id: bytes
    block: int
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a header says in the clear, before anybody is named who may open it."""

    recording_id: bytes
    session_id: bytes
    part: int  # from 1
    previous: PreviousPart | None
    created_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A header that is whole and signed by the signer it names."""

    about: About
    signer: bytes
    recipients: tuple[Recipient, ...]
    raw: bytes = field(repr=False)

    @property
    def size(self) -> int:
        """Bytes in the file."""
        return len(self.raw)

    @property
    def hash(self) -> bytes:
        """Hash of block 0."""
        return hashlib.sha256(self.raw[:-SIGNATURE_SIZE]).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What opens recordings: portal keys, and file keys by recording id."""

    portal_keys: Sequence[PortalKey] = field(default=(), repr=False)
    file_keys: Mapping[bytes, bytes] = field(default_factory=dict, repr=False)


def signed_message(recording_id: bytes, block_hash: bytes) -> bytes:
    """Return what a signer signs for a block, and for the header."""
    return LABEL_BLOCK + recording_id + block_hash


def header_size(recipients: int) -> int:
    """Return the size in bytes of a header with so many recipients."""
    return _FIXED.size + recipients * _RECIPIENT.size + _TAIL_SIZE


def wrapped_for(public: bytes, *, role: Role, recording_id: bytes, file_key: bytes, wrap: Wrap = wrap) -> Recipient:
    """Wrap a file key for one public key.  Errors: MalformedError."""
    identity = key_id(public)
    wrapped = wrap(file_key, public=public, info=_file_key_info(recording_id, role, identity))
    return Recipient(role=role, key_id=identity, wrapped=wrapped)


def seal_header(about: About, recipients: Iterable[Recipient], *, file_key: bytes, signer: SigningKey) -> Header:
    """Write, authenticate and sign a header."""
    recipients = tuple(recipients)
    if not 1 <= len(recipients) <= MAX_RECIPIENTS:
        raise ValueError("a recording has 1 to 16 recipients")
    if about.part < 1 or (about.part == 1) != (about.previous is None) or about.created_us >= MAX_INTEGER:
        raise ValueError("part 1 has none before it, every later part has, and time is below 2^53 us")
    previous = about.previous or PreviousPart(recording_id=bytes(16), block=0, hash=bytes(HASH_SIZE))
    unsigned = _FIXED.pack(
        MAGIC, VERSION, SUITE, len(recipients), header_size(len(recipients)),
        about.recording_id, about.session_id, about.part, previous.block, about.created_us,
        signer.public, previous.recording_id, previous.hash, bytes(16),
    )  # fmt: skip
    unsigned += b"".join(_RECIPIENT.pack(one.role, bytes(3), one.key_id, one.wrapped) for one in recipients)
    unsigned += mac(_mac_key(file_key, about.recording_id), unsigned)
    signature = signer.sign(signed_message(about.recording_id, hashlib.sha256(unsigned).digest()))
    return Header(about=about, signer=signer.public, recipients=recipients, raw=unsigned + signature)


def read_header(start: bytes) -> Header:
    """Read the header from the first bytes of a file; MAX_HEADER_SIZE of them always suffice.

    Errors: NotOurFormatError, UnsupportedVersionError, HeaderIncompleteError, HeaderDamagedError, in the order of
        SPEC.md §5.2.
    """
    if start[:8] != MAGIC[: len(start)]:
        raise NotOurFormatError(what="recording", size=len(start))
    if start[8:10] != bytes([VERSION, SUITE])[: max(0, len(start) - 8)]:
        raise UnsupportedVersionError(what="recording", version=start[8], suite=start[9] if len(start) > 9 else SUITE)
    count = int.from_bytes(start[10:12], "little")
    if len(start) >= 12 and not 1 <= count <= MAX_RECIPIENTS:
        raise HeaderDamagedError(why=f"it claims {count} recipients")
    size = int.from_bytes(start[12:16], "little")
    if len(start) >= 16 and size != header_size(count):
        raise HeaderDamagedError(why=f"it claims {size} bytes for {count} recipients")
    if len(start) < 16 or len(start) < size:
        raise HeaderIncompleteError(size=len(start))
    return _read_whole(start[:size], count)


def _read_whole(raw: bytes, count: int) -> Header:
    fields = _FIXED.unpack_from(raw)
    recording_id, session_id, part, previous_block, created_us, signer, previous_id, previous_hash, zeros = fields[5:]
    entries = [_RECIPIENT.unpack_from(raw, _FIXED.size + at * _RECIPIENT.size) for at in range(count)]
    if any(zeros) or any(any(entry[1]) for entry in entries):
        raise UnsupportedVersionError(what="recording", version=VERSION, suite=SUITE)
    if created_us >= MAX_INTEGER:
        raise HeaderDamagedError(why="its time is out of range")
    block_hash = hashlib.sha256(raw[:-SIGNATURE_SIZE]).digest()
    if not VerifyingKey(signer).verifies(raw[-SIGNATURE_SIZE:], signed_message(recording_id, block_hash)):
        raise HeaderDamagedError(why="its signature is wrong")
    previous = PreviousPart(recording_id=previous_id, block=previous_block, hash=previous_hash)
    return Header(
        about=About(
            recording_id=recording_id,
            session_id=session_id,
            part=part,
            previous=previous if part > 1 else None,
            created_us=created_us,
        ),
        signer=signer,
        recipients=tuple(Recipient(role=role, key_id=id_, wrapped=wrapped) for role, _, id_, wrapped in entries),
        raw=raw,
    )


def unlock(header: Header, identity: Identity) -> bytes:
    """Return the file key, proven by the header's HMAC.

    Errors: WrongIdentityError when nothing given is named in the header; TamperedError when something is, and does
        not fit all the same.
    """
    recording_id = header.about.recording_id
    by_id = {key.key_id: key for key in identity.portal_keys}
    known = [one for one in header.recipients if one.role in list(Role)]
    fitting = next((one for one in known if one.key_id in by_id), None)
    if fitting:
        info = _file_key_info(recording_id, fitting.role, fitting.key_id)
        try:
            file_key = by_id[fitting.key_id].unwrap(fitting.wrapped, info=info)
        except BadTagError:
            raise TamperedError(what="the wrapped file key", offset=_FIXED.size) from None
    elif recording_id in identity.file_keys:
        file_key = identity.file_keys[recording_id]
    else:
        raise WrongIdentityError(wanted=[one.key_id for one in known])
    mac_at = header.size - _TAIL_SIZE
    expected = mac(_mac_key(file_key, recording_id), header.raw[:mac_at])
    if not equal(expected, header.raw[mac_at : mac_at + HASH_SIZE]):
        what = "the header (or the key file)" if fitting is None else "the header's HMAC"
        raise TamperedError(what=what, offset=mac_at)
    return file_key


def _file_key_info(recording_id: bytes, role: int, identity: bytes) -> bytes:
    return LABEL_FILE_KEY + recording_id + bytes([role]) + identity


def _mac_key(file_key: bytes, recording_id: bytes) -> bytes:
    return derive(file_key, salt=recording_id, label=LABEL_HEADER)
