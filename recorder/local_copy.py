"""What opens a local copy lies beside it: the portal's keyring, which is no secret beyond its passphrase."""

from pathlib import Path

from vault import keyring_file
from vault.durable import read_bounded, write_whole
from vault.errors import VaultError
from vault.keyring import MAX_SIZE


def keep_keyring(keyring: Path, folder: Path) -> bool:
    """Save the keyring in the folder of the recordings, or renew an older generation of it; say whether it lies there.

    Whatever else has its name there, another portal's keyring too, stays as it is.
    Errors: BlobNotFoundError, StoreUnavailableError, MalformedError.
    """
    kept = folder / keyring.name
    if kept.exists():
        try:
            before, now = keyring_file.load(kept), keyring_file.load(keyring)
        except VaultError:
            return False  # one of the two is no keyring; nothing is overwritten
        if before.portal_id != now.portal_id:
            return False
        if before.generation >= now.generation:
            return True
    write_whole(kept, read_bounded(keyring, limit=MAX_SIZE, what="keyring"), replace=True)
    return True
