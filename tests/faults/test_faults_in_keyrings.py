"""Keyrings flipped, cut, rolled back, replayed, killed and fought over."""

import pytest

from tests.faults import keyrings
from tests.faults.keyring_kills import keyring_kills
from tests.faults.second_writer import keyring_races
from tests.faults.share import Share, shares
from tests.faults.test_faults_in_files import SEED, holds


@pytest.mark.parametrize("share", shares(4), ids=str)
def test_no_bit_of_a_keyring_can_be_flipped(share: Share) -> None:
    holds(keyrings.keyring_bits_flipped(share, seed=SEED, by_recovery_every=7))


def test_a_keyring_cut_or_made_longer_is_refused() -> None:
    holds(keyrings.keyring_cut(seed=SEED))


def test_an_older_keyring_is_refused_and_no_other() -> None:
    holds(keyrings.rollbacks(seed=SEED))


def test_only_the_true_successor_replaces_a_keyring() -> None:
    holds(keyrings.replays(seed=SEED))


def test_a_keyring_is_old_or_new_whenever_its_writer_is_killed() -> None:
    holds(keyring_kills(range(30), seed=SEED))


def test_of_several_who_replace_a_keyring_one_goes_on() -> None:
    holds(keyring_races(5))
