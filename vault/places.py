"""Where one user of this machine keeps what is his: signer, trusted signers, keyrings seen.

The door to platformdirs.
"""

from pathlib import Path

from platformdirs import user_data_path

from vault.durable import plain_errors
from vault.errors import StoreUnavailableError


def data_folder() -> Path:
    """Return the user's own folder, which need not be there yet.  Errors: StoreUnavailableError if he has none."""
    try:
        folder = user_data_path("sealcast", appauthor=False)
    except RuntimeError:
        folder = Path()
    if not folder.is_absolute():
        raise StoreUnavailableError(name="the user's own folder", why="it cannot be told; set HOME")
    return folder


def make_data_folder() -> None:
    """Make the folder before something is written there.  Errors: StoreUnavailableError."""
    with plain_errors(str(data_folder())):
        data_folder().mkdir(mode=0o700, parents=True, exist_ok=True)


def signer_file() -> Path:
    """The own signer's key."""
    return data_folder() / "signer.key"


def trusted_file() -> Path:
    """The list of trusted signers."""
    return data_folder() / "trusted-signers.json"


def seen_file() -> Path:
    """The highest generation seen of each portal's keyring."""
    return data_folder() / "seen-keyrings.json"


def pinned_file() -> Path:
    """The portals' certificates that were accepted."""
    return data_folder() / "accepted-certificates.json"


def tokens_file() -> Path:
    """What lets programs of this user in at portals where he signed in."""
    return data_folder() / "portal-sign-ins.json"


def portal_keys_file() -> Path:
    """The keys that portals had for recordings that were made here."""
    return data_folder() / "portal-keys.json"
