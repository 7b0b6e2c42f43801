"""Signers of a portal's recordings: trusted from the first time that they are fetched, and no others by themselves.

They stand on the list of trusted signers under the portal's address, which its certificate proved.
"""

from collections.abc import Callable
from typing import Final

from vault import bech32
from vault.lock import folder_lock
from vault.places import data_folder, make_data_folder, trusted_file
from vault.portal import Portal
from vault.signers import fingerprint, read_trusted, write_trusted

_TAKE: Final = "whoever runs it can tell whether that is right; then: sealcast trust add {string} --name {name}"


def follow_signers(portal: Portal, *, tell: Callable[[str], None]) -> None:
    """Trust a portal's signers, if none of it were seen before; else only tell of those that are new.

    Errors: VaultError.
    """
    offered, name = portal.signers(), str(portal.connection.site)
    make_data_folder()
    with folder_lock(data_folder()):
        before = read_trusted(trusted_file())
        listed = {one.signer for one in before}
        new = [one for one in offered if one.signer not in listed]
        first = not any(one.name == name for one in before)
        if new and first:
            write_trusted(trusted_file(), [*before, *new])
    for one in new:
        if first:
            tell(f"recordings of {name} are signed by {fingerprint(one.signer)}, which is trusted from now on")
        else:
            tell(f"{name} names another signer than before, which is not trusted: {fingerprint(one.signer)}")
            tell(_TAKE.format(string=bech32.to_string(bech32.SIGNER, one.signer), name=f"{name}/2"))
