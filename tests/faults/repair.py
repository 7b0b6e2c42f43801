"""Bits turned over by somebody who then repairs what he can: lengths, numbers, links, signatures of a key of his own.

What he cannot repair is the header's HMAC and the tags, for want of the file key, and the trust in his signature.
"""

import hashlib
import random
from collections.abc import Iterable, Iterator

from tests.faults.bits import flipped
from tests.faults.counted import Counted, Tally
from tests.faults.readers import COMPLETE, compare, refuse_complete, state_of
from tests.faults.share import Share
from tests.faults.specimen import FOREIGN, SIGNER, Specimen, specimen
from tests.memory import MemorySource
from vault.block import HEAD, LINK_AT, MAGIC, OVERHEAD, SALT_AT
from vault.header import signed_message
from vault.primitives import SIGNATURE_SIZE, SigningKey
from vault.reader import SealedFile
from vault.verify import State

_SIGNER_AT = slice(64, 96)  # SPEC.md §4.2
_FIXED_AGAIN = (slice(0, 16), slice(144, 160))  # magic to length, and what is reserved
_CREATED_HIGH = slice(62, 64)
NOT_FORGED = "not called forged"
OPENED = "opened"


def foreign_signatures(flips: Iterable[tuple[int, ...]], *, seed: str) -> Counted:
    """Flip bits, repair, and sign all of it as somebody else; no flips at all is the plainest case."""
    original = specimen(f"repair {seed}")
    tally = Tally("flipped, repaired, signed by another", never=[NOT_FORGED, OPENED])
    for positions in flips:
        example = f"bits {positions}"
        data = repaired(flipped(original.data, *positions), original, FOREIGN)
        tally.tried()
        with tally.trying(example):
            state_of(data, tally, example, evidence=original.evidence())
            state = state_of(data, tally, example, evidence=original.evidence(original.anchors))
            if state is not State.FORGED and _same_recording(data, original):
                tally.went_wrong(NOT_FORGED, f"{example}, anchored: {state}")
            state = state_of(data, tally, example, evidence=original.evidence(), identity=original.identity)
            if state is not State.FORGED and (_same_recording(data, original) or _same_recipient(data, original)):
                tally.went_wrong(NOT_FORGED, f"{example}, with keys: {state}")
        with tally.trying(example):
            file = SealedFile(MemorySource(data), original.identity)
            tally.went_wrong(OPENED, example)
            compare(file.blocks(), original.payloads, tally, example)
    return tally.counted()


def no_signatures(flips: Iterable[tuple[int, ...]], *, seed: str) -> Counted:
    """Flip bits and repair, with the signatures left as they were, and once more with zeros in their place."""
    original = specimen(f"repair {seed}")
    tally = Tally("flipped, repaired, not signed", never=[COMPLETE])
    for positions in flips:
        for zeroed in (False, True):
            example = f"bits {positions}, {'zeros' if zeroed else 'old signatures'}"
            data = repaired(flipped(original.data, *positions), original, None, zeroed=zeroed)
            if data == original.data:
                tally.saw("repaired to the original")
                continue
            tally.tried()
            refuse_complete(data, original, tally, example)
            with tally.trying(example):
                compare(SealedFile(MemorySource(data), original.identity).blocks(), original.payloads, tally, example)
    return tally.counted()


def signer_alone(flips: Iterable[tuple[int, ...]], *, seed: str) -> Counted:
    """Flip bits, repair, and sign with the stolen key of the signer himself: who has the keys still notices."""
    original = specimen(f"repair {seed}")
    tally = Tally("flipped, repaired, signer's key stolen", never=[NOT_FORGED])
    for positions in flips:
        example = f"bits {positions}"
        data = repaired(flipped(original.data, *positions), original, SIGNER)
        if data == original.data:
            tally.saw("repaired to the original")
            continue
        tally.tried()
        with tally.trying(example):
            identity = original.identity
            if state_of(data, tally, example, evidence=original.evidence(), identity=identity) is not State.FORGED:
                tally.went_wrong(NOT_FORGED, example)
        with tally.trying(example):
            compare(SealedFile(MemorySource(data), original.identity).blocks(), original.payloads, tally, example)
    return tally.counted()


def another_file_of_that_name(*, seed: str) -> Counted:
    """Somebody who knows all that is public seals his own file under the same ids, for the same portal."""
    original = specimen(f"repair {seed}")
    forged = specimen(f"repair {seed}", payloads=(b"never said",), signer=FOREIGN)
    assert forged.header.about.recording_id == original.header.about.recording_id
    tally = Tally("foreign file under the same ids", never=[NOT_FORGED])
    for identity in (None, original.identity):
        for anchor in original.anchors:
            tally.tried()
            with tally.trying("a file of his own"):
                state_of(forged.data, tally, "unanchored", evidence=original.evidence(), identity=identity)
                evidence = original.evidence([anchor])
                if state_of(forged.data, tally, "anchored", evidence=evidence, identity=identity) is not State.FORGED:
                    tally.went_wrong(NOT_FORGED, f"anchor of block {anchor.block}")
    return tally.counted()


def single(share: Share, *, seed: str) -> Iterator[tuple[int, ...]]:
    """No bit, and then each bit alone."""
    yield ()
    yield from ((position,) for position in share.below(_bits(seed)))


def several(count: int, *, seed: str) -> Iterator[tuple[int, ...]]:
    """Two to eight bits at once, drawn."""
    draw, total = random.Random(seed), _bits(seed)
    yield from (tuple(draw.sample(range(total), draw.randint(2, 8))) for _ in range(count))


def _bits(seed: str) -> int:
    return len(specimen(f"repair {seed}").data) * 8


def repaired(data: bytes, original: Specimen, key: SigningKey | None, *, zeroed: bool = False) -> bytes:
    """Repair whatever needs no secret but the key given.  Without one, signatures stay or become zeros."""
    header = bytearray(data[: original.header.size])
    for fixed in (*_FIXED_AGAIN, _CREATED_HIGH):
        header[fixed] = original.data[fixed]
    for at in range(160, len(header) - 96, 1188):
        header[at + 1 : at + 4] = bytes(3)
    if key:
        header[_SIGNER_AT] = key.public
    recording_id = bytes(header[16:32])
    out, link = header, _sign(header, recording_id, key, zeroed=zeroed)
    for number, entry in enumerate(original.entries, 1):
        block = bytearray(data[entry.offset : entry.end])
        block[: HEAD.size] = HEAD.pack(MAGIC, block[4], bytes(3), entry.size - OVERHEAD, number)
        block[LINK_AT:SALT_AT] = link
        link = _sign(block, recording_id, key, zeroed=zeroed)
        out += block
    return bytes(out)


def _same_recording(data: bytes, original: Specimen) -> bool:
    """Say whether anchors and key files still name it."""
    return data[16:32] == original.data[16:32]


def _same_recipient(data: bytes, original: Specimen) -> bool:
    """Say whether it is still for the portal's keys: role and key id."""
    return data[160:180] == original.data[160:180]


def _sign(block: bytearray, recording_id: bytes, key: SigningKey | None, *, zeroed: bool) -> bytes:
    block_hash = hashlib.sha256(block[:-SIGNATURE_SIZE]).digest()
    if key:
        block[-SIGNATURE_SIZE:] = key.sign(signed_message(recording_id, block_hash))
    elif zeroed:
        block[-SIGNATURE_SIZE:] = bytes(SIGNATURE_SIZE)
    return block_hash
