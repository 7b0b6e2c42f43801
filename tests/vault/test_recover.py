import pytest

from tests.memory import MemoryGrowing, MemorySource
from tests.vectors.fixed import Fixed, portal
from tests.vectors.sealed_files import PAYLOADS, flip, write
from vault.errors import HeaderDamagedError, StoreUnavailableError
from vault.header import Identity
from vault.primitives import Buffer
from vault.reader import SealedFile
from vault.recover import recover
from vault.verify import State, verify

MADE = write(Fixed(), "complete")
DAMAGED = flip(MADE.data, 1900)[:-300]


def test_every_good_block_is_kept_unchanged_and_the_rest_left_out() -> None:
    target = MemoryGrowing()
    recovered = recover(MemorySource(DAMAGED), target)
    data = bytes(target.data)
    blocks = (MADE.blocks[0], *MADE.blocks[2:-1])
    assert data == MADE.header.raw + b"".join(blocks)
    assert (recovered.blocks, recovered.size) == (5, len(data))
    assert recovered.left_out == ((1844, 2244), (3844, 3844 + 724))
    opened = SealedFile(MemorySource(data), Identity(portal_keys=[portal()]))
    assert [bytes(block.payload) for block in opened.blocks() if block.type == 1] == [PAYLOADS[0], PAYLOADS[2]]
    assert opened.summary is None
    assert verify(MemorySource(data)).state is State.DAMAGED


def test_an_index_that_went_stale_is_not_followed() -> None:
    target = MemoryGrowing()
    recover(MemorySource(flip(MADE.data, 1900)), target)
    opened = SealedFile(MemorySource(bytes(target.data)), Identity(portal_keys=[portal()]))
    assert opened.finished
    assert opened.leaves is None
    assert [entry.number for entry in opened.entries()] == [1, 3]


def test_a_whole_file_is_copied_whole() -> None:
    target = MemoryGrowing()
    assert recover(MemorySource(MADE.data), target).left_out == ()
    assert bytes(target.data) == MADE.data


def test_without_a_good_header_there_is_nothing_to_recover() -> None:
    target = MemoryGrowing()
    with pytest.raises(HeaderDamagedError):
        recover(MemorySource(flip(MADE.data, 60)), target)
    assert (bytes(target.data), target.ended) == (b"", "abandoned")


def test_a_target_that_fails_is_abandoned() -> None:
    class Full(MemoryGrowing):
        def append(self, data: Buffer) -> None:
            raise StoreUnavailableError(name="memory", why=f"no room for {len(data)} bytes")

    target = Full()
    with pytest.raises(StoreUnavailableError):
        recover(MemorySource(MADE.data), target)
    assert target.ended == "abandoned"
