"""Times and whiles in hostile summaries: whatever they say, the time line holds together."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from recorder.format.events import Marker
from recorder.format.summary import Activity, TrackFacts
from replay.timeline import Gap, GapKind, Span, Timeline, timeline
from tests.recorder.writing import SCREEN
from tests.replay.hostile import FAR, summed
from tests.replay.sessions import S


def test_what_happens_behind_the_end_makes_the_end_later() -> None:
    told = timeline([summed((FAR, Marker(name="far")), duration_us=0)])
    assert told.duration_us == FAR
    lying = TrackFacts(name="chat", packets=1, size=1, first_us=FAR, last_us=FAR)
    told = timeline([summed(duration_us=S), summed(duration_us=2 * S, tracks=[lying])])
    assert all(gap.span.until_us <= told.duration_us for gap in told.gaps)
    assert told.damaged([Span(S, 2**64)]).gaps[-1].span == Span(S, 2 * S)


def test_only_a_screen_is_a_screen() -> None:
    facts = {"packets": 1, "size": 1, "first_us": 5, "last_us": 5, "codec": "h264", "width_px": 1, "height_px": 1}
    tracks = [TrackFacts(name=name, **facts) for name in ("chat", "pointer/customer", SCREEN)]  # type: ignore[arg-type]  # of several kinds
    assert timeline([summed(tracks=tracks)]).screens == (SCREEN,)


SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 20), st.sampled_from(GapKind)), max_size=12)


@given(SPANS)
def test_gaps_over_each_other_are_found_as_if_one_looked_at_each(made: list[tuple[int, int, GapKind]]) -> None:
    gaps = tuple(Gap(span=Span(begin, begin + long), kind=kind) for begin, long, kind in made)
    told = Timeline(duration_us=60, gaps=gaps, idle=tuple(gap.span for gap in gaps))
    for at in range(-1, 62):
        assert told.gap_at(at) == next((gap for gap in gaps if at in gap.span), None)
        assert told.idle_at(at) == next((gap.span for gap in gaps if at in gap.span), None)
        left_out = (gap for gap in gaps if at in gap.span and gap.kind is not GapKind.DAMAGE)
        assert told.left_out_at(at) == next(left_out, None)
        ended = [gap.span.until_us for gap in gaps if gap.span.until_us <= at and gap.kind is not GapKind.DAMAGE]
        before = told.left_out_before(at)
        assert (before and before.span.until_us) == max(ended, default=None)
        assert before is None or before.kind is not GapKind.DAMAGE
        later = min((gap.span.from_us for gap in gaps if gap.span.from_us > at), default=None)
        assert told.begins_after(at, idle=True) == told.begins_after(at, idle=False) == later


@given(st.integers(1, 9), st.integers(1, 9), st.binary(max_size=40), st.binary(max_size=40))
def test_activities_of_any_steps_are_put_together(one_us: int, other_us: int, one: bytes, other: bytes) -> None:
    parts = [
        replace(summed(), activity=Activity(step_us=step_us, levels={"chat": levels}))
        for step_us, levels in ((one_us, one), (other_us, other))
    ]
    found = timeline(parts).activity
    expected: dict[int, int] = {}
    for step_us, levels in ((one_us, one), (other_us, other)):
        for step, level in enumerate(levels):
            at = step * step_us // found.step_us
            expected[at] = max(expected.get(at, 0), level)
    assert list(found.levels["chat"]) == [expected.get(at, 0) for at in range(max(expected, default=-1) + 1)]
