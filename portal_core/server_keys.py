"""The installation's own keys: the signer of its recordings, and what opens portals that have no passphrase.

Rule of this file: of the portal it alone opens keyrings and unwraps file keys, and where a portal has a passphrase it
cannot.  What is recorded it never reads.  Source: vault/SPEC.md §4.8, §4.9.
"""

import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from vault import bech32
from vault.durable import plain_errors, read_bounded, write_whole
from vault.errors import BlobExistsError, MalformedError, UnsupportedVersionError
from vault.header import Header, Identity, read_header, unlock
from vault.keyring import OpenKeyring, SlotKind, open_by_key, read_keyring, unwrap_master_key
from vault.keyring_acts import Locks, create
from vault.portal_key import SEED_SIZE, PortalKey
from vault.primitives import SigningKey

FILE: Final = "server.keys"
_FIRST: Final = "sealcast-server-keys 1"
_MAX_SIZE: Final = 4096
_WHAT: Final = "file of the server's keys"


class ServerKeys:
    """The keys of one installation, from two seeds of 32 bytes.  repr shows neither."""

    def __init__(self, *, signer: bytes, server: bytes) -> None:
        self.signer = SigningKey(signer)
        self._server = PortalKey(server)

    @classmethod
    def own(cls, path: Path, *, random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> Self:
        """Read this installation's keys, made on first use; the file is readable by its owner alone.

        Errors: MalformedError, UnsupportedVersionError, BlobNotFoundError without its folder, StoreUnavailableError.
        """
        with plain_errors(str(path)):
            there = path.exists()
        if not there:
            with suppress(BlobExistsError):  # another process may make it at this moment
                write_whole(path, to_text(random_bytes(SEED_SIZE), random_bytes(SEED_SIZE)).encode(), replace=False)
        signer, server = from_bytes(read_bounded(path, limit=_MAX_SIZE, what=_WHAT))
        return cls(signer=signer, server=server)

    @property
    def server_public(self) -> bytes:
        """The public key of server slots."""
        return self._server.public

    def new_keyring(self, portal_id: bytes) -> bytes:
        """Make the first keyring of a portal without a passphrase.  Shapes: portal_id has 16 bytes."""
        return create(portal_id, Locks(server=(self.server_public,)))

    def open(self, keyring: bytes) -> OpenKeyring | None:
        """Open a portal's keyring; None where it has a passphrase, so that it opens to no server.

        Errors: NotOurFormatError, UnsupportedVersionError, MalformedError; WrongIdentityError for one that was left to
            another installation's key; KeyringChangedError.
        """
        found = read_keyring(keyring)
        return open_by_key(found, self._server) if found.slots(SlotKind.SERVER) else None

    def master_key(self, keyring: bytes) -> bytes | None:
        """Return what lets somebody write the next keyring, who is to give a portal its passphrase; None as open does.

        Errors: those of open.
        """
        found = read_keyring(keyring)
        return unwrap_master_key(found, self._server) if found.slots(SlotKind.SERVER) else None

    def file_key(self, start: bytes, *, keyring: bytes) -> bytes | None:
        """Unwrap the file key of one recording; None as open does.

        Shapes: start is the beginning of the sealed file, MAX_HEADER_SIZE bytes or all there are.
        Errors: those of open, of read_header and of unlock.
        """
        opened = self.open(keyring)
        return None if opened is None else _unlocked(read_header(start), opened)


def _unlocked(header: Header, opened: OpenKeyring) -> bytes:
    return unlock(header, Identity(portal_keys=opened.portal_keys))


def to_text(signer: bytes, server: bytes) -> str:
    """Write both seeds; sealcast key --server-key reads the server's from it."""
    return f"{_FIRST}\nsigner {signer.hex()}\n{bech32.to_string(bech32.SERVER, server).upper()}\n"


def from_bytes(data: bytes) -> tuple[bytes, bytes]:
    """Read both seeds: the signer's, the server's.  Errors: MalformedError, UnsupportedVersionError."""
    text = data.decode("ascii", errors="replace")
    version = re.match(r"sealcast-server-keys ([1-9][0-9]{0,8})\n", text)
    if version and version[1] != "1":
        raise UnsupportedVersionError(what=_WHAT, version=int(version[1]), suite=1)
    found = re.fullmatch(rf"{_FIRST}\nsigner ([0-9a-f]{{64}})\n(SEALCAST-SERVER1[A-Z0-9]+)\n", text)
    if found is None:
        raise MalformedError(what=_WHAT, why="it is not three lines as sealcast wrote them")
    return bytes.fromhex(found[1]), bech32.from_string(bech32.SERVER, found[2])
