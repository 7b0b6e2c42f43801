"""Colours of all pages: they stand in one file, and what is written in them can be read, light and dark.

Source: WCAG 2.2, 1.4.3 and 1.4.11.
"""

import re
from pathlib import Path

import pytest

from portal_core import web

CSS = Path(web.__file__).parent / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text()
LIGHT, DARK = TOKENS.split("prefers-color-scheme: dark")
GROUNDS = ("background", "surface", "sunken")
# Around a QR code, which telephones read only dark on light; and over a picture of a screen.
SAME_IN_BOTH = {"console.css": {"#fff"}, "screen.css": {"rgb("}}
LETTERS = ("text", "muted", "accent", "good", "warn", "bad")


def colours(scheme: str) -> dict[str, str]:
    light = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", LIGHT))
    return light if scheme == "light" else light | dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", DARK))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * one for one in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_on_every_ground(scheme: str) -> None:
    found = colours(scheme)
    pairs = [(letter, ground) for letter in LETTERS for ground in GROUNDS]
    pairs += [(one, f"{one}-soft") for one in ("accent", "good", "warn", "bad")]
    pairs += [("text", f"{one}-soft") for one in ("accent", "good", "warn", "bad")]
    pairs += [("accent-text", "accent"), ("accent-text", "accent-strong"), ("bad-text", "bad")]
    pairs += [("bad-text", "bad-strong"), ("accent-strong", "background"), ("accent-strong", "surface")]
    pairs += [("stage-text", "stage")]
    low = {pair: contrast(found[pair[0]], found[pair[1]]) for pair in pairs}
    assert {pair: round(ratio, 2) for pair, ratio in low.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_fields_can_be_seen(scheme: str) -> None:
    found = colours(scheme)
    assert all(contrast(found["edge"], found[ground]) >= 3 for ground in ("background", "surface"))
    assert all(contrast(found["accent"], found[ground]) >= 3 for ground in GROUNDS)


def test_no_other_file_names_a_colour() -> None:
    for path in CSS.glob("*.css"):
        named = re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|rgba|hsl|hsla|lab|lch|oklch)\(", path.read_text())
        assert path.name == "tokens.css" or set(named) <= SAME_IN_BOTH.get(path.name, set()), path


def test_what_is_used_is_there() -> None:
    there = set(re.findall(r"(--[a-z-]+):", TOKENS))
    for path in CSS.glob("*.css"):
        text = path.read_text()
        assert set(re.findall(r"var\((--[a-z-]+)", text)) <= there | set(re.findall(r"(--[a-z-]+):", text)), path
