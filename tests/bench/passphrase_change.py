"""Changing a passphrase beside ten thousand recordings: only the keyring is written anew, and all still open."""

import random
import secrets
import statistics
import time
from itertools import pairwise
from pathlib import Path
from typing import Final

from tests.bench.report import heading, row
from vault import keyring_acts, keyring_file, passphrase
from vault.durable import write_whole
from vault.errors import WrongPassphraseError
from vault.header import About, Identity, Role
from vault.keyring import OpenKeyring, open_by_passphrase
from vault.keyring_acts import Locks
from vault.local import LocalFile
from vault.outside import wall_us
from vault.primitives import Buffer, SigningKey
from vault.reader import SealedFile
from vault.writer import SealedWriter

RECORDINGS: Final = 10_000
OPENED: Final = 100
CHANGES: Final = 5


class Unsynced:
    """A growing blob in memory, written out at its end and never synced: ten thousand times two syncs take long."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._data = bytearray()

    def append(self, data: Buffer) -> None:
        self._data += data

    def sync(self) -> None:
        pass

    def finish(self) -> None:
        self._path.write_bytes(self._data)

    def abandon(self) -> None:
        raise AssertionError("every recording here is finished")


def change(folder: Path, *, seed: int) -> None:
    """Record, change the passphrase a few times, open some recordings."""
    keyring = folder / "keyring"
    phrases = [passphrase.to_bytes(passphrase.generate()) for _ in range(CHANGES + 1)]
    write_whole(keyring, keyring_acts.create(secrets.token_bytes(16), Locks(passphrase=phrases[0])), replace=False)
    recordings = _record(folder, keyring)
    before = [path.stat() for path in recordings]
    openings_s, writings_s = [], []
    for old, new in pairwise(phrases):
        began_s = time.perf_counter()
        opened = open_by_passphrase(keyring_file.load(keyring), old)
        opened_s = time.perf_counter()
        keyring_file.replace(keyring, opened, keyring_acts.change_passphrase(opened, new))
        openings_s.append(opened_s - began_s)
        writings_s.append(time.perf_counter() - opened_s)
    touched = sum(was != path.stat() for was, path in zip(before, recordings, strict=True))
    chosen = random.Random(seed).sample(recordings, OPENED)

    heading(f"changing the passphrase of {RECORDINGS} recordings, {CHANGES} times", "min s", "median s", "max s")
    for name, took_s in (
        ("opening the keyring", openings_s),
        ("writing it anew", writings_s),
        ("in all (goal ≤ 1)", [one + other for one, other in zip(openings_s, writings_s, strict=True)]),
    ):
        row(name, *(f"{value:.3f}" for value in (min(took_s), statistics.median(took_s), max(took_s))))
    print(f"  {touched} recordings were touched")
    print(f"  {_opening(chosen, keyring, phrases[-1])} of {OPENED} at random open with the new passphrase")
    print(f"  {_opening(chosen, keyring, phrases[-2])} of {OPENED} open with the one before, and the new keyring")


def _record(folder: Path, keyring: Path) -> list[Path]:
    public = keyring_file.load(keyring).keys[-1].public
    signer = SigningKey(secrets.token_bytes(32))
    paths = [folder / f"{number:05}.sealed" for number in range(RECORDINGS)]
    for path in paths:
        about = About(
            recording_id=secrets.token_bytes(16),
            session_id=secrets.token_bytes(16),
            part=1,
            previous=None,
            created_us=wall_us(),
        )
        with SealedWriter(Unsynced(path), about, recipients=[(Role.PORTAL, public)], signer=signer) as writer:
            writer.append(path.name.encode())
            writer.finish()
    return paths


def _opening(paths: list[Path], keyring: Path, phrase: bytes) -> int:
    """How many of the recordings give what was put into them."""
    try:
        opened = open_by_passphrase(keyring_file.load(keyring), phrase)
    except WrongPassphraseError:
        return 0
    return sum(_content(path, opened) == path.name.encode() for path in paths)


def _content(path: Path, opened: OpenKeyring) -> bytes:
    with LocalFile(path) as source:
        sealed = SealedFile(source, Identity(portal_keys=opened.portal_keys))
        return b"".join(bytes(sealed.read(entry).payload) for entry in sealed.entries())
