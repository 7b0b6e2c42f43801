"""Where one user of this machine keeps what is his: signer, trusted signers, keyrings seen.

The door to platformdirs.
"""

from pathlib import Path

from platformdirs import user_data_path

from vault.durable import plain_errors


def data_folder() -> Path:
    """Return the user's own folder, made on first use.  Errors: StoreUnavailableError."""
    folder = user_data_path("sealcast", appauthor=False)
    with plain_errors(str(folder)):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def signer_file() -> Path:
    """The own signer's key."""
    return data_folder() / "signer.key"


def trusted_file() -> Path:
    """The list of trusted signers."""
    return data_folder() / "trusted-signers.json"


def seen_file() -> Path:
    """The highest generation seen of each portal's keyring."""
    return data_folder() / "seen-keyrings.json"
