"""Snapshots of machines, read from where they lie: a summary says only when they were taken."""

from collections.abc import Callable, Iterator

from recorder.format.errors import RecordingError
from recorder.format.events import Taken, read_event
from recorder.format.snapshot import Snapshot
from replay.recording import Placed, Recording
from replay.session import Session


def snapshot_at(session: Session, time_us: int) -> Snapshot | None:
    """Return the snapshot that was put in at that time.  Errors: StoreUnavailableError."""
    return next((taken.snapshot for taken in taken_at(session, time_us)), None)


def taken_at(
    recorded: Session | Recording, time_us: int, *, stopped: Callable[[], bool] = lambda: False
) -> Iterator[Taken]:
    """Give the snapshots that were put in at that time, until it is stopped.  Errors: StoreUnavailableError."""
    # From before it, for what happens at one time may lie in several segments.
    for found in recorded.packets_from(time_us - 1)() if time_us else recorded.packets():
        if stopped():
            return
        if not isinstance(found, Placed):
            continue
        if found.packet.time_us > time_us:
            return
        if found.packet.track == Taken.TRACK and found.packet.time_us == time_us:
            try:
                event = read_event(found.packet.track, found.packet.payload)
            except RecordingError:
                continue
            if isinstance(event, Taken):
                yield event
