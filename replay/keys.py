"""Keys at hand for recordings: looks for keyrings and key files where they may lie, and opens a keyring.

Every folder is looked at once, and only at so many files of limited size: the folder may be anybody's.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from replay.key_choice import Broken, FoundKeyFile, FoundKeyring, KeyPlace, NeedsPassphrase, Opening, opening
from vault import ask, key_file, keyring_file
from vault.durable import plain_errors, read_bounded
from vault.errors import BlobNotFoundError, VaultError, WrongPassphraseError
from vault.header import Header, Identity
from vault.keyring import Keyring, OpenKeyring
from vault.places import data_folder

MAX_FILES: Final = 300  # of a folder; a support company has a dozen portals
MAX_NAMES: Final = 50_000  # of a folder; more take longer to list than anybody waits
_KEYRING, _KEY_FILE = ".keyring", ".key"
# Other programs have files of that name too, and nobody wants to hear of them.
_BEGINS: Final = b"sealcast-keys "


class KeysNearby:
    """What opens recordings, wherever it lies.

    Errors: VaultError of a keyring or key file that was named; what is merely found is left aside and told.
    """

    def __init__(
        self, *, keyring: Path | None = None, key_file: Path | None = None, own: Sequence[Path] | None = None
    ) -> None:
        self._named = [_named(keyring, key_file)] if keyring or key_file else []
        self._own = own_folders() if own is None else own
        self._looked_at: dict[Path, KeyPlace] = {}

    def opening(self, header: Header, path: Path) -> Opening:
        """Return what opens the recording that lies there."""
        beside = path.parent.resolve()
        own = [self._place(folder, key_files=False) for folder in self._own if folder != beside]
        return opening(header, [*self._named, _of_its_name(path), self._place(beside, key_files=True), *own])

    def look_again(self) -> None:
        """Forget what lay in folders: somebody put a keyring there meanwhile."""
        self._looked_at.clear()

    def _place(self, folder: Path, *, key_files: bool) -> KeyPlace:
        # Another thread may make it forget at any moment.
        place = self._looked_at.get(folder)
        if place is None:
            place = self._looked_at[folder] = _look(folder, key_files=key_files)
        return place


def unlock(found: NeedsPassphrase, typed: str, *, tell: Callable[[str], None]) -> Identity:
    """Return what opens by a passphrase or a recovery key; takes a quarter of a second for each keyring.

    What the person should know besides goes to tell.
    Errors: WrongPassphraseError, OlderKeyringError, KeyringChangedError; of a recovery key also WrongIdentityError,
        MalformedError; StoreUnavailableError.
    """
    return first_opened(found, lambda keyring: ask.open_by_text(keyring, typed, tell=tell))


def first_opened(found: NeedsPassphrase, opened: Callable[[Keyring], OpenKeyring]) -> Identity:
    """Return what the first keyring holds that opens.

    Errors: where none does, that of a passphrase that is wrong, which another may mend; else of the first one.
    """
    refused = list[VaultError]()
    for keyring in (found.keyring, *found.others):
        try:
            return Identity(portal_keys=opened(keyring).portal_keys)
        except VaultError as error:
            refused.append(error)
    raise next((error for error in refused if isinstance(error, WrongPassphraseError)), refused[0])


def own_folders() -> Sequence[Path]:
    """Return where this user keeps keyrings; none if he has no folder of his own."""
    try:
        return [data_folder() / "keyrings", data_folder()]
    except VaultError:
        return []


def _named(keyring: Path | None, keys: Path | None) -> KeyPlace:
    return KeyPlace(
        name=str(keyring or keys),
        keyrings=(FoundKeyring(path=keyring, keyring=keyring_file.load(keyring)),) if keyring else (),
        key_files=(FoundKeyFile(path=keys, file_keys=key_file.load(keys)),) if keys else (),
        named=True,
    )


def _of_its_name(path: Path) -> KeyPlace:
    beside = path.with_name(path.name.removesuffix(".sealcast") + _KEY_FILE)
    try:
        found = FoundKeyFile(path=beside, file_keys=key_file.load(beside))
    except BlobNotFoundError:
        return KeyPlace(name=beside.name)
    except VaultError as error:
        return KeyPlace(name=beside.name, broken=(Broken(path=beside, why=str(error)),))
    return KeyPlace(name=beside.name, key_files=(found,))


def _look(folder: Path, *, key_files: bool) -> KeyPlace:
    name = f"the folder {folder}"
    try:
        with plain_errors(str(folder)):
            names = _names(folder)
    except VaultError:
        return KeyPlace(name=name)  # mostly it is just not there
    rings = [one for one in names if one.endswith(_KEYRING)]
    keys = [one for one in names if one.endswith(_KEY_FILE)] if key_files else []
    keyrings, others, broken = list[FoundKeyring](), list[FoundKeyFile](), list[Broken]()
    for path in [folder / one for one in [*rings, *keys][:MAX_FILES]]:
        try:
            if path.name.endswith(_KEYRING):
                keyrings.append(FoundKeyring(path=path, keyring=keyring_file.load(path)))
            elif (data := read_bounded(path, limit=key_file.MAX_SIZE, what="key file")).startswith(_BEGINS):
                others.append(FoundKeyFile(path=path, file_keys=key_file.from_bytes(data)))
        except VaultError as error:
            broken.append(Broken(path=path, why=str(error)))
    return KeyPlace(
        name=name,
        keyrings=tuple(keyrings),
        key_files=tuple(others),
        broken=tuple(broken),
        unseen=max(0, len(rings) + len(keys) - MAX_FILES),
    )


def _names(folder: Path) -> list[str]:
    with os.scandir(folder) as found:
        return sorted(one.name for one, _ in zip(found, range(MAX_NAMES), strict=False))
