"""What a window shows at one time: pictures of screens, and the pointer over each."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from recorder.format.screen import Pointer

Pixels = npt.NDArray[np.uint8]
NOTHING_YET: Final = "nothing was shown yet"
DAMAGED: Final = "the file is damaged here"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Picture:
    """A decoded picture.

    Shapes: pixels is (height, width, 4) uint8, blue, green, red, 255, row 0 on top; nobody writes to it.
    Units: time_us is when it began to be shown.
    """

    time_us: int
    pixels: Pixels = field(repr=False)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in px."""
        return self.pixels.shape[1], self.pixels.shape[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One screen track at a time.  pointer has its shape; clicked_us is when a button went down last.

    picture is None where there is none, and why says the reason.
    """

    track: str
    picture: Picture | None
    title: str | None = None
    pointer: Pointer | None = None
    clicked_us: int | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All views at a time.  Units: time_us is the time that was asked for; asked counts the requests."""

    time_us: int
    asked: int
    views: tuple[View, ...] = ()
