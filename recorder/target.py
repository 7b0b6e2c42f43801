"""Where a new recording goes, who may open it, and what it says of itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from recorder.format.events import About
from recorder.local_copy import keep_keyring
from recorder.pushing import Destination
from vault.durable import plain_errors
from vault.errors import VaultError
from vault.local import LocalGrowing


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A new file.  Shapes: recipients are public keys of portals, 1 216 bytes each."""

    path: Path
    replaces: bool  # a file of that name goes first
    recipients: list[bytes]
    about: About
    keyrings: Sequence[Path] = ()  # to be kept beside it
    pushed_to: Destination | None = None  # as it grows

    def create(self) -> LocalGrowing:
        """Begin the file.  Errors: BlobExistsError, StoreUnavailableError."""
        if self.replaces:
            with plain_errors(str(self.path)):
                self.path.unlink(missing_ok=True)
        return LocalGrowing(self.path)

    def keep_keyrings(self, *, say: Callable[[str], None]) -> None:
        """Put beside the recording what opens it, where recordings are gathered.

        What fails here has no bearing on the recording, and is only said.
        """
        for keyring in self.keyrings:
            try:
                if not keep_keyring(keyring, self.path.parent):
                    say(f"{keyring.name} in {self.path.parent} is another one; keep {keyring} to open the recording")
            except VaultError as error:
                say(f"keep {keyring} to open the recording; it could not be put beside it: {error}")
