"""The bars: every control reaches its act, inside its bar, and nothing lies over anything else."""

import itertools

import pytest

from replay.states import Standing
from replay.window.acts import Do, SeekBy
from replay.window.bars import controls, corner_badge, corner_width, top_bar
from replay.window.box import Box
from replay.window.layout import layout
from replay.window.theme import DARK, LIGHT, Theme
from replay.window.view import Side
from tests.replay.window.moments import SECOND_US, SIZES, acts, painted, timeline, view

ALL = {
    Do.TOGGLE, SeekBy(-10 * SECOND_US), SeekBy(10 * SECOND_US), Do.STEP_BACK, Do.STEP_ON, Do.SLOWER, Do.FASTER,
    Do.SKIP_IDLE, Do.TRACK, Do.FIT, Do.STILL, Do.CHAT, Do.SEARCH, Do.DIAGNOSTICS, Do.FULL_SCREEN, Do.THEME, Do.HELP,
}  # fmt: skip
STANDINGS = (
    Standing(word="complete", signer="known as the portal", genuine=True),
    Standing(word="complete", signer="unknown (5a3c-f3b4-bd23-7dd4)"),
    Standing(word="not verified yet", verified=False),
    Standing(word="recovered", why="it has no end"),
    Standing(word="partial", why="a part of it is missing, and the reason takes many, many words to tell " * 5),
    Standing(word="refused", why="it is not what was sealed"),
)


@pytest.mark.parametrize("size", SIZES)
def test_every_control_is_there(size: tuple[float, float]) -> None:
    box = layout(size, side=True, bare=False).controls
    assert set(acts(painted(controls, view(), box))) == ALL


def test_what_needs_a_screen_is_not_there_without_one() -> None:
    box = layout(SIZES[0], side=True, bare=False).controls
    assert set(acts(painted(controls, view(timeline(screens=())), box))) == ALL - {Do.TRACK, Do.FIT, Do.STILL}
    one = painted(controls, view(timeline(screens=("screen/customer",))), box)
    assert set(acts(one)) == ALL - {Do.TRACK}


@pytest.mark.parametrize("width", [640.0, 800.0, 1000.0, 1280.0, 2560.0])
def test_no_control_lies_over_another_or_outside(width: float) -> None:
    box = layout((width, 400.0), side=False, bare=False).controls
    shown = view(timeline(minutes=600), position_us=599 * 60 * SECOND_US, growing=True, speed=0.25)
    hot = painted(controls, shown, box).hot
    assert all(one.box.left >= box.left and one.box.right <= box.right for one in hot)
    assert all(one.box.top >= box.top and one.box.bottom <= box.bottom for one in hot)
    for one, other in itertools.combinations(hot, 2):
        assert one.box.right <= other.box.left or other.box.right <= one.box.left, (one, other)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize("standing", STANDINGS, ids=str)
def test_the_state_is_always_in_sight(standing: Standing, theme: Theme) -> None:
    for width in (640.0, 1280.0):
        canvas = painted(top_bar, view(standing=standing, title="A very long name " * 20), Box(0, 0, width, 52))
        plain = painted(top_bar, view(standing=Standing(word=""), title="A very long name " * 20), Box(0, 0, width, 52))
        assert canvas.image.tobytes() != plain.image.tobytes()
    corner = Box(0, 0, corner_width(view(standing=standing)), 32)
    assert painted(corner_badge, view(standing=standing), corner, theme=theme).image.getbbox()


def test_what_is_on_looks_so() -> None:
    box = layout(SIZES[0], side=True, bare=False).controls
    looks = {
        painted(controls, view(**on), box).image.tobytes()
        for on in ({}, {"playing": True}, {"skips_idle": True}, {"fit": False}, {"side": Side.SEARCH}, {"speed": 2.0})
    }
    assert len(looks) == 6
