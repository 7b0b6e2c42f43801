"""The customer's screen: shown, paused, stopped, as he and the portal wish."""

from collections.abc import Callable
from functools import partial
from typing import Protocol

from recorder.sharing.live_log import Message
from recorder.sharing.packets import TRACK
from recorder.sharing.screen import Way


class Screen(Protocol):
    """A screen that can be shown; see recorder.sharing.screen."""

    def begin(self) -> None:
        """Show it from here on, beginning with all of it."""
        ...

    def hold(self) -> None:
        """Let no picture leave until begin()."""
        ...

    def want_keyframe(self) -> None:
        """Show all of it."""
        ...

    def wake(self) -> None:
        """There is room for a picture."""
        ...

    def close(self) -> None:
        """Show nothing any more."""
        ...


class Voice(Way, Protocol):
    """The way to the session; see recorder.sharing.connection."""

    def say(self, do: str, **fields: object) -> int:
        """Say something that is numbered."""
        ...

    def show_nothing(self) -> None:
        """Let no picture leave that waits."""
        ...


OpenScreen = Callable[[Way, Callable[[str], None]], Screen]
Later = Callable[[Callable[[], None]], None]


class Showing:
    """One screen at a time.  It owns it.  later does something in the session's thread; tell tells the customer."""

    def __init__(self, voice: Voice, open_screen: OpenScreen, *, later: Later, tell: Callable[[str], None]) -> None:
        self._voice, self._open_screen = voice, open_screen
        self._later, self._tell = later, tell
        self._screen: Screen | None = None
        self._paused = self._asked = False
        self._share_c = self._unshare_c = 0  # of what was said last; 0 for nothing
        self.shared = False  # by the log

    @property
    def screen(self) -> Screen | None:
        """The one that is shown, or about to be."""
        return self._screen

    def share(self, *, asked: bool = False) -> None:
        """Show it; asked says that somebody waits for it."""
        if self._screen:
            self._tell("your screen is shown already" if self.shared else "your screen is about to be shown")
            return
        self._paused, self._asked, self._share_c = False, asked, 0
        self._screen = self._open_screen(self._voice, lambda why: self._later(partial(self._opened, why)))

    def pause(self) -> None:
        """Show nothing for a while."""
        if self._screen is None:
            self._tell("your screen is not shown")
            return
        self._unshare()
        self._paused = True
        self._tell("nothing of the screen leaves until /share")

    def stop(self) -> None:
        """Show it no more."""
        shown = self._paused or self._screen is not None
        self._unshare()
        self._paused = False
        self._tell("your screen is not shown any more" if shown else "your screen is not shown")

    def let_go(self) -> None:
        """Close the screen; nothing is said."""
        self.shared = False
        if self._screen:
            self._screen.close()
            self._screen = None
            self._voice.show_nothing()

    def go_on(self) -> None:
        """After the connection was lost: what was under way is missing."""
        if self.shared and self._screen:
            self._screen.begin()

    def sharing(self, entry: Message, *, again: bool) -> None:
        """Take an entry of this seat; again says that it is to be shown anew if it was the portal that ended it."""
        if self._screen is None:
            return
        if entry.get("on") and entry.get("c") == self._share_c:
            self.shared = True
            self._tell("your screen is shown now: /pause, /stop")
            self._screen.begin()
        elif not entry.get("on") and "c" not in entry:
            self.let_go()
            if again:
                self.share()
            else:
                self._tell("your screen is not shown any more")

    def refused(self, c: object) -> bool:
        """Take a refusal; return whether it was one of these."""
        if c == self._share_c and self._screen:
            self.let_go()
            self._tell("the screen cannot be shown now: somebody else shows one")
            return True
        return c == self._unshare_c  # what it was to end had ended

    def _opened(self, why: str) -> None:
        if self._screen is None:
            return
        if not why:
            self._share_c = self._voice.say("share", track=TRACK)
            return
        said = self._share_c
        self.let_go()
        self._tell(why)
        if said:
            self._unshare_c = self._voice.say("unshare", track=TRACK)
        elif self._asked:
            self._voice.say("refuse_share")

    def _unshare(self) -> None:
        said = self._share_c if self._screen else 0
        self.let_go()
        if said:
            self._unshare_c = self._voice.say("unshare", track=TRACK)
