"""Right blocks in wrong places: swapped, doubled, dropped, put in from elsewhere; and headers exchanged."""

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence

from tests.faults.counted import Counted, Tally
from tests.faults.readers import COMPLETE, read_everything, refuse_complete
from tests.faults.specimen import Specimen, specimen

Pieces = Sequence[bytes]  # a header and blocks


def strangers(original: Specimen, seed: str) -> dict[str, Specimen]:
    """Files whose blocks do not belong here, from near to far."""
    return {
        "another part": specimen(f"splices {seed} part 2", previous=original.anchors[-1]),
        "another session": specimen(f"splices {seed} other", session="other session"),
        "another portal": specimen(f"splices {seed} portal", portal_name="other portal", session="third session"),
    }


def splices(*, seed: str) -> Counted:
    """Every splice at every place; none may be complete, and what is read is what was written."""
    original = specimen(f"splices {seed}")
    others = strangers(original, seed)
    tally = Tally("blocks in wrong places", never=[COMPLETE])
    for name, pieces in itertools.chain(shuffled(original), inserted(original, others), exchanged(original, others)):
        data = b"".join(pieces)
        if data == original.data:
            continue
        tally.tried()
        tally.saw(name.partition(" ")[0])
        refuse_complete(data, original, tally, name)
        read_everything(data, original, tally, name)
    return tally.counted()


def shuffled(original: Specimen) -> Iterator[tuple[str, Pieces]]:
    """Its own blocks in another order, too often, or missing; also several at once."""
    header, blocks = original.header.raw, original.blocks
    for one, other in itertools.combinations(range(len(blocks)), 2):
        order = list(blocks)
        order[one], order[other] = order[other], order[one]
        yield f"swapped {one} {other}", [header, *order]
    for at, place in itertools.product(range(len(blocks)), range(len(blocks) + 1)):
        yield f"doubled {at} at {place}", [header, *blocks[:place], blocks[at], *blocks[place:]]
    for size in range(1, len(blocks) + 1):
        for gone in itertools.combinations(range(len(blocks)), size):
            yield f"dropped {gone}", [header, *(one for at, one in enumerate(blocks) if at not in gone)]
    draw = random.Random("orders")
    for turn in range(200):
        yield f"shuffled {turn}", [header, *draw.sample(blocks, len(blocks))]


def inserted(original: Specimen, others: Mapping[str, Specimen]) -> Iterator[tuple[str, Pieces]]:
    """Garbage, and each block of each other file, put between and put in the place of each block."""
    header, blocks = original.header.raw, original.blocks
    draw = random.Random("garbage")
    pieces = [(f"garbage of {size}", draw.randbytes(size)) for size in (1, 16, 400, 1024, 5000)]
    pieces += [("heads without a body", block[:16]) for block in blocks]
    for name, stranger in others.items():
        pieces += [(f"header of {name}", stranger.header.raw), (f"all of {name}", stranger.data)]
        pieces += [(f"block {at} of {name}", block) for at, block in enumerate(stranger.blocks, 1)]
    for (name, piece), place in itertools.product(pieces, range(len(blocks) + 1)):
        yield f"inserted {name} at {place}", [header, *blocks[:place], piece, *blocks[place:]]
        if place < len(blocks):
            yield f"replaced {place} by {name}", [header, *blocks[:place], piece, *blocks[place + 1 :]]


def exchanged(original: Specimen, others: Mapping[str, Specimen]) -> Iterator[tuple[str, Pieces]]:
    """Headers over the blocks of another file, both ways, and heads over the tails of another."""
    for name, stranger in others.items():
        yield f"exchanged header: {name}", [stranger.header.raw, *original.blocks]
        yield f"exchanged blocks: {name}", [original.header.raw, *stranger.blocks]
        for at in range(1, len(original.blocks)):
            yield f"exchanged tail: {name} {at}", [original.header.raw, *original.blocks[:at], *stranger.blocks[at:]]
