from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replay.player import GAP_SHOWN_US, NEXT, SPEEDS, Act, Player, State
from replay.timeline import Gap, GapKind, Span, Timeline

S = 1_000_000
PAUSE, CUT, DAMAGE = GapKind


def line(
    duration_us: int = 100 * S,
    *,
    gaps: Sequence[tuple[int, int, GapKind]] = (),
    idle: Sequence[tuple[int, int]] = (),
) -> Timeline:
    return Timeline(
        duration_us=duration_us,
        gaps=tuple(Gap(span=Span(from_us, until_us), kind=kind) for from_us, until_us, kind in gaps),
        idle=tuple(Span(from_us, until_us) for from_us, until_us in idle),
    )


def playing(timeline: Timeline, *, speed: float = 1.0, skips_idle: bool = False, growing: bool = False) -> Player:
    player = Player(timeline, growing=growing)
    player.speed, player.skips_idle = speed, skips_idle
    player.act(Act.PLAY, now_us=0)
    return player


def brought(state: State) -> Player:
    """Return a player that came into a state as one does; it is at 0 or at the end."""
    player = Player(line())
    if state is not State.PAUSED:
        player.act(Act.PLAY, now_us=0)
    if state is State.ENDED:
        player.tick(now_us=100 * S)
    assert player.state is state
    return player


NOW_US = 100 * S


@pytest.mark.parametrize(("state", "act"), NEXT)
def test_every_cell_of_the_table(state: State, act: Act) -> None:
    player = brought(state)
    match act:
        case Act.SEEK | Act.STEP:
            player.seek(S, now_us=0 if state is State.PLAYING else NOW_US, step=act is Act.STEP)
        case Act.END:
            player.tick(now_us=NOW_US)
        case _:
            player.act(act, now_us=0 if state is State.PLAYING else NOW_US)
    assert player.state is NEXT[state, act]


def test_the_table_is_whole() -> None:
    assert set(NEXT) == {(state, act) for state in State for act in Act}


@pytest.mark.parametrize("speed", SPEEDS)
def test_a_second_of_the_watcher_is_so_many_of_the_session(speed: float) -> None:
    player = playing(line(), speed=speed)
    assert player.tick(now_us=S) == int(speed * S)
    assert player.position_us == int(speed * S)


def test_speeds_are_those_and_no_others_and_change_in_steps() -> None:
    player = playing(line())
    found = []
    for _ in range(len(SPEEDS)):
        player.change_speed(-1, now_us=0)
    for _ in range(len(SPEEDS) + 2):
        found.append(player.speed)
        player.change_speed(1, now_us=0)
    assert found == [*SPEEDS, 16.0, 16.0]
    with pytest.raises(ValueError, match="SPEEDS"):
        player.set_speed(3.0, now_us=0)


def test_a_new_speed_counts_from_when_it_is_set() -> None:
    player = playing(line())
    player.set_speed(4.0, now_us=2 * S)
    assert player.tick(now_us=3 * S) == 6 * S


def test_a_pause_keeps_the_position() -> None:
    player = playing(line())
    player.act(Act.PAUSE, now_us=2 * S)
    assert player.tick(now_us=50 * S) == 2 * S
    player.act(Act.TOGGLE, now_us=60 * S)
    assert player.tick(now_us=61 * S) == 3 * S


def test_a_seek_holds_until_its_picture_is_shown() -> None:
    player = playing(line())
    player.seek(40 * S, now_us=S)
    assert (player.held, player.tick(now_us=9 * S)) == (True, 40 * S)
    player.shown(now_us=10 * S)
    assert (player.held, player.tick(now_us=11 * S)) == (False, 41 * S)
    player.shown(now_us=15 * S)  # again: it changes nothing
    assert player.tick(now_us=15 * S) == 45 * S


@pytest.mark.parametrize(("to_us", "expected"), [(-5, 0), (0, 0), (7, 7), (100 * S, 100 * S), (101 * S, 100 * S)])
def test_a_seek_goes_as_near_as_there_is_something(to_us: int, expected: int) -> None:
    player = Player(line())
    player.seek(to_us, now_us=0)
    assert player.position_us == expected


def test_at_the_end_it_stays_and_playing_begins_anew() -> None:
    player = playing(line(2 * S))
    assert player.tick(now_us=5 * S) == 2 * S
    assert player.state is State.ENDED
    player.act(Act.PLAY, now_us=6 * S)
    assert (player.state, player.position_us, player.held) == (State.PLAYING, 0, True)
    player.shown(now_us=7 * S)
    assert player.tick(now_us=8 * S) == S


def test_nothing_at_all_ends_at_once() -> None:
    player = playing(line(0))
    assert (player.tick(now_us=0), player.state) == (0, State.ENDED)


def test_what_grows_has_no_end_until_it_does() -> None:
    player = playing(line(2 * S), growing=True)
    assert player.tick(now_us=5 * S) == 2 * S
    player.renew(line(4 * S), growing=True)
    assert player.tick(now_us=6 * S) == 3 * S
    player.renew(line(4 * S), growing=False)
    assert player.tick(now_us=9 * S) == 4 * S
    assert player.state is State.ENDED
    player.renew(line(3 * S), growing=False)
    assert player.position_us == 3 * S


