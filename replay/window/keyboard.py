"""The keyboard, as pyglet tells of it: into a field, or what a key does."""

from collections import deque
from collections.abc import Callable
from typing import Final

from pyglet.window import key

from replay.window.acts import BY_KEY, Act
from replay.window.opening_pages import OpeningPage
from replay.window.page import Page

_MOST_EARLY: Final = 200
_KEYS: Final = {
    key.RETURN: "Enter",
    key.NUM_ENTER: "Enter",
    key.ESCAPE: "Escape",
    key.TAB: "Tab",
    key.F1: "F1",
}
_MOTIONS: Final = {
    key.MOTION_LEFT: "Left",
    key.MOTION_RIGHT: "Right",
    key.MOTION_UP: "Up",
    key.MOTION_DOWN: "Down",
    key.MOTION_PREVIOUS_PAGE: "PageUp",
    key.MOTION_NEXT_PAGE: "PageDown",
    key.MOTION_BEGINNING_OF_LINE: "Home",
    key.MOTION_END_OF_LINE: "End",
    key.MOTION_BEGINNING_OF_FILE: "Home",
    key.MOTION_END_OF_FILE: "End",
}


# What moves through a field does nothing else while somebody types.
_IN_FIELDS: Final = (
    key.MOTION_LEFT, key.MOTION_RIGHT, key.MOTION_BEGINNING_OF_LINE, key.MOTION_END_OF_LINE,
    key.MOTION_BEGINNING_OF_FILE, key.MOTION_END_OF_FILE,
)  # fmt: skip


class Keyboard:
    """Whoever types.  What is typed while something is being opened is kept until it is known which page it is for."""

    def __init__(self, page: Callable[[], Page], do: Callable[[Act], None], *, paste: Callable[[], str]) -> None:
        self._page = page
        self._do = do
        self._paste = paste
        self._early: deque[Callable[[], object]] = deque(maxlen=_MOST_EARLY)

    def tick(self) -> None:
        """Do what was kept."""
        while self._early and not isinstance(self._page(), OpeningPage):
            self._early.popleft()()

    def on_text(self, text: str) -> None:
        """Take a letter: into a field, or as a key."""
        page = self._page()
        if self._too_early(lambda: self.on_text(text)):
            return
        if page.typing:
            if text.isprintable():
                page.type(text)
            return
        name = {" ": "Space"}.get(text, text.upper())
        shifted = f"Shift+{name}" if text != text.lower() else name
        self._key(shifted if shifted in BY_KEY else name)

    def on_text_motion(self, motion: int) -> None:
        """Take a key that moves something; it comes again while it is held."""
        page = self._page()
        if self._too_early(lambda: self.on_text_motion(motion)):
            return
        if motion in (key.MOTION_BACKSPACE, key.MOTION_DELETE):
            if page.typing:
                page.erase(word=False)
        elif motion in _MOTIONS and not (page.typing and motion in _IN_FIELDS):
            self._key(_MOTIONS[motion])

    def on_key_press(self, symbol: int, modifiers: int) -> bool:
        """Take a key with a name."""
        page, ctrl = self._page(), modifiers & key.MOD_ACCEL
        if symbol == key.ESCAPE or (ctrl and symbol in (key.W, key.Q)):
            self._early.clear()
        elif self._too_early(lambda: self.on_key_press(symbol, modifiers)):
            return True
        if ctrl:
            if symbol == key.BACKSPACE and page.typing:
                page.erase(word=True)
            elif symbol == key.V and page.typing:
                page.type(self._paste())
            self._key(f"Ctrl+{chr(symbol).upper()}" if symbol < 128 else "")
        elif symbol in _KEYS:
            self._key(_KEYS[symbol])
        return True  # Escape would close the window

    def _too_early(self, again: Callable[[], object]) -> bool:
        if isinstance(self._page(), OpeningPage):
            self._early.append(again)
            return True
        return False

    def _key(self, name: str) -> None:
        act = BY_KEY.get(name)
        if act is not None:
            self._do(act)
