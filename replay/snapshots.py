"""Snapshots of machines, read from where they lie: a summary says only when they were taken."""

from recorder.format.errors import RecordingError
from recorder.format.events import Taken, read_event
from recorder.format.snapshot import Snapshot
from replay.recording import Placed
from replay.session import Session


def snapshot_at(session: Session, time_us: int) -> Snapshot | None:
    """Return the snapshot that was put in at that time.  Errors: StoreUnavailableError."""
    # From before it, for what happens at one time may lie in several segments.
    for found in session.packets_from(max(0, time_us - 1))():
        if not isinstance(found, Placed):
            continue
        if found.packet.time_us > time_us:
            return None
        if found.packet.track == Taken.TRACK and found.packet.time_us == time_us:
            try:
                event = read_event(found.packet.track, found.packet.payload)
            except RecordingError:
                continue
            if isinstance(event, Taken):
                return event.snapshot
    return None
