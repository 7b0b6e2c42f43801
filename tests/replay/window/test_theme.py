"""Colours: what is written can be read."""

import pytest

from replay.window.theme import THEMES, Colour, Theme

ON = (
    *(("text", ground) for ground in ("surface", "sunken", "raised", "hover", "stage", "accent_soft", "selection")),
    *(("muted", ground) for ground in ("surface", "sunken", "raised", "hover", "stage", "accent_soft")),
    *((role, ground) for role in ("customer", "agent", "specialist") for ground in ("surface", "hover", "accent_soft")),
    ("accent", "surface"), ("accent", "accent_soft"), ("on_accent", "accent_fill"),
    ("good", "good_soft"), ("warn", "warn_soft"), ("bad", "bad_soft"), ("bad", "raised"), ("warn", "surface"),
    ("muted", "good_soft"), ("muted", "warn_soft"), ("muted", "bad_soft"),
)  # fmt: skip


def luminance(colour: Colour) -> float:
    parts = [part / 255 for part in colour[:3]]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize(("text", "ground"), ON)
def test_text_has_contrast(theme: Theme, text: str, ground: str) -> None:
    bright, dark = sorted((luminance(getattr(theme, text)), luminance(getattr(theme, ground))), reverse=True)
    assert (bright + 0.05) / (dark + 0.05) >= 4.5
