"""The pages beside the player: the library, the question for a passphrase, and why something cannot be shown."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from replay.browsing import Browsing
from replay.key_choice import NeedsPassphrase
from replay.keys import unlock
from replay.library_loading import LibraryLoading
from replay.opening import OpenSession, PartFile
from replay.window import ask_page, library_page
from replay.window.acts import Act, Do
from replay.window.ask_page import Asking, Telling
from replay.window.box import Box, Point, Size
from replay.window.library_page import Shelves
from replay.window.local_time import local_day
from replay.window.page import Film, Follow
from replay.window.paint import Panel
from vault.errors import VaultError, WrongPassphraseError
from vault.header import Identity

_MOST_TYPED = 1024  # characters; a recovery key has 60


class _Still:
    """What pages without a session have in common: no pictures, nothing to scroll."""

    follow: Follow | None = None

    def films(self, size: Size, scale: float) -> list[Film]:  # noqa: ARG002 - see Page
        """See Page."""
        return []

    def motion(self, at: Point | None) -> None:
        """See Page."""

    def close(self) -> None:
        """See Page."""


class AskPage(_Still):
    """Asks for what opens a keyring, and opens the recording with it in a thread."""

    typing = True

    def __init__(
        self, parts: Sequence[PartFile], found: NeedsPassphrase, *, opened: Callable[[Identity, OpenSession], None]
    ) -> None:
        self._parts = parts
        self._found = found
        self._opened = opened
        self._outcome: tuple[Identity, OpenSession] | str | None = None
        self.asking = Asking(name=parts[0].path.stem, keyring=found.path.name)

    def panels(self, size: Size, scale: float) -> list[Panel]:  # noqa: ARG002 - see Page
        """See Page."""
        asking = self.asking
        return [Panel(name="ask", box=Box.of(size), key=asking, paint=lambda c: ask_page.ask_page(c, asking))]

    def tick(self, *, now_us: int) -> None:  # noqa: ARG002 - see Page
        """See Page."""
        outcome, self._outcome = self._outcome, None
        if isinstance(outcome, str):
            self.asking = replace(self.asking, opening=False, trouble=outcome, typed="")
        elif outcome:
            self._opened(*outcome)

    def act(self, act: Act, *, now_us: int) -> None:  # noqa: ARG002 - see Page
        """See Page."""
        if act is Do.ENTER and self.asking.typed and not self.asking.opening:
            self.asking = replace(self.asking, opening=True, trouble=None)
            threading.Thread(target=self._open, args=(self.asking.typed,), name="sealcast-opening", daemon=True).start()
        elif act is Do.REVEAL:
            self.asking = replace(self.asking, shown=not self.asking.shown)
        elif act in (Do.LEAVE, Do.BACK):
            self.follow = Follow()

    def type(self, text: str) -> None:
        """See Page."""
        if not self.asking.opening:
            typed = self.asking.typed + "".join(char for char in text if char.isprintable())
            self.asking = replace(self.asking, typed=typed[:_MOST_TYPED], trouble=None)

    def erase(self, *, word: bool) -> None:
        """See Page."""
        if not self.asking.opening:
            self.asking = replace(self.asking, typed="" if word else self.asking.typed[:-1])

    def wheel(self, at: Point, by: float) -> None:
        """See Page."""

    def _open(self, typed: str) -> None:
        told: list[str] = []
        try:
            identity = unlock(self._found, typed, tell=told.append)
            self._outcome = identity, OpenSession(self._parts, identity)
        except WrongPassphraseError:
            self._outcome = "That does not open it. Capitals and blanks count."
        except VaultError as error:
            self._outcome = f"{str(error)[:1].upper()}{str(error)[1:]}."


class TellingPage(_Still):
    """Says why something cannot be shown."""

    typing = False

    def __init__(self, telling: Telling) -> None:
        self.telling = telling

    def panels(self, size: Size, scale: float) -> list[Panel]:  # noqa: ARG002 - see Page
        """See Page."""
        telling = self.telling
        return [Panel(name="telling", box=Box.of(size), key=telling, paint=lambda c: ask_page.telling_page(c, telling))]

    def tick(self, *, now_us: int) -> None:
        """See Page."""

    def act(self, act: Act, *, now_us: int) -> None:  # noqa: ARG002 - see Page
        """See Page."""
        if act in (Do.LEAVE, Do.BACK, Do.ENTER):
            self.follow = Follow()

    def type(self, text: str) -> None:
        """See Page."""

    def erase(self, *, word: bool) -> None:
        """See Page."""

    def wheel(self, at: Point, by: float) -> None:
        """See Page."""


class LibraryPage(_Still):
    """The recordings of a folder."""

    def __init__(self, loading: LibraryLoading) -> None:
        self._loading = loading
        self._box = Box(0, 0, 1280, 720)
        self.shelves = Shelves(browsing=Browsing.of(loading.library), day=local_day, loading=True)

    @property
    def typing(self) -> bool:
        """See Page."""
        return self.shelves.typing

    def panels(self, size: Size, scale: float) -> list[Panel]:  # noqa: ARG002 - see Page
        """See Page."""
        self._box = Box.of(size)
        shelves = self.shelves
        return [
            Panel(name="library", box=self._box, key=shelves, paint=lambda c: library_page.library_page(c, shelves))
        ]

    def tick(self, *, now_us: int) -> None:  # noqa: ARG002 - see Page
        """See Page."""
        library, loading = self._loading.library, not self._loading.loaded
        if library is not self.shelves.browsing.library or loading != self.shelves.loading:
            browsing = self.shelves.browsing.renewed(library)
            self.shelves = library_page.renewed(self.shelves, browsing, loading=loading, box=self._box)

    def act(self, act: Act, *, now_us: int) -> None:  # noqa: ARG002 - see Page
        """See Page."""
        if act is Do.ENTER:
            self._open()
        elif act is Do.BACK:
            self.shelves = library_page.typed(replace(self.shelves, typing=False), "", box=self._box)
        else:
            self.shelves = library_page.acted(self.shelves, act, box=self._box)

    def type(self, text: str) -> None:
        """See Page."""
        found = self.shelves.browsing.text + "".join(char for char in text if char.isprintable())
        self.shelves = library_page.typed(self.shelves, found, box=self._box)

    def erase(self, *, word: bool) -> None:
        """See Page."""
        text = self.shelves.browsing.text
        self.shelves = library_page.typed(self.shelves, "" if word else text[:-1], box=self._box)

    def wheel(self, at: Point, by: float) -> None:  # noqa: ARG002 - see Page
        """See Page."""
        self.shelves = library_page.scrolled(self.shelves, round(by * 3), box=self._box)

    def _open(self) -> None:
        entry = self.shelves.browsing.entry
        if entry:
            self.shelves = replace(self.shelves, typing=False)
            self.follow = Follow(path=Path(entry.path))
