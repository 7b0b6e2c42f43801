"""What can be asked of the window, and the keys for it: one table for help, keys and tests.  Pure."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final


class Do(Enum):
    """Acts that need nothing more said."""

    TOGGLE = auto()
    STEP_BACK = auto()
    STEP_ON = auto()
    SLOWER = auto()
    FASTER = auto()
    BEGINNING = auto()
    END = auto()
    MARKER_ON = auto()
    MARKER_BACK = auto()
    SKIP_IDLE = auto()
    FIT = auto()
    TRACK = auto()
    STILL = auto()
    CHAT = auto()
    SEARCH = auto()
    DIAGNOSTICS = auto()
    HELP = auto()
    FULL_SCREEN = auto()
    BACK = auto()
    QUIT = auto()
    THEME = auto()
    ENTER = auto()
    UP = auto()
    DOWN = auto()
    PAGE_UP = auto()
    PAGE_DOWN = auto()
    REVEAL = auto()
    STANDING = auto()
    LEAVE = auto()
    FOCUS = auto()


@dataclass(frozen=True, slots=True)
class SeekTo:
    """Go to a time.  Units: µs."""

    time_us: int


@dataclass(frozen=True, slots=True)
class SeekBy:
    """Go on or back.  Units: µs."""

    by_us: int


@dataclass(frozen=True, slots=True)
class SetSpeed:
    """Play so many times as fast."""

    speed: float


@dataclass(frozen=True, slots=True)
class Scrub:
    """The time line was pressed: go where the mouse is."""


@dataclass(frozen=True, slots=True)
class Choose:
    """A row of a list was pressed."""

    number: int


@dataclass(frozen=True, slots=True)
class Order:
    """The head of a column was pressed."""

    column: Enum


Act = Do | SeekTo | SeekBy | SetSpeed | Scrub | Choose | Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut:
    """Keys as people write them, what they do, and what that is called."""

    keys: tuple[str, ...]
    act: Act
    words: str
    group: str


SECOND_US: Final = 1_000_000
_PLAY: Final = "Play"
_MOVE: Final = "Move"
_LOOK: Final = "Look"
_WINDOW: Final = "Window"

SHORTCUTS: Final = (
    Shortcut(keys=("Space", "K"), act=Do.TOGGLE, words="play or pause", group=_PLAY),
    Shortcut(keys=("[",), act=Do.SLOWER, words="slower", group=_PLAY),
    Shortcut(keys=("]",), act=Do.FASTER, words="faster", group=_PLAY),
    Shortcut(keys=("I",), act=Do.SKIP_IDLE, words="skip idle time, or not", group=_PLAY),
    Shortcut(keys=("J",), act=SeekBy(-10 * SECOND_US), words="10 seconds back", group=_MOVE),
    Shortcut(keys=("L",), act=SeekBy(10 * SECOND_US), words="10 seconds on", group=_MOVE),
    Shortcut(keys=("Left",), act=SeekBy(-5 * SECOND_US), words="5 seconds back", group=_MOVE),
    Shortcut(keys=("Right",), act=SeekBy(5 * SECOND_US), words="5 seconds on", group=_MOVE),
    Shortcut(keys=(",",), act=Do.STEP_BACK, words="one picture back", group=_MOVE),
    Shortcut(keys=(".",), act=Do.STEP_ON, words="one picture on", group=_MOVE),
    Shortcut(keys=("M",), act=Do.MARKER_ON, words="next marker", group=_MOVE),
    Shortcut(keys=("Shift+M",), act=Do.MARKER_BACK, words="marker before", group=_MOVE),
    Shortcut(keys=("Home",), act=Do.BEGINNING, words="to the beginning", group=_MOVE),
    Shortcut(keys=("End",), act=Do.END, words="to the end", group=_MOVE),
    Shortcut(keys=("F",), act=Do.FULL_SCREEN, words="full screen", group=_LOOK),
    Shortcut(keys=("Z",), act=Do.FIT, words="fit the window, or 1 : 1", group=_LOOK),
    Shortcut(keys=("T",), act=Do.TRACK, words="other screen, or both", group=_LOOK),
    Shortcut(keys=("S",), act=Do.STILL, words="save a still picture", group=_LOOK),
    Shortcut(keys=("C",), act=Do.CHAT, words="chat and events", group=_LOOK),
    Shortcut(keys=("/", "Ctrl+F"), act=Do.SEARCH, words="search", group=_LOOK),
    Shortcut(keys=("D",), act=Do.DIAGNOSTICS, words="diagnostics", group=_LOOK),
    Shortcut(keys=("V",), act=Do.STANDING, words="state and signature", group=_LOOK),
    Shortcut(keys=("Up",), act=Do.UP, words="up in a list", group=_WINDOW),
    Shortcut(keys=("Down",), act=Do.DOWN, words="down in a list", group=_WINDOW),
    Shortcut(keys=("PageUp",), act=Do.PAGE_UP, words="a page up", group=_WINDOW),
    Shortcut(keys=("PageDown",), act=Do.PAGE_DOWN, words="a page down", group=_WINDOW),
    Shortcut(keys=("Enter",), act=Do.ENTER, words="open what is chosen", group=_WINDOW),
    Shortcut(keys=("Tab",), act=Do.FOCUS, words="into the field, and out of it", group=_WINDOW),
    Shortcut(keys=("Shift+T",), act=Do.THEME, words="light or dark", group=_WINDOW),
    Shortcut(keys=("?", "F1"), act=Do.HELP, words="these keys", group=_WINDOW),
    Shortcut(keys=("Escape",), act=Do.BACK, words="close, or back", group=_WINDOW),
    Shortcut(keys=("Ctrl+W",), act=Do.LEAVE, words="to the library", group=_WINDOW),
    Shortcut(keys=("Ctrl+Q",), act=Do.QUIT, words="quit", group=_WINDOW),
)
BY_KEY: Final[dict[str, Act]] = {key: one.act for one in SHORTCUTS for key in one.keys}


def tip(act: Act) -> str:
    """Return what an act is called, with its key."""
    found = next((one for one in SHORTCUTS if one.act == act), None)
    return f"{found.words[0].upper()}{found.words[1:]}  {found.keys[0]}" if found else ""
