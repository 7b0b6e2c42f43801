"""Disks that are really full: a small tmpfs where one may be mounted, and a limit on a file's size where not.

The error says so, all that was acknowledged can be read, and a keyring there stays as it was.
"""

import random
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from tests.faults.children import child
from tests.faults.counted import ACCEPTED, LOST, Counted, Tally
from tests.faults.keyrings import SERVER, of_a_server, writing
from tests.faults.specimen import SIGNER, about, portal
from tests.memory import MemorySource
from vault import keyring_acts, keyring_file
from vault.anchor import Anchor
from vault.block import BlockType
from vault.errors import PartEndedError, StoreUnavailableError, VaultError
from vault.header import Identity, Role
from vault.keyring import open_by_key
from vault.local import LocalStore
from vault.reader import SealedFile
from vault.store import BlobName, blob_name
from vault.verify import Evidence, State, verify
from vault.writer import SealedWriter

NOT_CLEAR: Final = "error not clear"
CHANGED: Final = "keyring changed"
FULL: Final = "the disk is full"
TOO_LARGE: Final = "the file has grown as large as this disk or user allows"
_NAME: Final = blob_name("one.scr")
_PORTAL: Final = portal("portal")
_FULL_AT_ONCE: Final = 5  # every so manieth disk has no room for the header either


def payload(seed: str, count: int) -> bytes:
    draw = random.Random(f"{seed} {count}")
    return draw.randbytes(draw.randint(0, draw.choice((100, 5_000, 100_000))))


def write_until_refused(folder: Path, name: BlobName, seed: str) -> tuple[list[Anchor], list[VaultError]]:
    """Write until it is refused, and try once more in every way; return what was acknowledged, and the errors."""
    draw, told = random.Random(seed), list[Anchor]()
    growing = LocalStore(folder).create(name)
    recipients = [(Role.PORTAL, _PORTAL.public)]
    try:
        with SealedWriter(growing, about(seed), recipients=recipients, signer=SIGNER) as writer:
            ways: list[Callable[[], object]] = [lambda: writer.append(b""), writer.sync, writer.finish]
            for count in range(10_000):
                told.append(writer.durable)
                try:
                    writer.append(payload(seed, count))
                    if draw.random() < 0.3:
                        told.append(writer.sync())
                except PartEndedError as error:
                    return told, [error, *(_error_of(way) for way in ways)]
            raise AssertionError("the disk never became full")
    except StoreUnavailableError as error:
        return told, [error]


def _error_of(way: Callable[[], object]) -> VaultError:
    try:
        way()
    except VaultError as error:
        return error
    raise AssertionError("a part that ended took more")


def full_disks(runs: range, *, seed: str) -> Counted:
    """Fill disks of many sizes with recordings, and replace a keyring that lies on each."""
    tally = Tally("disk full", never=[NOT_CLEAR, LOST, CHANGED, "not replaced once there is room"])
    for run in runs:
        story = f"{seed} {run}"
        size = random.Random(story).randint(4, 200) * 4096
        with small_disk(size) as (folder, refused):
            if folder is None:
                tally.skip(refused)
                break
            tally.tried()
            with tally.trying(story):
                keyring = folder / "keyring"
                keyring.write_bytes(of_a_server())
                if run % _FULL_AT_ONCE == 0:
                    _fill(folder)
                told, errors = write_until_refused(folder, _NAME, story)
                for error in errors:
                    _clear(error, FULL, tally, story)
                _fill(folder)
                _look(folder, told, story, tally)
                _keyring_stays(keyring, tally, story)
    return tally.counted()


def _fill(folder: Path) -> None:
    """Take what little room the last block left."""
    with (folder / "filling").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(512))
        except OSError:
            return


