"""Whether it is new that somebody reads a recording: a player asks for thousands of ranges, and one line tells it."""

import threading
from typing import Final

from fastapi import Request

AGAIN_US: Final = 3600 * 1_000_000
_MOST: Final = 10_000


class HandedOut:
    """Who read which recording lately, in this process."""

    def __init__(self) -> None:
        self._noted: dict[tuple[int, bytes], int] = {}
        self._lock = threading.Lock()

    def first(self, who_what: tuple[int, bytes], *, now_us: int) -> bool:
        """Say whether it is the first time within an hour, and remember it."""
        with self._lock:
            last = self._noted.get(who_what)
            if last is not None and now_us - last < AGAIN_US:
                return False
            if len(self._noted) >= _MOST:
                self._noted.clear()
            self._noted[who_what] = now_us
            return True


def handed_out(request: Request) -> HandedOut:
    """Return what belongs to the portal that was asked."""
    state = request.app.state
    if not hasattr(state, "handed_out"):
        state.handed_out = HandedOut()
    found = state.handed_out
    assert isinstance(found, HandedOut)
    return found
