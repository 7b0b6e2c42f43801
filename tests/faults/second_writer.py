"""Two writers of one file, and two of one keyring: one goes on, the other is refused."""

import tempfile
from contextlib import ExitStack
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from tests.faults.children import child
from tests.faults.counted import ACCEPTED, Counted, Tally
from tests.faults.keyrings import SERVER, of_a_server, writing
from tests.faults.specimen import SIGNER, about, outside, portal
from vault import keyring_acts, keyring_file
from vault.errors import AlreadyWritingError, BlobExistsError, KeyringReplacedError, VaultError
from vault.header import Role
from vault.keyring import open_by_key, read_keyring
from vault.local import LocalStore
from vault.lock import locked
from vault.store import BlobName, blob_name
from vault.writer import SealedWriter

_NAME: Final = blob_name("one.scr")
WROTE: Final = "wrote"


def try_to_write(folder: str, name: BlobName, to_parent: Connection) -> None:
    """Begin to write that file, in a process of its own, and tell what came of it."""
    to_parent.send(_attempt(LocalStore(Path(folder)), name))


def try_to_replace(path: str, stored: bytes, seed: str, to_parent: Connection) -> None:
    """Replace a keyring that was opened when it was like that, and tell what came of it."""
    held = open_by_key(read_keyring(stored), SERVER)
    try:
        keyring_file.replace(Path(path), held, keyring_acts.rotate(held, writing=writing(seed)))
        to_parent.send(WROTE)
    except VaultError as error:
        to_parent.send(type(error).__name__)


def second_writers(runs: int) -> Counted:
    """While one writes and after it ended, in this process and in another, the second is refused."""
    tally = Tally("a second writer", never=["not locked while written", "locked when done", "changed the file"])
    for run in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            store, path = LocalStore(Path(folder)), Path(folder, _NAME)
            recipients = [(Role.PORTAL, portal("portal").public)]
            with SealedWriter(
                store.create(_NAME), about(str(run)), recipients=recipients, signer=SIGNER, outside=outside(str(run))
            ) as writer:
                writer.append(b"first")
                writer.sync()
                before = path.read_bytes()
                _both(store, folder, tally)
                if not locked(path):
                    tally.went_wrong("not locked while written", folder)
                if path.read_bytes() != before:
                    tally.went_wrong("changed the file", folder)
                writer.finish()
            if locked(path):
                tally.went_wrong("locked when done", folder)
            _both(store, folder, tally)
    return tally.counted()


def keyring_races(runs: int, *, writers: int = 4) -> Counted:
    """Several replace the same generation at once; exactly one does."""
    tally = Tally("a keyring replaced by several at once", never=["not exactly one went on"])
    for run in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "keyring")
            path.write_bytes(of_a_server())
            with ExitStack() as racing:
                pipes = [
                    racing.enter_context(child(try_to_replace, str(path), of_a_server(), f"{run} {at}"))[1]
                    for at in range(writers)
                ]
                said = [pipe.recv() for pipe in pipes]
            tally.tried()
            for word in said:
                tally.saw(word)
            if sorted(said) != sorted([WROTE] + [KeyringReplacedError.__name__] * (writers - 1)):
                tally.went_wrong("not exactly one went on", f"{said}")
            if keyring_file.load(path).generation != 2:
                tally.went_wrong(ACCEPTED, "another generation than the next")
    return tally.counted()


def _both(store: LocalStore, folder: str, tally: Tally) -> None:
    with child(try_to_write, folder, _NAME) as (_, from_child):
        elsewhere = from_child.recv()
    for word in (_attempt(store, _NAME), elsewhere):
        tally.tried()
        tally.saw(word)
        if word not in (BlobExistsError.__name__, AlreadyWritingError.__name__):
            tally.went_wrong(ACCEPTED, word)


def _attempt(store: LocalStore, name: BlobName) -> str:
    try:
        store.create(name).abandon()
    except VaultError as error:
        return type(error).__name__
    return WROTE
