"""What a packet says: written and read again, and refused when it says what cannot be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.codec.grid import Grid
from recorder.codec.wire import INDEXED, KEPT, LOSSY, RAW, REFERENCE, Columns, Copy, most_bytes
from recorder.format.errors import FormatError, TruncatedError

GRID = Grid(160, 96)


def columns_of(seed: int, share: float, copies: int, *, lossy: bool, grid: Grid = GRID) -> Columns:
    random = np.random.default_rng(seed)
    places = np.flatnonzero(random.random(grid.count) < share)
    kinds = random.integers(0, LOSSY, len(places), np.uint8)
    if lossy and len(places):
        kinds[random.integers(len(places))] = LOSSY
    references, indexed, raw, _ = np.bincount(kinds, minlength=4)
    return Columns(
        by_columns=bool(seed % 2),
        copies=tuple(Copy(3 * at, at, 40, 30, 160 - 40 - at, 96 - 30) for at in range(copies)),
        places=places,
        kinds=kinds,
        references=random.integers(0, KEPT, references),
        head=b"head" if LOSSY in kinds else b"",
        colours=random.integers(0, 2**24, seed % 9, np.uint32),
        indexed=random.integers(0, 2**16, (indexed, 256), np.uint16),
        raw=random.integers(0, 2**24, (raw, 256), np.uint32),
    )


def same(one: Columns, other: Columns) -> bool:
    return one.to_bytes() == other.to_bytes() and all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in Columns.__slots__
    )


@given(st.integers(0, 2**16), st.floats(0, 1), st.integers(0, 9), st.booleans())
def test_columns_are_read_as_they_were_written(seed: int, share: float, copies: int, lossy: bool) -> None:  # noqa: FBT001 - drawn
    columns = columns_of(seed, share, copies, lossy=lossy)
    plain = columns.to_bytes()
    assert len(plain) <= most_bytes(GRID)
    assert same(Columns.read(plain, GRID, keyframe=False, scan=bool(columns.head)), columns)


@pytest.mark.parametrize("keyframe", [True, False])
def test_every_beginning_ends_too_early_and_a_byte_more_is_refused(keyframe: bool) -> None:  # noqa: FBT001 - a table
    columns = columns_of(5, 1, 0 if keyframe else 2, lossy=True, grid=Grid(48, 32))
    plain = columns.to_bytes()
    grid = Grid(160, 96) if not keyframe else Grid(48, 32)
    for size in [*range(60), *range(60, len(plain), 97), len(plain) - 1]:
        with pytest.raises(TruncatedError):
            Columns.read(plain[:size], grid, keyframe=keyframe, scan=True)
    with pytest.raises(FormatError) as raised:
        Columns.read(plain + b"\0", grid, keyframe=keyframe, scan=True)
    assert not isinstance(raised.value, TruncatedError)


def test_runs_longer_than_a_number_holds_are_parted() -> None:
    grid = Grid(16_384, 2_064)
    count = grid.count
    assert count > 2 * 65_535
    for places in (np.arange(count), np.array([0, 70_000, count - 1]), np.arange(70_000, count)):
        columns = Columns(
            by_columns=False, copies=(), places=places, kinds=np.full(len(places), REFERENCE, np.uint8),
            references=np.zeros(len(places), np.int64), head=b"", colours=np.zeros(0, np.uint32),
            indexed=np.zeros((0, 256), np.uint16), raw=np.zeros((0, 256), np.uint32),
        )  # fmt: skip
        assert same(Columns.read(columns.to_bytes(), grid, keyframe=False, scan=False), columns)


def test_a_column_is_not_unpacked_before_its_length_was_looked_at() -> None:
    """65 535 runs of 65 535 tiles would be 32 GiB of places."""
    plain = (65_535).to_bytes(4, "little")[:2]
    plain = b"\0\0" + plain + bytes(4) + b"\xff" * (4 * 65_535)
    with pytest.raises(FormatError):
        Columns.read(plain, GRID, keyframe=False, scan=False)


@pytest.mark.parametrize("kinds", [(REFERENCE,), (INDEXED,), (RAW,), (LOSSY,), (REFERENCE, INDEXED, RAW, LOSSY)])
def test_the_most_that_a_packet_may_say_is_enough(kinds: tuple[int, ...]) -> None:
    grid = Grid(64, 64)
    of_tiles = sum({REFERENCE: 2, INDEXED: 512, RAW: 768, LOSSY: 0}[kinds[at % len(kinds)]] + 1 for at in range(16))
    assert 8 + 255 * 12 + 65_535 * 4 + 4_096 + 65_535 * 3 + of_tiles <= most_bytes(grid)
