from collections.abc import Sequence

import pytest

from recorder.format.events import About, Event, Joined, Line, Marker, Outcome, Pause, Resume
from recorder.format.summary import Activity, EventList, Summary, TrackFacts
from replay.activity import idle, together
from replay.timeline import Gap, GapKind, Happening, Span, Timeline, timeline

S = 1_000_000


def part(
    from_us: int,
    until_us: int,
    *events: tuple[int, Event],
    activity: Activity | None = None,
    unlisted: Sequence[str] = (),
    codec: str | None = "h264",
    began_wall_us: int | None = None,
) -> Summary:
    track = TrackFacts(
        name="screen/customer", packets=1, size=1, first_us=from_us, last_us=until_us,
        codec=codec, width_px=1, height_px=1, keyframes=1,
    )  # fmt: skip
    lists: dict[str, EventList] = {}
    for name in {event.TRACK for _, event in events}:
        rows = tuple(one for one in events if name == one[1].TRACK)
        lists[name] = EventList(count=len(rows), events=rows)
    lists |= {name: EventList(count=9, events=None) for name in unlisted}
    return Summary(
        duration_us=until_us, began_wall_us=began_wall_us, tracks=(track,), events=lists, thumbnails=(),
        activity=activity or Activity(),
    )  # fmt: skip


NOTHING = Summary(duration_us=0, began_wall_us=None, tracks=(), events={}, thumbnails=(), activity=Activity())
PAUSE, RESUME = Pause(by=1), Resume(by=1)


def gaps(*parts: Summary) -> list[tuple[int, int, GapKind]]:
    return [(gap.span.from_us // S, gap.span.until_us // S, gap.kind) for gap in timeline(parts).gaps]


PAUSED, CUT = GapKind.PAUSE, GapKind.INTERRUPTION


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([part(0, 9 * S)], []),
        ([part(0, 9 * S, (2 * S, PAUSE), (4 * S, RESUME))], [(2, 4, PAUSED)]),
        ([part(0, 9 * S, (2 * S, PAUSE))], [(2, 9, PAUSED)]),
        ([part(0, 9 * S, (9 * S, PAUSE))], []),
        ([part(0, 9 * S, (2 * S, PAUSE), (3 * S, PAUSE), (4 * S, RESUME), (5 * S, RESUME))], [(2, 4, PAUSED)]),
        ([part(0, 9 * S, (2 * S, RESUME), (3 * S, PAUSE), (3 * S, RESUME))], []),
        ([part(0, 4 * S), part(6 * S, 9 * S)], [(4, 6, CUT)]),
        ([part(0, 4 * S), part(4 * S, 9 * S)], []),
        ([part(0, 6 * S), part(4 * S, 9 * S)], []),
        ([part(0, 4 * S), NOTHING, part(6 * S, 9 * S)], [(4, 6, CUT)]),
        ([part(0, 4 * S), NOTHING], []),
        ([NOTHING, part(6 * S, 9 * S)], []),
        ([part(0, 9 * S), part(2 * S, 4 * S), part(10 * S, 11 * S)], [(9, 10, CUT)]),
        # A new part begins without a pause, whatever the one before came to.
        ([part(0, 4 * S, (2 * S, PAUSE)), part(6 * S, 9 * S)], [(2, 4, PAUSED), (4, 6, CUT)]),
        (
            [part(0, 4 * S, (2 * S, PAUSE)), part(6 * S, 9 * S, (7 * S, PAUSE), (8 * S, RESUME))],
            [(2, 4, PAUSED), (4, 6, CUT), (7, 8, PAUSED)],
        ),
    ],
)
def test_gaps(parts: list[Summary], expected: list[tuple[int, int, GapKind]]) -> None:
    assert gaps(*parts) == expected


def test_a_session_without_parts_is_empty() -> None:
    assert timeline([]) == Timeline(duration_us=0)


def test_a_span_has_its_beginning_and_not_its_end() -> None:
    span = Span(2, 4)
    assert [time_us in span for time_us in range(6)] == [False, False, True, True, False, False]


