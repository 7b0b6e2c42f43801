import errno
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.memory import MemoryGrowing, MemorySource
from tests.vectors.fixed import portal, signer
from tests.vectors.sealed_files import about
from vault.chain import MAX_UNSYNCED, SYNC_BYTES
from vault.errors import BlobExistsError, PartEndedError, StoreUnavailableError
from vault.header import Identity, Role
from vault.local import LocalStore
from vault.primitives import Buffer
from vault.reader import SealedFile
from vault.store import Growing, blob_name
from vault.writer import SealedWriter

IDENTITY = Identity(portal_keys=[portal()])
PATIENCE_S = 20.0  # for things that take milliseconds


def writer_of(growing: Growing) -> SealedWriter:
    return SealedWriter(growing, about(), recipients=[(Role.PORTAL, portal().public)], signer=signer())


class GatedGrowing(MemoryGrowing):
    """A disk whose sync waits until somebody opens the gate, and says when it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Semaphore(0)
        self.asked = threading.Semaphore(0)

    def sync(self) -> None:
        self.asked.release()
        assert self.gate.acquire(timeout=PATIENCE_S)
        super().sync()


class FullGrowing(MemoryGrowing):
    """A disk that takes so many bytes, and no more."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def append(self, data: Buffer) -> None:
        free = self.room - len(self.data)
        super().append(memoryview(data)[:free])
        if len(data) > free:
            raise StoreUnavailableError(name="memory", why="the disk is full") from OSError(errno.ENOSPC, "")


@contextmanager
def gated() -> Iterator[tuple[GatedGrowing, SealedWriter]]:
    growing = GatedGrowing()
    growing.gate.release()  # for the header
    writer = writer_of(growing)
    assert growing.asked.acquire(timeout=PATIENCE_S)
    try:
        yield growing, writer
    finally:
        growing.gate.release(1000)
        writer.abandon()


@settings(max_examples=25)
@given(st.lists(st.binary(max_size=3000), max_size=150), st.one_of(st.none(), st.binary(max_size=500)))
def test_what_is_written_is_read_in_order_and_by_its_index(payloads: list[bytes], summary: bytes | None) -> None:
    growing = MemoryGrowing()
    with writer_of(growing) as writer:
        offsets = []
        for number, payload in enumerate(payloads):
            offsets.append(writer.next_offset)
            writer.append(payload, label=number.to_bytes(24, "little"))
        anchor = writer.finish(summary)
    assert (growing.ended, growing.synced, anchor.size) == ("finished", len(growing.data), len(growing.data))
    opened = SealedFile(MemorySource(bytes(growing.data)), IDENTITY)
    assert opened.finished
    assert opened.summary == summary
    assert [bytes(block.payload) for block in opened.blocks() if block.type == 1] == payloads
    found = list(opened.entries())
    assert [entry.offset for entry in found] == offsets
    assert [int.from_bytes(entry.label, "little") for entry in found] == list(range(len(payloads)))
    assert [bytes(opened.read(entry).payload) for entry in reversed(found)] == payloads[::-1]


def test_nothing_is_acknowledged_before_the_disk_says_so() -> None:
    with gated() as (growing, writer):
        writer.append(b"one")
        assert writer.durable.block == 0
        done = threading.Thread(target=writer.sync)
        done.start()
        assert growing.asked.acquire(timeout=PATIENCE_S)
        assert done.is_alive()
        assert writer.durable.block == 0
        growing.gate.release()
        done.join(PATIENCE_S)
        assert (writer.durable.block, writer.durable.size) == (1, len(growing.data))


def test_what_nobody_asks_for_is_durable_after_a_second_and_then_nothing_is_done() -> None:
    with gated() as (growing, writer):
        writer.append(b"one")
        assert growing.asked.acquire(timeout=PATIENCE_S)
        growing.gate.release()
        assert not growing.asked.acquire(timeout=1.5)  # clean: no timer writes or syncs
        assert writer.durable.block == 1


