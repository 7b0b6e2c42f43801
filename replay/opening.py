"""Opens what lies in a folder as one session: a file, and the other parts of its session beside it."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

from recorder.file_names import SUFFIX
from recorder.format.quantities import counted
from replay.recording import Recording
from replay.session import Session
from vault.anchor import Anchor
from vault.durable import plain_errors
from vault.errors import StoreUnavailableError, TamperedError, VaultError, WrongIdentityError
from vault.header import MAX_HEADER_SIZE, Header, Identity, read_header
from vault.index import Reason
from vault.local import LocalFile
from vault.lock import locked
from vault.reader import SealedFile
from vault.store import OpenSource

MAX_FILES: Final = 10_000  # of a folder that are looked at for other parts
MAX_PARTS: Final = 200  # of a session that are opened; each keeps a file open


class PartPlace(Protocol):
    """A part where it lies; of one that lies elsewhere, path is only what it is called."""

    @property
    def path(self) -> Path:
        """Where it lies."""

    @property
    def header(self) -> Header:
        """Its beginning."""

    def open(self) -> OpenSource:
        """Return its bytes.  Errors: BlobNotFoundError, StoreUnavailableError."""

    def at_work(self) -> bool:
        """Say whether somebody writes it; what was opened is as long as it is then.

        Errors: BlobNotFoundError, StoreUnavailableError.
        """

    def anchors(self) -> Sequence[Anchor]:
        """Return what was noted of it elsewhere.  Errors: StoreUnavailableError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFile:
    """A part in a local file."""

    path: Path
    header: Header

    def open(self) -> OpenSource:
        """See PartPlace."""
        return _Part(self.path)

    def at_work(self) -> bool:
        """See PartPlace."""
        with plain_errors(str(self.path)):
            return locked(self.path)

    def anchors(self) -> Sequence[Anchor]:
        """See PartPlace."""
        return ()


def parts_of(path: Path) -> list[PartFile]:
    """Return a file and the other parts of its session in the same folder, in their order.

    Errors: of read_header and LocalFile, for that file; others that cannot be read are left aside.
    """
    with LocalFile(path) as source:
        own = PartFile(path=path, header=read_header(source.read(0, MAX_HEADER_SIZE)))
    session_id = own.header.about.session_id
    found = {own.header.about.recording_id: own}
    with plain_errors(str(path.parent)):
        others = [other for other, _ in zip(path.parent.glob(f"*{SUFFIX}"), range(MAX_FILES), strict=False)]
    for other in sorted(others):
        with suppress(VaultError, OSError):
            header = _header_of(other, session_id)
            if header and header.signer == own.header.signer:
                found.setdefault(header.about.recording_id, PartFile(path=other, header=header))
    return sorted(found.values(), key=lambda one: (one.header.about.part, one.header.about.created_us))


def _header_of(path: Path, session_id: bytes) -> Header | None:
    if not path.is_file():  # what else is called so may never end
        return None
    with path.open("rb") as file:
        raw = file.read(MAX_HEADER_SIZE)
    # Checking a signature costs more than reading; the id lies in the clear.
    header = read_header(raw) if session_id in raw[:128] else None
    return header if header and header.about.session_id == session_id else None


class _Part(LocalFile):
    """A part's file.  Whoever still reads when it is closed is told so as of a disk that failed."""

    def size(self) -> int:
        with self._told():
            return super().size()

    def read(self, start: int, size: int) -> bytes:
        with self._told():
            return super().read(start, size)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except ValueError:
            if self._file.closed:
                raise StoreUnavailableError(name=str(self.path), why="it was closed") from None
            raise


class OpenSession:
    """The parts of a session, unlocked; it owns their files.

    left_out are parts that these keys do not open, or that are too many, and why.
    Errors: of SealedFile, for the last of the parts where none opens; StoreUnavailableError.
    """

    def __init__(self, parts: Sequence[PartPlace], identity: Identity) -> None:
        self.parts: list[PartPlace] = []
        self.sources: list[OpenSource] = []
        self.left_out: list[str] = []
        self.identity = identity
        self._too_many = max(0, len(parts) - MAX_PARTS)
        with ExitStack() as opened:
            recordings = []
            for part in parts[:MAX_PARTS]:
                source = opened.enter_context(closing(part.open()))
                try:
                    recordings.append(Recording(SealedFile(source, identity)))
                except (WrongIdentityError, TamperedError) as error:
                    if part is parts[:MAX_PARTS][-1] and not recordings:
                        raise
                    self.left_out.append(f"{part.path.name}: {error}")
                    continue
                self.parts.append(part)
                self.sources.append(source)
            if self._too_many:
                self.left_out.append(f"{counted(self._too_many, 'more part')}, too many to open")
            self.session = Session(recordings)
            self._opened = opened.pop_all()

    @property
    def missing(self) -> str | None:
        """Say which parts of the session are known of and not there; None when there are none."""
        if self._too_many:
            return "not all parts of it were opened"
        if self.left_out:
            return "a part of it does not open with these keys"
        ids = {part.header.about.recording_id for part in self.parts}
        before = [part.header.about.previous for part in self.parts]
        if any(one and one.recording_id not in ids for one in before):
            return "a part of it is missing"
        final = self.session.recordings[-1].sealed.final
        return "its last part is missing" if final and final.reason == Reason.CONTINUED else None

    def close(self) -> None:
        """Let go of the files."""
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
