"""Walks that begin in the middle of a file."""

import pytest

from tests.memory import MemoryGrowing, MemorySource
from tests.vectors.fixed import portal, signer
from tests.vectors.sealed_files import about
from vault.block import BlockType
from vault.header import Identity, Role
from vault.index import Entry
from vault.reader import MAX_AHEAD, READ_AHEAD, SealedFile
from vault.walk import GoodBlock
from vault.writer import SealedWriter

COUNT = 150
SIZES = [100 if number % 7 else 90_000 for number in range(COUNT)]


def written() -> bytes:
    growing = MemoryGrowing()
    with SealedWriter(growing, about(), recipients=[(Role.PORTAL, portal().public)], signer=signer()) as writer:
        for number, size in enumerate(SIZES):
            writer.append(bytes([number]) * size)
        writer.finish(b"summary")
    return bytes(growing.data)


DATA = written()


class Counting(MemorySource):
    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.reads: list[tuple[int, int]] = []

    def read(self, start: int, size: int) -> bytes:
        self.reads.append((start, size))
        return super().read(start, size)


def opened(data: bytes = DATA) -> tuple[SealedFile, Counting]:
    source = Counting(data)
    return SealedFile(source, Identity(portal_keys=[portal()])), source


SEALED, _ = opened()
BLOCKS = list(SEALED.walk().blocks())
PLACES = [block.entry for block in BLOCKS if block.entry.type == BlockType.DATA]


def plain(blocks: list[GoodBlock]) -> list[tuple[Entry, int, bytes, bytes, bytes]]:
    return [(one.entry, one.number, one.link, one.hash, bytes(one.data)) for one in blocks]


@pytest.mark.parametrize("at", [0, 1, 63, 64, 65, COUNT - 1])
@pytest.mark.parametrize("until", [0, 1, 5, COUNT])
def test_from_any_block_on_it_is_the_same_walk(at: int, until: int) -> None:
    start, end = PLACES[at].offset, PLACES[min(at + until, COUNT - 1)].end if until else 0
    walk = SEALED.walk(at=start, until=end)
    found = list(walk.blocks())
    assert plain(found) == plain([block for block in BLOCKS if block.entry.offset >= start])
    assert (walk.gaps, walk.missing, walk.unlinked, walk.final) == ([], [], [], True)


@pytest.mark.parametrize("off", [1, 17, 60])
def test_in_the_middle_of_a_block_it_finds_the_next(off: int) -> None:
    walk = SEALED.walk(at=PLACES[9].offset + off)
    assert next(walk.blocks()).entry == PLACES[10]
    assert walk.gaps == [(PLACES[9].offset + off, PLACES[10].offset)]
    assert walk.missing == []


@pytest.mark.parametrize("at", [len(DATA), len(DATA) + 1, 2**53 - 1])
@pytest.mark.parametrize("until", [0, 2**53 - 1])
def test_behind_the_end_there_is_nothing(at: int, until: int) -> None:
    walk = SEALED.walk(at=at, until=until)
    assert list(walk.blocks()) == []
    assert walk.torn == 0


def test_what_is_missing_behind_the_beginning_is_told() -> None:
    data = bytearray(DATA)
    data[PLACES[12].offset + 60] ^= 1
    sealed, _ = opened(bytes(data))
    walk = sealed.walk(at=PLACES[10].offset, until=PLACES[20].end)
    assert [block.entry for block in walk.blocks()][:3] == [PLACES[10], PLACES[11], PLACES[13]]
    assert walk.gaps == [(PLACES[12].offset, PLACES[13].offset)]
    assert walk.missing == [(PLACES[12].number, PLACES[12].number)]
    damaged = sealed.walk(at=PLACES[12].offset)
    assert next(damaged.blocks()).entry == PLACES[13]


def test_a_run_is_read_at_once_and_what_follows_in_steps() -> None:
    sealed, source = opened()
    source.reads.clear()
    at, until = PLACES[7], PLACES[60]
    assert until.end - at.offset > READ_AHEAD
    for block in sealed.walk(at=at.offset, until=until.end).blocks():
        if block.entry == PLACES[59]:
            break
    assert source.reads == [(at.offset, until.end - at.offset)]


def test_one_read_has_a_limit() -> None:
    sealed, source = opened()
    source.reads.clear()
    next(sealed.walk(at=PLACES[0].offset, until=2**53).blocks())
    assert source.reads == [(PLACES[0].offset, MAX_AHEAD)]


def test_it_reads_on_when_the_file_has_grown_wherever_it_was_cut() -> None:
    start = PLACES[100].offset
    expected = plain([block for block in BLOCKS if block.entry.offset >= start])
    for cut in range(start, PLACES[105].end, 997):
        source = MemorySource(DATA[:cut])
        walk = SealedFile(source, Identity(portal_keys=[portal()])).walk(at=start, until=PLACES[110].end)
        found = list(walk.blocks())
        assert not walk.final
        source.data = DATA
        found += walk.blocks()
        assert plain(found) == expected
        assert (walk.gaps, walk.missing) == ([], [])
