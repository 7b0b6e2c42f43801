"""Names of recordings in a folder: when, which portal, which agent, which customer; written, and read again."""

import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from platformdirs import user_documents_path

SUFFIX: Final = ".sealcast"
_MAX_BYTES: Final = 40  # bytes of each, so that the whole passes everywhere
_UNFIT: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_BETWEEN: Final = " - "
_FORM: Final = "%Y-%m-%d %H.%M.%S"
_NAME: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}\.[0-9]{2}\.[0-9]{2})(?: (.+?))??(?: \([0-9]{1,9}\))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSays:
    """What the name of a recording says.  words are what stands behind the time, when not all three do.

    Units: began is the wall clock of where it was recorded, without its zone.
    """

    began: datetime
    portal: str | None = None
    agent: str | None = None
    customer: str | None = None
    words: str = ""


def default_folder() -> Path:
    """Return where recordings lie unless somebody chose another place."""
    return user_documents_path() / "Sealcast Recordings"


def recording_name(
    began: datetime, *, portal: str | None, agent: str | None, customer: str | None, taken: Callable[[str], bool]
) -> str:
    """Return a name nobody has taken, such as *2026-01-31 14.05.09 Support - Ada - Grace Hopper.sealcast*."""
    words = _BETWEEN.join(word for word in map(_fit, (portal, agent, customer)) if word)
    stem = f"{began.strftime(_FORM)} {words}".strip()
    name, number = stem + SUFFIX, 1
    while taken(name):
        number += 1
        name = f"{stem} ({number}){SUFFIX}"
    return name


def read_name(name: str) -> NameSays | None:
    """Return what recording_name wrote into a name; None when it is called something else."""
    found = _NAME.fullmatch(name.removesuffix(SUFFIX))
    if found is None:
        return None
    with suppress(ValueError):  # a thirteenth month
        began = datetime.strptime(found[1], _FORM)  # noqa: DTZ007 - a name has no zone
        words = found[2] or ""
        match words.split(_BETWEEN):
            case [portal, agent, customer]:
                return NameSays(began=began, portal=portal, agent=agent, customer=customer, words=words)
            case _:
                return NameSays(began=began, words=words)
    return None


def _fit(word: str | None) -> str:
    composed = unicodedata.normalize("NFC", word or "")
    plain = "".join(char if char.isprintable() else "_" for char in _UNFIT.sub("_", composed))
    # What stands between two words must not stand in one.
    plain = re.sub(r" +(-+ +)+", "-", plain)
    fitted = plain.encode()[:_MAX_BYTES].decode(errors="ignore")
    return fitted.strip(". -")
