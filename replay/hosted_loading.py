"""Fills the library with what lies on a portal's server, in a thread of its own."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from replay.hosted import Hosted
from replay.library_entries import Library, Part, entries
from replay.library_loading import Loading
from replay.opening import PartPlace
from replay.states import COMPLETE, NOT_YET, PARTIAL, RECORDING, RECOVERED, REFUSED, UNREADABLE, RecordingState
from vault.errors import VaultError
from vault.header import Identity
from vault.portal import HostedRecording

# From the portal's states to the words of this window, of recordings of which there is something.
_WORDS: Final = {
    "recording": RECORDING,
    "complete": COMPLETE,
    "recovered": RECOVERED,
    "partial": PARTIAL,
    "refused": REFUSED,
}


class HostedLoading:
    """Asks the portal, and again when asked.  What it says of a recording is the portal's word until it is verified."""

    def __init__(self, hosted: Hosted) -> None:
        self._hosted = hosted
        self._newest = Library(folder=str(hosted))
        self._asked, self._done = 1, 0
        self._stopped = False
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="sealcast-library", daemon=True)
        self._thread.start()

    @property
    def library(self) -> Library:
        """What is known by now."""
        with self._news:
            return self._newest

    @property
    def loaded(self) -> bool:
        """Whether the portal has answered since it was asked for last."""
        with self._news:
            return self._done == self._asked

    def look_again(self) -> None:
        """Ask the portal anew."""
        with self._news:
            self._asked += 1
            self._news.notify_all()

    def unlock(self, identity: Identity) -> None:
        """Nothing more is known with it: the portal says who took part."""

    def close(self) -> None:
        """Stop; a request that is under way is left behind."""
        with self._news:
            self._stopped = True
            self._news.notify_all()

    def _work(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._stopped or self._asked > self._done)
                if self._stopped:
                    return
                asked = self._asked
            library = self._load()
            with self._news:
                self._newest, self._done = library, asked

    def _load(self) -> Library:
        folder = str(self._hosted)
        try:
            parts = [_part(path, one) for path, one in self._hosted.listed()]
        except VaultError as error:
            return Library(folder=folder, missing=str(error))
        return Library(folder=folder, entries=tuple(entries(parts)))


@dataclass(frozen=True, slots=True)
class AtPortal:
    """What the window shows of a portal.  See Elsewhere."""

    hosted: Hosted

    def parts_of(self, path: Path) -> Sequence[PartPlace]:
        """See Elsewhere."""
        return self.hosted.parts_of(path)

    def loading(self) -> Loading:
        """See Elsewhere."""
        return HostedLoading(self.hosted)


def _part(path: Path, one: HostedRecording) -> Part:
    return Part(
        path=path,
        size=one.size,
        state=_state(one),
        began_us=one.began_us,
        session=(b"", one.session_id) if one.state in _WORDS and one.size else None,
        recording_id=one.recording_id,
        number=one.part,
        portal=one.portal,
        agent=one.agent or None,
        customer=one.customer or None,
        length_us=one.ended_us - one.began_us if one.ended_us and one.ended_us > one.began_us else None,
    )


def _state(one: HostedRecording) -> RecordingState:
    word = _WORDS.get(one.state)
    if word is None:  # there is nothing of it any more, and the portal says why
        return RecordingState(UNREADABLE, one.state_in_words)
    if word == COMPLETE:
        return RecordingState(COMPLETE, NOT_YET)
    why = one.state_in_words.removeprefix(one.state).lstrip(" ;(").removesuffix(")")
    return RecordingState(word, why)
