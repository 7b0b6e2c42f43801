"""A glance at a recording: what its header, its last 64 KiB and its name tell, without reading it through.

It proves who wrote the beginning and that there is a good end, and no more; that nothing in between was changed only
verifying tells.
"""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from recorder.file_names import read_name
from replay.glance_inside import inside
from replay.key_choice import Keys, OpensWithKeyFile, together
from replay.library_entries import Part
from replay.states import (
    COMPLETE,
    EMPTY,
    NOT_YET,
    NOTHING_IN_IT,
    PARTIAL,
    RECORDING,
    RECOVERED,
    UNREADABLE,
    WORDS,
    RecordingState,
)
from vault.block import FINAL_SIZE, HEAD_SIZE, MAGIC, BlockType, read_head
from vault.errors import (
    HeaderDamagedError,
    HeaderIncompleteError,
    NotOurFormatError,
    UnsupportedVersionError,
    VaultError,
)
from vault.header import Header, Identity
from vault.local import LocalFile
from vault.lock import locked
from vault.primitives import VerifyingKey
from vault.reader import TAIL_SIZE
from vault.verify import State
from vault.walk import check_block, read_start

_OF_ERRORS: Final[dict[type[VaultError], State]] = {
    NotOurFormatError: State.NOT_A_RECORDING,
    UnsupportedVersionError: State.UNSUPPORTED_VERSION,
    HeaderDamagedError: State.DAMAGED,
}


def look(path: Path, *, identity: Identity | None = None, keys: Keys | None = None) -> Part:
    """Return what a look at a file tells."""
    part = _by_name(path)
    try:
        with LocalFile(path) as source:
            part = replace(part, size=source.size())
            header = read_start(source)
            part = replace(
                part,
                state=_state(source, header),
                began_us=header.about.created_us,
                session=(header.signer, header.about.session_id),
                recording_id=header.about.recording_id,
                number=header.about.part,
            )
            if opens := _identity(header, path, identity, keys):
                part = inside(part, source, opens)
    except (VaultError, OSError) as error:
        return replace(part, state=_refused(path, error))
    return part


def _by_name(path: Path) -> Part:
    says = read_name(path.name)
    part = Part(path=path, size=0, state=RecordingState(UNREADABLE), began_us=0)
    if says is None:
        with suppress(OSError):
            part = replace(part, began_us=max(0, path.stat().st_mtime_ns // 1000))
        return part
    with suppress(ValueError, OverflowError, OSError):  # a year that no clock here counts
        part = replace(part, began_us=max(0, int(says.began.astimezone().timestamp()) * 1_000_000))
    return replace(part, portal=says.portal, agent=says.agent, customer=says.customer, title=_title(says.words, part))


def _title(words: str, part: Part) -> str | None:
    return words or None if part.customer is None else None


def _refused(path: Path, error: VaultError | OSError) -> RecordingState:
    if isinstance(error, HeaderIncompleteError):
        return RecordingState(RECORDING) if at_work(path) else RecordingState(EMPTY, str(error))
    state = next((its for kind, its in _OF_ERRORS.items() if isinstance(error, kind)), None)
    why = str(error) if isinstance(error, VaultError) else (error.strerror or "the disk reports an error").lower()
    return RecordingState(UNREADABLE if state is None else WORDS[state], why)


def at_work(path: Path) -> bool:
    """Say whether somebody writes a file, as far as that can be told."""
    try:
        return locked(path)
    except OSError:
        return False


def _state(source: LocalFile, header: Header) -> RecordingState:
    size = source.size()
    if _final_at(source, header, size - FINAL_SIZE):
        return RecordingState(COMPLETE, NOT_YET)
    if locked(source.path):
        return RecordingState(RECORDING)
    start = max(header.size, size - TAIL_SIZE)
    tail = source.read(start, size - start)
    at = tail.rfind(MAGIC + bytes([BlockType.FINAL]))
    if at >= 0 and _final_at(source, header, start + at):
        return RecordingState(PARTIAL, "bytes follow the end")
    first = read_head(source.read(header.size, HEAD_SIZE))
    if size - header.size < (first.size if first else HEAD_SIZE):
        return RecordingState(EMPTY, NOTHING_IN_IT)
    return RecordingState(RECOVERED, f"it has no end; {NOT_YET}")


def _final_at(source: LocalFile, header: Header, offset: int) -> bool:
    if offset < header.size:
        return False
    head = read_head(source.read(offset, HEAD_SIZE))
    if head is None or head.type != BlockType.FINAL:
        return False
    key, recording_id = VerifyingKey(header.signer), header.about.recording_id
    return check_block(source, offset, head, recording_id=recording_id, key=key) is not None


def _identity(header: Header, path: Path, identity: Identity | None, keys: Keys | None) -> Identity | None:
    found = keys.opening(header, path) if keys else None
    given = [one for one in (identity, found.identity if isinstance(found, OpensWithKeyFile) else None) if one]
    return together(given) if given else None
