"""What can be said of a recording's state, in the product's words.  No other file spells them."""

from dataclasses import dataclass
from typing import Final

from vault.verify import State, Verdict

COMPLETE: Final = "complete"
RECORDING: Final = "recording"  # somebody writes it
RECOVERED: Final = "recovered"  # everything up to the last sealed second is there; only its end is missing
EMPTY: Final = "empty"  # its writer was stopped at the very beginning
PARTIAL: Final = "partial"
REFUSED: Final = "refused"
NO_RECORDING: Final = "no recording"
UNREADABLE: Final = "unreadable"  # a file that the disk does not give
NOT_VERIFIED: Final = "not verified"
NOT_YET: Final = "not verified yet"

# From the vault's states to the words that people see, in one table.
WORDS: Final[dict[State, str]] = {
    State.COMPLETE: COMPLETE,
    State.OPEN: RECORDING,
    State.INTERRUPTED: RECOVERED,
    State.CUT: PARTIAL,
    State.DAMAGED: PARTIAL,
    State.FORGED: REFUSED,
    State.UNSUPPORTED_VERSION: REFUSED,
    State.NOT_A_RECORDING: NO_RECORDING,
}
NOTHING_IN_IT: Final = "nothing whole is in it"
_WITHOUT_REASON: Final = (COMPLETE, RECORDING)


@dataclass(frozen=True, slots=True)
class RecordingState:
    """A word, and why where that is not plain from the word."""

    word: str
    why: str = ""

    def __str__(self) -> str:
        return f"{self.word} ({self.why})" if self.why else self.word


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What may be said of a session: its state in the product's words, why, and whose signature it has.

    fingerprint is that of the signer's key, as people compare it; signer may name it, too.  listed says whether it
    stands on this user's list, where his own stands first; genuine, whether all of it is whole besides.
    """

    word: str
    why: str = ""
    signer: str = ""
    fingerprint: str = ""
    listed: bool = False
    genuine: bool = False
    verified: bool = True


NOT_VERIFIED_YET: Final = Standing(word=NOT_YET, verified=False)


def recording_state(verdict: Verdict) -> RecordingState:
    """Return the word for what the vault says of a file, with its reason."""
    if verdict.state is State.INTERRUPTED and not verdict.facts.good_blocks:
        return RecordingState(EMPTY, verdict.facts.header_incomplete or NOTHING_IN_IT)
    word = WORDS[verdict.state]
    return RecordingState(word, "" if word in _WITHOUT_REASON else verdict.reason)
