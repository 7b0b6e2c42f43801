"""What the window shall show, as the command line was asked: files, keys, time, colours."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

from replay.key_choice import Keys
from replay.library_loading import Loading
from replay.opening import PartPlace
from vault.header import Identity


class Colours(Enum):
    """Which colours a window has; auto follows the desktop."""

    LIGHT = "light"
    DARK = "dark"
    AUTO = "auto"


class Elsewhere(Protocol):
    """Recordings that lie in no folder of this machine."""

    def parts_of(self, path: Path) -> Sequence[PartPlace]:
        """Return a recording and the other parts of its session, in their order.  Errors: VaultError."""

    def loading(self) -> Loading:
        """Return what fills the library with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """What to show first.

    Without a file it is the library of the folder, by default the one recordings are saved in.  keys finds what opens
    a recording, what the options named before all else; identity is what a secret opened that the options gave, so
    that nobody is asked for what it fits.  With elsewhere, file and library are of there.
    Units: at_us since the session began.
    """

    file: Path | None = None
    folder: Path | None = None
    elsewhere: Elsewhere | None = None
    keys: Keys
    identity: Identity | None = None
    at_us: int = 0
    colours: Colours = Colours.AUTO
