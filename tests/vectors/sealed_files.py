"""How vectors of the sealed file are made: a whole file in pieces, and tools to break and re-sign it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tests.memory import MemoryGrowing, MemorySource
from tests.vectors.fixed import NOW_US, Fixed, portal, seed, signer
from vault.anchor import Anchor
from vault.block import Head, finish, read_head, seal_into
from vault.header import About, Header, Identity, PreviousPart, Role, read_header, signed_message, unlock
from vault.primitives import SIGNATURE_SIZE, SigningKey
from vault.walk import hop
from vault.writer import SealedWriter

RECORDING: Final = bytes(range(16))
SESSION: Final = bytes(range(16, 32))
SUMMARY: Final = b"what a player needs at once"
LENGTHS: Final = {"header": 1444, "small": 400, "final": 1024}


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a reader must say.  Numbers are stated, never taken from the code under test."""

    spec: str
    note: str
    state: str
    with_keys: str | None = None
    open: str = "opens"
    finished: bool = True
    good: int = 7
    last: int = 7
    torn: int = 0
    gaps: Sequence[tuple[int, int]] = ()
    missing: Sequence[tuple[int, int]] = ()
    payloads: Sequence[bytes] = ()
    inputs: Sequence[tuple[str, str]] = ()
    final_at: int | None = None  # offset of a good FINAL that is not the file's end
    seeds: Sequence[bytes] = field(default_factory=lambda: (seed("portal"),))


PAYLOADS: Final = (b"first", b"second " * 30, b"")
COMPLETE: Final = Expected(
    spec="§3", note="a whole file: three blocks, index, summary, end", state="complete", payloads=PAYLOADS
)
BROKEN: Final[dict[str, Any]] = {"open": "header damaged", "good": 0, "last": 0, "payloads": ()}


@dataclass(frozen=True)
class Made:
    """A file in pieces: header, then its blocks."""

    header: Header
    blocks: tuple[bytes, ...]
    file_key: bytes

    @property
    def data(self) -> bytes:
        return self.header.raw + b"".join(self.blocks)

    def anchor(self, block: int) -> Anchor:
        data = self.header.raw + b"".join(self.blocks[:block])
        raw = (self.header.raw, *self.blocks)[block]
        return Anchor(
            recording_id=self.header.about.recording_id,
            signer=self.header.signer,
            block=block,
            hash=_hash(raw),
            size=len(data),
            time_us=NOW_US + 1000,
        )


def about(recording_id: bytes = RECORDING, *, part: int = 1, previous: PreviousPart | None = None) -> About:
    return About(recording_id=recording_id, session_id=SESSION, part=part, previous=previous, created_us=NOW_US)


def write(fixed: Fixed, name: str, payloads: Sequence[bytes] = PAYLOADS, **given: Any) -> Made:  # noqa: ANN401 - what write passes on is checked there
    """Write a file with the program itself."""
    growing = MemoryGrowing()
    with SealedWriter(
        growing,
        given.get("about", about()),
        recipients=given.get("recipients", [(Role.PORTAL, portal().public)]),
        signer=given.get("signer", signer()),
        outside=fixed.outside(name),
    ) as writer:
        for number, payload in enumerate(payloads):
            writer.append(payload, label=number.to_bytes(24, "little"))
        writer.finish(given.get("summary", SUMMARY))
    return split(bytes(growing.data))


def split(data: bytes) -> Made:
    header = read_header(data)
    blocks = tuple(data[entry.offset : entry.end] for entry in hop(MemorySource(data), header))
    return Made(header, blocks, unlock(header, Identity(portal_keys=[portal()])))


def reseal(made: Made, at: int, plaintext: bytes) -> bytes:
    """Seal another plaintext in the place of a block, padded or not as given; link and signature are still missing."""
    old = made.blocks[at]
    head = read_head(old)
    assert head
    head = Head(head.type, len(plaintext) + 32, head.number)
    buffer = bytearray(head.size)
    recording_id, salt = made.header.about.recording_id, old[48:64]
    seal_into(memoryview(buffer), plaintext, head=head, file_key=made.file_key, recording_id=recording_id, salt=salt)
    return bytes(buffer)


def resign(made: Made, blocks: Sequence[bytes], key: SigningKey, *, start: Header | None = None) -> bytes:
    """Link and sign blocks anew behind a header."""
    header = start or made.header
    out, link = header.raw, header.hash
    for block in blocks:
        buffer = bytearray(block)
        link = finish(memoryview(buffer), link=link, recording_id=header.about.recording_id, signer=key)
        out += buffer
    return out


def flip(data: bytes, at: int, mask: int = 1) -> bytes:
    return data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :]


def resign_header(raw: bytes, key: SigningKey) -> bytes:
    """Sign a header anew, whatever is in it; its HMAC stays."""
    unsigned = raw[:-SIGNATURE_SIZE]
    return unsigned + key.sign(signed_message(raw[16:32], hashlib.sha256(unsigned).digest()))


def _hash(raw: bytes) -> bytes:
    return hashlib.sha256(raw[:-SIGNATURE_SIZE]).digest()
