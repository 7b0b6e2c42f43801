"""Which characters the fonts here can write, and how the others are spelled out."""

import unicodedata

from hypothesis import given

from recorder.format.visible import visible
from replay.export.spelled import Spelling
from replay.fonts import faces
from replay.fonts.faces import REGULAR
from tests.replay.export.transcripts import texts

PRIVATE = "\U000f1234"


def test_what_our_font_has_needs_no_other() -> None:
    assert Spelling().spelled("Żółć, naïve: 1 → 2") == ("Żółć, naïve: 1 → 2", ())


def test_a_character_that_no_font_has_is_spelled_out() -> None:
    text, others = Spelling().spelled(f"a{PRIVATE}b")
    left, right = ("⟨", "⟩") if faces.face_of("⟨", REGULAR) else ("«", "»")
    assert text == f"a{left}U+F1234{right}b"
    assert others == tuple(filter(None, [faces.face_of("⟨", REGULAR)]))


def test_marks_pile_up_no_higher_than_three() -> None:
    text, _ = Spelling().spelled("e" + "\u0301" * 5)
    assert text.count("\u0301") == 3
    assert text.count("U+0301") == 2


def test_what_joins_letters_stays_and_needs_no_font() -> None:
    text, _ = Spelling().spelled("a\u200db\ufe0f")
    assert text == "a\u200db\ufe0f"


@given(texts)
def test_nothing_is_left_that_no_font_can_write(text: str) -> None:
    spelling = Spelling()
    told, others = spelling.spelled(text)
    assert spelling.spelled(told)[0].count("U+") >= visible(text).count("U+")
    for char in told:
        silent = char in "\n\u00ad\u034f\u200b\u200c\u200d\u2060" or "VARIATION SELECTOR" in unicodedata.name(char, "")
        assert silent or any(faces.has(face, char) for face in (REGULAR, *others))
