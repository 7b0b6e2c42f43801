"""Small sealed files that faults are done to, with all that is known about them.

All of it follows from a seed but what HPKE draws for itself while wrapping.
"""

import itertools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from tests.memory import MemoryGrowing, MemorySource
from vault.anchor import Anchor
from vault.header import About, Header, Identity, PreviousPart, Role, unlock
from vault.index import Entry
from vault.outside import Outside
from vault.portal_key import PortalKey
from vault.primitives import SigningKey
from vault.reader import SealedFile
from vault.signers import TrustedSigner
from vault.verify import Evidence
from vault.walk import Walk, read_start
from vault.writer import SealedWriter

NOW_US: Final = 1_790_000_000_000_000
SIGNER: Final = SigningKey(b"the signer that is trusted here ")
FOREIGN: Final = SigningKey(b"a signer that nobody here knows ")
PAYLOADS: Final = (b"first", b"second " * 30, b"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Specimen:
    """A whole file that its signer finished."""

    data: bytes = field(repr=False)
    header: Header = field(repr=False)
    entries: tuple[Entry, ...]  # of block 1 and those behind it
    payloads: Mapping[int, bytes] = field(repr=False)  # by number
    anchors: tuple[Anchor, ...] = field(repr=False)  # of every block, the header first
    portal: PortalKey = field(repr=False)
    file_key: bytes = field(repr=False)

    @property
    def blocks(self) -> tuple[bytes, ...]:
        return tuple(self.data[one.offset : one.end] for one in self.entries)

    @property
    def identity(self) -> Identity:
        """All keys that there are, so that no fault hides behind a key that is missing."""
        return Identity(portal_keys=[self.portal], file_keys={self.header.about.recording_id: self.file_key})

    def evidence(self, anchors: Sequence[Anchor] = (), **more: bytes) -> Evidence:
        """What a careful user knows: whom he trusts, and what the portal noted."""
        trusted = [TrustedSigner(signer=SIGNER.public, name="us")]
        return Evidence(anchors=anchors, trusted=trusted, fingerprint=more.get("fingerprint"))


def portal(name: str) -> PortalKey:
    """Make the portal key of that name."""
    return PortalKey(random.Random(name).randbytes(32))


def outside(seed: str) -> Outside:
    """Make an outside world that is the same at every run; in it no second ever passes."""
    clock = itertools.count(NOW_US)
    return Outside(
        random_bytes=random.Random(seed).randbytes,
        wall_us=lambda: next(clock),
        monotonic_us=lambda: 0,
        process_id=lambda: 1,
    )


def about(seed: str, *, session: str = "session", previous: Anchor | None = None) -> About:
    """Say what file it is: of that session, and perhaps the part behind another."""
    before = None
    if previous:
        before = PreviousPart(recording_id=previous.recording_id, block=previous.block, hash=previous.hash)
    return About(
        recording_id=random.Random(f"recording {seed}").randbytes(16),
        session_id=random.Random(session).randbytes(16),
        part=2 if previous else 1,
        previous=before,
        created_us=NOW_US,
    )


@cache
def specimen(
    seed: str,
    *,
    payloads: tuple[bytes, ...] = PAYLOADS,
    portal_name: str = "portal",
    session: str = "session",
    previous: Anchor | None = None,
    signer: SigningKey = SIGNER,
) -> Specimen:
    """Write a file with the program and learn all about it."""
    growing, key = MemoryGrowing(), portal(portal_name)
    with SealedWriter(
        growing,
        about(seed, session=session, previous=previous),
        recipients=[(Role.PORTAL, key.public)],
        signer=signer,
        outside=outside(f"{seed} {signer.public.hex()}"),  # two signers do not share a file key
    ) as writer:
        for payload in payloads:
            writer.append(payload)
        writer.finish(b"what a player needs at once")
    return learn(bytes(growing.data), key)


def learn(data: bytes, key: PortalKey) -> Specimen:
    """Look into a file that nothing happened to."""
    source = MemorySource(data)
    header = read_start(source)
    blocks = list(Walk(source, header).blocks())
    places = [(0, header.hash, header.size), *((one.number, one.hash, one.entry.end) for one in blocks)]
    opened = SealedFile(source, Identity(portal_keys=[key]))
    return Specimen(
        data=data,
        header=header,
        entries=tuple(one.entry for one in blocks),
        payloads={one.number: bytes(one.payload) for one in opened.blocks()},
        anchors=tuple(
            Anchor(
                recording_id=header.about.recording_id,
                signer=header.signer,
                block=number,
                hash=hash_,
                size=size,
                time_us=NOW_US,
            )
            for number, hash_, size in places
        ),
        portal=key,
        file_key=unlock(header, Identity(portal_keys=[key])),
    )
