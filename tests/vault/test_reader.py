import subprocess
import sys
from dataclasses import replace

import pytest

from tests.memory import MemoryGrowing, MemorySource
from tests.vectors.fixed import Fixed, portal, signer
from tests.vectors.sealed_files import flip, reseal, resign, write
from vault.block import HEAD_SIZE
from vault.errors import TamperedError, WrongIdentityError
from vault.header import Identity
from vault.index import Ending, Entry, final_payload
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
    leaves = opened.leaves
    assert leaves is not None
    source.reads.clear()
    entry = opened.leaf(leaves[-1]).entries[-1]
    assert bytes(opened.read(entry).payload) == b"x"
    assert len(source.reads) <= 4  # head and body, of one leaf and one block


def test_a_block_is_opened_only_where_it_lies() -> None:
    opened = SealedFile(MemorySource(MANY.data), IDENTITY)
    entries = list(opened.entries())
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
    assert opened.leaves is None
    found = list(opened.entries())
    assert [bytes(opened.read(entry).payload) for entry in found] == payloads(opened)


def test_no_damaged_bit_of_a_head_hides_what_is_behind_it() -> None:
    data = MANY.data[:-5000]
    undamaged = SealedFile(MemorySource(data), IDENTITY)
    whole, numbers = payloads(undamaged), [entry.number for entry in undamaged.entries()]
    second = MANY.header.size + len(MANY.blocks[0])
    for bit in range(8 * HEAD_SIZE):
        damaged = MemorySource(flip(data, second + bit // 8, 1 << bit % 8))
        opened = SealedFile(damaged, IDENTITY)
        assert payloads(opened) == [whole[0], *whole[2:]]
        assert [entry.number for entry in opened.entries() if entry.number != 2] == [1, *numbers[2:]]


def test_blocks_of_one_size_that_changed_places_are_not_taken_for_each_other() -> None:
    three = [MANY.blocks[at] for at in (2, 3, 4)]
    assert len({len(block) for block in three}) == 1
    moved = b"".join([MANY.header.raw, *MANY.blocks[:2], three[1], three[0], three[2], *MANY.blocks[5:]])
    opened = SealedFile(MemorySource(moved), IDENTITY)
    assert opened.finished
    for entry in opened.entries():
        if entry.number in (3, 4):
            with pytest.raises(TamperedError):
                opened.read(entry)
        else:
            assert opened.read(entry).number == entry.number


def test_a_damaged_leaf_is_hopped_over() -> None:
    whole = SealedFile(MemorySource(MANY.data), IDENTITY)
    assert whole.leaves
    opened = SealedFile(MemorySource(flip(MANY.data, whole.leaves[1].offset + 100)), IDENTITY)
    assert opened.leaves
    assert [entry.number for entry in opened.entries()] == [entry.number for entry in whole.entries()]


def test_bytes_between_blocks_do_not_make_a_walk_or_hops_read_much_more_than_the_file() -> None:
    gapped = MANY.header.raw + b"".join(block + b"?" for block in MANY.blocks)
    source = CountingSource(gapped)
    opened = SealedFile(source, IDENTITY)
    source.reads.clear()
    assert len(list(opened.walk().blocks())) == len(MANY.blocks)
    assert sum(size for _, size in source.reads) < 2 * len(gapped)
    source.reads.clear()
    assert len(list(opened.entries())) == 130
    assert sum(size for _, size in source.reads) < 2 * len(gapped)


class TwoFacedSource(MemorySource):
    """Answers for a head with one block, and for the whole block with another of the same size."""

    def __init__(self, data: bytes, asked: Entry, given: Entry) -> None:
        super().__init__(data)
        self._asked, self._given = asked, given

    def read(self, start: int, size: int) -> bytes:
        whole = (start, size) == (self._asked.offset, self._asked.size)
        return super().read(self._given.offset if whole else start, size)


def test_a_store_that_changes_its_mind_gets_no_block_released_as_another() -> None:
    third, fourth = list(SealedFile(MemorySource(MANY.data), IDENTITY).entries())[2:4]
    assert third.size == fourth.size
    opened = SealedFile(TwoFacedSource(MANY.data, third, fourth), IDENTITY)
    with pytest.raises(TamperedError):
        opened.read(third)


def test_large_blocks_are_read_even_when_no_thread_can_be_had() -> None:
    made = write(Fixed(), "large", [bytes([number]) * 100_000 for number in range(4)])
    code = (
        "import sys, threading, time\n"
        "from tests.memory import MemorySource\nfrom tests.vectors.fixed import portal\n"
        "from vault.header import Identity\nfrom vault.reader import SealedFile\n"
        "data = sys.stdin.buffer.read()\n"
        "def late():\n"
        "    threading.main_thread().join()\n"
        "    blocks = SealedFile(MemorySource(data), Identity(portal_keys=[portal()])).blocks()\n"
        "    print(sum(len(block.payload) for block in blocks if block.type == 1), flush=True)\n"
        "threading.Thread(target=late).start()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], input=made.data, capture_output=True, check=False)
    assert (done.stdout, done.stderr) == (b"400000\n", b"")


def test_leaves_that_changed_places_are_not_taken_for_each_other() -> None:
    opened = SealedFile(MemorySource(MANY.data), IDENTITY)
    assert opened.leaves
    first, second, _ = opened.leaves
    with pytest.raises(TamperedError):
        opened.leaf(replace(first, offset=second.offset, size=second.size))


@pytest.mark.parametrize(
    "change",
    [
        {"root": Entry(0, 400, 2)},
        {"root": Entry(1444, 2**24, 2)},
        {"summary": Entry(1444, 2**24, 3)},
        {"summary": Entry(3444, 399 + 2, 3)},
        {"root": Entry(2**52, 400, 2)},
    ],
)
def test_an_ending_that_leads_astray_costs_no_memory_and_no_block(change: dict[str, Entry]) -> None:
    made = write(Fixed(), "complete")
    places = {"root": Entry(3044, 400, 2), "summary": Entry(3444, 400, 3)} | change
    ending = Ending(count=7, reason=1, root=places["root"], summary=places["summary"])
    payload = final_payload(ending)
    final = reseal(made, 6, (len(payload).to_bytes(4, "little") + payload).ljust(880, b"\0"))
    source = CountingSource(resign(made, [*made.blocks[:-1], final], signer()))
    opened = SealedFile(source, IDENTITY)
    assert (opened.finished, opened.leaves, opened.summary) == (True, None, None)
    assert max(size for _, size in source.reads) <= 64 * 1024
    assert [entry.number for entry in opened.entries()] == [1, 2, 3]


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
