"""A snapshot of this machine that fits into a message, taken in a thread.  PROTOCOL.md §4.1, §7."""

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from typing import Final

from recorder.capture.diagnostics.snapshot import fitted, take_snapshot
from recorder.format.diagnostics import Diagnostics, TakenSnapshot
from recorder.format.diagnostics_text import as_text
from recorder.format.snapshot import Snapshot
from vault.outside import wall_us

MAX_PACKED: Final = 768 * 1024  # bytes, PROTOCOL.md §4.1
MAX_TEXT: Final = 1024 * 1024 - 256  # bytes of JSON, and some for what stands around it


def take(told: Callable[[Snapshot], None]) -> None:
    """Take a snapshot, and tell it in the thread that took it."""

    def run() -> None:
        told(sendable(take_snapshot(now_us=wall_us())))

    threading.Thread(target=run, name="sealcast-diagnostics", daemon=True).start()


def sendable(snapshot: Snapshot) -> Snapshot:
    """Leave out what is too much; what was left out is said in its category."""
    limit = MAX_PACKED
    while True:
        cut = replace(snapshot, categories=fitted(snapshot.categories, limit=limit))
        if cut.size <= MAX_PACKED and len(to_json(cut)) <= MAX_TEXT:
            return cut
        limit -= 16 * 1024


def to_json(snapshot: Snapshot) -> bytes:
    """Return it as it is sent."""
    return json.dumps(snapshot.to_fields(), ensure_ascii=False, separators=(",", ":")).encode()


def shown(snapshot: Snapshot) -> str:
    """Return it for whoever wants to look before he allows it."""
    taken = TakenSnapshot(number=1, time_us=0, snapshot=snapshot)
    return "".join(as_text(Diagnostics(session="this one", snapshots=(taken,)), UTC))
