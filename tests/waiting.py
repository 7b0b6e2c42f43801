"""Waiting for what comes about by itself, in another thread or another program."""

import time
from collections.abc import Callable
from typing import Final

PATIENCE_S: Final = 20.0  # for things that take milliseconds, on a machine that does much else
_FIRST_S: Final = 0.001
_LONGEST_S: Final = 0.02


def until(true: Callable[[], bool], *, patience_s: float = PATIENCE_S) -> None:
    """Look again and again, ever less often, until it is so."""
    end_s, pause_s = time.monotonic() + patience_s, _FIRST_S
    while not true():
        assert time.monotonic() < end_s, "it did not come about"
        time.sleep(pause_s)
        pause_s = min(2 * pause_s, _LONGEST_S)
