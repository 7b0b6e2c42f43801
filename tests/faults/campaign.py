"""All faults in the numbers that are asked of a release.  pytest runs the same functions with fewer."""

from collections.abc import Callable, Iterator
from functools import partial

from tests.faults import (
    bits,
    cuts,
    false_heads,
    full_disk,
    keyring_kills,
    keyrings,
    kills,
    power,
    recorder_kills,
    repair,
    second_writer,
)
from tests.faults.counted import Counted
from tests.faults.fuzz import fuzz
from tests.faults.fuzz_screen import screen_packets
from tests.faults.share import Share, shares
from tests.faults.splices import splices

Job = Callable[[], Counted]
_SHARES = 8


def campaign(seed: str, *, fuzz_seconds: int) -> Iterator[Job]:
    """Give the jobs, long ones first; those of one fault are joined by its name."""
    if fuzz_seconds:
        yield partial(fuzz, fuzz_seconds, seed=seed)
    for share in shares(_SHARES):
        yield partial(bits.bits_flipped, share, seed=seed)
        yield partial(_foreign_signatures, share, seed)
        yield partial(_signer_alone, share, seed)
        yield partial(_no_signatures, share, seed)
        yield partial(keyrings.keyring_bits_flipped, share, seed=seed)
        yield partial(cuts.truncations, share, seed=seed)
        yield partial(bits.index_bits_flipped, share, seed=seed)
        yield partial(screen_packets, share, seed=seed)
    for start in range(0, 1000, 100):
        yield partial(kills.kills, range(start, start + 100), seed=seed)
    for start in range(0, 1000, 100):
        yield partial(recorder_kills.recorder_kills, range(start, start + 100), seed=seed)
    for start in range(0, 30, 5):
        yield partial(power.power_cuts, range(start, start + 5), seed=seed)
    yield partial(power.power_cuts, range(5), seed=seed, images_each=40, pace=power.FLOWING)
    for filling in range(len(false_heads.FILLINGS)):
        yield partial(_false_heads, filling, seed)
    yield partial(splices, seed=seed)
    yield partial(_several, seed)
    yield partial(repair.another_file_of_that_name, seed=seed)
    yield partial(cuts.ends_before_anchor, seed=seed)
    yield partial(keyrings.keyring_cut, seed=seed)
    yield partial(keyrings.rollbacks, seed=seed)
    yield partial(keyrings.replays, seed=seed)
    yield partial(keyring_kills.keyring_kills, range(300), seed=seed)
    yield partial(full_disk.full_disks, range(100), seed=seed)
    yield partial(full_disk.file_limits, range(100), seed=seed)
    yield partial(second_writer.second_writers, 25)
    yield partial(second_writer.keyring_races, 25)


# Rows of flips are made where they are used, because they do not travel between processes.
def _foreign_signatures(share: Share, seed: str) -> Counted:
    return repair.foreign_signatures(repair.single(share, seed=seed), seed=seed)


def _signer_alone(share: Share, seed: str) -> Counted:
    return repair.signer_alone(repair.single(share, seed=seed), seed=seed)


def _no_signatures(share: Share, seed: str) -> Counted:
    return repair.no_signatures(repair.single(share, seed=seed), seed=seed)


def _several(seed: str) -> Counted:
    return repair.foreign_signatures(repair.several(5000, seed=seed), seed=seed)


def _false_heads(filling: int, seed: str) -> Counted:
    return false_heads.false_heads(false_heads.FILLINGS[filling], 16 * false_heads.MIB, seed=seed)
