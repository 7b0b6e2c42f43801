"""Single bits of a sealed file turned over, every one of them."""

from typing import Final

from tests.faults.counted import Counted, Tally
from tests.faults.readers import COMPLETE, read_everything, refuse_complete
from tests.faults.share import Share
from tests.faults.specimen import specimen
from tests.memory import MemorySource
from vault.block import BlockType
from vault.reader import SealedFile

NOT_FOUND: Final = "blocks not found"


def bits_flipped(share: Share, *, seed: str, read_every: int = 1) -> Counted:
    """Flip each bit and verify without keys; at every so manieth, verify with keys, open and read all as well."""
    original = specimen(f"bits {seed}")
    tally = Tally("one bit flipped", never=[COMPLETE])
    for at, position in enumerate(share.below(len(original.data) * 8)):
        data, example = flipped(original.data, position), f"bit {position}"
        tally.tried()
        refuse_complete(data, original, tally, example)
        if at % read_every == 0:
            tally.saw("opened and read")
            read_everything(data, original, tally, example)
    return tally.counted()


def flipped(data: bytes, *positions: int) -> bytes:
    """Turn over the bits at these positions."""
    buffer = bytearray(data)
    for position in positions:
        buffer[position >> 3] ^= 1 << (position & 7)
    return bytes(buffer)


def index_bits_flipped(share: Share, *, seed: str) -> Counted:
    """Flip bits behind the last DATA, where only hints lie: every DATA block is still found (SPEC.md §4.5)."""
    original = specimen(f"bits {seed}")
    tally = Tally("one bit of the index flipped", never=[NOT_FOUND])
    wanted = [number for number, entry in enumerate(original.entries, 1) if entry.type == BlockType.DATA]
    first = original.entries[len(wanted)].offset
    for at in share.below((len(original.data) - first) * 8):
        position = first * 8 + at
        data, example = flipped(original.data, position), f"bit {position}"
        tally.tried()
        found = list[int | None]()
        with tally.trying(example):
            found = [entry.number for entry in SealedFile(MemorySource(data), original.identity).entries()]
        if not set(wanted) <= set(found):
            tally.went_wrong(NOT_FOUND, f"{example}: {found} of {wanted}")
    return tally.counted()
