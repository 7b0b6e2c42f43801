"""The options that say to which portal recordings are pushed, and what they lead to: a destination, signed in."""

import secrets
from collections.abc import Callable

import click

from recorder.pushing import Destination
from vault.ask import say, shown
from vault.kept import keep, kept
from vault.places import make_data_folder, portal_keys_file, signer_file
from vault.portal_options import Asked, portal_options, signed_in
from vault.primitives import grouped, key_id
from vault.secret_options import Command
from vault.signers import own_signer


def push_options(*, says: str) -> Callable[[Command], Command]:
    """Give a command --to and --portal-address, as its arguments *where* and *portal_address*."""
    address = click.option("--portal-address", metavar="ADDRESS", help="Which portal there: the end of its /p/ADDRESS.")
    named = portal_options("--to", says=says)
    return lambda command: named(address(command))


def destination(where: Asked | None, address: str | None) -> Destination | None:
    """Sign in and show the portal this user's signer; None when no portal was named.

    Errors: VaultError, click.UsageError.
    """
    if bool(where) != bool(address):
        raise click.UsageError("--to and --portal-address belong together")
    if where is None or address is None:
        return None
    portal = signed_in(where)
    make_data_folder()
    portal.enrol(own_signer(signer_file(), random_bytes=secrets.token_bytes))
    return Destination(portal=portal, address=address)


def recipient_of(to: Destination) -> tuple[bytes, str]:
    """Return for which key a recording is sealed, and what the portal is called; a key that changed is told.

    Errors: VaultError.
    """
    recipient, name = to.portal.recipient(to.address)
    now, where = grouped(key_id(recipient)), f"{to.portal.connection.site}/p/{to.address}"
    before = kept(portal_keys_file(), where)
    if before and before != now:
        say(f"{shown(to)} has another key for new recordings than before: {now}, and it was {before}")
        say("a passphrase that was set, or changed because somebody left, explains that; else ask whoever runs it")
    if before != now:
        keep(portal_keys_file(), where, now)
    return recipient, name