def test_a_slow_disk_slows_the_writer_and_bounds_what_a_power_cut_takes() -> None:
    with gated() as (growing, writer):
        payload = bytes(SYNC_BYTES // 8)

        def pour() -> None:
            for _ in range(64):
                writer.append(payload)

        pouring = threading.Thread(target=pour)
        pouring.start()
        assert growing.asked.acquire(timeout=PATIENCE_S)
        pouring.join(1.0)
        assert pouring.is_alive()
        assert len(growing.data) < MAX_UNSYNCED + 2 * SYNC_BYTES // 8 + 4096
        growing.gate.release(1000)
        pouring.join(PATIENCE_S)
        assert not pouring.is_alive()


@pytest.mark.parametrize("room", [5000, 1444 + 100, 1444 + 400 * 3])
def test_a_full_disk_ends_the_part_and_what_was_acknowledged_opens(room: int) -> None:
    growing = FullGrowing(room)
    writer = writer_of(growing)
    acknowledged = 0
    with pytest.raises(PartEndedError) as caught:  # noqa: PT012 - what was acknowledged before is the point
        for number in range(100):
            writer.append(b"%d" % number)
            acknowledged = writer.sync().block
    assert isinstance(caught.value.__cause__, StoreUnavailableError)
    assert growing.ended == "abandoned"
    for again in (lambda: writer.append(b"more"), writer.finish, writer.sync):
        with pytest.raises(PartEndedError) as caught:
            again()
        assert isinstance(caught.value.__cause__, StoreUnavailableError)
    opened = SealedFile(MemorySource(bytes(growing.data)), IDENTITY)
    assert [bytes(block.payload) for block in opened.blocks()] == [b"%d" % n for n in range(acknowledged)]


def test_a_header_that_does_not_fit_on_the_disk_makes_no_writer() -> None:
    with pytest.raises(StoreUnavailableError):
        writer_of(FullGrowing(100))


def test_a_part_has_one_life(tmp_path: Path) -> None:
    store, name = LocalStore(tmp_path), blob_name("session.sealcast")
    with writer_of(store.create(name)) as writer:
        writer.append(b"one")
    # Left without an end, as by a crash; it is never gone on with.
    with pytest.raises(BlobExistsError):
        store.create(name)
    with pytest.raises(PartEndedError):
        writer.append(b"two")


def test_what_was_appended_is_kept_when_the_caller_fails() -> None:
    growing = MemoryGrowing()
    with pytest.raises(KeyboardInterrupt), writer_of(growing) as writer:  # noqa: PT012 - what came before is the point
        for number in range(150):
            writer.append(b"%d" % number)
        raise KeyboardInterrupt
    assert (growing.ended, growing.synced) == ("abandoned", len(growing.data))
    opened = SealedFile(MemorySource(bytes(growing.data)), IDENTITY)
    assert len([block for block in opened.blocks() if block.type == 1]) == 150


def test_an_end_that_cannot_be_stored_is_told_and_closes_all_the_same() -> None:
    class Unfinished(MemoryGrowing):
        def finish(self) -> None:
            super().finish()
            raise StoreUnavailableError(name="memory", why="the disk is full")

    growing = Unfinished()
    writer = writer_of(growing)
    with pytest.raises(PartEndedError):
        writer.finish()
    writer.abandon()
    with pytest.raises(PartEndedError):
        writer.append(b"more")


def test_a_store_that_breaks_in_an_unforeseen_way_ends_the_part_too() -> None:
    class Broken(MemoryGrowing):
        def sync(self) -> None:
            if len(self.data) > 1444:
                raise ZeroDivisionError("something nobody thought of")

    writer = writer_of(Broken())
    writer.append(b"one")
    with pytest.raises(PartEndedError):
        writer.sync()


def test_a_block_larger_than_what_may_be_unsynced_goes_alone() -> None:
    with gated() as (growing, writer):
        growing.gate.release(100)
        for size in (100, MAX_UNSYNCED - 4, 100, MAX_UNSYNCED - 4):
            writer.append(bytes(size))
        assert writer.sync().block == 4


def test_an_interrupt_between_two_steps_ends_the_part() -> None:
    growing = MemoryGrowing()
    writer = writer_of(growing)
    writer.append(b"one")

    class Interrupting(list[object]):
        def append(self, _: object) -> None:
            raise KeyboardInterrupt

    writer._leaf = Interrupting(writer._leaf)  # type: ignore[assignment] # stands for a signal at that moment
    with pytest.raises(KeyboardInterrupt):
        writer.append(b"two")
    with pytest.raises(PartEndedError):
        writer.finish()
    assert writer.sync().block == 2
    writer._number += 1  # as if the signal had come before the block was handed over
    with pytest.raises(PartEndedError):
        writer.sync()
    opened = SealedFile(MemorySource(bytes(growing.data)), IDENTITY)
    assert not opened.finished
    assert [bytes(block.payload) for block in opened.blocks()] == [b"one", b"two"]


def test_the_key_is_forgotten_with_the_end() -> None:
    writer = writer_of(MemoryGrowing())
    writer.finish()
    assert writer._file_key == b""


def test_mistakes_of_the_caller_are_told_as_such() -> None:
    with writer_of(MemoryGrowing()) as writer:
        with pytest.raises(ValueError, match="24 bytes"):
            writer.append(b"", label=b"short")
        with pytest.raises(ValueError, match="at most"):
            writer.append(bytes(16 * 1024 * 1024))
        with pytest.raises(ValueError, match="1 MiB"):
            writer.finish(bytes(1024 * 1024 + 1))


def test_salts_never_repeat_even_when_the_random_source_does() -> None:
    growing = MemoryGrowing()
    with writer_of(growing) as writer:
        salts = [writer._salt() for _ in range(1000)]
    assert len(set(salts)) == 1000
