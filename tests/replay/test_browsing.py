"""Walking through the list of recordings: searching, ordering, choosing."""

from pathlib import Path

import pytest

from replay.browsing import Browsing, Column, customer
from replay.library_entries import Entry, Library, Part
from replay.states import RecordingState


def entry(name: str, began_us: int, **more: object) -> Entry:
    told: dict[str, object] = {"state": RecordingState("complete", ""), "size": 1, "session": (b"", name.encode())}
    return Entry(parts=(Part(path=Path(f"{name}.sealcast"), began_us=began_us, **(told | more)),))  # type: ignore[arg-type] # what a test varies


A = entry("a", 3, customer="Zoe", portal="East", length_us=5)
B = entry("b", 2, customer="ada", portal="west", length_us=7, state=RecordingState("partial", "why"))
C = entry("c", 1, title="Printer")
LIBRARY = Library(folder=Path("x"), entries=(A, B, C))


def shown(state: Browsing) -> str:
    return "".join(one.name for one in state.shown)


def test_it_begins_with_the_newest() -> None:
    state = Browsing.of(LIBRARY)
    assert (shown(state), state.entry) == ("abc", A)
    assert Browsing.of(Library(folder=Path("x"))).entry is None


@pytest.mark.parametrize(
    ("column", "once", "twice"),
    [
        (Column.DATE, "cba", "abc"), (Column.CUSTOMER, "bca", "acb"), (Column.PORTAL, "cab", "bac"),
        (Column.LENGTH, "bac", "cab"), (Column.STATE, "acb", "bac"),
    ],
)  # fmt: skip
def test_it_is_ordered_by_any_column_and_the_other_way_round(column: Column, once: str, twice: str) -> None:
    state = Browsing.of(LIBRARY).ordered(column)
    assert shown(state) == once
    assert shown(state.ordered(column)) == twice
    assert state.entry == A


def test_searching_leaves_what_fits_and_chooses_the_first_when_the_chosen_one_does_not() -> None:
    state = Browsing.of(LIBRARY).searched("ada")
    assert (shown(state), state.entry) == ("b", B)
    assert state.searched("").entry == B
    assert state.searched("nobody").entry is None
    assert state.searched("x" * 300).trouble
    assert state.searched("x" * 300).searched("").trouble is None


def test_the_choice_moves_and_stays_in_the_list() -> None:
    state = Browsing.of(LIBRARY)
    assert [state.move(by).entry for by in (1, 2, 9, -1)] == [B, C, C, A]
    assert state.choose(1).move(-1).entry == A
    nothing = state.searched("nobody")
    assert nothing.move(1) == nothing


def test_what_is_chosen_stays_while_more_becomes_known() -> None:
    state = Browsing.of(LIBRARY).choose(1)
    new = entry("d", 9)
    assert state.renewed(Library(folder=Path("x"), entries=(new, A, B))).entry == B
    assert state.renewed(Library(folder=Path("x"), entries=(new, A))).entry == new


def test_where_the_customer_is_not_told_there_is_another_name() -> None:
    assert [customer(one) for one in (A, C, entry("file", 0))] == ["Zoe", "Printer", "file"]
