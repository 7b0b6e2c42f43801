"""A folder with real recordings in it, and what opens them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from recorder.format.events import About as AboutEvent
from recorder.format.events import Event
from recorder.writer import RecordingWriter
from tests.recorder.writing import picture
from tests.vectors.fixed import portal, signer
from vault.header import About, Identity, PreviousPart, Role
from vault.index import Reason
from vault.keyring import Cost, Keyring, open_by_passphrase, read_keyring
from vault.keyring_acts import Locks, Writing, change_passphrase, create
from vault.local import LocalGrowing
from vault.outside import REAL
from vault.primitives import SigningKey, stretch
from vault.writer import SealedWriter

PASSPHRASE = "zebra onyx walrus"
SECOND_US = 1_000_000
RECOVERY, SERVER = portal("recovery"), portal("server")
# The real Argon2id at its least cost, and each of its answers asked for once.
_WRITING = Writing(cost=Cost(passes=1, lanes=4), stretch=cache(stretch))
WHOSE = AboutEvent(software="test", portal="Support", agent="Ada", customer="Grace Hopper")


def keyring(*, server_only: bool = False) -> bytes:
    """Return a new portal's keyring."""
    locks = Locks(server=(SERVER.public,))
    if not server_only:
        locks = Locks(passphrase=PASSPHRASE.encode(), recovery=(RECOVERY.public,))
    return create(REAL.random_bytes(16), locks, writing=_WRITING)


def next_keyring(before: bytes) -> bytes:
    """Return the one that follows, with the same passphrase."""
    opened = open_by_passphrase(read_keyring(before), PASSPHRASE.encode())
    return change_passphrase(opened, PASSPHRASE.encode(), writing=_WRITING)


def opened(ring: Keyring | bytes) -> Identity:
    """Return what its passphrase opens."""
    its = ring if isinstance(ring, Keyring) else read_keyring(ring)
    return Identity(portal_keys=open_by_passphrase(its, PASSPHRASE.encode()).portal_keys)


@dataclass(frozen=True, kw_only=True)
class Session:
    """What a recording of a session holds, and who may open it.  end is None where there is none."""

    recipient: bytes = field(default_factory=lambda: portal().public)
    about: AboutEvent = WHOSE
    events: Sequence[tuple[int, Event]] = ()
    length_us: int = 5 * SECOND_US
    began_us: int = 1_790_000_000_000_000
    signer: SigningKey = field(default_factory=signer)
    session_id: bytes = field(default_factory=lambda: REAL.random_bytes(16))
    end: Reason | None = Reason.ENDED

    @contextmanager
    def writer(self, path: Path, *, part: int = 1) -> Iterator[RecordingWriter]:
        """Write all but its end."""
        before = PreviousPart(recording_id=bytes(16), block=1, hash=bytes(32)) if part > 1 else None
        header = About(
            recording_id=REAL.random_bytes(16),
            session_id=self.session_id,
            part=part,
            previous=before,
            created_us=self.began_us,
        )
        recipients = [(Role.PORTAL, self.recipient)]
        sealed = SealedWriter(LocalGrowing(path), header, recipients=recipients, signer=self.signer)
        with RecordingWriter(sealed, about=self.about) as writer:
            for time_us, event in self.events:
                writer.put_event(event, time_us=time_us)
            picture(writer, b"x" * 3000, self.length_us, keyframe=True)
            yield writer

    def write(self, path: Path, *, part: int = 1) -> Path:
        """Write one of its parts."""
        with self.writer(path, part=part) as writer:
            if self.end is not None:
                writer.finish(reason=self.end)
        return path


def identity() -> Identity:
    """Return what opens a recording of nobody in particular."""
    return Identity(portal_keys=[portal()])
