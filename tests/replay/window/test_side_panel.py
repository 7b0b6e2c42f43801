"""What stands beside the picture: lists of any length, painted where they are looked at."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.format.events import Line
from replay.search import MAX_HITS, Hit
from replay.window.acts import Choose, Do
from replay.window.box import Box
from replay.window.listing import scrolled, shown_at
from replay.window.paint import Canvas
from replay.window.side_panel import list_box, side_panel
from replay.window.theme import DARK, LIGHT, Theme
from replay.window.view import Scroll, Side, View
from tests.replay.window.moments import acts, chatting, painted, timeline, view

BOX = Box(940, 52, 340, 548)
HITS = tuple(
    Hit(time_us=number, track="chat", who="Grace", snippet=f"hit {number}", matches=((0, 3),)) for number in range(500)
)
FACTS = tuple(("system", "") if number % 20 == 0 else (f"fact {number}", "value") for number in range(2000))
HOSTILE = "\x1b[31m\u202e" + "x" * 3000 + "\n" * 200 + "😀" * 100
LISTS = {
    Side.CHAT: view(chatting(300)),
    Side.SEARCH: view(query="hit", hits=HITS, side=Side.SEARCH),
    Side.DIAGNOSTICS: view(snapshot=FACTS, snapshot_title="desktop recorder", side=Side.DIAGNOSTICS),
}


def chosen(canvas: Canvas) -> list[int]:
    return [act.number for act in acts(canvas) if isinstance(act, Choose)]


def measure() -> Canvas:
    return Canvas(box=Box(BOX.left, BOX.top, BOX.width, 1), theme=DARK, scale=1.0)


def test_only_rows_in_sight_are_painted() -> None:
    shown = view(chatting(100_000))
    for row in (0, 50_000, 99_990):
        found = chosen(painted(side_panel, replace(shown, scroll=Scroll(row=row)), BOX))
        assert found == list(range(row, row + len(found)))
        assert 0 < len(found) < 20


def test_pressing_a_row_chooses_that_row() -> None:
    canvas = painted(side_panel, replace(LISTS[Side.CHAT], scroll=Scroll(row=7, above=11.0)), BOX)
    hot = [one for one in canvas.hot if isinstance(one.act, Choose)]
    assert [one.act for one in hot][:3] == [Choose(7), Choose(8), Choose(9)]
    for above, below in pairwise(hot):
        assert above.box.bottom == pytest.approx(below.box.top)


@pytest.mark.parametrize("side", Side)
def test_tabs_and_the_way_out_are_there(side: Side) -> None:
    canvas = painted(side_panel, LISTS[side], BOX)
    assert {Do.CHAT, Do.SEARCH, Do.DIAGNOSTICS} <= set(acts(canvas))
    assert (Do.FOCUS in acts(canvas)) == (side is Side.SEARCH)
    # Rows that slide under the head are not pressed through it.
    scrolled_up = painted(side_panel, replace(LISTS[side], scroll=Scroll(row=3, above=20.0)), BOX)
    tab = next(one for one in scrolled_up.hot if one.act is Do.SEARCH)
    assert [one.act for one in scrolled_up.hot if tab.box.middle in one.box][-1] is Do.SEARCH


@pytest.mark.parametrize("side", Side)
@given(turns=st.lists(st.floats(-5000, 5000), max_size=8))
def test_a_list_never_scrolls_out_of_sight(side: Side, turns: list[float]) -> None:
    shown = LISTS[side]
    for turn in turns:
        shown = replace(shown, scroll=scrolled(measure(), shown, BOX, turn))
    count = {Side.CHAT: len(shown.rows), Side.SEARCH: len(HITS), Side.DIAGNOSTICS: len(FACTS)}[side]
    assert 0 <= shown.scroll.row < count
    assert shown.scroll.above >= 0


@pytest.mark.parametrize("side", Side)
def test_there_and_back_is_the_same_place(side: Side) -> None:
    down = replace(LISTS[side], scroll=scrolled(measure(), LISTS[side], BOX, 700.0))
    assert down.scroll != Scroll()
    assert scrolled(measure(), down, BOX, -700.0) == Scroll()


@pytest.mark.parametrize("current", [0, 1, 150, 299])
def test_the_row_of_now_is_in_sight(current: int) -> None:
    shown = replace(LISTS[Side.CHAT], current=current)
    shown = replace(shown, scroll=shown_at(measure(), shown, BOX))
    body = list_box(BOX, shown)
    canvas = painted(side_panel, shown, BOX)
    (place,) = [one.box for one in canvas.hot if one.act == Choose(current)]
    assert body.top <= place.top
    assert place.bottom <= body.bottom + 1


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("side", Side)
def test_hostile_text_harms_nothing(side: Side, theme: Theme) -> None:
    told = timeline(*((number, Line(by=number, text=HOSTILE, audience="agents")) for number in range(3)))
    shown = view(
        told, side=side, query=HOSTILE, snapshot=((HOSTILE, HOSTILE),) * 3, snapshot_title=HOSTILE,
        hits=(Hit(time_us=0, track="chat", who=HOSTILE, snippet=HOSTILE[:120], matches=((0, 5),)),), trouble=HOSTILE,
    )  # fmt: skip
    canvas = painted(side_panel, shown, BOX, theme=theme)
    assert all(one.box.left >= BOX.left and one.box.right <= BOX.right for one in canvas.hot)


def test_where_there_is_nothing_that_is_said() -> None:
    empty = view(timeline(), rows=())
    said = {painted(side_panel, replace(empty, side=side), BOX).image.tobytes() for side in Side}
    typed = replace(empty, side=Side.SEARCH, query="something")
    assert len(said | {painted(side_panel, typed, BOX).image.tobytes()}) == 4


def test_agents_only_is_seen() -> None:
    looks = [
        painted(side_panel, view(timeline((0, Line(by=2, text="hello", audience=audience)))), BOX).image.tobytes()
        for audience in ("all", "agents")
    ]
    assert looks[0] != looks[1]


def test_text_is_sharp_on_a_screen_with_more_pixels() -> None:
    shown: View = LISTS[Side.CHAT]
    assert painted(side_panel, shown, BOX, scale=2.0).image.size == (680, 1096)


def test_how_many_were_found_is_seen_and_which_is_chosen() -> None:
    written: list[str] = []

    class Noted(Canvas):
        def text(self, box: Box, text: str, **style: object) -> float:
            written.append(text)
            return super().text(box, text, **style)  # type: ignore[arg-type]  # as it came

    shown = LISTS[Side.SEARCH]
    many = replace(shown, hits=(HITS[0],) * MAX_HITS)
    for moment, said in (
        (shown, f"{len(HITS)} found"),
        (replace(shown, chosen=2), f"3 of {len(HITS)}"),
        (many, f"{MAX_HITS}+ found"),
    ):
        written.clear()
        side_panel(Noted(box=BOX, theme=DARK, scale=1.0), moment)
        assert said in written


@pytest.mark.parametrize("width", [256.0, 288.0, 340.0])
def test_no_tab_lies_under_the_way_out(width: float) -> None:
    canvas = painted(side_panel, LISTS[Side.SEARCH], Box(100, 0, width, 300))
    tabs = [one.box for one in canvas.hot if one.act in (Do.CHAT, Do.SEARCH, Do.DIAGNOSTICS)]
    assert len(tabs) == 4
    for left, right in pairwise(tabs):
        assert left.right <= right.left
