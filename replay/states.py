"""What can be said of a recording's state, in the product's words."""

from dataclasses import dataclass
from typing import Final

from vault.verify import State

# From the vault's states to the words that people see, in one table.
WORDS: Final[dict[State, str]] = {
    State.COMPLETE: "complete",
    State.OPEN: "recording",
    State.INTERRUPTED: "recovered",  # everything up to the last sealed second is there; only its end is missing
    State.CUT: "partial",
    State.DAMAGED: "partial",
    State.FORGED: "refused",
    State.UNSUPPORTED_VERSION: "refused",
    State.NOT_A_RECORDING: "no recording",
}
_WITHOUT_REASON: Final = {"complete", "recording"}


@dataclass(frozen=True, slots=True)
class RecordingState:
    """A word, and why where that is not plain from the word."""

    word: str
    why: str

    def __str__(self) -> str:
        return f"{self.word} ({self.why})" if self.why else self.word


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What may be said of a session: its state in the product's words, why, and whose signature it has."""

    word: str
    why: str = ""
    signer: str = ""
    genuine: bool = False
    verified: bool = True

    def __str__(self) -> str:
        return f"{self.word} ({self.why})" if self.why else self.word


NOT_VERIFIED_YET: Final = Standing(word="not verified yet", verified=False)


def recording_state(state: State, reason: str) -> RecordingState:
    """Return the word for a state of the vault, with its reason."""
    word = WORDS[state]
    return RecordingState(word, "" if word in _WITHOUT_REASON else reason)
