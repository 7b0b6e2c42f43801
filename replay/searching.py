"""Searches a session beside the window: reads what was said and noted once, then answers as somebody types."""

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from replay.errors import BadQueryError
from replay.query import Query
from replay.sayings import Heard, sayings
from replay.search import Hit, Saying, search
from replay.session import Session
from vault.errors import VaultError

MAX_KEPT: Final = 64 * 1024 * 1024  # bytes of what was said; where there is more, it is read anew for each search
_EACH: Final = 256  # bytes that each takes beside its text
_DAMAGED: Final = "Nothing like that was found; parts of it are damaged, and something may stand there too."


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found for a text; trouble says why nothing could be searched."""

    text: str = ""
    hits: tuple[Hit, ...] = ()
    trouble: str | None = None


class Searching:
    """Answers the text that was asked for last, in a thread of its own; told is called in it."""

    def __init__(self, session: Session, *, told: Callable[[], None] = lambda: None) -> None:
        self._session = session
        self._told = told
        self._news = threading.Condition()
        self._wish: str | None = None
        self._ended = False
        self._kept: list[Saying] | None = None  # None before it was read, and where it is too much
        self._kept_us = -1  # how long the session was when it was read
        self._breaks = 0
        self.found = Found()
        self._thread = threading.Thread(target=self._run, name="sealcast-searching", daemon=True)
        self._thread.start()

    def ask(self, text: str) -> None:
        """Search for this."""
        with self._news:
            self._wish = text
            self._news.notify_all()

    def close(self) -> None:
        """End the thread; one that still reads is left behind for a moment."""
        with self._news:
            self._ended = True
            self._news.notify_all()
        self._thread.join(0.5)

    def _run(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._wish is not None or self._ended)
                if self._ended:
                    return
                text, self._wish = self._wish or "", None
            found = self._answer(text)
            if found:
                self.found = found
                self._told()

    def _answer(self, text: str) -> Found | None:
        """Return what was found; None where that is no longer wanted."""
        if not text.strip():
            return Found(text=text)
        try:
            query = Query.parse(text)
            self._read()
            hits = tuple(search(query, self._sayings()))
        except (BadQueryError, VaultError) as error:
            return None if self._ended else Found(text=text, trouble=f"{error}.")
        if self._ended or (self._kept is None and self._wish is not None):
            return None
        return Found(text=text, hits=hits, trouble=None if hits or not self._breaks else _DAMAGED)

    def _read(self) -> None:
        """Read what was said, unless that was done and nothing came since; keep it if it is not too much."""
        length_us = self._session.timeline.duration_us
        if self._kept_us == length_us:
            return
        heard, size = Heard(stopped=lambda: self._ended), 0
        kept = list[Saying]()
        for one in self._all(heard):
            size += 4 * len(one.text) + _EACH  # some signs take four bytes, and all others beside them
            if size > MAX_KEPT:
                kept.clear()
                break
            kept.append(one)
        self._kept = kept if size <= MAX_KEPT else None
        self._kept_us, self._breaks = length_us, heard.breaks

    def _sayings(self) -> Iterable[Saying]:
        if self._kept is not None:
            return self._kept
        heard = Heard(stopped=lambda: self._ended or self._wish is not None)
        return self._all(heard)

    def _all(self, heard: Heard) -> Iterator[Saying]:
        for part in self._session.recordings:
            for one in sayings(part, heard):
                if heard.stopped():
                    return
                yield one
