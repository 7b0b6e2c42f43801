"""What a state means, and whose signature it is, in words and all digits."""

import pytest

from replay import states
from replay.states import WORDS, Standing
from replay.window.acts import Do
from replay.window.bars import signer_in_words
from replay.window.box import Box
from replay.window.paint import Canvas
from replay.window.state_card import sentences, state_card
from replay.window.theme import DARK, LIGHT, Theme
from tests.replay.window.moments import SIZES

DIGITS = "f0b1-0b8f-ec1e-a87f-ac3a-5981-2110-737e"
KNOWN = Standing(
    word=states.COMPLETE, signer=f"known as Example (Ltd) ({DIGITS})", fingerprint=DIGITS, listed=True, genuine=True
)  # fmt: skip
UNKNOWN = Standing(word=states.PARTIAL, why="a part is missing", signer=f"unknown ({DIGITS})", fingerprint=DIGITS)


class Noted(Canvas):
    """A canvas that knows what was written on it."""

    def __init__(self, size: tuple[float, float], theme: Theme = DARK) -> None:
        super().__init__(box=Box.of(size), theme=theme, scale=1.0)
        self.written: list[tuple[str, Box]] = []

    def text(self, box: Box, text: str, **style: object) -> float:
        self.written.append((text, box))
        return super().text(box, text, **style)  # type: ignore[arg-type]  # as it came


def card(standing: Standing, *, size: tuple[float, float] = SIZES[0], theme: Theme = DARK) -> Noted:
    canvas = Noted(size, theme)
    state_card(canvas, standing, (size[0] - 12, 62))
    return canvas


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("size", [(640.0, 400.0), *SIZES])
@pytest.mark.parametrize("standing", [KNOWN, UNKNOWN, Standing(word="?", why="\x1b[31m\u202e" * 300)], ids=str)
def test_all_of_it_is_on_the_page(standing: Standing, size: tuple[float, float], theme: Theme) -> None:
    canvas = card(standing, size=size, theme=theme)
    assert all(box.top >= 0 and box.bottom <= size[1] for text, box in canvas.written if text)
    assert {one.act for one in canvas.hot} == {Do.STANDING}


@pytest.mark.parametrize("standing", [KNOWN, UNKNOWN])
def test_the_whole_fingerprint_is_there_to_be_compared(standing: Standing) -> None:
    written = " ".join(text for text, _ in card(standing).written)
    assert " ".join(DIGITS.split("-")) in " ".join(written.split())


@pytest.mark.parametrize("word", [*WORDS.values(), states.EMPTY, states.NOT_YET, states.NOT_VERIFIED])
def test_every_state_that_can_be_shown_is_explained(word: str) -> None:
    assert sentences(Standing(word=word)) or word == states.NO_RECORDING


def test_a_state_tells_why_and_whose_signature_it_is() -> None:
    meaning, why, signed = sentences(UNKNOWN)
    assert "missing" in meaning
    assert why == "A part is missing."
    assert signed.startswith("It was signed by someone unknown. ")
    assert "telephone" in signed
    own = Standing(word=states.RECOVERED, signer=f"known as you ({DIGITS})", fingerprint=DIGITS, listed=True)
    assert sentences(own)[-1] == "It was signed by someone known as you: this key stands on your list."
    assert "known as Example (Ltd): this key stands on your list" in sentences(KNOWN)[-1]


def test_in_passing_nobody_is_shown_digits() -> None:
    assert signer_in_words(KNOWN) == "known as Example (Ltd)"
    assert signer_in_words(UNKNOWN) == "unknown"
    assert signer_in_words(Standing(word="complete", signer="not told")) == "not told"
