"""The player: where in a session we are, and what comes next.  States in a table, no I/O, no clock of its own.

Whoever shows pictures asks for the position with the time of his own clock, and says when the picture of a seek is
shown: until then the position stands still, so that nothing is missed.
"""

from enum import Enum, auto
from fractions import Fraction
from typing import Final

from replay.timeline import Gap, Timeline

SPEEDS: Final = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0, 8.0, 16.0)
GAP_SHOWN_US: Final = 2_000_000  # how long a gap without pictures is shown before it is left out

_MOST_JUMPS: Final = 1_000  # of one tick: who has put more gaps into a moment is shown them more slowly


class State(Enum):
    """What the player does."""

    PAUSED = auto()
    PLAYING = auto()
    ENDED = auto()


class Act(Enum):
    """What can happen to it."""

    PLAY = auto()
    PAUSE = auto()
    TOGGLE = auto()
    SEEK = auto()
    STEP = auto()
    END = auto()


# What each act makes of each state.
NEXT: Final[dict[tuple[State, Act], State]] = {
    (State.PAUSED, Act.PLAY): State.PLAYING,
    (State.PAUSED, Act.PAUSE): State.PAUSED,
    (State.PAUSED, Act.TOGGLE): State.PLAYING,
    (State.PAUSED, Act.SEEK): State.PAUSED,
    (State.PAUSED, Act.STEP): State.PAUSED,
    (State.PAUSED, Act.END): State.PAUSED,
    (State.PLAYING, Act.PLAY): State.PLAYING,
    (State.PLAYING, Act.PAUSE): State.PAUSED,
    (State.PLAYING, Act.TOGGLE): State.PAUSED,
    (State.PLAYING, Act.SEEK): State.PLAYING,
    (State.PLAYING, Act.STEP): State.PAUSED,
    (State.PLAYING, Act.END): State.ENDED,
    (State.ENDED, Act.PLAY): State.PLAYING,
    (State.ENDED, Act.PAUSE): State.ENDED,
    (State.ENDED, Act.TOGGLE): State.PLAYING,
    (State.ENDED, Act.SEEK): State.PAUSED,
    (State.ENDED, Act.STEP): State.PAUSED,
    (State.ENDED, Act.END): State.ENDED,
}


class Player:
    """A position in a session that moves with a clock.

    Units: µs; positions count from the session's beginning, now_us from anywhere and never runs backward.
    Inside they are fractions: a tick cut into many comes to the same place.
    """

    def __init__(self, timeline: Timeline, *, growing: bool = False) -> None:
        self.timeline = timeline
        self.growing = growing  # its end is not the end: more is being recorded
        self.state = State.PAUSED
        self.speed = 1.0
        self.skips_idle = False
        self._position_us = Fraction(0)
        self._since_us = 0  # when the position was right
        self._held = False
        self._gap: Gap | None = None  # the one that is shown
        self._gap_left_us = Fraction(0)

    @property
    def position_us(self) -> int:
        """Where it was at the last tick, seek or step."""
        return int(self._position_us)

    @property
    def held(self) -> bool:
        """Whether it waits for the picture of a seek."""
        return self._held

    def act(self, act: Act, *, now_us: int) -> None:
        """Play, pause, or change between them."""
        self.tick(now_us=now_us)
        begins = self.state is not State.PLAYING and NEXT[self.state, act] is State.PLAYING
        restarts = begins and not self.growing and 0 < self.timeline.duration_us <= self.position_us
        self.state = NEXT[self.state, act]
        if restarts:
            self._move(0, now_us=now_us)

    def seek(self, to_us: int, *, now_us: int, step: bool = False) -> None:
        """Go to a time, as near as there is one; with step it is the next or last picture's, and playing pauses."""
        self.tick(now_us=now_us)
        self.state = NEXT[self.state, Act.STEP if step else Act.SEEK]
        self._move(min(max(0, to_us), self.timeline.duration_us), now_us=now_us)

    def shown(self, *, now_us: int) -> None:
        """Say that the picture of the last seek is shown: time goes on."""
        if self._held:
            self._held = False
            self._since_us = now_us

    def set_speed(self, speed: float, *, now_us: int) -> None:
        """Play so many times as fast.  Errors: ValueError for a speed that is none of SPEEDS."""
        if speed not in SPEEDS:
            raise ValueError("a speed is one of SPEEDS")
        self.tick(now_us=now_us)
        self.speed = speed

    def change_speed(self, steps: int, *, now_us: int) -> None:
        """Play faster or slower by so many steps of SPEEDS."""
        at = SPEEDS.index(self.speed) + steps
        self.set_speed(SPEEDS[min(max(0, at), len(SPEEDS) - 1)], now_us=now_us)

    def renew(self, timeline: Timeline, *, growing: bool) -> None:
        """Take a time line that grew, or of which more is known."""
        self.timeline, self.growing = timeline, growing
        self._position_us = min(self._position_us, Fraction(timeline.duration_us))

    def tick(self, *, now_us: int) -> int:
        """Return the position now."""
        passed_us, self._since_us = max(0, now_us - self._since_us), now_us
        if self.state is not State.PLAYING or self._held:
            return self.position_us
        # A jump is no time that passes, so what is left of a tick behind one is played.
        left_us, jumps = passed_us * Fraction(self.speed), 0
        while left_us > 0 and jumps < _MOST_JUMPS:
            left_us, jumps = self._run(left_us), jumps + 1
        end_us = self.timeline.duration_us
        if self._position_us >= end_us:
            self._position_us = Fraction(end_us)
            if not self.growing:
                self.state = NEXT[self.state, Act.END]
        return self.position_us

    def _run(self, left_us: Fraction) -> Fraction:
        """Go on by so much up to the next jump; return what is left then."""
        at_us = self._position_us
        if gap := self.timeline.left_out_at(int(at_us)):
            return self._rest_in(gap, left_us)
        rest = self.timeline.idle_at(int(at_us)) if self.skips_idle else None
        if rest:
            self._position_us = Fraction(rest.until_us)
            return left_us
        border_us = self.timeline.begins_after(int(at_us), idle=self.skips_idle)
        to_us = at_us + left_us if border_us is None else min(at_us + left_us, Fraction(border_us))
        self._position_us = to_us
        return left_us - (to_us - at_us) if to_us < self.timeline.duration_us else Fraction(0)

    def _rest_in(self, gap: Gap, left_us: Fraction) -> Fraction:
        """Show a gap for a moment, then leave it."""
        if self._gap != gap:
            length_us = gap.span.until_us - self._position_us
            self._gap = gap
            self._gap_left_us = Fraction(0) if self.skips_idle else min(length_us, Fraction(GAP_SHOWN_US))
        # The moment is one of the watcher's, whatever the speed.
        speed = Fraction(self.speed)
        spent_us = min(left_us / speed, self._gap_left_us)
        self._gap_left_us -= spent_us
        if self._gap_left_us:
            return Fraction(0)
        self._gap = None
        self._position_us = Fraction(gap.span.until_us)
        return left_us - spent_us * speed

    def _move(self, to_us: int, *, now_us: int) -> None:
        self._position_us, self._since_us = Fraction(to_us), now_us
        self._held, self._gap = True, None
