from dataclasses import dataclass

from recorder.clock import JUMP_US, SessionClock
from vault.outside import Outside

SECOND_US = 1_000_000
NOON_US = 1_790_000_000_000_000


@dataclass
class Hands:
    """Two clocks that move when they are told to."""

    monotonic_us: int = 50 * SECOND_US
    wall_us: int = NOON_US

    def clock(self, *, began_us: int = 50 * SECOND_US) -> SessionClock:
        return SessionClock(
            began_us=began_us, outside=Outside(monotonic_us=lambda: self.monotonic_us, wall_us=lambda: self.wall_us)
        )

    def go(self, by_us: int, *, jump_us: int = 0) -> None:
        self.monotonic_us += by_us
        self.wall_us += by_us + jump_us


def test_time_begins_with_the_session_and_goes_with_the_monotonic_clock() -> None:
    hands = Hands()
    clock = hands.clock()
    assert clock.now_us() == 0
    hands.go(3, jump_us=-SECOND_US)
    assert clock.now_us() == 3


def test_before_the_session_it_is_0() -> None:
    assert Hands().clock(began_us=51 * SECOND_US).now_us() == 0


def test_a_wall_clock_that_goes_along_is_noted() -> None:
    hands = Hands()
    clock = hands.clock()
    for minute in range(3):
        note = clock.note(clock.now_us())
        assert (note.wall_us, note.jumped_us) == (NOON_US + minute * 60 * SECOND_US, None)
        hands.go(60 * SECOND_US)


def test_a_jump_is_noted_once_and_never_followed() -> None:
    hands = Hands()
    clock = hands.clock()
    clock.note(clock.now_us())
    for jump_us in (3600 * SECOND_US, -86_400 * SECOND_US, JUMP_US + 1, -JUMP_US - 1):
        before_us = clock.now_us()
        hands.go(60 * SECOND_US, jump_us=jump_us)
        assert clock.now_us() == before_us + 60 * SECOND_US
        assert clock.note(clock.now_us()).jumped_us == jump_us
        hands.go(60 * SECOND_US)
        assert clock.note(clock.now_us()).jumped_us is None


def test_a_second_and_less_is_no_jump_even_again_and_again() -> None:
    hands = Hands()
    clock = hands.clock()
    clock.note(0)
    for jump_us in (JUMP_US, -JUMP_US, 400_000, 400_000, 400_000):
        hands.go(60 * SECOND_US, jump_us=jump_us)
        assert clock.note(clock.now_us()).jumped_us is None


def test_a_machine_that_believes_in_1969_is_noted_as_1970() -> None:
    hands = Hands(wall_us=-5)
    assert hands.clock().note(0).wall_us == 0
