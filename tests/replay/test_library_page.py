"""The page of the library: what is painted where, and what acts make of it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from replay.browsing import Browsing, Column
from replay.library_entries import Entry, Library, Part
from replay.states import EMPTY, UNREADABLE, WORDS, RecordingState
from replay.window.acts import Act, Choose, Do, Order, SeekTo
from replay.window.box import Box
from replay.window.library_page import (
    Shelves,
    acted,
    library_page,
    renewed,
    rows_in_sight,
    scrolled,
    state_colour,
    typed,
)  # fmt: skip
from replay.window.local_time import local_day
from replay.window.paint import Canvas
from replay.window.theme import DARK, LIGHT, Theme

BOX = Box.of((1000, 700))
PAGE = rows_in_sight(BOX)
FOLDER = Path("/recordings")


def entry(number: int, **more: object) -> Entry:
    told: dict[str, object] = {
        "path": FOLDER / f"{number}.sealcast", "size": 1, "state": RecordingState("complete", ""),
        "began_us": 10**15 - number, "session": (b"", bytes([number])), "customer": f"Customer {number}",
    }  # fmt: skip
    return Entry(parts=(Part(**(told | more)),))  # type: ignore[arg-type] # what a test varies


def shelves(*entries: Entry, **more: object) -> Shelves:
    library = Library(folder=FOLDER, entries=entries or tuple(entry(number) for number in range(100)))
    return Shelves(browsing=Browsing.of(library), day=local_day, **more)  # type: ignore[arg-type] # what a test varies


def painted(state: Shelves, *, box: Box = BOX, theme: Theme = DARK) -> Canvas:
    canvas = Canvas(box, theme, 1.0)
    library_page(canvas, state)
    return canvas


def places(canvas: Canvas, kind: type) -> dict[Act, Box]:
    return {hot.act: hot.box for hot in canvas.hot if isinstance(hot.act, kind)}


def test_every_row_in_sight_can_be_pressed_and_no_other() -> None:
    found = places(painted(replace(shelves(), first=5)), Choose)
    assert list(found) == [Choose(number) for number in range(5, 5 + PAGE)]
    assert all(BOX.left <= box.left and box.bottom <= BOX.bottom for box in found.values())


def test_every_head_orders_and_narrow_pages_leave_columns_out() -> None:
    assert list(places(painted(shelves()), Order)) == [Order(column) for column in Column]
    narrow = places(painted(shelves(), box=Box.of((500, 400))), Order)
    assert list(narrow) == [Order(Column.DATE), Order(Column.CUSTOMER), Order(Column.STATE)]


@pytest.mark.parametrize("size", [(1, 1), (80, 60), (320, 240), (1000, 700), (3840, 2160)])
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: str(theme.name))
def test_it_is_painted_in_any_size_and_light_and_dark(size: tuple[float, float], theme: Theme) -> None:
    evil = entry(1, customer="\x1b[31m\u202e\ud800" + "x" * 10_000, portal="日本 😀", began_us=2**53 - 1)
    for state in (shelves(), shelves(evil, entry(2, customer=None, session=None)), typed(shelves(), "none", box=BOX)):
        canvas = painted(state, box=Box.of(size), theme=theme)
        assert canvas.image.size == size


@pytest.mark.parametrize(
    ("acts", "chosen", "first"),
    [
        ([], 0, 0),
        ([Do.UP], 0, 0),
        ([Do.DOWN], 1, 0),
        ([Do.PAGE_DOWN], PAGE, 1),
        ([Do.END], 99, 100 - PAGE),
        ([Do.END, Do.DOWN], 99, 100 - PAGE),
        ([Do.END, Do.UP], 98, 100 - PAGE),
        ([Do.END, Do.PAGE_UP, Do.PAGE_UP], 99 - 2 * PAGE, 99 - 2 * PAGE),
        ([Do.END, Do.BEGINNING], 0, 0),
        ([Choose(7)], 7, 0),
        ([Order(Column.DATE)], 99, 100 - PAGE),
        ([SeekTo(5), Do.TOGGLE, Do.STILL], 0, 0),
    ],
)
def test_the_chosen_row_stays_in_sight(acts: list[Act], chosen: int, first: int) -> None:
    state = shelves()
    for act in acts:
        state = acted(state, act, box=BOX)
    assert (state.browsing.number, state.first) == (chosen, first)


def test_the_wheel_moves_the_list_and_not_the_choice() -> None:
    state = scrolled(shelves(), 30, box=BOX)
    assert (state.first, state.browsing.number) == (30, 0)
    assert scrolled(state, 1000, box=BOX).first == 100 - PAGE
    assert scrolled(state, -1000, box=BOX).first == 0
    assert acted(state, Do.DOWN, box=BOX).first == 1


def test_the_field_is_entered_and_left() -> None:
    state = acted(shelves(), Do.SEARCH, box=BOX)
    assert state.typing
    assert acted(state, Do.SEARCH, box=BOX).typing
    assert not acted(state, Do.FOCUS, box=BOX).typing
    assert not acted(state, Choose(1), box=BOX).typing
    assert acted(state, Do.DOWN, box=BOX).typing
    assert places(painted(state), Do)[Do.FOCUS].width > 100


def test_what_is_typed_leaves_what_fits() -> None:
    state = typed(scrolled(shelves(), 50, box=BOX), "customer 42", box=BOX)
    assert [one.customer for one in state.browsing.shown] == ["Customer 42"]
    assert (state.first, state.browsing.entry) == (0, state.browsing.shown[0])


def test_what_becomes_known_moves_nothing() -> None:
    state = scrolled(acted(shelves(), Choose(3), box=BOX), 40, box=BOX)
    later = renewed(state, state.browsing, loading=False, box=BOX)
    assert (later.first, later.browsing.number) == (40, 3)
    fewer = Library(folder=FOLDER, entries=tuple(entry(number) for number in range(5)))
    assert renewed(state, state.browsing.renewed(fewer), loading=False, box=BOX).first == 0


class Listening(Canvas):
    """A canvas that keeps what is written on it."""

    said: list[str]

    def text(self, box: Box, text: str, **more: Any) -> float:  # noqa: ANN401 - whatever the canvas takes
        self.said.append(text)
        return super().text(box, text, **more)


def test_where_there_is_nothing_it_says_why_and_where_recordings_lie() -> None:
    empty = Browsing.of(Library(folder=FOLDER))
    missing = Browsing.of(Library(folder=FOLDER, missing="there is no folder /recordings"))
    for state, words in (
        (Shelves(browsing=empty, day=local_day), "Recordings lie in /recordings"),
        (Shelves(browsing=empty, day=local_day, loading=True), "Looking"),
        (Shelves(browsing=missing, day=local_day), "There is no folder /recordings"),
        (typed(shelves(), "nobody", box=BOX), "No recording fits"),
        (typed(shelves(), "x" * 300, box=BOX), "more than"),
    ):
        canvas = Listening(BOX, DARK, 1.0)
        canvas.said = []
        library_page(canvas, state)
        assert words in " ".join(canvas.said)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: str(theme.name))
def test_nothing_is_called_good_that_was_not_verified(theme: Theme) -> None:
    for word in (*WORDS.values(), EMPTY, UNREADABLE):
        assert state_colour(theme, word) != theme.good


def test_a_day_is_that_of_this_machine() -> None:
    assert len(local_day(1_790_000_000_000_000)) == len("2026-09-21  14:13")
    assert local_day(2**53 - 1)
