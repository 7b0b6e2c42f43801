"""The pages before a recording is there: it is being opened, and somebody is asked for what opens it.

Opening is done in a thread: how much there is to read is up to whoever made the file.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from replay.key_choice import NeedsPassphrase
from replay.keys import unlock
from replay.opening import OpenSession, PartPlace
from replay.window import ask_page
from replay.window.acts import Act, Do
from replay.window.ask_page import Asking, Telling
from replay.window.box import Box, Size
from replay.window.page import Follow
from replay.window.pages import Still
from replay.window.paint import Panel
from replay.window.work import Work
from vault.errors import VaultError, WrongPassphraseError
from vault.header import Identity

_MOST_TYPED: Final = 1024  # characters; a recovery key has 60
_SOON_US: Final = 400_000  # until it is said that it takes a while


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """What must be asked for, and what it opens."""

    parts: Sequence[PartPlace]
    found: NeedsPassphrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlocked:
    """What was opened with what somebody typed, and what he should know of that."""

    identity: Identity
    session: OpenSession
    told: str = ""


Opened = OpenSession | Locked | Telling


class OpeningPage(Still):
    """Waits until a recording is open, or it is known why it is not."""

    typing = False

    def __init__(self, path: Path, opening: Callable[[], Opened], *, opened: Callable[[Opened], None]) -> None:
        self.title = path.stem
        self._opened = opened
        self._work = Work(opening, unwanted=_let_go)
        self._since_us: int | None = None
        self._late = False

    def panels(self, size: Size, scale: float) -> list[Panel]:  # noqa: ARG002 - see Page
        """See Page."""
        name = self.title if self._late else ""
        return [Panel(name="opening", box=Box.of(size), key=name, paint=lambda c: ask_page.opening_page(c, name))]

    def tick(self, *, now_us: int) -> None:
        """See Page."""
        self._since_us = now_us if self._since_us is None else self._since_us
        self._late = now_us - self._since_us > _SOON_US
        if outcome := self._work.take():
            self._opened(outcome)

    def act(self, act: Act, *, now_us: int) -> None:  # noqa: ARG002 - see Page
        """See Page."""
        if act in (Do.LEAVE, Do.BACK):
            self.follow = Follow()

    def close(self) -> None:
        """See Page."""
        self._work.close()


class AskPage(Still):
    """Asks for what opens a keyring, and opens the recording with it."""

    typing = True

    def __init__(self, locked: Locked, *, opened: Callable[[Unlocked], None]) -> None:
        self._locked = locked
        self._opened = opened
        self._work: Work[Unlocked | str] | None = None
        self.asking = Asking(name=locked.parts[0].path.stem, keyring=locked.found.path.name)
        self.title = self.asking.name

    def panels(self, size: Size, scale: float) -> list[Panel]:  # noqa: ARG002 - see Page
        """See Page."""
        asking = self.asking
        return [Panel(name="ask", box=Box.of(size), key=asking, paint=lambda c: ask_page.ask_page(c, asking))]

    def tick(self, *, now_us: int) -> None:  # noqa: ARG002 - see Page
        """See Page."""
        outcome = self._work.take() if self._work else None
        if isinstance(outcome, str):
            self.asking = replace(self.asking, opening=False, trouble=outcome, typed="")
        elif outcome:
            self._opened(outcome)

    def act(self, act: Act, *, now_us: int) -> None:  # noqa: ARG002 - see Page
        """See Page."""
        if act is Do.ENTER and self.asking.typed and not self.asking.opening:
            typed, locked = self.asking.typed, self._locked
            self.asking = replace(self.asking, opening=True, trouble=None)
            self._work = Work(lambda: _unlocked(locked, typed), unwanted=_let_go)
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

    def close(self) -> None:
        """See Page."""
        if self._work:
            self._work.close()


def _unlocked(locked: Locked, typed: str) -> Unlocked | str:
    """Open with what was typed; return a sentence where that does not do it."""
    told: list[str] = []
    try:
        identity = unlock(locked.found, typed, tell=told.append)
        return Unlocked(identity=identity, session=OpenSession(locked.parts, identity), told="\n".join(told))
    except WrongPassphraseError:
        return "That does not open it. Capitals and blanks count."
    except VaultError as error:
        return f"{str(error)[:1].upper()}{str(error)[1:]}."


def _let_go(opened: Opened | Unlocked | str) -> None:
    if isinstance(opened, Unlocked):
        opened.session.close()
    elif isinstance(opened, OpenSession):
        opened.close()
