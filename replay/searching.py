"""Searches a session beside the window: reads what was said and noted once, then answers as somebody types."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from replay.errors import BadQueryError
from replay.query import Query
from replay.sayings import Heard, sayings
from replay.search import Hit, Saying, search
from replay.session import Session
from vault.errors import VaultError


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
        self._sayings: list[Saying] | None = None
        self.found = Found()
        self._thread = threading.Thread(target=self._run, name="sealcast-searching", daemon=True)
        self._thread.start()

    def ask(self, text: str) -> None:
        """Search for this."""
        with self._news:
            self._wish = text
            self._news.notify_all()

    def close(self) -> None:
        """End the thread; one that still reads a long recording is left behind."""
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
            self.found = self._answer(text)
            self._told()

    def _answer(self, text: str) -> Found:
        if not text.strip():
            return Found(text=text)
        try:
            query = Query.parse(text)
            if self._sayings is None:
                heard = Heard()
                self._sayings = [one for part in self._session.recordings for one in sayings(part, heard)]
        except BadQueryError as error:
            return Found(text=text, trouble=f"{error}.")
        except VaultError as error:
            return Found(text=text, trouble=f"{error}.")
        return Found(text=text, hits=tuple(search(query, self._sayings)))
