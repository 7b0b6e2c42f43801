"""Sealed files flipped, repaired, cut, spliced and filled: not one wrong byte is given out, no false one genuine."""

import pytest

from tests.faults import bits, cuts, false_heads, repair
from tests.faults.counted import Counted
from tests.faults.share import Share, shares
from tests.faults.splices import splices

SEED = "1"
# A share of a row for what takes milliseconds a case; `make faults` does all of it.
SOME = Share(5, 37)


def holds(counted: Counted) -> None:
    print(counted)
    assert counted.holds, (counted.wrong, counted.examples)


@pytest.mark.parametrize("share", shares(4), ids=str)
def test_no_bit_can_be_flipped_unnoticed(share: Share) -> None:
    holds(bits.bits_flipped(share, seed=SEED, read_every=17))


def test_a_damaged_index_hides_no_block() -> None:
    holds(bits.index_bits_flipped(Share(0, 5), seed=SEED))


def test_who_repairs_and_signs_with_another_key_is_told_from_the_signer() -> None:
    holds(repair.foreign_signatures(repair.single(SOME, seed=SEED), seed=SEED))
    holds(repair.foreign_signatures(repair.several(300, seed=SEED), seed=SEED))


def test_who_repairs_and_does_not_sign_gets_nowhere() -> None:
    holds(repair.no_signatures(repair.single(SOME, seed=SEED), seed=SEED))


def test_who_has_the_signers_key_alone_is_noticed_by_those_who_have_the_keys() -> None:
    holds(repair.signer_alone(repair.single(SOME, seed=SEED), seed=SEED))


def test_a_foreign_file_under_the_same_ids_is_never_genuine() -> None:
    holds(repair.another_file_of_that_name(seed=SEED))


def test_a_file_cut_at_any_byte_is_never_complete() -> None:
    holds(cuts.truncations(Share(), seed=SEED, read_every=17))


def test_a_file_that_ends_before_its_last_anchor_is_cut() -> None:
    holds(cuts.ends_before_anchor(seed=SEED))


def test_blocks_in_wrong_places_are_never_a_complete_file() -> None:
    holds(splices(seed=SEED))


@pytest.mark.parametrize("filling", false_heads.FILLINGS, ids=lambda filling: filling.name)
def test_false_heads_cost_no_more_than_the_law_allows(filling: false_heads.Filling) -> None:
    holds(false_heads.false_heads(filling, 10 * false_heads.MIB, seed=SEED))
