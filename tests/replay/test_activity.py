from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.format.summary import Activity
from replay.activity import IDLE_US, LEAD_US, idle, together

S = 1_000_000
QUIET, BUSY = 11, 12  # levels of a screen on which a cursor blinks, and of one on which somebody works


def rests(duration_us: int, step_us: int = S, **levels: Sequence[int]) -> list[tuple[int, int]]:
    activity = Activity(step_us=step_us, levels={kind: bytes(each) for kind, each in levels.items()})
    return list(idle(activity, duration_us))


LEAD = LEAD_US


@pytest.mark.parametrize(
    ("levels", "duration_us", "expected"),
    [
        ({}, 9 * S, [(0, 9 * S - LEAD)]),
        ({}, IDLE_US, []),
        ({}, IDLE_US + LEAD, [(0, IDLE_US)]),
        ({"screen": [BUSY] * 9}, 9 * S, []),
        ({"screen": [BUSY] + [QUIET] * 7 + [BUSY]}, 9 * S, [(S + LEAD, 8 * S - LEAD)]),
        ({"screen": [BUSY] + [QUIET] * 3 + [BUSY]}, 5 * S, []),
        ({"screen": [BUSY]}, 9 * S, [(S + LEAD, 9 * S - LEAD)]),
        ({"screen": [BUSY] * 9}, 20 * S, [(9 * S + LEAD, 20 * S - LEAD)]),
        ({"pointer": [0, 1, 0, 0, 0, 0, 0, 1]}, 8 * S, [(2 * S + LEAD, 7 * S - LEAD)]),
        ({"chat": [0, 0, 0, 0, 1], "screen": [QUIET] * 9}, 9 * S, [(0, 4 * S - LEAD), (5 * S + LEAD, 9 * S - LEAD)]),
        ({"screen": [BUSY] * 99}, 9 * S, []),
        ({"screen": [0] * 99}, 9 * S, [(0, 9 * S - LEAD)]),
    ],
)
def test_rests(levels: dict[str, Sequence[int]], duration_us: int, expected: list[tuple[int, int]]) -> None:
    found = idle(Activity(levels={kind: bytes(each) for kind, each in levels.items()}), duration_us)
    assert list(found) == expected


def test_a_rest_of_centuries_is_found_at_once() -> None:
    assert rests(2**52, step_us=1, screen=[BUSY]) == [(1 + LEAD, 2**52 - LEAD)]
    assert rests(2**52, chat=[1]) == [(S + LEAD, 2**52 - LEAD)]


@given(st.lists(st.integers(0, 20), max_size=40), st.lists(st.integers(0, 2), max_size=40), st.integers(0, 60 * S))
def test_rests_lie_apart_within_the_session_and_nothing_happens_in_them(
    screen: list[int], chat: list[int], duration_us: int
) -> None:
    found = rests(duration_us, screen=screen, chat=chat)
    assert all(until_us - from_us >= IDLE_US for from_us, until_us in found)
    flat = [time_us for span in found for time_us in span]
    assert flat == sorted(flat)
    assert all(0 <= time_us <= duration_us for time_us in flat)
    for from_us, until_us in found:
        steps = range(from_us // S, -(-until_us // S))
        assert not any(screen[step] > QUIET for step in steps if step < len(screen))
        assert not any(chat[step] for step in steps if step < len(chat))


def test_activity_of_parts_with_other_steps_is_brought_to_the_longest() -> None:
    one = Activity(step_us=S, levels={"screen": bytes([1, 9, 3]), "chat": b"\1"})
    other = Activity(step_us=2 * S, levels={"screen": bytes([0, 4, 5])})
    assert together([one, other]) == Activity(step_us=2 * S, levels={"screen": bytes([9, 4, 5]), "chat": b"\1"})
    assert together([one]) == one
