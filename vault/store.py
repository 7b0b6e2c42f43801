"""Where sealed files live: the seams, and the one gate for names.

A folder is in local.py; object storage and a portal fit the same protocols.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NewType, Protocol

from vault.errors import BadNameError
from vault.primitives import Buffer

BlobName = NewType("BlobName", str)

MAX_NAME_BYTES: Final = 200  # every file system takes 255, and drafts need some for themselves
MAX_DEPTH: Final = 4
# Names travel to other systems, so the strictest one sets the rule.
_FORBIDDEN: Final = re.compile(r'[<>:"\\|?*]')
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_INVISIBLE: Final = ("Cc", "Cf", "Cs")


class Source(Protocol):
    """Bytes that can be read anywhere; they may grow, and never change."""

    def size(self) -> int:
        """Return how many bytes there are by now."""

    def read(self, start: int, size: int) -> bytes:
        """Return so many bytes, fewer only where the bytes end.  Errors: StoreUnavailableError."""


class OpenSource(Source, Protocol):
    """A source while it is wanted."""

    def close(self) -> None:
        """Let go of it; whoever still reads may be told so as of a disk that failed."""


class Store(Protocol):
    """A place that holds blobs."""

    def read(self, name: BlobName, start: int, size: int) -> bytes:
        """Return a range, shorter only where the blob ends.  Errors: BlobNotFoundError, StoreUnavailableError."""

    def size(self, name: BlobName) -> int:
        """Return the blob's size in bytes.  Errors: BlobNotFoundError, StoreUnavailableError."""

    def list(self, prefix: str = "") -> Iterator[BlobName]:
        """Give the names that begin so, sorted."""

    def delete(self, name: BlobName) -> bool:
        """Remove for good; False if it was gone already.  Errors: StoreUnavailableError."""


class Growing(Protocol):
    """A new blob that one writer makes longer."""

    def append(self, data: Buffer) -> None:
        """Add bytes at the end; the caller uses the buffer again afterwards.

        Errors: StoreUnavailableError, after which nothing may be added.
        """

    def sync(self) -> None:
        """Return when all that was appended before the call is durable.  May run beside append()."""

    def finish(self) -> None:
        """Make all of it durable and close it for good."""

    def abandon(self) -> None:
        """Close it as it is."""


def blob_name(text: str) -> BlobName:
    """The one gate for names: up to four parts between slashes, each a plain file name on every system.

    Errors: BadNameError.
    """
    parts = text.split("/")
    if len(parts) > MAX_DEPTH:
        raise BadNameError(name=text, why=f"it has more than {MAX_DEPTH} parts")
    for part in parts:
        if why := _fault(part):
            raise BadNameError(name=text, why=why)
    return BlobName(text)


def _fault(part: str) -> str | None:
    if not part:
        return "a part of it is empty"
    if part[0] in ". -" or part[-1] in ". ":
        return "a part of it begins with a dot, blank or dash, or ends with a dot or blank"
    if _FORBIDDEN.search(part) or any(unicodedata.category(char) in _INVISIBLE for char in part):
        return 'it holds one of < > : " \\ | ? * or something invisible'
    if len(part.encode()) > MAX_NAME_BYTES:
        return f"a part of it is longer than {MAX_NAME_BYTES} bytes"
    if unicodedata.normalize("NFC", part) != part:
        return "it is not in Unicode's composed form (NFC)"
    return "Windows keeps that name for a device" if _DEVICES.fullmatch(part) else None
