"""How much happened when: the activity of all parts as one, and the whiles in which nothing happens.  Pure."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from recorder.format.summary import Activity

IDLE_US: Final = 3_000_000  # shorter rests are part of working
LEAD_US: Final = 500_000  # what is shown of a rest before it is left out, and before it ends
# Bit lengths of a second's bytes up to which a screen rests: a blinking cursor and a clock stay below 2 KiB, but for
# the keyframes they call for now and then (tests/bench/desktops.py, *blink*).
_RESTING_BITS: Final = 11
# From levels to whether something happened: 0 or 1 for each.
_BUSY: Final = bytes(level > 0 for level in range(256))
_BUSY_SCREEN: Final = bytes(level > _RESTING_BITS for level in range(256))


def together(activities: Sequence[Activity]) -> Activity:
    """Return the activity of all parts: of each step the greatest level."""
    if len(activities) == 1:
        return activities[0]
    step_us = max(one.step_us for one in activities)
    levels: dict[str, bytes] = {}
    for one in activities:
        for of, each in one.levels.items():
            coarser = _coarser(each, one.step_us, step_us)
            levels[of] = _greater(levels.get(of, b""), coarser)
    return Activity(step_us=step_us, levels=levels)


def idle(activity: Activity, duration_us: int) -> Iterator[tuple[int, int]]:
    """Give the whiles in which nothing happens, on screens, with the pointer and in the chat together.

    Units: µs, from and until.
    """
    whole = -(-duration_us // activity.step_us)
    # Behind the last level nothing happens; whoever made it may say that it goes on for centuries.
    count = min(whole, max(map(len, activity.levels.values()), default=0) + 1)
    busy = 0
    for of, levels in activity.levels.items():
        steps = levels[:count].translate(_BUSY_SCREEN if of == "screen" else _BUSY)
        busy |= int.from_bytes(steps.ljust(count, b"\0"))
    for rest in re.finditer(b"\0+", busy.to_bytes(count)):
        from_us = rest.start() * activity.step_us + (LEAD_US if rest.start() else 0)
        until_us = min((rest.end() if rest.end() < count else whole) * activity.step_us, duration_us) - LEAD_US
        if until_us - from_us >= IDLE_US:
            yield from_us, until_us


def _greater(one: bytes, other: bytes) -> bytes:
    """Return of each step the greater level."""
    count = max(len(one), len(other))
    return bytes(map(max, one.ljust(count, b"\0"), other.ljust(count, b"\0")))


def _coarser(levels: bytes, step_us: int, wanted_us: int) -> bytes:
    """Return of each of the wanted steps the greatest of those that begin in it."""
    if step_us == wanted_us:
        return levels
    count = (len(levels) - 1) * step_us // wanted_us + 1 if levels else 0
    begins = [-(-number * wanted_us // step_us) for number in range(count + 1)]
    return bytes(max(levels[begin:end], default=0) for begin, end in pairwise(begins))
