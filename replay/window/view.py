"""All that a page of the player shows at one moment: frozen values, so that what did not change is not painted anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from PIL import Image

from replay.search import Hit
from replay.states import NOT_VERIFIED_YET, Standing
from replay.timeline import Timeline
from replay.window.rows import Row, rows


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

    awake is whether the mouse moved just now; follows says whether the list goes along with the picture; told is
    whether the card stands there that says what the state means.
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
    told: bool = False
    full: bool = False
    awake: bool = False
    toast: str | None = None


def beginning(timeline: Timeline, name: str, *, began: str | None) -> View:
    """Return the first moment of a session.

    name is what it is called where it does not tell whose it is, began when it began, as people read it.
    """
    about = timeline.about
    names = [about.customer or about.title, about.portal] if about else []
    listed = rows(timeline)
    words = [began] if began else []
    words += [f"agent {about.agent}"] if about and about.agent else []
    words += [about.team] if about and about.team else []
    return View(
        timeline=timeline,
        title=" — ".join(name for name in names if name) or name,
        subtitle=" · ".join(words),
        screens=timeline.screens[:1],
        rows=listed,
        side=Side.CHAT if listed else None,
    )


def next_screens(view: View) -> tuple[str, ...]:
    """Return which screens to show after these: each alone, then the first two of them together."""
    screens = view.timeline.screens
    choices = [*((one,) for one in screens), *([screens[:2]] if len(screens) > 1 else [])]
    at = choices.index(view.screens) if view.screens in choices else -1
    return choices[(at + 1) % len(choices)] if choices else ()


def screens_named(view: View, titles: Mapping[str, str | None]) -> str:
    """Return what the screens that are shown are called; one without a title is known by its place."""
    screens = view.timeline.screens
    return " and ".join(titles.get(one) or f"Screen {screens.index(one) + 1}" for one in view.screens if one in screens)
