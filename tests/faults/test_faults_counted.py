"""The counting itself: what goes wrong is counted as wrong, so a table of zeros means something."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.faults import power
from tests.faults.bits import flipped
from tests.faults.counted import ACCEPTED, LOST, NOT_OPENED, UNDOCUMENTED, Tally
from tests.faults.false_heads import CountingSource, TooMuchError
from tests.faults.readers import COMPLETE, compare, refuse_complete, state_of
from tests.faults.repair import repaired
from tests.faults.share import Share, shares
from tests.faults.specimen import SIGNER, specimen
from tests.memory import MemorySource
from vault.errors import MalformedError
from vault.reader import Opened, SealedFile

ORIGINAL = specimen("counted")


def released(payload: bytes) -> Iterator[Opened]:
    for opened in SealedFile(MemorySource(ORIGINAL.data), ORIGINAL.identity).blocks():
        yield replace(opened, payload=memoryview(payload)) if opened.number == 2 else opened


def test_a_wrong_payload_is_counted_as_accepted() -> None:
    tally = Tally("fault")
    compare(released(b"other"), ORIGINAL.payloads, tally, "example")
    assert tally.counted().wrong[ACCEPTED] == 1


def test_the_right_payloads_are_not() -> None:
    tally = Tally("fault")
    compare(released(ORIGINAL.payloads[2]), ORIGINAL.payloads, tally, "example")
    assert tally.counted().wrong[ACCEPTED] == 0


def test_a_complete_file_is_counted_where_none_may_be() -> None:
    tally = Tally("fault", never=[COMPLETE])
    refuse_complete(ORIGINAL.data, ORIGINAL, tally, "not changed at all")
    assert tally.counted().wrong == {ACCEPTED: 1, UNDOCUMENTED: 0, COMPLETE: 1}


def test_only_what_the_vault_raises_on_purpose_is_let_through() -> None:
    tally = Tally("fault")
    for error in (MalformedError(what="thing", why="of a reason"), ValueError(), RecursionError()):
        with tally.trying("example"):
            raise error
    assert tally.counted().wrong[UNDOCUMENTED] == 2
    assert tally.counted().seen == {"MalformedError": 1}


def test_verifying_that_raises_is_never_let_through() -> None:
    class Failing(MemorySource):
        def read(self, start: int, size: int) -> bytes:
            raise MalformedError(what="thing", why=f"of {start} and {size}")

    tally = Tally("fault")
    with tally.trying("example"):
        state_of(Failing(b""), tally, "example", evidence=ORIGINAL.evidence())
    assert tally.counted().wrong[UNDOCUMENTED] == 1


def test_a_run_that_tried_nothing_does_not_hold() -> None:
    tally = Tally("fault")
    assert not tally.counted().holds
    tally.skip("there is a reason")
    assert tally.counted().holds


def test_shares_are_joined_by_adding() -> None:
    one, other = Tally("fault"), Tally("fault")
    for tally in (one, other):
        tally.tried()
        tally.saw("this")
    other.went_wrong(ACCEPTED, "example")
    joined = one.counted() + other.counted()
    assert (joined.executions, joined.seen, joined.holds) == (2, {"this": 2}, False)


def test_shares_make_up_the_whole_row() -> None:
    assert sorted(case for share in shares(7) for case in share.below(100)) == list(range(100))
    assert list(Share().below(3)) == [0, 1, 2]


def test_flips_are_undone_by_flipping_again() -> None:
    assert flipped(flipped(ORIGINAL.data, 9, 12_345), 9, 12_345) == ORIGINAL.data
    assert sum(one != other for one, other in zip(flipped(ORIGINAL.data, 77), ORIGINAL.data, strict=True)) == 1


def test_repairing_with_the_right_key_gives_the_original() -> None:
    assert repaired(flipped(ORIGINAL.data, 8 * (ORIGINAL.header.size + 9)), ORIGINAL, SIGNER) == ORIGINAL.data


def test_a_source_that_counts_stops_who_reads_too_much() -> None:
    source = CountingSource(bytes(100), limit=50)
    source.read(0, 50)
    with pytest.raises(TooMuchError):
        source.read(0, 1)
    assert (source.bytes_read, source.reads) == (51, 2)


def test_an_image_keeps_every_byte_that_a_returned_sync_covers() -> None:
    recording = power.record("counted", power.ASKING)
    sizes = set[int]()
    for image, moment in power.images(recording, 200, seed="counted"):
        assert image[: moment.synced] == recording.data[: moment.synced]
        assert moment.synced <= len(image) <= moment.appended
        sizes.add(len(image))
    assert len(sizes) > 20


def test_a_writer_that_acknowledges_too_early_is_found() -> None:
    recording = power.record("counted", power.ASKING)
    hasty = replace(recording, history=[replace(one, synced=min(one.synced, 1500)) for one in recording.history])
    counted = power.images_read(hasty, 100, tally=Tally("power lost", never=power.NEVER), seed="counted")
    assert counted.wrong[LOST] + counted.wrong[NOT_OPENED] > 10


def test_a_disk_says_when_its_syncs_returned() -> None:
    moments = power.record("counted", power.ASKING).history
    assert all(one.synced <= one.appended for one in moments)
    assert all(one.acknowledged is None or one.acknowledged.size <= one.synced for one in moments)
