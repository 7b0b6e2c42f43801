"""What is private: regions of the screen, and windows by title, class or id.  Pure; cover.py does the painting."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Self

from recorder.capture.frame import Region
from recorder.capture.wanted import OutOfScreenError, parse_region, region_text


class By(Enum):
    """How a private window is known."""

    TITLE = "window"
    CLASS = "class"
    ID = "id"


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowTold:
    """What a window tells about itself."""

    id: int
    titles: tuple[str, ...]
    classes: tuple[str, ...]
    transient_for: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateWindow:
    """Windows whose title holds a regular expression, or whose class is one, in any case of letters; or one by id."""

    by: By
    text: str

    def fits(self, told: WindowTold) -> bool:
        """Say whether that is such a window."""
        # An Ü may be one character or two.
        wanted = unicodedata.normalize("NFC", self.text)
        match self.by:
            case By.TITLE:
                titles = (unicodedata.normalize("NFC", title) for title in told.titles)
                return any(re.search(wanted, title, re.IGNORECASE) for title in titles)
            case By.CLASS:
                return any(re.fullmatch(wanted, name, re.IGNORECASE) for name in told.classes)
            case By.ID:
                return told.id == int(self.text, 0)


@dataclass(frozen=True, slots=True)
class Mask:
    """Something no frame may show.  Units: a region is in px of the whole screen."""

    what: Region | PrivateWindow

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read LEFT,TOP,WIDTHxHEIGHT, window:TITLE, class:CLASS (regular expressions) or id:NUMBER.

        Errors: ValueError when it is none of them.
        """
        if region := parse_region(text):
            return cls(region)
        kind, _, rest = text.partition(":")
        try:
            by = By(kind)
            if not rest:
                raise ValueError  # noqa: TRY301 - an empty expression would fit every window
            int(rest, 0) if by is By.ID else re.compile(rest)
        except (ValueError, re.error) as error:
            why = f"{text!r} is neither LEFT,TOP,WIDTHxHEIGHT nor window:TITLE, class:CLASS or id:NUMBER"
            raise ValueError(f"{why} ({error})" if isinstance(error, re.error) else why) from error
        return cls(PrivateWindow(by=by, text=rest))

    def __str__(self) -> str:
        """Return what parse reads."""
        if isinstance(self.what, Region):
            return region_text(self.what)
        return f"{self.what.by.value}:{self.what.text}"


def private_regions(masks: Iterable[Mask], screen: Region) -> list[Region]:
    """Return the masks that are regions.  Errors: OutOfScreenError when one lies wholly outside."""
    regions = [mask.what for mask in masks if isinstance(mask.what, Region)]
    for region in regions:
        if not region.clipped(screen).area:
            why = f"the mask {region_text(region)} is outside the screen of {screen.width_px}x{screen.height_px}"
            raise OutOfScreenError(why=why)
    return regions
