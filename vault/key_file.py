"""NAME.key: what opens a local copy of a portal without a passphrase.  Source: SPEC.md §4.9."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from vault.durable import read_bounded, write_whole
from vault.errors import MalformedError, UnsupportedVersionError

MAX_SIZE: Final = 64 * 1024
_FIRST: Final = "sealcast-keys 1"
_WHAT: Final = "key file"


def to_text(file_keys: Mapping[bytes, bytes]) -> str:
    """Write file keys by recording id, one for each part of a session."""
    return "\n".join([_FIRST, *(f"{id_.hex()} {key.hex()}" for id_, key in file_keys.items()), ""])


def from_bytes(data: bytes) -> dict[bytes, bytes]:
    """Read a key file.  Errors: MalformedError, UnsupportedVersionError."""
    text = data.decode("ascii", errors="replace")
    first, _, rest = text.partition("\n")
    if first != _FIRST and (version := re.fullmatch(r"sealcast-keys ([0-9]{1,9})", first)):
        raise UnsupportedVersionError(what=_WHAT, version=int(version[1]), suite=1)
    if len(data) > MAX_SIZE or first != _FIRST or not re.fullmatch(r"([0-9a-f]{32} [0-9a-f]{64}\n)+", rest):
        raise MalformedError(what=_WHAT, why="it is not lines of recording id and key")
    pairs = (line.split() for line in rest.splitlines())
    keys = {bytes.fromhex(id_): bytes.fromhex(key) for id_, key in pairs}
    if len(keys) != rest.count("\n"):
        raise MalformedError(what=_WHAT, why="it names a recording twice")
    return keys


def save(path: Path, file_keys: Mapping[bytes, bytes]) -> None:
    """Write a key file that its owner alone reads.  Errors: BlobExistsError, StoreUnavailableError."""
    write_whole(path, to_text(file_keys).encode(), replace=False)


def load(path: Path) -> dict[bytes, bytes]:
    """Read a key file.  Errors: MalformedError, UnsupportedVersionError, BlobNotFoundError, StoreUnavailableError."""
    return from_bytes(read_bounded(path, limit=MAX_SIZE, what=_WHAT))
