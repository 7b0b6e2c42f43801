"""What play and export have in common when recordings lie on a portal's server."""

from collections.abc import Iterable
from pathlib import Path

import click

from recorder.format.quantities import size
from replay.hosted import Hosted, HostedKeys
from replay.key_choice import Keys
from replay.keys import KeysNearby
from vault import ask
from vault.places import seen_file
from vault.portal import HostedRecording
from vault.portal_options import Asked, signed_in
from vault.portal_signers import follow_signers


def hosted_at(asked: Asked) -> Hosted:
    """Sign in at a portal and trust its signers.  Errors: VaultError, click.UsageError."""
    portal = signed_in(asked)
    follow_signers(portal, tell=lambda text: ask.say(ask.shown(text)))
    return Hosted(portal)


def keys_at(hosted: Hosted, *, keyring: Path | None, key_file: Path | None) -> Keys:
    """Return what opens them: what was named, else what the portal has.  Errors: VaultError."""
    if keyring or key_file:
        return KeysNearby(keyring=keyring, key_file=key_file)
    return HostedKeys(hosted, seen_file())


def show_list(listed: Iterable[tuple[Path, HostedRecording]]) -> None:
    """Print recordings, one a line: id, name, state, size."""
    for path, one in listed:
        name = ask.shown(path.stem)
        click.echo(f"{one.recording_id.hex()}  {name}  {ask.shown(one.state_in_words)}  {size(one.size)}")
