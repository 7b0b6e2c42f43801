"""Times as they stand in the window: no longer than the session needs.  Pure.  Units: µs."""

from collections.abc import Iterator
from typing import Final

_HOUR_US: Final = 3_600_000_000
_STEPS_S: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)


def clock(time_us: int, longest_us: int) -> str:
    """Return a time of a session of that length: 4:05, or 0:04:05 where there are hours."""
    seconds = time_us // 1_000_000
    if longest_us >= _HOUR_US:
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{seconds // 60}:{seconds % 60:02}"


def ruler(duration_us: int, most: int) -> Iterator[int]:
    """Give the times to write below a time line, at most so many."""
    longest_us = _STEPS_S[-1] * 1_000_000
    # A stranger's file may last for centuries.
    whole_us = -(-duration_us // (longest_us * most)) * longest_us
    steps_us = (step * 1_000_000 for step in _STEPS_S)
    yield from range(0, duration_us + 1, next((step for step in steps_us if duration_us <= step * most), whole_us))
