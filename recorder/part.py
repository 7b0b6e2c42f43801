"""Begin a part: a new sealed file for these recipients, and the writer of packets over it."""

from collections.abc import Sequence
from dataclasses import dataclass

from recorder.clock import SessionClock
from recorder.format.events import About as AboutEvent
from recorder.writer import RecordingWriter
from vault.header import About, PreviousPart, Role
from vault.outside import REAL, Outside
from vault.primitives import SigningKey
from vault.store import Growing
from vault.writer import SealedWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceInSession:
    """Which part of which session this is.  A session has 16 random bytes for a name."""

    session_id: bytes
    part: int = 1
    previous: PreviousPart | None = None


def begin_part(
    growing: Growing,
    about: AboutEvent,
    *,
    recipients: Sequence[bytes],
    signer: SigningKey,
    clock: SessionClock | None = None,
    place: PlaceInSession | None = None,
    outside: Outside = REAL,
) -> RecordingWriter:
    """Return the writer of a new part; without a place it is the first of a new session.

    Shapes: recipients are public keys of portals, 1 216 bytes each.
    Errors: PartEndedError, StoreUnavailableError, of which the growing file is abandoned.
    """
    place = place or PlaceInSession(session_id=outside.random_bytes(16))
    header = About(
        recording_id=outside.random_bytes(16),
        session_id=place.session_id,
        part=place.part,
        previous=place.previous,
        created_us=outside.wall_us(),
    )
    keys = [(Role.PORTAL, public) for public in recipients]
    sealed = SealedWriter(growing, header, recipients=keys, signer=signer, outside=outside)
    try:
        return RecordingWriter(sealed, about=about, clock=clock)
    except BaseException:
        sealed.abandon()
        raise
