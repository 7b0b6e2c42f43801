"""What opens a local copy lies beside it: the portal's keyring, which is no secret beyond its passphrase."""

from pathlib import Path
from typing import Final

from vault import keyring_file
from vault.durable import read_bounded, write_whole
from vault.errors import VaultError

_MAX_KEYRING: Final = 1024 * 1024


def keep_keyring(keyring: Path, folder: Path) -> None:
    """Save or renew the keyring in the folder of the recordings.  Errors: StoreUnavailableError, MalformedError."""
    kept = folder / keyring.name
    if kept.exists():
        try:
            before, now = keyring_file.load(kept), keyring_file.load(keyring)
        except VaultError:
            return  # something else of that name; nothing is overwritten
        if before.portal_id != now.portal_id or before.generation >= now.generation:
            return
    write_whole(kept, read_bounded(keyring, limit=_MAX_KEYRING, what="keyring"), replace=True)
