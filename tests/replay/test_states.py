"""The words people see for what the vault says of a file."""

import pytest

from replay.states import WORDS, recording_state
from vault.verify import Facts, State, Verdict


def test_every_state_has_a_word() -> None:
    assert set(WORDS) == set(State)


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (State.COMPLETE, "complete"),
        (State.OPEN, "recording"),
        (State.INTERRUPTED, "recovered (why)"),
        (State.CUT, "partial (why)"),
        (State.DAMAGED, "partial (why)"),
        (State.FORGED, "refused (why)"),
        (State.UNSUPPORTED_VERSION, "refused (why)"),
        (State.NOT_A_RECORDING, "no recording (why)"),
    ],
)
def test_the_word_says_why_where_that_is_not_plain(state: State, text: str) -> None:
    assert str(recording_state(Verdict(state=state, reason="why", facts=Facts(good_blocks=1)))) == text


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        (Facts(header_incomplete="it ends in its header"), "empty (it ends in its header)"),
        (Facts(last_block=0), "empty (nothing whole is in it)"),
        (Facts(last_block=0, torn=99), "empty (nothing whole is in it)"),
    ],
)
def test_what_was_stopped_before_anything_was_in_it_is_empty(facts: Facts, text: str) -> None:
    assert str(recording_state(Verdict(state=State.INTERRUPTED, reason="why", facts=facts))) == text
