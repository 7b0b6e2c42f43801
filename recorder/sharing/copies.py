"""The customer's copy of his session's recording, fetched when it is over, and what opens it.  SPEC.md F2, F24.

A copy is kept when it is what the portal has, and the portal is told so.
"""

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from recorder.errors import BadCopyError
from recorder.file_names import SUFFIX
from recorder.sharing.seat import Fields, Seat
from vault.durable import draft_of, plain_errors, write_whole
from vault.errors import BlobExistsError, MalformedError, PortalRefusedError, StoreUnavailableError
from vault.https import MAX_ANSWER

FINAL_SIZE: Final = 1024  # vault/SPEC.md §4.5
SIGNATURE_SIZE: Final = 64
_LOOKS: Final = 120
_TRIES: Final = 10  # without an answer
_UNWELL: Final = 500  # HTTP, and above: a proxy whose portal is being started again
_LOOK_S: Final = 0.5
_UNFIT: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]|^\.')
_MAX_NAME: Final = 200
_MOST: Final = 1_000  # files of one name


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a recording, as the portal lists it."""

    number: int
    name: str
    size: int
    fingerprint: str | None  # None for a part without an end
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A copy that lies here."""

    path: Path
    fingerprint: str


def save_copies(seat: Seat, folder: Path, *, wait: Callable[[float], None] = time.sleep) -> tuple[list[Saved], bool]:
    """Fetch all parts and what opens them; return them, and whether they are all there will be.

    Nothing is fetched where the customer's computer is none of the places, or while the session goes on.
    Errors: BadCopyError, PortalRefusedError, MalformedError, StoreUnavailableError.
    """
    closing = _closing(seat, wait)
    parts = [_part(one) for one in _list(closing.get("parts"))]
    if not closing.get("copy") or closing.get("state") != "ended":
        return [], closing.get("state") == "ended"
    with plain_errors(str(folder)):
        folder.mkdir(parents=True, exist_ok=True)
    stem = _free(folder, [part.name for part in parts])
    saved = [_save(seat, part, folder / f"{one}{SUFFIX}") for part, one in zip(parts, stem, strict=True)]
    keys = closing.get("keys")
    if isinstance(keys, dict) and saved:
        data = seat.get(str(keys.get("href"))).body
        with suppress(BlobExistsError):  # the keyring of a portal is there once
            write_whole(saved[0].path.with_suffix(Path(_plain(keys.get("name"))).suffix), data, replace=False)
    for part, one in zip(parts, saved, strict=True):
        seat.confirm(part=part.number, fingerprint=one.fingerprint)
    return saved, bool(closing.get("whole"))


def _closing(seat: Seat, wait: Callable[[float], None]) -> Fields:
    """Ask until nothing more comes: parts are being finished, or the portal is being started again."""
    looks = tries = 0
    while True:
        try:
            found = seat.closing()
        except (StoreUnavailableError, PortalRefusedError) as error:
            tries += 1
            if tries == _TRIES or (isinstance(error, PortalRefusedError) and error.status < _UNWELL):
                raise
        else:
            looks += 1
            if found.get("whole") or found.get("state") != "ended" or looks == _LOOKS:
                return found
        wait(_LOOK_S)


def _save(seat: Seat, part: Part, path: Path) -> Saved:
    with draft_of(path, replace=False) as draft:
        with draft.open("wb") as file:
            file.writelines(_pieces(seat, part))
        found = fingerprint_of(draft)
        if part.fingerprint and found != part.fingerprint:
            raise BadCopyError(name=part.name)
    return Saved(path=path, fingerprint=found)


def _pieces(seat: Seat, part: Part) -> Iterator[bytes]:
    """Fetch a part, as much at once as an answer holds."""
    for start in range(0, part.size, MAX_ANSWER):
        end = min(start + MAX_ANSWER, part.size)
        answer = seat.get(part.href, {"Range": f"bytes={start}-{end - 1}"})
        span = f"bytes {start}-{end - 1}/{part.size}"
        if answer.headers.get("content-range") != span or len(answer.body) != end - start:
            raise BadCopyError(name=part.name)
        yield answer.body


def fingerprint_of(path: Path) -> str:
    """Return the hash of a file's last block: of all of it before its signature."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - FINAL_SIZE))
        return hashlib.sha256(file.read(FINAL_SIZE)[:-SIGNATURE_SIZE]).hexdigest()


def _part(plain: object) -> Part:
    fields = plain if isinstance(plain, dict) else {}
    number, size, fingerprint = fields.get("part"), fields.get("size"), fields.get("fingerprint")
    if not isinstance(number, int) or not isinstance(size, int):
        raise MalformedError(what="answer of the portal", why="it lists a recording that is none")
    return Part(
        number=number,
        name=_plain(fields.get("name")),
        size=size,
        fingerprint=str(fingerprint) if fingerprint else None,
        href=str(fields.get("href")),
    )


def _list(plain: object) -> list[object]:
    return plain if isinstance(plain, list) else []


def _plain(name: object) -> str:
    """Return a name that leads nowhere else."""
    return _UNFIT.sub("_", str(name))[-_MAX_NAME:]


def _free(folder: Path, names: list[str]) -> list[str]:
    """Return names without their end that are not taken, neither by a recording nor by what opens one."""
    free = list[str]()
    for name in names:
        stem = name.removesuffix(SUFFIX)
        numbered = (stem if number == 1 else f"{stem} ({number})" for number in range(1, _MOST))
        taken = {one.stem for one in folder.iterdir()} | set(free)
        free.append(next((one for one in numbered if one not in taken), stem))
    return free
