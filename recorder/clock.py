"""Time in a session: a clock that only goes forward, and a note of what the wall clock says.  SPEC.md §4.5."""

from dataclasses import dataclass, field
from typing import Final

from recorder.format.events import Clock
from vault.outside import REAL, Outside

JUMP_US: Final = 1_000_000  # a wall clock that differs by more has jumped


@dataclass(slots=True, kw_only=True)
class SessionClock:
    """Time since a session began.  It owns what the wall clock last said.

    Units: µs; began_us is the monotonic time of this process at the session's time 0.
    """

    began_us: int
    outside: Outside = REAL
    _wall_at_zero_us: int | None = field(default=None, init=False)

    def now_us(self) -> int:
        """Return the time since the session began."""
        return max(0, self.outside.monotonic_us() - self.began_us)

    def note(self, now_us: int) -> Clock:
        """Return what the wall clock says at this time, and by how much it has jumped since the last note."""
        wall_us = self.outside.wall_us()
        at_zero_us = wall_us - now_us
        before_us, self._wall_at_zero_us = self._wall_at_zero_us, at_zero_us
        jumped_us = 0 if before_us is None else at_zero_us - before_us
        return Clock(wall_us=max(0, wall_us), jumped_us=jumped_us if abs(jumped_us) > JUMP_US else None)
