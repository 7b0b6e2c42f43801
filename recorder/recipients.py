"""Who may open a new recording: portals' public keys, from a keyring or as strings.  Source: vault/SPEC.md §4.11."""

from collections.abc import Sequence
from pathlib import Path

from vault import bech32, keyring_file
from vault.durable import read_bounded
from vault.places import seen_file


def recipients_of(keyrings: Sequence[Path], texts: Sequence[str]) -> list[bytes]:
    """Return public keys, each once: of keyrings, and of strings or the files that hold them.

    Errors: MalformedError, WrongKindError, OlderKeyringError, BlobNotFoundError, StoreUnavailableError.
    """
    keys = []
    for path in keyrings:
        keyring = keyring_file.load(path)
        keyring_file.refuse_older(seen_file(), keyring)
        keys.append(keyring.recipient)
    keys += [bech32.from_string(bech32.PORTAL, _text(text)) for text in texts]
    return list(dict.fromkeys(keys))


def _text(text: str) -> str:
    if text.lower().startswith(bech32.PORTAL):
        return text
    return read_bounded(Path(text), limit=bech32.MAX_CHARS, what="recipient").decode("ascii", errors="replace")
