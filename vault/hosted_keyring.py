"""A portal's keyring, changed from this machine: fetched, opened, written anew here, and stored there whole.

The portal learns no passphrase.  Source: SPEC.md §4.8, the table of acts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vault import ask, keyring_acts, passphrase
from vault.errors import KeyringActError, StoreUnavailableError, VaultError
from vault.keyring import Keyring, OpenKeyring, open_by_master_key, read_keyring
from vault.keyring_file import refuse_older, remember
from vault.places import make_data_folder, seen_file
from vault.portal import Portal


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedKeyring:
    """The keyring of one portal, as it was fetched."""

    portal: Portal
    address: str
    keyring: Keyring

    @classmethod
    def fetch(cls, portal: Portal, address: str) -> "HostedKeyring":
        """Fetch it.  Errors: VaultError; OlderKeyringError for one older than was seen."""
        keyring, _ = portal.keyring(address)
        refuse_older(seen_file(), keyring)
        return cls(portal=portal, address=address, keyring=keyring)

    def set(self, coming: ask.NewPassphrase, password: Callable[[], str]) -> None:
        """Give the portal its first passphrase; password is that of the manager's own sign-in.  Errors: VaultError."""
        # What cannot be had is known before anybody thinks of a passphrase.
        opened = open_by_master_key(self.keyring, self.portal.master_key(self.address, password()))
        with self._made() as made:
            typed = passphrase.to_bytes(ask.new_passphrase(coming, made))
            self._store(opened, keyring_acts.set_passphrase(opened, typed), made)

    def change(self, given: ask.Given, coming: ask.NewPassphrase, *, somebody_leaves: bool) -> None:
        """Change the passphrase; the present one, or a recovery key, is asked for.  Errors: VaultError."""
        opened = ask.open_keyring(self.keyring, given)
        with self._made() as made:
            typed = passphrase.to_bytes(ask.new_passphrase(coming, made))
            new = keyring_acts.change_passphrase(opened, typed, somebody_leaves=somebody_leaves)
            self._store(opened, new, made)

    def remove(self, given: ask.Given) -> None:
        """Leave the keyring to the portal's server.  Errors: VaultError."""
        if self.keyring.passphrase_slot is None:
            raise KeyringActError(why="this portal has no passphrase that could be removed")
        opened = ask.open_keyring(self.keyring, given)
        with self._made() as made:
            new = keyring_acts.remove_passphrase(opened, self.portal.server_key(self.address))
            self._store(opened, new, made)

    def _made(self) -> ask.MadeSecrets:
        return ask.MadeSecrets(Path(), present=lambda: self.portal.keyring(self.address)[1])

    def _store(self, opened: OpenKeyring, new: bytes, made: ask.MadeSecrets) -> None:
        made.needed_by(new)
        try:
            self.portal.replace_keyring(self.address, new, token=opened.replace_token)
        except StoreUnavailableError:
            # The answer was lost; what counts is what is there.
            if self.portal.keyring(self.address)[1] != new:
                raise
        made.keep()
        following = read_keyring(new)
        try:
            make_data_folder()
            remember(seen_file(), following)
        except VaultError as error:
            ask.say(f"warning: generation {following.generation} could not be noted as seen: {error}")