def test_damage_is_told_among_the_other_gaps() -> None:
    found = timeline([part(0, 9 * S, (4 * S, PAUSE), (5 * S, RESUME))]).damaged([Span(S, 2 * S), Span(7, 7)])
    assert [gap.kind for gap in found.gaps] == [GapKind.DAMAGE, GapKind.PAUSE]
    assert [found.gap_at(at_us) for at_us in (S, 2 * S, 4 * S)] == [found.gaps[0], None, found.gaps[1]]


ABOUT, ABOUT_AGAIN = About(software="one"), About(software="two")
ADA = Joined(id=1, role="agent", name="Ada")
HELLO, BYE = Line(by=1, text="hello"), Line(by=1, text="bye")


def test_happenings_of_all_parts_are_in_order_and_every_part_says_only_once_whose_session_it_is() -> None:
    one = part(0, 4 * S, (0, ABOUT), (0, ADA), (3 * S, HELLO), (3 * S, Outcome(outcome="unknown", note="a")))
    other = part(5 * S, 9 * S, (5 * S, ABOUT_AGAIN), (6 * S, BYE), (7 * S, Outcome(outcome="resolved", note="b")))
    found = timeline([one, other])
    assert [each.time_us for each in found.happenings] == sorted(each.time_us for each in found.happenings)
    assert [each.event for each in found.of(About)] == [ABOUT]
    assert [each.event for each in found.of(Line)] == [HELLO, BYE]
    assert (found.about, found.people) == (ABOUT, {1: ADA})
    assert found.outcome
    assert found.outcome.outcome == "resolved"


def test_what_is_too_much_for_a_summary_is_named_until_it_is_given() -> None:
    parts = [part(0, 4 * S, (0, ABOUT), (S, HELLO)), part(5 * S, 9 * S, unlisted=["chat", "recording"])]
    found = timeline(parts)
    assert found.unlisted == ("chat", "recording")
    assert [one.event for one in found.of(Line)] == [HELLO]
    more = [Happening(time_us=at_us, event=event) for at_us, event in ((S, HELLO), (6 * S, BYE))]
    more += [Happening(time_us=at_us, event=event) for at_us, event in ((0, ABOUT), (5 * S, ABOUT_AGAIN))]
    found = timeline(parts, more=more)
    assert found.unlisted == ()
    assert [one.event for one in found.happenings] == [ABOUT, HELLO, BYE]


def test_the_wall_clock_is_the_first_that_is_known_and_screens_are_those_with_pictures() -> None:
    found = timeline([part(0, S, codec=None), part(S, 2 * S, began_wall_us=7), part(2 * S, 3 * S, began_wall_us=8)])
    assert (found.began_wall_us, found.screens, found.duration_us) == (7, ("screen/customer",), 3 * S)
    assert timeline([part(0, S, codec=None)]).screens == ()


@pytest.mark.parametrize(
    ("at", "before", "after"),
    [(0, None, 2), (1, None, 2), (2, None, 5), (3, 2, 5), (5, 2, None), (6, 5, None), (9, 5, None)],
)
def test_markers(at: int, before: int | None, after: int | None) -> None:
    found = timeline([part(0, 9, (2, Marker(name="a")), (5, Marker(name="b")), (5, Marker(name="c")))])
    assert (found.marker_before(at), found.marker_after(at)) == (before, after)


def test_activity_is_that_of_all_parts_and_rests_are_what_is_left_of_it() -> None:
    one = part(0, 4 * S, activity=Activity(levels={"chat": b"\1"}))
    other = part(4 * S, 9 * S, activity=Activity(levels={"chat": bytes(8) + b"\1"}))
    found = timeline([one, other])
    assert found.activity == together([one.activity, other.activity])
    assert found.idle == tuple(Span(*rest) for rest in idle(found.activity, 9 * S))
    assert len(found.idle) == 1


def test_a_gap_says_why() -> None:
    (gap,) = timeline([part(0, S), part(2 * S, 3 * S)]).gaps
    assert gap == Gap(span=Span(S, 2 * S), kind=CUT, why="the recorder was interrupted")
