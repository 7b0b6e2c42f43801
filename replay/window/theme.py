"""Colours of the light and the dark window.  Pure.

Text on its grounds keeps a contrast of 4.5 : 1 (WCAG 2.2, 1.4.3).
"""

from dataclasses import dataclass
from typing import Final

Colour = tuple[int, int, int, int]  # red, green, blue, opacity: 0 to 255
CLEAR: Final[Colour] = (0, 0, 0, 0)


def _rgb(text: str, opacity: int = 255) -> Colour:
    red, green, blue = bytes.fromhex(text)
    return red, green, blue, opacity


def faded(colour: Colour, opacity: float) -> Colour:
    """Return it with a part of its opacity."""
    return *colour[:3], round(colour[3] * opacity)


def mixed(one: Colour, other: Colour, part: float) -> Colour:
    """Return one with a part of the other in it."""
    red, green, blue, opacity = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue, opacity


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """All colours, by what they are for."""

    name: str
    stage: Colour  # around the video
    surface: Colour  # bars and panels
    sunken: Colour  # fields, the time line
    raised: Colour  # cards and bubbles
    hover: Colour  # over surface
    pressed: Colour
    line: Colour  # between surfaces
    edge: Colour  # around fields
    text: Colour
    muted: Colour  # less important text
    accent: Colour  # what is on, what is chosen, text and icons
    accent_fill: Colour  # under white text
    accent_soft: Colour  # under chosen rows
    on_accent: Colour
    good: Colour
    warn: Colour
    bad: Colour
    good_soft: Colour
    warn_soft: Colour
    bad_soft: Colour
    heat: Colour  # activity still to come
    heat_played: Colour
    customer: Colour
    agent: Colour
    specialist: Colour
    shadow: Colour
    veil: Colour  # over the page, under what must be answered
    selection: Colour  # chosen text


DARK: Final = Theme(
    name="dark",
    stage=_rgb("0a0b0d"),
    surface=_rgb("141619"),
    sunken=_rgb("0d0e11"),
    raised=_rgb("1f2227"),
    hover=_rgb("22252b"),
    pressed=_rgb("2b2f36"),
    line=_rgb("24272d"),
    edge=_rgb("363b44"),
    text=_rgb("f1f3f7"),
    muted=_rgb("9aa2af"),
    accent=_rgb("8ea6ff"),
    accent_fill=_rgb("4a66e8"),
    accent_soft=_rgb("20294a"),
    on_accent=_rgb("ffffff"),
    good=_rgb("4ed79a"),
    warn=_rgb("f2b950"),
    bad=_rgb("ff7b80"),
    good_soft=_rgb("12291f"),
    warn_soft=_rgb("2e2413"),
    bad_soft=_rgb("351a1d"),
    heat=_rgb("3b414c"),
    heat_played=_rgb("7d97ff"),
    customer=_rgb("5fd0c5"),
    agent=_rgb("9db1ff"),
    specialist=_rgb("e0a3f5"),
    shadow=_rgb("000000", 150),
    veil=_rgb("050608", 170),
    selection=_rgb("33469c"),
)
LIGHT: Final = Theme(
    name="light",
    stage=_rgb("e9ebef"),
    surface=_rgb("ffffff"),
    sunken=_rgb("f4f5f8"),
    raised=_rgb("ffffff"),
    hover=_rgb("f0f1f5"),
    pressed=_rgb("e5e7ed"),
    line=_rgb("e4e6eb"),
    edge=_rgb("cfd3db"),
    text=_rgb("15171c"),
    muted=_rgb("596171"),
    accent=_rgb("3651d4"),
    accent_fill=_rgb("4360ea"),
    accent_soft=_rgb("e9edff"),
    on_accent=_rgb("ffffff"),
    good=_rgb("0e7147"),
    warn=_rgb("8a5300"),
    bad=_rgb("bd2630"),
    good_soft=_rgb("e2f6ec"),
    warn_soft=_rgb("fdf1da"),
    bad_soft=_rgb("fdeaeb"),
    heat=_rgb("c6cbd6"),
    heat_played=_rgb("5a75f0"),
    customer=_rgb("0b7168"),
    agent=_rgb("3d55cf"),
    specialist=_rgb("8a3aa8"),
    shadow=_rgb("1b2030", 56),
    veil=_rgb("e9ebef", 190),
    selection=_rgb("c3cefb"),
)
THEMES: Final = {theme.name: theme for theme in (DARK, LIGHT)}
