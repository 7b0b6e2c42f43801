"""Signers: the own key of this machine's user, and the list of those he trusts.  Source: SPEC.md §5.4; THREATS.md.

There are no certificates: a signer is trusted because somebody put it on the list, under a name and for a time.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from vault import bech32
from vault.durable import plain_errors, read_bounded, write_whole
from vault.errors import BlobExistsError, BlobNotFoundError, MalformedError
from vault.primitives import LABEL_ENROLMENT, MAX_INTEGER, SigningKey, grouped, key_id

MAX_LIST: Final = 4 * 1024 * 1024
MAX_NAME: Final = 200
_WHAT: Final = "list of trusted signers"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedSigner:
    """A public key, whose it is, and when it counts.  Times are µs since 1970; until is excluded."""

    signer: bytes
    name: str
    from_us: int = 0
    until_us: int = MAX_INTEGER


def good_name(name: str) -> bool:
    """Say whether a verdict can name a signer so: letters that can be seen, and not too many."""
    return bool(name.strip()) and len(name) <= MAX_NAME and name.isprintable()


def fingerprint(signer: bytes) -> str:
    """Return a signer's key id as people compare it."""
    return grouped(key_id(signer))


def known_as(trusted: Sequence[TrustedSigner], signer: bytes, *, at_us: int) -> str | None:
    """Return the name of the signer at that time, None if nobody vouches for it."""
    fitting = (one.name for one in trusted if one.signer == signer and one.from_us <= at_us < one.until_us)
    return next(fitting, None)


def listed_as(trusted: Sequence[TrustedSigner], signer: bytes) -> str | None:
    """Return the name a signer is listed under for any time, None if it is not listed."""
    return next((one.name for one in trusted if one.signer == signer), None)


def own_signer(path: Path, *, random_bytes: Callable[[int], bytes]) -> SigningKey:
    """Return this user's own key, made on first use; the file is readable by him alone.

    Errors: MalformedError, StoreUnavailableError.
    """
    with plain_errors(str(path)):
        there = path.exists()
    if not there:
        with suppress(BlobExistsError):  # another process may make it at this moment
            write_whole(path, random_bytes(32).hex().encode() + b"\n", replace=False)
    text = read_bounded(path, limit=100, what="signer's key file").strip()
    try:
        return SigningKey(bytes.fromhex(text.decode()))
    except ValueError:
        raise MalformedError(what="signer's key file", why="it is not 64 hex digits") from None


def enrolment(signer: bytes, sign_in: str) -> bytes:
    """Return what a signer signs so that a portal takes its recordings from whoever signed in."""
    return LABEL_ENROLMENT + hashlib.sha256(sign_in.encode()).digest() + signer


def read_trusted(path: Path) -> Sequence[TrustedSigner]:
    """Read the list; empty if there is none.  Errors: MalformedError, StoreUnavailableError."""
    try:
        rows = json.loads(read_bounded(path, limit=MAX_LIST, what=_WHAT))
        return [_from_row(row) for row in rows]
    except BlobNotFoundError:
        return []
    except (ValueError, TypeError, KeyError, RecursionError):
        raise MalformedError(what=_WHAT, why=f"{path} is not as sealcast wrote it") from None


def write_trusted(path: Path, trusted: Sequence[TrustedSigner]) -> None:
    """Write the list whole.  Errors: StoreUnavailableError."""
    rows = [asdict(one) | {"signer": bech32.to_string(bech32.SIGNER, one.signer)} for one in trusted]
    write_whole(path, json.dumps(rows, indent=1, ensure_ascii=False).encode(), replace=True)


def _from_row(row: dict[str, object]) -> TrustedSigner:
    signer, name, from_us, until_us = (row[key] for key in ("signer", "name", "from_us", "until_us"))
    if not isinstance(signer, str) or not isinstance(name, str) or not good_name(name):
        raise TypeError
    if type(from_us) is not int or type(until_us) is not int or not 0 <= from_us <= until_us <= MAX_INTEGER:
        raise TypeError
    return TrustedSigner(
        signer=bech32.from_string(bech32.SIGNER, signer), name=name, from_us=from_us, until_us=until_us
    )
