"""The table of keys: what people are told is what the keys do."""

from collections import Counter

import pytest

from replay.window.acts import BY_KEY, SHORTCUTS, Do, SeekBy, tip
from replay.window.box import Box
from replay.window.cards import help_card, help_size
from replay.window.library_page import SHORTCUTS as LIBRARY
from replay.window.paint import Canvas
from replay.window.theme import DARK
from tests.replay.window.moments import SECOND_US

PROMISED = {
    "Space": Do.TOGGLE, "K": Do.TOGGLE, "J": SeekBy(-10 * SECOND_US), "L": SeekBy(10 * SECOND_US),
    "Left": SeekBy(-5 * SECOND_US), "Right": SeekBy(5 * SECOND_US), ",": Do.STEP_BACK, ".": Do.STEP_ON,
    "[": Do.SLOWER, "]": Do.FASTER, "M": Do.MARKER_ON, "Shift+M": Do.MARKER_BACK, "F": Do.FULL_SCREEN, "Z": Do.FIT,
    "T": Do.TRACK, "I": Do.SKIP_IDLE, "S": Do.STILL, "C": Do.CHAT, "D": Do.DIAGNOSTICS, "/": Do.SEARCH, "?": Do.HELP,
    "F1": Do.HELP, "Home": Do.BEGINNING, "End": Do.END, "Up": Do.UP, "Down": Do.DOWN, "PageUp": Do.PAGE_UP,
    "PageDown": Do.PAGE_DOWN, "Enter": Do.ENTER, "Tab": Do.FOCUS, "Escape": Do.BACK, "Ctrl+Q": Do.QUIT,
    "Ctrl+W": Do.LEAVE, "Shift+T": Do.THEME, "Ctrl+F": Do.SEARCH, "V": Do.STANDING,
}  # fmt: skip
NO_KEY = {Do.REVEAL}  # the mouse's; who has no mouse needs no letters shown


@pytest.mark.parametrize("key", PROMISED)
def test_a_key_does_what_was_promised(key: str) -> None:
    assert BY_KEY[key] == PROMISED[key]


def test_no_other_key_does_anything() -> None:
    assert BY_KEY.keys() == PROMISED.keys()


def test_no_key_does_two_things() -> None:
    assert max(Counter(key for one in SHORTCUTS for key in one.keys).values()) == 1


def test_every_act_has_a_key() -> None:
    assert set(Do) - {one.act for one in SHORTCUTS} == NO_KEY


def test_a_tip_names_act_and_key() -> None:
    assert tip(Do.STILL) == "Save a still picture  S"
    assert all(tip(one.act).endswith(one.keys[0]) for one in SHORTCUTS if one is SHORTCUTS[0] or one.act != Do.TOGGLE)


@pytest.mark.parametrize("size", [(640.0, 400.0), (1280.0, 720.0), (1920.0, 1080.0)])
def test_the_help_names_every_key_inside_its_card(size: tuple[float, float]) -> None:
    written: list[tuple[str, Box]] = []

    class Noted(Canvas):
        def text(self, box: Box, text: str, **style: object) -> float:
            written.append((text, box))
            return super().text(box, text, **style)  # type: ignore[arg-type]  # as it came

    help_card(Noted(box=Box.of(size), theme=DARK, scale=1.0))
    page = Box.of(size)
    assert all(page.top <= box.top and box.bottom <= page.bottom for _, box in written)
    told = [text.lower() for text, _ in written]
    assert all(one.words.lower() in told for one in SHORTCUTS)


@pytest.mark.parametrize("size", [(640.0, 400.0), (1280.0, 720.0)])
def test_the_library_names_its_keys_in_a_smaller_card(size: tuple[float, float]) -> None:
    assert {one.act for one in LIBRARY} >= {Do.SEARCH, Do.ENTER, Do.HELP, Do.QUIT}
    assert Do.TOGGLE not in {one.act for one in LIBRARY}
    card, whole = help_size(size, LIBRARY), help_size(size)
    assert card[0] <= whole[0] <= size[0]
    assert card[1] < whole[1] <= size[1]
