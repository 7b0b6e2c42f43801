"""What a window shows one of at a time: a page."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from replay.scene import View
from replay.window.acts import Act
from replay.window.box import Box, Point, Size
from replay.window.paint import Panel


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """A picture of a screen, and where it is shown.  Units: now_us is the position, for clicks that fade."""

    box: Box
    view: View
    now_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """What comes after a page: a recording, or without a path the library."""

    path: Path | None = None
    at_us: int = 0


class Page(Protocol):
    """A page: panels and pictures out, acts and typing in.  Nothing of it takes long."""

    @property
    def typing(self) -> bool:
        """Whether letters go into a field."""

    @property
    def title(self) -> str:
        """What is open, for the title of the window; nothing where that says nothing."""

    @property
    def follow(self) -> Follow | None:
        """What shall be shown instead."""

    def panels(self, size: Size, scale: float) -> list[Panel]:
        """Return what is painted, the lowest first."""

    def films(self, size: Size, scale: float) -> list[Film]:
        """Return the pictures of screens, below all panels but the first."""

    def tick(self, *, now_us: int) -> None:
        """Take what is new."""

    def act(self, act: Act, *, now_us: int) -> None:
        """Do it."""

    def type(self, text: str) -> None:
        """Take letters into the field."""

    def erase(self, *, word: bool) -> None:
        """Take the last letter or word out of the field."""

    def wheel(self, at: Point, by: float) -> None:
        """Turn the wheel so many notches down."""

    def motion(self, at: Point | None) -> None:
        """Note where the mouse is."""

    def close(self) -> None:
        """Let go of everything."""
