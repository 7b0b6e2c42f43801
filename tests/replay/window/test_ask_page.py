"""The question for the passphrase, and why something cannot be shown."""

from dataclasses import replace

import pytest

from replay.window.acts import Do
from replay.window.ask_page import Asking, Telling, ask_page, telling_page
from replay.window.box import Box
from replay.window.paint import Canvas
from replay.window.theme import DARK, LIGHT, Theme
from tests.replay.window.moments import SIZES, acts

ASKING = Asking(name="2026-11-21 0914 Northwind Support - Grace Hopper", keyring="northwind.keyring")
HOSTILE = "\x1b[31m\u202e" + "x" * 500


def asked(asking: Asking, *, size: tuple[float, float] = SIZES[0], theme: Theme = DARK) -> Canvas:
    canvas = Canvas(box=Box.of(size), theme=theme, scale=1.0)
    ask_page(canvas, asking)
    return canvas


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("size", [(640.0, 400.0), *SIZES])
def test_everything_can_be_pressed(size: tuple[float, float], theme: Theme) -> None:
    canvas = asked(ASKING, size=size, theme=theme)
    assert {Do.ENTER, Do.REVEAL, Do.LEAVE} <= set(acts(canvas))
    assert all(one.box.top >= 0 and one.box.bottom <= size[1] for one in canvas.hot)


def test_letters_are_seen_only_when_that_was_wished() -> None:
    looks = [
        asked(replace(ASKING, typed=typed, shown=shown)).image.tobytes()
        for typed, shown in (("zebra", False), ("onyxx", False), ("zebra", True), ("onyxx", True))
    ]
    assert looks[0] == looks[1]
    assert len(set(looks)) == 3


def test_every_state_looks_different() -> None:
    states = (
        ASKING, replace(ASKING, typed="zebra"), replace(ASKING, typed="zebra", opening=True),
        replace(ASKING, trouble="That does not open it. Capitals and blanks count."),
    )  # fmt: skip
    assert len({asked(state).image.tobytes() for state in states}) == len(states)


def test_the_end_of_what_is_typed_is_in_sight() -> None:
    long = "zebra onyx walrus " * 30
    ends = {asked(replace(ASKING, typed=long + end, shown=True)).image.tobytes() for end in "abcdef"}
    assert len(ends) == 6


def test_hostile_names_harm_nothing() -> None:
    canvas = asked(Asking(name=HOSTILE, keyring=HOSTILE, trouble=HOSTILE, typed=HOSTILE, shown=True))
    assert {Do.ENTER, Do.REVEAL} <= set(acts(canvas))


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_why_it_cannot_be_shown_is_there_to_read(theme: Theme) -> None:
    for why in ("It is not what was sealed.", HOSTILE, "many words " * 100):
        canvas = Canvas(box=Box.of(SIZES[0]), theme=theme, scale=1.0)
        telling_page(canvas, Telling(title="This cannot be shown", why=why, hint="Ask for another copy."))
        assert Do.LEAVE in acts(canvas)
        assert canvas.image.getcolors(100_000)
