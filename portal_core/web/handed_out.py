"""Whether it is new that somebody reads a recording: a player asks for thousands of ranges, and one line tells it."""

import threading
from typing import Final

AGAIN_US: Final = 3600 * 1_000_000
_MOST: Final = 10_000


class HandedOut:
    """Who read which recording lately, in this process.  Who is a person, or a seat in a session."""

    def __init__(self) -> None:
        self._noted: dict[tuple[str, bytes], int] = {}
        self._lock = threading.Lock()

    def due(self, who: str, recording_id: bytes, *, now_us: int) -> bool:
        """Say whether it is to be noted: it is the first time within an hour."""
        last = self._noted.get((who, recording_id))
        return last is None or now_us - last >= AGAIN_US

    def noted(self, who: str, recording_id: bytes, *, now_us: int) -> None:
        """Remember that it stands in the audit log; before it does the next one has to be noted, too."""
        with self._lock:
            if len(self._noted) >= _MOST:
                self._noted.clear()
            self._noted[who, recording_id] = now_us