RESTS = [(2 * S, 10 * S), (10 * S, 20 * S), (22 * S, 90 * S)]


@pytest.mark.parametrize(
    ("now_us", "expected"),
    [(S, S), (2 * S, 2 * S), (2 * S + 1, 20 * S + 1), (4 * S, 22 * S), (5 * S, 91 * S), (50 * S, 100 * S)],
)
def test_rests_are_left_out_also_several_in_one_tick(now_us: int, expected: int) -> None:
    assert playing(line(idle=RESTS), skips_idle=True).tick(now_us=now_us) == expected
    assert playing(line(idle=RESTS)).tick(now_us=now_us) == min(now_us, 100 * S)


def test_a_rest_at_the_end_leaves_its_last_moment() -> None:
    player = playing(line(20 * S, idle=[(2 * S, 19 * S)]), skips_idle=True)
    assert player.tick(now_us=2 * S + S // 2) == 19 * S + S // 2
    assert player.tick(now_us=9 * S) == 20 * S
    assert player.state is State.ENDED


@pytest.mark.parametrize("kind", [PAUSE, CUT])
@pytest.mark.parametrize("speed", SPEEDS)
def test_a_gap_is_shown_for_two_seconds_of_the_watcher_then_left(kind: GapKind, speed: float) -> None:
    player = playing(line(gaps=[(12 * S, 60 * S, kind)]), speed=speed)
    there_us = int(12 * S / speed)
    player.tick(now_us=there_us)
    assert player.tick(now_us=there_us + 1) == 12 * S
    assert player.tick(now_us=there_us + GAP_SHOWN_US - 9) == 12 * S
    assert player.tick(now_us=there_us + 2 * GAP_SHOWN_US) == 60 * S + int(speed * GAP_SHOWN_US)


def test_a_short_gap_is_shown_no_longer_than_it_is() -> None:
    player = playing(line(gaps=[(S, 2 * S, PAUSE)]))
    assert player.tick(now_us=3 * S) == 3 * S


def test_whoever_leaves_out_rests_does_not_see_gaps() -> None:
    player = playing(line(gaps=[(S, 50 * S, PAUSE)], idle=[(50 * S, 60 * S)]), skips_idle=True)
    assert player.tick(now_us=2 * S) == 61 * S


def test_damage_is_played_through() -> None:
    player = playing(line(gaps=[(S, 50 * S, DAMAGE)]))
    assert player.tick(now_us=20 * S) == 20 * S


def test_a_seek_into_a_gap_shows_it_anew() -> None:
    player = playing(line(gaps=[(S, 50 * S, PAUSE)]))
    player.tick(now_us=2 * S)
    player.seek(20 * S, now_us=2 * S)
    player.shown(now_us=2 * S)
    assert player.tick(now_us=2 * S + GAP_SHOWN_US - 1) == 20 * S
    assert player.tick(now_us=3 * S + GAP_SHOWN_US) == 51 * S


def test_a_gap_at_the_end_ends() -> None:
    player = playing(line(10 * S, gaps=[(S, 10 * S, PAUSE)]))
    assert player.tick(now_us=S + GAP_SHOWN_US) == 10 * S
    assert player.state is State.ENDED


times = st.integers(0, 60 * S)
spans = st.lists(st.tuples(times, times).map(lambda two: (min(two), max(two) + 1)), max_size=4)
lines = st.builds(
    lambda duration_us, gaps, idle: line(
        duration_us,
        gaps=[
            (from_us, min(until_us, duration_us), kind) for (from_us, until_us), kind in gaps if from_us < duration_us
        ],
        idle=sorted((from_us, min(until_us, duration_us)) for from_us, until_us in idle if from_us < duration_us),
    ),
    times,
    st.lists(st.tuples(spans.filter(bool).map(lambda some: some[0]), st.sampled_from(GapKind)), max_size=3),
    spans,
)


@given(lines, st.sampled_from(SPEEDS), st.booleans(), st.lists(st.integers(0, 3 * S), min_size=1, max_size=30))
def test_it_never_runs_backward_nor_beyond_the_end_and_cutting_ticks_changes_nothing(
    timeline: Timeline,
    speed: float,
    skips_idle: bool,  # noqa: FBT001 - drawn
    ticks: list[int],
) -> None:
    player = playing(timeline, speed=speed, skips_idle=skips_idle)
    now_us, found = 0, [0]
    for passed_us in ticks:
        now_us += passed_us
        found.append(player.tick(now_us=now_us))
    assert all(one <= other for one, other in pairwise(found))
    assert found[-1] <= timeline.duration_us
    at_once = playing(timeline, speed=speed, skips_idle=skips_idle)
    assert at_once.tick(now_us=now_us) == found[-1]
    assert at_once.state is player.state
