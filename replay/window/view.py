"""All that a page of the player shows at one moment: frozen values, so that what did not change is not painted anew."""

from dataclasses import dataclass
from enum import Enum

from PIL import Image

from replay.search import Hit
from replay.states import NOT_VERIFIED_YET, Standing
from replay.timeline import Timeline
from replay.window.rows import Row


class Side(Enum):
    """What stands beside the picture."""

    CHAT = "Chat"
    SEARCH = "Search"
    DIAGNOSTICS = "Diagnostics"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scroll:
    """Where a list stands: the first row, and points of it that are above the list."""

    row: int = 0
    above: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A moment of the player.  Units: µs.  screens are the tracks shown; why is said where a picture should be.

    awake is whether the mouse moved just now; follows says whether the list goes along with the picture.
    """

    timeline: Timeline
    title: str
    subtitle: str
    position_us: int = 0
    playing: bool = False
    speed: float = 1.0
    skips_idle: bool = False
    growing: bool = False
    standing: Standing = NOT_VERIFIED_YET
    screens: tuple[str, ...] = ()
    fit: bool = True
    why: str | None = None
    side: Side | None = Side.CHAT
    follows: bool = True
    scroll: Scroll = Scroll()
    rows: tuple[Row, ...] = ()
    current: int = -1  # the row of now
    chosen: int = -1
    query: str = ""
    typing: bool = False
    hits: tuple[Hit, ...] = ()
    trouble: str | None = None
    snapshot: tuple[tuple[str, str], ...] = ()
    snapshot_title: str = ""
    hover_us: int | None = None
    preview: Image.Image | None = None
    help: bool = False
    full: bool = False
    awake: bool = False
    toast: str | None = None
