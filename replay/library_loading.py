"""Fills the library beside the window: first what a glance tells of all files, then, newest first, what is inside.

One thread of its own; whoever shows the library takes the newest state of it whenever it likes.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from replay.glance import look
from replay.key_choice import Keys, together
from replay.library import MAX_FILES, of_parts, recordings_in
from replay.library_entries import Library, Part
from vault.durable import plain_errors
from vault.errors import VaultError
from vault.header import Identity

_AT_ONCE: Final = 100  # files between two states; looking into so many takes an eighth of a second


class Loading(Protocol):
    """What fills a library beside the window."""

    @property
    def library(self) -> Library:
        """What is known by now."""

    @property
    def loaded(self) -> bool:
        """Whether all of it was looked at since it was asked for last."""

    def look_again(self) -> None:
        """Look anew."""

    def unlock(self, identity: Identity) -> None:
        """Look into what this opens, too."""

    def close(self) -> None:
        """Stop."""


class LibraryLoading:
    """Looks at a folder, and again when asked or when there is a new key.

    changed is called from the thread of its own whenever there is a newer state.
    """

    def __init__(self, folder: Path, keys: Keys, *, changed: Callable[[], None] | None = None) -> None:
        self.folder = folder
        self._keys = keys
        self._changed = changed or (lambda: None)
        self._identity: Identity | None = None
        self._newest = Library(folder=folder)
        self._loaded = False
        self._asked = 1  # how often it was asked to look
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
        """Whether all of it was looked at since it was asked for last."""
        with self._news:
            return self._loaded

    def look_again(self) -> None:
        """Look at the folder anew."""
        with self._news:
            self._asked += 1
            self._loaded = False
            self._news.notify_all()

    def unlock(self, identity: Identity) -> None:
        """Look into what this opens, too."""
        with self._news:
            self._identity = together([self._identity, identity] if self._identity else [identity])
        self.look_again()

    def close(self) -> None:
        """Stop; return when the thread has ended."""
        with self._news:
            self._stopped = True
            self._news.notify_all()
        self._thread.join()

    def _work(self) -> None:
        done = 0
        while True:
            with self._news:
                self._news.wait_for(lambda: self._stopped or self._asked > done)  # noqa: B023 - it is waited for here
                if self._stopped:
                    return
                done, identity = self._asked, self._identity
            if self._load(done, identity):
                self._say(done)

    def _load(self, number: int, identity: Identity | None) -> bool:
        try:
            with plain_errors(f"folder {self.folder}"):
                paths = recordings_in(self.folder)
        except VaultError as error:
            return self._show(number, Library(folder=self.folder, missing=str(error)))
        self._keys.look_again()
        parts: list[Part] = []
        for path in paths[:MAX_FILES]:
            if self._outdated(number):
                return False
            parts.append(look(path))
        return self._show(number, of_parts(self.folder, parts, of=len(paths))) and self._inside(
            number, parts, identity, of=len(paths)
        )

    def _inside(self, number: int, parts: list[Part], identity: Identity | None, *, of: int) -> bool:
        newest_first = sorted(range(len(parts)), key=lambda at: -parts[at].began_us)
        for count, at in enumerate(newest_first, 1):
            if self._outdated(number):
                return False
            if parts[at].session is not None:
                parts[at] = look(parts[at].path, identity=identity, keys=self._keys)
            if count % _AT_ONCE == 0 or count == len(parts):
                self._show(number, of_parts(self.folder, parts, of=of))
        return True

    def _outdated(self, number: int) -> bool:
        with self._news:
            return self._stopped or self._asked > number

    def _show(self, number: int, library: Library) -> bool:
        with self._news:
            if self._stopped or self._asked > number:
                return False
            self._newest = library
        self._changed()
        return True

    def _say(self, number: int) -> None:
        with self._news:
            self._loaded = self._asked == number
        self._changed()
