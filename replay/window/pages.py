"""The pages beside the player: the library, and why something cannot be shown."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from replay.browsing import Browsing
from replay.library_loading import Loading
from replay.window import ask_page, cards, library_page
from replay.window.acts import Act, Do
from replay.window.ask_page import Telling
from replay.window.box import Box, Point, Size
from replay.window.library_page import Shelves
from replay.window.local_time import local_day
from replay.window.page import Film, Follow
from replay.window.paint import Panel


class Still:
    """What pages without a session have in common: no pictures, nothing to scroll, nothing to type."""

    title = ""
    follow: Follow | None = None

    def films(self, size: Size, scale: float) -> list[Film]:  # noqa: ARG002 - see Page
        """See Page."""
        return []

    def motion(self, at: Point | None) -> None:
        """See Page."""

    def tick(self, *, now_us: int) -> None:
        """See Page."""

    def type(self, text: str) -> None:
        """See Page."""

    def erase(self, *, word: bool) -> None:
        """See Page."""

    def wheel(self, at: Point, by: float) -> None:
        """See Page."""

    def close(self) -> None:
        """See Page."""


class TellingPage(Still):
    """Says why something cannot be shown, or what somebody should know first: then it goes on, or that is let go of."""

    typing = False

    def __init__(
        self,
        telling: Telling,
        *,
        go_on: Callable[[], None] | None = None,
        let_go: Callable[[], None] = lambda: None,
    ) -> None:
        self.telling = telling
        self._go_on = go_on
        self._let_go = let_go

    def panels(self, size: Size, scale: float) -> list[Panel]:  # noqa: ARG002 - see Page
        """See Page."""
        telling = self.telling
        return [Panel(name="telling", box=Box.of(size), key=telling, paint=lambda c: ask_page.telling_page(c, telling))]

    def act(self, act: Act, *, now_us: int) -> None:  # noqa: ARG002 - see Page
        """See Page."""
        if act is Do.ENTER and self._go_on:
            self._go_on()
        elif act in (Do.LEAVE, Do.BACK, Do.ENTER):
            self.follow = Follow()

    def close(self) -> None:
        """See Page."""
        self._let_go()


class LibraryPage(Still):
    """The recordings of a folder, or of a portal."""

    def __init__(self, loading: Loading) -> None:
        self._loading = loading
        self._box = Box(0, 0, 1280, 720)
        self._help = False
        self.shelves = Shelves(browsing=Browsing.of(loading.library), day=local_day, loading=True)

    @property
    def typing(self) -> bool:
        """See Page."""
        return self.shelves.typing

    def panels(self, size: Size, scale: float) -> list[Panel]:  # noqa: ARG002 - see Page
        """See Page."""
        self._box = Box.of(size)
        shelves = self.shelves
        page = Panel(name="library", box=self._box, key=shelves, paint=lambda c: library_page.library_page(c, shelves))
        keys = Panel(name="help", box=self._box, key=0, paint=lambda c: cards.help_card(c, library_page.SHORTCUTS))
        return [page, keys] if self._help else [page]

    def tick(self, *, now_us: int) -> None:  # noqa: ARG002 - see Page
        """See Page."""
        library, loading = self._loading.library, not self._loading.loaded
        if library is not self.shelves.browsing.library or loading != self.shelves.loading:
            browsing = self.shelves.browsing.renewed(library)
            self.shelves = library_page.renewed(self.shelves, browsing, loading=loading, box=self._box)

    def act(self, act: Act, *, now_us: int) -> None:  # noqa: ARG002 - see Page
        """See Page."""
        if act is Do.HELP or (self._help and act is Do.BACK):
            self._help = not self._help
        elif act is Do.ENTER:
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
            self._help, self.shelves = False, replace(self.shelves, typing=False)
            self.follow = Follow(path=Path(entry.path))
