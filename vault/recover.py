"""Recover what a crash left: header and good blocks into a new file, unchanged.  Source: SPEC.md §5.5."""

from dataclasses import dataclass

from vault.store import Growing, Source
from vault.walk import Walk, read_start


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """What was copied and what was left out, in bytes and as ranges of the old file."""

    blocks: int
    size: int
    left_out: tuple[tuple[int, int], ...]


def recover(source: Source, target: Growing) -> Recovered:
    """Copy header and good blocks; the target is finished, or abandoned when anything fails.

    Errors: those of read_header when there is nothing to recover; StoreUnavailableError.
    """
    try:
        header = read_start(source)
        target.append(header.raw)
        walk, blocks, size = Walk(source, header), 0, header.size
        for block in walk.blocks():
            target.append(block.data)
            blocks, size = blocks + 1, size + block.entry.size
        target.finish()
    except BaseException:
        target.abandon()
        raise
    torn = ((walk.offset, walk.offset + walk.torn),) if walk.torn else ()
    return Recovered(blocks=blocks, size=size, left_out=(*walk.gaps, *torn))
