"""Text as pixels: every script that a font has, and nothing of what a text would do to its surroundings."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from replay.fonts import faces
from replay.fonts.faces import REGULAR
from replay.window import lettering
from replay.window.lettering import Weight, draw, fitted, width, wrapped

WHITE = (255, 255, 255, 255)


def shown(text: str) -> str:
    """What is drawn, font by font; around numbers stand signs of our own font."""
    drawn = "".join(run.text for run in lettering._runs(text, Weight.REGULAR))
    return drawn.replace("\u2039", "<").replace("\u203a", ">")


def pixels(text: str, size_px: int = 14) -> Image.Image:
    image = Image.new("RGBA", (400, 40))
    draw(image, 4, 20, text, size_px, Weight.REGULAR, WHITE)
    return image


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("\x1b[31mred\x1b[0m", "<001B>[31mred<001B>[0m"),
        ("\u202egnp.exe\u202c", "<202E>gnp.exe<202C>"),
        ("\u2066a\u2069", "<2066>a<2069>"),
        ("nothing\x00here", "nothing<0000>here"),
        ("half \ud800", "half <D800>"),
        ("\ue000", "<E000>"),
        ("\U000e0001", "<E0001>"),
        ("tab\tand\nline", "tab and line"),
        ("\u2028", "<2028>"),
        ("a\u200bb\u200ec\ufeffd", "abcd"),
        ("hidden\U000e0041\U000e0042", "hidden"),
        ("e\u0301", "é"),
        ("a" + "\u0301" * 50, "á\u0301\u0301\u0301"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_would_steer_is_shown_as_its_number(text: str, drawn: str) -> None:
    assert shown(text) == drawn


def test_words_of_arabic_stay_in_their_order() -> None:
    text = "مرحبا بالعالم، كيف حالك"
    if faces.face_of("م", REGULAR) is None:
        pytest.skip("no font here has Arabic")
    assert [run.text for run in lettering._runs(f"{text} and more", Weight.REGULAR)] == [text, " and more"]


def test_a_picture_in_colour_is_drawn_in_colour() -> None:
    face = faces.face_of("😀", REGULAR)
    if face is None or not face.coloured:
        pytest.skip("no font here has pictures")
    colours = pixels("😀").getcolors(4096)
    assert colours
    assert any(max(colour[:3]) - min(colour[:3]) > 60 for _, colour in colours if isinstance(colour, tuple))


def test_without_fontconfig_there_is_still_our_own_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    for kept in (faces._of_system, faces.face_of, lettering._runs):
        kept.cache_clear()
    try:
        assert shown("plain é 日") == "plain é <65E5>"
    finally:
        for kept in (faces._of_system, faces.face_of, lettering._runs):
            kept.cache_clear()


@given(text=st.text(max_size=300), size_px=st.integers(9, 30))
def test_any_text_is_drawn_and_stays_in_its_line(text: str, size_px: int) -> None:
    image = Image.new("RGBA", (200, 200))
    draw(image, 4, 100, text, size_px, Weight.SEMIBOLD, WHITE)
    box = image.getbbox()
    assert box is None or (box[1] >= 100 - 1.3 * size_px and box[3] <= 100 + 1.3 * size_px)


@given(text=st.text(max_size=200), most_px=st.integers(0, 400))
def test_a_fitted_line_fits(text: str, most_px: int) -> None:
    found = fitted(text, 13, Weight.REGULAR, float(most_px))
    assert found == "…" or width(found, 13) <= most_px


@given(text=st.text(alphabet=st.characters(codec="utf-8", categories=["L", "N", "Zs", "P"]), max_size=200))
def test_wrapping_loses_nothing(text: str) -> None:
    lines = wrapped(text, 13, Weight.REGULAR, 120)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_wrapping_ends_where_it_is_told_to() -> None:
    lines = wrapped("many words " * 1000, 13, Weight.REGULAR, 120, 3)
    assert len(lines) == 3
    assert lines[-1].endswith("…")


def test_a_thousand_signs_of_no_font_ask_the_system_once() -> None:
    rare = "".join(chr(code) for code in range(0x13000, 0x13400) if unicodedata.name(chr(code), ""))
    faces._of_system.cache_clear()
    for text in (rare * 5, "x" * 1_000_000, "\u202e" * 100_000, "a" + "\u0301" * 100_000):
        assert fitted(text, 13, Weight.REGULAR, 300.0).endswith("…")
        assert len(wrapped(text[:5000], 13, Weight.REGULAR, 300, 40)) <= 40
    assert faces._of_system.cache_info().misses == 1


def test_times_stand_still_while_they_run() -> None:
    widths = {width(f"0:{second:02}", 14) for second in range(60)}
    assert len(widths) == 1