def _keyring_stays(path: Path, tally: Tally, story: str) -> None:
    before, beside = path.read_bytes(), sorted(path.parent.iterdir())
    held = open_by_key(keyring_file.load(path), SERVER)
    new = keyring_acts.rotate(held, writing=writing(story))
    try:
        keyring_file.replace(path, held, new)
        tally.went_wrong(NOT_CLEAR, f"{story}: a full disk took a keyring")
    except StoreUnavailableError as error:
        _clear(error, FULL, tally, story)
    if path.read_bytes() != before or sorted(path.parent.iterdir()) != beside:
        tally.went_wrong(CHANGED, story)
    (path.parent / "filling").unlink()
    (path.parent / _NAME).unlink()
    keyring_file.replace(path, held, new)
    if path.read_bytes() != new:
        tally.went_wrong("not replaced once there is room", story)


def write_below_limit(folder: str, seed: str, limit: int, to_parent: Connection) -> None:
    """Write, in a process whose files may grow no larger than that, until it is refused."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    told, errors = write_until_refused(Path(folder), _NAME, seed)
    to_parent.send((told[-1:], [_reason(error) for error in errors]))


def file_limits(runs: range, *, seed: str) -> Counted:
    """Let a file meet the largest size that its user is allowed, at any place in it."""
    tally = Tally("file as large as is allowed", never=[NOT_CLEAR, LOST])
    for run in runs:
        story = f"{seed} {run}"
        limit = random.Random(story).randint(100, 300_000)
        tally.tried()
        with tempfile.TemporaryDirectory() as folder, tally.trying(story):
            with child(write_below_limit, folder, story, limit) as (_, from_child):
                told, reasons = from_child.recv()
            for reason in reasons:
                tally.saw(reason)
                if reason != TOO_LARGE:
                    tally.went_wrong(NOT_CLEAR, f"{story}: {reason}")
            _look(Path(folder), told, story, tally)
    return tally.counted()


@contextmanager
def small_disk(size: int) -> Iterator[tuple[Path | None, str]]:
    """Mount a disk of that size; None and the reason where that is not allowed."""
    with tempfile.TemporaryDirectory() as folder:
        if shutil.which("mount") is None:
            yield None, "there is no mount command"
            return
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder]
        mounted = subprocess.run(command, check=False, capture_output=True, text=True)
        if mounted.returncode:
            yield None, f"mounting is not permitted here: {mounted.stderr.strip()}"
            return
        try:
            yield Path(folder), ""
        finally:
            subprocess.run(["umount", folder], check=True)


def _clear(error: VaultError, wanted: str, tally: Tally, story: str) -> None:
    tally.saw(f"{type(error).__name__}: {_reason(error)}")
    if _reason(error) != wanted:
        tally.went_wrong(NOT_CLEAR, f"{story}: {error!r} because of {error.__cause__!r}")


def _reason(error: VaultError) -> str:
    """Return why the store failed: the error itself, or the cause of the part's end."""
    cause = error.__cause__ if isinstance(error, PartEndedError) else error
    return cause.why if isinstance(cause, StoreUnavailableError) else f"no reason, but {cause!r}"


def _look(folder: Path, told: list[Anchor], story: str, tally: Tally) -> None:
    if not told:
        tally.saw("full before the header was whole")
        return
    source = MemorySource((folder / _NAME).read_bytes())
    acknowledged, count = told[-1].block, 0
    state = verify(source, evidence=Evidence(anchors=told[-1:])).state
    tally.saw(state.value)
    numbers = []
    for opened in SealedFile(source, Identity(portal_keys=[_PORTAL])).blocks():
        numbers.append(opened.number)
        if opened.type == BlockType.DATA:
            if opened.payload != payload(story, count):
                tally.went_wrong(ACCEPTED, f"{story}: block {opened.number}")
            count += 1
    if state is not State.INTERRUPTED or numbers[:acknowledged] != list(range(1, acknowledged + 1)):
        tally.went_wrong(LOST, f"{story}: {state.value}, {numbers} of {acknowledged}")
