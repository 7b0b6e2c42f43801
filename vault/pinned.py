"""Certificates of portals that this user accepted, because nobody else vouches for them.

One file in his own folder: by host and port the certificate itself, so that it can be what a connection trusts.
"""

import base64
import hashlib
import json
from pathlib import Path
from typing import Final

from vault.durable import read_bounded, write_whole
from vault.errors import BlobNotFoundError, MalformedError
from vault.lock import folder_lock

MAX_SIZE: Final = 4 * 1024 * 1024
_WHAT: Final = "list of accepted certificates"


def fingerprint(certificate: bytes) -> str:
    """Return what browsers and the portal's start show of a certificate in DER: SHA-256, pairs with colons between."""
    return hashlib.sha256(certificate).digest().hex(":").upper()


def pinned(path: Path, site: str) -> bytes | None:
    """Return the accepted certificate of a host and port, in DER; None when there is none.

    Errors: MalformedError, StoreUnavailableError.
    """
    return _read(path).get(site)


def pin(path: Path, site: str, certificate: bytes) -> None:
    """Accept a certificate for a host and port from now on, in place of any before.

    Errors: AlreadyWritingError, MalformedError, StoreUnavailableError.
    """
    with folder_lock(path.parent):
        rows = _read(path) | {site: certificate}
        text = {name: base64.b64encode(one).decode() for name, one in rows.items()}
        write_whole(path, json.dumps(text, indent=1).encode(), replace=True)


def _read(path: Path) -> dict[str, bytes]:
    try:
        rows = json.loads(read_bounded(path, limit=MAX_SIZE, what=_WHAT))
        return {str(site): base64.b64decode(one, validate=True) for site, one in rows.items()}
    except BlobNotFoundError:
        return {}
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise MalformedError(what=_WHAT, why=f"{path} is not as sealcast wrote it") from None
