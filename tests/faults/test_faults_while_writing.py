"""Writers killed, without power, without room, and one too many: what was acknowledged is there."""

import pytest

from tests.faults import full_disk, power
from tests.faults.counted import Counted
from tests.faults.kills import kills
from tests.faults.recorder_kills import recorder_kills
from tests.faults.second_writer import second_writers
from tests.faults.test_faults_in_files import SEED, holds


@pytest.mark.parametrize("start", range(0, 200, 50))
def test_a_writer_killed_at_any_moment_loses_nothing_it_acknowledged(start: int) -> None:
    holds(kills(range(start, start + 50), seed=SEED))


def test_a_recorder_killed_at_any_moment_loses_no_packet_it_acknowledged() -> None:
    holds(recorder_kills(range(60), seed=SEED))


def test_a_power_cut_loses_nothing_that_was_acknowledged() -> None:
    holds(power.power_cuts(range(4), seed=SEED))


def test_a_power_cut_loses_nothing_while_much_is_under_way() -> None:
    holds(power.power_cuts(range(1), seed=SEED, images_each=15, pace=power.FLOWING))


def test_a_full_disk_is_told_clearly_and_loses_nothing() -> None:
    skip_or_hold(full_disk.full_disks(range(15), seed=SEED))


def test_a_file_as_large_as_is_allowed_is_told_clearly_and_loses_nothing() -> None:
    holds(full_disk.file_limits(range(15), seed=SEED))


def test_a_second_writer_is_refused() -> None:
    holds(second_writers(3))


def skip_or_hold(counted: Counted) -> None:
    if counted.skipped:
        pytest.skip(counted.skipped)
    holds(counted)
