"""Words kept by name, in a file that this user alone reads: what lets programs in at portals, and portals' keys."""

import json
from pathlib import Path
from typing import Final

from vault.durable import read_bounded, write_whole
from vault.errors import BlobNotFoundError, MalformedError
from vault.lock import folder_lock

MAX_SIZE: Final = 1024 * 1024
_WHAT: Final = "list of what is kept of portals"


def kept(path: Path, name: str) -> str | None:
    """Return what is kept of that name; None when nothing is.  Errors: MalformedError, StoreUnavailableError."""
    return _read(path).get(name)


def keep(path: Path, name: str, word: str | None) -> None:
    """Keep a word in place of any before, or none.  Errors: AlreadyWritingError, StoreUnavailableError."""
    with folder_lock(path.parent):
        words = _read(path)
        if word is None:
            words.pop(name, None)
        else:
            words[name] = word
        write_whole(path, json.dumps(words, indent=1).encode(), replace=True)


def _read(path: Path) -> dict[str, str]:
    try:
        words = json.loads(read_bounded(path, limit=MAX_SIZE, what=_WHAT))
    except BlobNotFoundError:
        return {}
    except (ValueError, RecursionError):
        words = None
    if not isinstance(words, dict) or not all(isinstance(one, str) for one in words.values()):
        raise MalformedError(what=_WHAT, why=f"{path} is not as sealcast wrote it")
    return words
