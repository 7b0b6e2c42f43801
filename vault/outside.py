"""What writers take from outside themselves: randomness, time, process, and the wrapping that draws its own chance.

The real ones are the defaults; vectors hand in fixed ones.
"""

import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from vault.portal_key import Wrap, wrap


def monotonic_us() -> int:
    """Return a clock that only goes forward, in µs."""
    return time.monotonic_ns() // 1000


def wall_us() -> int:
    """Return the wall clock in µs since 1970 UTC."""
    return time.time_ns() // 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """The outside world, as far as a writer needs it."""

    random_bytes: Callable[[int], bytes] = secrets.token_bytes
    wall_us: Callable[[], int] = wall_us
    monotonic_us: Callable[[], int] = monotonic_us
    process_id: Callable[[], int] = os.getpid
    wrap: Wrap = wrap


REAL: Outside = Outside()
