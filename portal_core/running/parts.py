"""The files of a session's recording: a new part, and where the one before it ends.

A part is written by recorder.writer and read by nobody here: where it ends is found by its signatures alone.
"""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from portal_core.running.marks import Marks, marks_of
from recorder.clock import SessionClock
from recorder.format.events import About as AboutEvent
from recorder.writer import RecordingWriter
from vault.durable import plain_errors
from vault.errors import StoreUnavailableError, VaultError
from vault.header import About, PreviousPart, Role
from vault.local import LocalFile, LocalGrowing
from vault.outside import REAL, Outside
from vault.primitives import SigningKey
from vault.walk import Walk, read_start
from vault.writer import SealedWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A part that is being written."""

    number: int
    recording_id: bytes
    path: Path
    writer: RecordingWriter
    marks: Marks

    def mark(self, entry: int) -> None:
        """Note in which block the newest entry is."""
        self.marks.add(block=self.writer.newest_block, entry=entry)

    def last(self) -> PreviousPart:
        """Return the last good block, of a part that was abandoned: more may be in the file than is durable."""
        try:
            ending = ending_of(self.path)
        except Exception:  # noqa: BLE001 - whatever it is, that much is known
            ending = None
        if ending:
            return ending.last
        durable = self.writer.durable
        return PreviousPart(recording_id=self.recording_id, block=durable.block, hash=durable.hash)

    def remove(self) -> bool:
        """Remove the part, of which nothing is durable; False where it cannot be."""
        try:
            delete_part(self.path)
        except OSError:
            return False
        return True

    def size(self) -> int:
        """Return how many bytes the file has, those after the last good block too."""
        return size_of(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Where a session's parts go, who may open them, and what they say of themselves.

    Shapes: session_id has 16 bytes, recipient is a portal's public key of 1 216.
    """

    folder: Path
    session_id: bytes
    recipient: Callable[[], bytes]  # asked anew for each part: the portal's keyring may have got a new key
    signer: SigningKey
    about: AboutEvent
    clock: SessionClock
    outside: Outside = REAL

    def begin(self, number: int, previous: PreviousPart | None) -> Begun:
        """Begin a part.  Errors: VaultError where there is no place for it."""
        with plain_errors(str(self.folder)):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path, recipients = self.path(number), [(Role.PORTAL, self.recipient())]
        growing = LocalGrowing(path)
        header = About(
            recording_id=self.outside.random_bytes(16),
            session_id=self.session_id,
            part=number,
            previous=previous,
            created_us=self.outside.wall_us(),
        )
        try:
            sealed = SealedWriter(growing, header, recipients=recipients, signer=self.signer, outside=self.outside)
            try:
                writer = RecordingWriter(sealed, about=self.about, clock=self.clock)
            except BaseException:
                sealed.abandon()
                raise
        except BaseException:
            path.unlink(missing_ok=True)  # nothing of the session is in it yet
            raise
        return Begun(number=number, recording_id=header.recording_id, path=path, writer=writer, marks=Marks(path))

    def path(self, number: int) -> Path:
        """Return where a part lies."""
        return self.folder / f"{number}.sealcast"

    def forget_marks(self) -> None:
        """All is recorded, and that is written down."""
        with contextlib.suppress(OSError):
            for one in self.folder.glob("*.entries"):
                one.unlink()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How far a file is whole.  Units: size of the file in bytes."""

    last: PreviousPart
    size: int
    finished: bool


def ending_of(path: Path) -> Ending | None:
    """Find the last good block of a file, by signatures alone; None when not even its beginning is whole.

    Errors: StoreUnavailableError for one that cannot be read at present: nothing is known of it then.
    """
    try:
        with LocalFile(path) as file:
            header = read_start(file)
            walk = Walk(file, header)
            for _ in walk.blocks():
                pass
            last = PreviousPart(recording_id=header.about.recording_id, block=walk.number, hash=walk.hash)
            return Ending(last=last, size=file.size(), finished=walk.final)
    except StoreUnavailableError:
        raise
    except VaultError:
        return None


def delete_part(path: Path) -> None:
    """Delete a part with its marks.  Errors: OSError."""
    path.unlink(missing_ok=True)
    marks_of(path).unlink(missing_ok=True)


def size_of(path: Path) -> int:
    """Return the size of a file in bytes; 0 when it is not there."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def newest_of(endings: Sequence[Ending | None]) -> PreviousPart | None:
    """Return what the next part names: the last part that has a beginning."""
    return next((one.last for one in reversed(endings) if one), None)
