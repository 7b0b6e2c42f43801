"""Which page the window shows: from the library to the question for the passphrase to the player, and back."""

from collections.abc import Callable, Sequence
from pathlib import Path

from platformdirs import user_pictures_path

from recorder.file_names import default_folder
from replay.errors import NoKeyError, ReplayError
from replay.key_choice import NeedsPassphrase, NoKey, OpensWithKeyFile
from replay.library_loading import LibraryLoading, Loading
from replay.opening import OpenSession, PartPlace, parts_of
from replay.showing import Showing
from replay.window.acts import Act, Do
from replay.window.ask_page import Telling
from replay.window.opening_pages import AskPage, Locked, Opened, OpeningPage, Unlocked
from replay.window.page import Page
from replay.window.pages import LibraryPage, TellingPage
from replay.window.player_page import PlayerPage
from replay.window.troubles import noted, telling
from vault.errors import VaultError, WrongIdentityError
from vault.trust_commands import trusted_signers


class Flow:
    """The page that is shown.  What somebody unlocked once opens everything else it fits while the window is there."""

    def __init__(self, showing: Showing, *, full_screen: Callable[[], bool]) -> None:
        self._showing = showing
        self._full_screen = full_screen
        self._identities = [showing.identity] if showing.identity else []
        self._library: Loading | None = None
        self._shelf: LibraryPage | None = None  # whoever comes back finds it as he left it
        self.quit = False
        self.page: Page = self._opening(showing.file, showing.at_us) if showing.file else self._shelves()

    def tick(self, *, now_us: int) -> None:
        """Take what is new, and go to the page that is wanted."""
        self.page.tick(now_us=now_us)
        self._turn()

    def act(self, act: Act, *, now_us: int) -> None:
        """Do it."""
        if act is Do.QUIT:
            self.quit = True
        else:
            self.page.act(act, now_us=now_us)
            self._turn()  # at once: what is typed next is meant for that page

    def close(self) -> None:
        """Let go of everything."""
        self.page.close()
        if self._library:
            self._library.close()

    def _turn(self) -> None:
        if follow := self.page.follow:
            before = self.page
            self.page = self._opening(follow.path, follow.at_us) if follow.path else self._shelves()
            before.close()

    def _shelves(self) -> Page:
        if self._library is None and self._showing.elsewhere:
            self._library = self._showing.elsewhere.loading()
        if self._library is None:
            beside = self._showing.file.parent if self._showing.file else default_folder()
            folder = (self._showing.folder or beside).resolve()
            self._library = LibraryLoading(folder, self._showing.keys)
        for identity in self._identities:
            self._library.unlock(identity)
        self._library.look_again()
        if self._shelf is None:
            self._shelf = LibraryPage(self._library)
        self._shelf.follow = None
        return self._shelf

    def _opening(self, path: Path, at_us: int) -> Page:
        return OpeningPage(path, lambda: self._open(path), opened=lambda opened: self._go_on(opened, at_us))

    def _open(self, path: Path) -> Opened:
        """Open a recording with what is at hand; in a thread."""
        try:
            parts = self._parts_of(path)
            if opened := self._known(parts):
                return opened
            self._showing.keys.look_again()
            match found := self._showing.keys.opening(parts[0].header, path):
                case OpensWithKeyFile():
                    return OpenSession(parts, found.identity)
                case NeedsPassphrase():
                    return Locked(parts=parts, found=found)
                case NoKey():
                    raise NoKeyError(why=found.why, advice=found.advice)
        except (VaultError, ReplayError) as error:
            return telling(error)

    def _parts_of(self, path: Path) -> Sequence[PartPlace]:
        elsewhere = self._showing.elsewhere
        return elsewhere.parts_of(path) if elsewhere else parts_of(path)

    def _known(self, parts: Sequence[PartPlace]) -> OpenSession | None:
        for identity in self._identities:
            try:
                return OpenSession(parts, identity)
            except WrongIdentityError:
                continue
        return None

    def _go_on(self, opened: Opened, at_us: int) -> None:
        match opened:
            case OpenSession():
                self.page = self._player(opened, at_us)
            case Locked():
                self.page = AskPage(opened, opened=lambda unlocked: self._unlocked(unlocked, at_us))
            case Telling():
                self.page = TellingPage(opened)

    def _unlocked(self, unlocked: Unlocked, at_us: int) -> None:
        self._identities.append(unlocked.identity)
        session = unlocked.session

        def play() -> None:
            self.page = self._player(session, at_us)

        if unlocked.told:
            self.page = TellingPage(noted(unlocked.told), go_on=play, let_go=session.close)
        else:
            play()

    def _player(self, opened: OpenSession, at_us: int) -> Page:
        try:
            trusted = trusted_signers()
        except VaultError as error:
            opened.close()
            return TellingPage(telling(error))
        stills = user_pictures_path() / "Sealcast"
        return PlayerPage(opened, trusted=trusted, at_us=at_us, stills=stills, full_screen=self._full_screen)
