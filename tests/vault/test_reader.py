import pytest

from tests.memory import MemoryGrowing, MemorySource
from tests.vectors.fixed import Fixed, portal, signer
from tests.vectors.sealed_files import flip, resign, write
from vault.errors import TamperedError, WrongIdentityError
from vault.header import Identity
from vault.index import Entry
from vault.reader import SealedFile

IDENTITY = Identity(portal_keys=[portal()])
MANY = write(Fixed(), "many-blocks", tuple(bytes([number]) * 999 for number in range(130)))


class CountingSource(MemorySource):
    """Counts reads."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.reads: list[tuple[int, int]] = []

    def read(self, start: int, size: int) -> bytes:
        self.reads.append((start, size))
        return super().read(start, size)


def payloads(opened: SealedFile) -> list[bytes]:
    return [bytes(block.payload) for block in opened.blocks() if block.type == 1]


@pytest.mark.parametrize("blocks", [1, 100, 5000])
def test_opening_takes_at_most_three_reads_however_long_the_file_is(blocks: int) -> None:
    source = CountingSource(write(Fixed(), f"{blocks} blocks", [b"x"] * blocks).data)
    opened = SealedFile(source, IDENTITY)
    assert opened.finished
    assert len(source.reads) <= 3
    leaves = opened.leaves()
    assert leaves is not None
    source.reads.clear()
    entry = opened.leaf(leaves[-1]).entries[-1]
    assert bytes(opened.read(entry).payload) == b"x"
    assert len(source.reads) <= 4  # head and body, of one leaf and one block


def test_a_block_is_opened_only_where_it_lies() -> None:
    opened = SealedFile(MemorySource(MANY.data), IDENTITY)
    entries = [entry for _, entry in opened.entries()]
    assert opened.read(entries[7]).payload == bytes([7]) * 999
    for wrong in (
        Entry(entries[7].offset + 1, entries[7].size, 1),
        Entry(entries[7].offset, entries[7].size, 2),
        Entry(entries[7].offset, entries[7].size - 16, 1),
        Entry(len(MANY.data), 400, 1),
    ):
        with pytest.raises(TamperedError):
            opened.read(wrong)


def test_a_growing_file_is_followed_and_half_a_block_means_wait() -> None:
    size = len(MANY.data)
    source = MemorySource(MANY.data[: MANY.header.size])
    opened = SealedFile(source, IDENTITY)
    assert not opened.finished
    walk, seen = opened.walk(), []
    for end in range(MANY.header.size, size, 701):
        source.data = MANY.data[:end]
        seen += [opened.open(block).number for block in walk.blocks()]
        assert not walk.gaps
    source.data = MANY.data
    seen += [opened.open(block).number for block in walk.blocks()]
    assert seen == list(range(1, len(MANY.blocks) + 1))
    assert (walk.final, walk.torn) == (True, 0)


def test_an_unfinished_file_is_found_by_hopping() -> None:
    data = MANY.data[:-5000]
    opened = SealedFile(MemorySource(data), IDENTITY)
    assert opened.leaves() is None
    found = list(opened.entries())
    assert [bytes(opened.read(entry).payload) for _, entry in found] == payloads(opened)


def test_a_damaged_length_hides_nothing_behind_it() -> None:
    second = MANY.header.size + len(MANY.blocks[0])
    opened = SealedFile(MemorySource(flip(MANY.data[:-5000], second + 10, 0x80)), IDENTITY)
    whole = payloads(SealedFile(MemorySource(MANY.data[:-5000]), IDENTITY))
    assert payloads(opened) == [whole[0], *whole[2:]]
    assert len(list(opened.entries())) == len(whole) - 1


def test_reading_may_stop_anywhere() -> None:
    blocks = SealedFile(MemorySource(MANY.data), IDENTITY).blocks()
    assert next(blocks).number == 1
    blocks.close()  # type: ignore[attr-defined] # it is a generator


def test_what_does_not_link_is_not_released() -> None:
    other = write(Fixed(), "another start", [b"other"] * 130)
    cut = MANY.header.size + len(MANY.blocks[0])
    assert other.header.about == MANY.header.about
    mixed = MANY.data[:cut] + resealed_second(cut)
    seen: list[int] = []
    with pytest.raises(TamperedError):
        seen.extend(block.number for block in SealedFile(MemorySource(mixed), IDENTITY).blocks())
    assert seen == [1]


def resealed_second(cut: int) -> bytes:
    changed_first = flip(MANY.blocks[0], 100)
    return resign(MANY, [changed_first, *MANY.blocks[1:]], signer())[cut:]


def test_without_the_right_key_nothing_opens() -> None:
    with pytest.raises(WrongIdentityError):
        SealedFile(MemorySource(MANY.data), Identity(portal_keys=[portal("another")]))


def test_memory_growing_is_as_strict_as_a_disk() -> None:
    growing = MemoryGrowing()
    growing.finish()
    with pytest.raises(AssertionError):
        growing.append(b"late")
