"""Which times an export has, against a count of every microsecond of small time lines."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.format.events import Marker
from replay.errors import ExportError
from replay.export.cut import cut
from replay.timeline import Gap, GapKind, Happening, Span, Timeline

S = 1_000_000
REST = Span(10 * S, 40 * S)
PAUSE = Gap(span=Span(50 * S, 60 * S), kind=GapKind.PAUSE)
LINE = Timeline(duration_us=100 * S, idle=(REST,), gaps=(PAUSE,))


def test_all_of_it_is_the_session_as_it_was() -> None:
    whole = cut(LINE)
    assert whole.spans == (Span(0, 100 * S + 1),)  # with what comes at the very end
    assert (whole.length_us, whole.export_us(77 * S)) == (100 * S + 1, 77 * S)


def test_rests_and_gaps_are_left_out_but_for_a_second() -> None:
    short = cut(LINE, skip_idle=True)
    assert short.spans == (Span(0, 11 * S), Span(39 * S, 51 * S), Span(60 * S, 100 * S + 1))
    assert short.length_us == 63 * S + 1
    assert [short.export_us(at * S) for at in (5, 11, 20, 39, 50, 55, 60, 100)] == [
        at * S for at in (5, 11, 11, 11, 22, 23, 23, 63)
    ]
    assert 20 * S not in short
    assert 39 * S in short


def test_it_begins_and_ends_where_one_says() -> None:
    part = cut(LINE, from_us=30 * S, until_us=45 * S, skip_idle=True)
    assert part.spans == (Span(39 * S, 45 * S),)
    assert part.export_us(0) == 0
    assert part.export_us(44 * S) == 5 * S


@pytest.mark.parametrize(
    ("from_us", "until_us", "why"),
    [
        (101 * S, None, "00:01:41 is outside"),
        (0, 102 * S, "00:01:42 is outside"),
        (50 * S, 50 * S, "nothing between"),
        (50 * S, 20 * S, "nothing between"),
        (20 * S, 30 * S, "nothing happens"),
    ],
)
def test_what_cannot_be_cut_is_told(from_us: int, until_us: int | None, why: str) -> None:
    with pytest.raises(ExportError, match=why):
        cut(LINE, from_us=from_us, until_us=until_us, skip_idle=True)


def test_of_an_empty_session_nothing_is_cut() -> None:
    with pytest.raises(ExportError, match="nothing was recorded"):
        cut(Timeline(duration_us=0))


WHILES = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20)), max_size=6)


@given(WHILES, WHILES, st.integers(0, 60), st.integers(0, 60))
def test_every_time_comes_once_and_in_order(
    rests: list[tuple[int, int]], gaps: list[tuple[int, int]], from_s: int, until_s: int
) -> None:
    line = Timeline(
        duration_us=61 * S,
        idle=tuple(Span(at * S, (at + long) * S) for at, long in rests),
        gaps=tuple(Gap(span=Span(at * S, (at + long) * S), kind=GapKind.PAUSE) for at, long in gaps),
    )
    left_out = {at for begin, long in rests for at in range(begin + 1, begin + long - 1)}
    left_out |= {at for begin, long in gaps for at in range(begin + 1, begin + long)}
    left_out -= {begin for begin, _ in gaps}  # that there is a gap is told
    kept = [at for at in range(from_s, until_s) if at not in left_out]
    try:
        made = cut(line, from_us=from_s * S, until_us=until_s * S, skip_idle=True)
    except ExportError:
        assert not kept
        return
    assert [at for at in range(61) if at * S in made] == kept
    assert made.length_us == len(kept) * S
    assert [made.export_us(at * S) for at in kept] == [number * S for number in range(len(kept))]


def test_markers_are_never_left_out() -> None:
    marked = replace(LINE, happenings=(Happening(time_us=20 * S, event=Marker(name="here")),))
    assert cut(marked, skip_idle=True).spans == (
        Span(0, 11 * S), Span(19 * S, 21 * S), Span(39 * S, 51 * S), Span(60 * S, 100 * S + 1),
    )  # fmt: skip
