"""A keyring in a folder: read, replaced whole under a lock, and never an older one than was seen.

Source: SPEC.md §4.8.
"""

import json
from pathlib import Path
from typing import Final

from vault.durable import read_bounded, write_whole
from vault.errors import BlobNotFoundError, KeyringActError, MalformedError, OlderKeyringError
from vault.keyring import MAX_SIZE, Keyring, OpenKeyring, read_keyring
from vault.keyring_acts import check_replacement
from vault.lock import folder_lock

MAX_SEEN: Final = 4 * 1024 * 1024


def load(path: Path) -> Keyring:
    """Read a keyring.  Errors: those of read_keyring, BlobNotFoundError, StoreUnavailableError."""
    return read_keyring(read_bounded(path, limit=MAX_SIZE, what="keyring"))


def replace(path: Path, opened: OpenKeyring, new: bytes) -> Keyring:
    """Write the next keyring in place of the one that was opened.

    Errors: KeyringReplacedError if somebody else was first; AlreadyWritingError; StoreUnavailableError.
    """
    following, path = read_keyring(new), path.resolve()
    with folder_lock(path.parent):
        check_replacement(load(path), following, token=opened.replace_token)
        write_whole(path, new, replace=True)
    return following


def renew(path: Path, fetched: bytes) -> Keyring:
    """Write a keyring that was fetched, in place of an older one of the same portal if there is one.

    What lay there stays as NAME.GENERATION: only a passphrase proves a keyring, and nobody typed one yet.
    Errors: KeyringActError where anything else lies there; those of read_keyring; StoreUnavailableError.
    """
    keyring, path = read_keyring(fetched), path.resolve()
    with folder_lock(path.parent):
        try:
            before = read_bounded(path, limit=MAX_SIZE, what="keyring")
        except BlobNotFoundError:
            before = None
        if before == fetched:
            return keyring
        if before is not None:
            there = read_keyring(before)
            if there.portal_id != keyring.portal_id:
                raise KeyringActError(why=f"{path.name} is the keyring of another portal")
            if there.generation >= keyring.generation:
                raise KeyringActError(why=f"{path.name} is no older than what the portal has")
            write_whole(path.with_name(f"{path.name}.{there.generation}"), before, replace=True)
        write_whole(path, fetched, replace=True)
    return keyring


def refuse_older(seen: Path, keyring: Keyring) -> None:
    """Refuse a keyring older than one that was opened before.  Errors: OlderKeyringError."""
    highest = _read(seen).get(keyring.portal_id.hex(), 0)
    if keyring.generation < highest:
        raise OlderKeyringError(
            portal_id=keyring.portal_id, offered=keyring.generation, seen=highest, noted_in=str(seen)
        )


def remember(seen: Path, proven: Keyring) -> None:
    """Note the generation of a keyring that was opened or written here; another could claim any.

    Errors: AlreadyWritingError, StoreUnavailableError.
    """
    portal, generation = proven.portal_id.hex(), proven.generation
    if _read(seen).get(portal, 0) >= generation:
        return
    with folder_lock(seen.parent):
        highest = _read(seen)
        highest[portal] = max(generation, highest.get(portal, 0))
        write_whole(seen, json.dumps(highest, indent=1).encode(), replace=True)


def _read(seen: Path) -> dict[str, int]:
    try:
        noted = json.loads(read_bounded(seen, limit=MAX_SEEN, what="list of keyrings seen"))
    except BlobNotFoundError:
        return {}
    except (ValueError, RecursionError):
        noted = None
    if not isinstance(noted, dict) or not all(type(generation) is int for generation in noted.values()):
        raise MalformedError(what="list of keyrings seen", why=f"{seen} is not as sealcast wrote it")
    return noted
