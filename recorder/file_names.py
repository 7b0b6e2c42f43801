"""Names of recordings in a folder: when, which portal, which agent, which customer."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from platformdirs import user_documents_path

SUFFIX: Final = ".sealcast"
_MAX_BYTES: Final = 40  # bytes of each, so that the whole passes everywhere
_UNFIT: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')


def default_folder() -> Path:
    """Return where recordings lie unless somebody chose another place."""
    return user_documents_path() / "Sealcast Recordings"


def recording_name(
    began: datetime, *, portal: str | None, agent: str | None, customer: str | None, taken: Callable[[str], bool]
) -> str:
    """Return a name nobody has taken, such as *2026-01-31 14.05.09 Support - Ada - Grace Hopper.sealcast*."""
    words = " - ".join(word for word in map(_fit, (portal, agent, customer)) if word)
    stem = f"{began:%Y-%m-%d %H.%M.%S} {words}".strip()
    name, number = stem + SUFFIX, 1
    while taken(name):
        number += 1
        name = f"{stem} ({number}){SUFFIX}"
    return name


def _fit(word: str | None) -> str:
    plain = "".join(char if char.isprintable() else "_" for char in _UNFIT.sub("_", word or ""))
    fitted = plain.encode()[:_MAX_BYTES].decode(errors="ignore")
    return fitted.strip(". -")
