"""The time line: what happened is seen where it happened, and it is painted in no time."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from recorder.format.events import Line, Marker
from recorder.format.summary import Activity
from replay.timeline import Gap, GapKind, Span, Timeline
from replay.window.acts import Scrub
from replay.window.box import Box, Point
from replay.window.layout import layout, x_at
from replay.window.paint import Canvas
from replay.window.theme import DARK, LIGHT, Colour, Theme
from replay.window.time_bar import bubble, bubble_box, time_bar
from replay.window.time_strip import Look, flags, heights, strip, wide_gaps
from replay.window.view import View
from tests.replay.window.moments import MINUTE_US, SECOND_US, SIZES, acts, chatting, painted, timeline, view

BOX = layout(SIZES[0], side=True, bare=False).time


def column(shown: View, time_us: int, *, theme: Theme = DARK) -> set[Colour]:
    """The colours that are seen of a time."""
    canvas = painted(time_bar, shown, BOX, theme=theme)
    x = round(x_at(layout(SIZES[0], side=True, bare=False).track, time_us, shown.timeline.duration_us) - BOX.left)
    pixels = np.asarray(canvas.image)[:, max(0, x - 1) : x + 2]
    return {tuple(int(part) for part in colour) for colour in pixels.reshape(-1, 4)}  # type: ignore[misc]  # four


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_what_there_is_is_seen_at_its_time(theme: Theme) -> None:
    told = timeline((6 * MINUTE_US, Line(by=1, text="a")), (8 * MINUTE_US, Marker(name="b")))
    shown = view(told, position_us=2 * MINUTE_US)
    assert theme.customer in column(shown, 6 * MINUTE_US, theme=theme)
    assert theme.warn in column(shown, 8 * MINUTE_US, theme=theme)
    assert theme.text in column(shown, 2 * MINUTE_US, theme=theme)
    assert theme.heat_played in column(shown, MINUTE_US, theme=theme)
    assert theme.heat in column(shown, 9 * MINUTE_US, theme=theme)
    assert not {theme.heat, theme.heat_played} & column(shown, 4 * MINUTE_US + 10 * SECOND_US, theme=theme)


def test_damage_looks_like_no_pause() -> None:
    damaged = Timeline(
        duration_us=10 * MINUTE_US, gaps=(Gap(span=Span(MINUTE_US, 3 * MINUTE_US), kind=GapKind.DAMAGE),)
    )
    looks = [column(view(told), 2 * MINUTE_US) for told in (damaged, timeline(), Timeline(duration_us=10 * MINUTE_US))]
    assert DARK.bad_soft in looks[0]
    assert len({frozenset(look) for look in looks}) == 3


def test_all_of_it_can_be_pressed() -> None:
    canvas = painted(time_bar, view(), BOX)
    assert acts(canvas) == [Scrub()]
    assert canvas.hot[0].box.left <= layout(SIZES[0], side=True, bare=False).track.left
    assert canvas.hot[0].box.right >= layout(SIZES[0], side=True, bare=False).track.right


@pytest.mark.parametrize("duration_us", [0, 1, SECOND_US, 2**53])
def test_any_length_is_painted(duration_us: int) -> None:
    painted(time_bar, view(Timeline(duration_us=duration_us), hover_us=0), BOX)


@given(
    levels=st.dictionaries(st.sampled_from(["screen", "pointer", "chat"]), st.binary(max_size=200)),
    step_us=st.integers(1, 10**8),
    duration_us=st.integers(0, 10**10),
    count=st.integers(1, 300),
)
def test_no_activity_is_lost(levels: dict[str, bytes], step_us: int, duration_us: int, count: int) -> None:
    found = heights(Activity(step_us=step_us, levels=levels), duration_us, count)
    assert found.shape == (count,)
    assert ((found >= 0) & (found <= 1)).all()
    inside = [level for each in levels.values() for step, level in enumerate(each) if step * step_us < duration_us]
    if not any(inside):
        assert not found.any()
    if any(level > 20 for level in inside):
        assert found.max() == 1


def test_a_busy_second_of_ten_hours_is_seen() -> None:
    levels = bytearray(36_000)
    levels[20_000] = 18
    found = heights(Activity(levels={"screen": bytes(levels)}), 36_000 * SECOND_US, 300)
    assert np.flatnonzero(found).tolist() == [20_000 * 300 // 36_000]


def test_a_playhead_that_moves_paints_no_strip_anew() -> None:
    shown = view(chatting(2000))
    looks = [Look(size=(1248, 30), scale=1.0, theme=DARK, played=played) for played in (False, True)]
    kept = [strip(shown.timeline, look) for look in looks]
    pictures = {
        painted(time_bar, replace(shown, position_us=number * SECOND_US), BOX).image.tobytes() for number in range(20)
    }
    assert len(pictures) == 20
    assert all(strip(shown.timeline, look) is before for look, before in zip(looks, kept, strict=True))


@pytest.mark.parametrize("preview", [None, Image.new("RGB", (320, 180)), Image.new("RGB", (320, 20))])
@pytest.mark.parametrize("hover_us", [0, MINUTE_US, 4 * MINUTE_US + SECOND_US, 10 * MINUTE_US])
def test_a_bubble_stays_on_the_page(preview: Image.Image | None, hover_us: int) -> None:
    places = layout((640.0, 400.0), side=False, bare=False)
    shown = view(chatting(3), hover_us=hover_us, preview=preview)
    box = bubble_box(shown, places.track, places.page)
    assert places.page.left <= box.left
    assert box.right <= places.page.right
    assert box.bottom <= places.track.top
    assert painted(bubble, shown, box).image.getbbox()


def test_a_page_without_room_is_painted() -> None:
    painted(time_bar, view(), Box(0, 0, 10, 70))


def test_markers_and_gaps_without_number_cost_no_more_than_there_are_columns() -> None:
    class Counting(Canvas):
        shapes = 0

        def rectangle(self, box: Box, colour: Colour, **more: object) -> None:
            Counting.shapes += 1
            super().rectangle(box, colour, **more)  # type: ignore[arg-type]  # as it came

        def polygon(self, points: tuple[Point, ...], colour: Colour) -> None:
            Counting.shapes += 1
            super().polygon(points, colour)

    few = timeline(*((at * MINUTE_US, Marker(name="x")) for at in (2, 8)))
    crowded = timeline(*((at * 15_000, Marker(name="x")) for at in range(40_000)))
    spans = (
        *(Span(at, 10 * MINUTE_US - at) for at in range(50_000)),
        *(Span(at * 9000, at * 9001) for at in range(50_000)),
    )
    crowded = replace(crowded, gaps=tuple(Gap(span=span, kind=GapKind.DAMAGE) for span in spans))
    counts = []
    for told in (few, crowded, crowded):
        Counting.shapes = 0
        time_bar(Counting(box=BOX, theme=DARK, scale=1.0), view(told, rows=()))
        counts.append(Counting.shapes)
    assert counts[0] == counts[1] == counts[2]
    assert len(wide_gaps(crowded, 1248.0)) == 1
    assert flags(crowded, 1248, 1.0) is flags(crowded, 1248, 1.0)


def test_every_gap_is_seen_however_short() -> None:
    told = replace(
        timeline(), gaps=tuple(Gap(span=Span(at * MINUTE_US, at * MINUTE_US + 1), kind=GapKind.DAMAGE) for at in (1, 9))
    )
    for minute in (1, 9):
        assert DARK.bad_soft in column(view(told), minute * MINUTE_US)
    assert DARK.bad_soft not in column(view(told), 5 * MINUTE_US)
