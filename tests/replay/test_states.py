"""The words people see for what the vault says of a file."""

import pytest

from replay.states import WORDS, recording_state
from vault.verify import State


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
    assert str(recording_state(state, "why")) == text
