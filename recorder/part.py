"""Begin a part: a new sealed file for these recipients, and the writer of packets over it."""

from collections.abc import Sequence

from recorder.clock import SessionClock
from recorder.format.events import About as AboutEvent
from recorder.writer import RecordingWriter
from vault.header import About, Role
from vault.outside import REAL, Outside
from vault.primitives import SigningKey
from vault.store import Growing
from vault.writer import SealedWriter


def begin_part(
    growing: Growing,
    about: AboutEvent,
    *,
    recipients: Sequence[bytes],
    signer: SigningKey,
    clock: SessionClock | None = None,
    outside: Outside = REAL,
) -> RecordingWriter:
    """Return the writer of the first part of a new session.

    Shapes: recipients are public keys of portals, 1 216 bytes each.
    Errors: PartEndedError, StoreUnavailableError, of which the growing file is abandoned.
    """
    header = About(
        recording_id=outside.random_bytes(16),
        session_id=outside.random_bytes(16),
        part=1,
        previous=None,
        created_us=outside.wall_us(),
    )
    keys = [(Role.PORTAL, public) for public in recipients]
    sealed = SealedWriter(growing, header, recipients=keys, signer=signer, outside=outside)
    try:
        return RecordingWriter(sealed, about=about, clock=clock)
    except BaseException:
        sealed.abandon()
        raise
