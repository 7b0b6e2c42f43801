"""What opens recordings at the command line: keys found as everywhere, and each keyring asked for once."""

from pathlib import Path

from replay.errors import NoKeyError
from replay.key_choice import Broken, FoundKeyring, Keys, NeedsPassphrase, NoKey, OpensWithKeyFile
from replay.keys import first_opened, unlock
from vault import ask
from vault.errors import VaultError
from vault.header import Header, Identity


class Unlocking:
    """Opens one recording after the other.  A keyring that did not open is not asked for again.

    It owns what the options gave, which a descriptor gives only once.
    Errors: VaultError where the secret cannot be read.
    """

    def __init__(self, given: ask.Given, nearby: Keys) -> None:
        self._nearby = nearby
        self._given = given
        self._text = ask.given_passphrase(given)
        self._opened: dict[Path, Identity | VaultError] = {}
        self._told: set[Broken] = set()

    def identity(self, header: Header, path: Path) -> Identity:
        """Return what opens the recording.  Errors: NoKeyError; VaultError of the keyring that should."""
        match found := self._nearby.opening(header, path):
            case OpensWithKeyFile():
                self._tell(found.broken)
                return found.identity
            case NeedsPassphrase():
                self._tell(found.broken)
                return self._of_keyring(found)
            case NoKey():
                self._tell(found.broken)
                if found.of_server and self._given.server_key:
                    return self._of_keyring(_as_named(found.of_server))
                raise NoKeyError(why=found.why, advice=found.advice)

    def _of_keyring(self, found: NeedsPassphrase) -> Identity:
        if found.path not in self._opened:
            try:
                self._opened[found.path] = self._open(found)
            except VaultError as error:
                self._opened[found.path] = error
        opened = self._opened[found.path]
        if isinstance(opened, VaultError):
            raise opened
        return opened

    def _open(self, found: NeedsPassphrase) -> Identity:
        if self._text is not None:
            return unlock(found, self._text, tell=ask.say)
        if self._given == ask.Given():
            ask.say(f"{ask.shown(found.path)} opens it.")
            if found.others:  # asked for once, and tried with each
                return unlock(found, ask.hidden("Passphrase, or recovery key"), tell=ask.say)
        return first_opened(found, lambda keyring: ask.open_keyring(keyring, self._given))

    def _tell(self, broken: tuple[Broken, ...]) -> None:
        for one in broken:
            if one not in self._told:
                self._told.add(one)
                ask.say(ask.shown(one))


def _as_named(found: FoundKeyring) -> NeedsPassphrase:
    return NeedsPassphrase(keyring=found.keyring, path=found.path)
