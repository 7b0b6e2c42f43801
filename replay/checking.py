"""What happens beside playing: files without an index are read to their end, growing ones followed, all verified.

Until then a session is *not verified yet*; nothing that a block alone proves waits for it.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Final

from replay.opening import OpenSession, PartPlace
from replay.states import (
    EMPTY,
    NOT_VERIFIED,
    NOT_VERIFIED_YET,
    NOT_YET,
    PARTIAL,
    RECORDING,
    RECOVERED,
    Standing,
    recording_state,
)
from vault.errors import StoreUnavailableError, VaultError
from vault.signers import TrustedSigner, fingerprint
from vault.store import Source
from vault.verdict_text import signer_words
from vault.verify import Evidence, State, Verdict, verify

_BLOCKS: Final = 64  # read at first; the time line is renewed behind them, and behind twice as many each time …
_MOST_BLOCKS: Final = 4096  # … up to so many, for renewing takes the longer the more there is
_LOOK_S: Final = 0.5  # how often a growing file is looked at
# Of the parts of a session the worst is told; one that is whole is no worse than any other.
_WORST_FIRST: Final = (*(state for state in State if state is not State.COMPLETE), State.COMPLETE)


class Checking:
    """Reads a session in a thread of its own; told is called in it when there is something new."""

    def __init__(
        self, opened: OpenSession, *, trusted: Sequence[TrustedSigner], told: Callable[[], None] = lambda: None
    ) -> None:
        self._opened = opened
        self._trusted = trusted
        self._told = told
        self._ended = threading.Event()
        self.standing = NOT_VERIFIED_YET
        self.followed = False  # whether all that is there was read
        self.growing = False  # whether somebody still writes it
        self._thread = threading.Thread(target=self._run, name="sealcast-checking", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread; a file that is being verified is left behind."""
        self._ended.set()
        self._thread.join(2)

    def _run(self) -> None:
        try:
            written = self._follow()
            self._check()
            while written and not self._ended.is_set():
                self.growing = True
                self._tell(Standing(word=RECORDING, why=NOT_YET, verified=False))
                self._ended.wait(_LOOK_S)
                written = self._follow()
                if not written:
                    self.growing = False
                    self._check()
        except (VaultError, OSError) as error:
            if not self._ended.is_set():
                self._tell(Standing(word=NOT_VERIFIED, why=str(error), verified=False))

    def _follow(self) -> bool:
        """Read on; return whether somebody wrote when that began, so that there may be more."""
        written, most = self._opened.session.growing and _at_work(self._opened.parts[-1]), _BLOCKS
        while not self._ended.is_set() and self._opened.session.follow(most=most):
            self._told()
            most = min(2 * most, _MOST_BLOCKS)
        self.followed = True
        return written

    def _check(self) -> None:
        self._opened.session.list_all()
        self._told()
        headers = [part.header for part in self._opened.parts]
        verdicts = []
        for number, (part, source) in enumerate(zip(self._opened.parts, self._opened.sources, strict=True)):
            if self._ended.is_set():
                return
            evidence = Evidence(
                anchors=part.anchors(), next_parts=headers, trusted=self._trusted, writer_at_work=part.at_work()
            )
            verdict = verify(_Until(source, self._ended), evidence=evidence, identity=self._opened.identity)
            if verdict.facts.gaps:
                self._opened.session.damage(number, verdict.facts.gaps)
            verdicts.append(verdict)
        self._tell(standing(verdicts, missing=self._opened.missing))

    def _tell(self, standing: Standing) -> None:
        self.standing = standing
        self._told()


def _at_work(part: PartPlace) -> bool:
    try:
        return part.at_work()
    except VaultError:
        return False  # what reading it runs into tells why


class _Until:
    """A source that is read until an end is called for."""

    def __init__(self, source: Source, ended: threading.Event) -> None:
        self._source = source
        self._ended = ended

    def size(self) -> int:
        return self._source.size()

    def read(self, start: int, size: int) -> bytes:
        if self._ended.is_set():
            raise StoreUnavailableError(name="the recording", why="it was closed")
        return self._source.read(start, size)


def standing(verdicts: Sequence[Verdict], *, missing: str | None = None) -> Standing:
    """Return what may be said of a session whose parts are such; the worst of them is told.

    missing says why there are other parts that are not among them: what is there is not all then.
    """
    worst = min(verdicts, key=lambda one: _WORST_FIRST.index(one.state))
    state = recording_state(worst)
    digits = fingerprint(worst.signer) if worst.signer else ""
    listed = worst.signer_name is not None
    if missing and worst.state in (State.COMPLETE, State.INTERRUPTED):
        return Standing(word=PARTIAL, why=missing, signer=signer_words(worst), fingerprint=digits, listed=listed)
    all_empty = not any(one.facts.good_blocks for one in verdicts)
    return Standing(
        word=RECOVERED if state.word == EMPTY and not all_empty else state.word,
        why=state.why,
        signer=signer_words(worst),
        fingerprint=digits,
        listed=listed,
        genuine=not missing and all(one.genuine for one in verdicts),
    )
