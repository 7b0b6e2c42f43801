"""sealcast key: make, show, change and check a portal's keyring."""

import json
import secrets
from pathlib import Path
from typing import Any

import click

from vault import ask, bech32, keyring_acts, passphrase
from vault.durable import write_whole
from vault.errors import VaultError
from vault.header import Identity
from vault.hosted_keyring import HostedKeyring
from vault.keyring import Keyring, OpenKeyring, SlotKind, read_keyring
from vault.keyring_acts import Locks
from vault.keyring_file import load, refuse_older, renew, replace
from vault.local import LocalFile
from vault.places import seen_file
from vault.portal_key import SEED_SIZE, PortalKey
from vault.portal_options import Asked, password, portal_options, signed_in
from vault.primitives import grouped, key_id
from vault.reader import SealedFile
from vault.secret_options import FILE, coming_secret, present_secret


@click.group()
def key() -> None:
    """Make, show, change and check keyrings.

    A keyring is one small file that holds a portal's keys. It opens with the portal's passphrase; recordings are
    sealed with the public key in it, for which nobody needs the passphrase.
    """


@key.command()
@click.argument("file", type=FILE)
@click.option("--recovery", is_flag=True, help="Make a recovery key too: shown once, to be printed and locked away.")
@click.option("--recovery-to", type=FILE, help="Write the recovery key's sheet to this new file instead of showing it.")
@click.option("--without-passphrase", is_flag=True, help="Leave the keyring to the server's key; needs --server-key.")
@click.option("--server-key", type=FILE, help="The server's key; made on first use.")
@coming_secret
def new(
    file: Path,
    *,
    recovery: bool,
    recovery_to: Path | None,
    without_passphrase: bool,
    server_key: Path | None,
    coming: ask.NewPassphrase,
) -> None:
    """Make a new portal's keyring FILE."""
    if without_passphrase != bool(server_key):
        raise click.UsageError("--without-passphrase and --server-key belong together")
    if without_passphrase and (recovery or recovery_to or coming != ask.NewPassphrase()):
        raise click.UsageError("without a passphrase there is no passphrase and no recovery key to make")
    ask.refuse_existing(file)
    with ask.MadeSecrets(file) as made:
        spare = PortalKey(secrets.token_bytes(SEED_SIZE)) if recovery or recovery_to else None
        if server_key:
            locks = Locks(server=(ask.own_server_key(server_key).public,))
        else:
            typed = passphrase.to_bytes(ask.new_passphrase(coming, made))
            locks = Locks(passphrase=typed, recovery=(spare.public,) if spare else ())
        data = keyring_acts.create(secrets.token_bytes(16), locks)
        if spare:
            ask.new_recovery_key(spare.seed, lambda text: _sheet(read_keyring(data), text), recovery_to, made)
        made.needed_by(data)
        write_whole(file, data, replace=False)
    ask.say(f"made {ask.shown(file)}, portal {read_keyring(data).portal_id.hex()}")
    ask.say(f"for recorders: sealcast key show --recipient {ask.shown(file)}")


@key.command()
@click.argument("file", type=FILE)
@click.option("--recipient", is_flag=True, help="Print only the public key that recorders need.")
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
def show(file: Path, *, recipient: bool, as_json: bool) -> None:
    """Show what the keyring FILE says of itself; nothing is proven before it is opened (see: key check)."""
    keyring = load(file)
    # Whoever records for an old key records for everybody who ever left.
    refuse_older(seen_file(), keyring)
    if recipient:
        click.echo(bech32.to_string(bech32.PORTAL, keyring.recipient))
    elif as_json:
        click.echo(json.dumps(_facts(keyring), indent=1))
    else:
        facts = _facts(keyring)
        click.echo(f"portal      {facts['portal']}\nwritten     {facts['written']}, generation {facts['generation']}")
        click.echo("opens with  " + ", ".join(facts["slots"]))
        keys = [f"{one['id']}  made {one['made']}" for one in facts["keys"]]
        click.echo("keys        " + "\n            ".join(keys) + ", for new recordings")


@key.command("passphrase")
@click.argument("file", type=FILE, required=False)
@click.option("--remove", is_flag=True, help="Leave the keyring to the server's key; for a FILE with --to-server-key.")
@click.option("--to-server-key", type=FILE, help="The server's key to leave it to; made on first use.")
@click.option("--somebody-leaves", is_flag=True, help="Make a new key too: the old passphrase with an old copy of the "
              "keyring opens nothing that is recorded from now on.")  # fmt: skip
@portal_options("--portal", says="Change the keyring that lies at this portal, and no FILE.")
@click.option("--portal-address", metavar="ADDRESS", help="Which portal there: the end of its /p/ADDRESS.")
@present_secret
@coming_secret
def change(
    file: Path | None,
    *,
    remove: bool,
    to_server_key: Path | None,
    somebody_leaves: bool,
    where: Asked | None,
    portal_address: str | None,
    given: ask.Given,
    coming: ask.NewPassphrase,
) -> None:
    """Set, change or remove the passphrase of the keyring FILE, or of a portal's own.

    Recordings already made follow at once: they are not touched, the keyring is. A portal's new keyring is made here,
    so that the portal never learns the passphrase.
    """
    if bool(file) == bool(where):
        raise click.UsageError("name a keyring FILE, or a portal with --portal and --portal-address")
    if bool(where) != bool(portal_address):
        raise click.UsageError("--portal and --portal-address belong together")
    if remove != bool(to_server_key) and file:
        raise click.UsageError("--remove and --to-server-key belong together")
    if where and to_server_key:
        raise click.UsageError("the portal has its own server's key; leave --to-server-key out")
    if remove and (somebody_leaves or coming != ask.NewPassphrase()):
        raise click.UsageError("--remove leaves no passphrase to make, and no key of its own to a portal")
    if where and portal_address:
        _change_at_portal(where, portal_address, remove=remove, leaves=somebody_leaves, given=given, coming=coming)
    elif file:
        _change_file(file, to_server_key, somebody_leaves=somebody_leaves, given=given, coming=coming)


def _change_at_portal(
    where: Asked, address: str, *, remove: bool, leaves: bool, given: ask.Given, coming: ask.NewPassphrase
) -> None:
    hosted = HostedKeyring.fetch(signed_in(where), address)
    if remove:
        hosted.remove(given)
        ask.say("the passphrase is removed: from now on the portal's server opens these recordings, old and new")
    elif hosted.keyring.passphrase_slot:
        hosted.change(given, coming, somebody_leaves=leaves)
        ask.say("the passphrase is changed, for old and new recordings alike")
        if leaves:
            ask.say("a recovery key stays; if whoever left may have seen it, another is needed")
    else:
        if given != ask.Given():
            raise click.UsageError("this portal has no passphrase yet: there is nothing to open its keyring with")
        hosted.set(coming, lambda: password(where, "To set a passphrase, your own password at the portal"))
        ask.say("the passphrase is set: recordings of this portal, old and new, open only with it")
        ask.say("what the server could open until today its old backups still can; key files that were saved still open"
                " their copies")  # fmt: skip


def _change_file(
    file: Path, to_server_key: Path | None, *, somebody_leaves: bool, given: ask.Given, coming: ask.NewPassphrase
) -> None:
    opened = ask.open_keyring(load(file), given)
    if to_server_key:
        server = ask.own_server_key(to_server_key)
        _replace(file, opened, keyring_acts.remove_passphrase(opened, server.public))
        ask.say("the passphrase is removed: from now on whoever has the server's key opens these recordings")
        return
    had_one = opened.keyring.passphrase_slot is not None
    with ask.MadeSecrets(file) as made:
        typed = passphrase.to_bytes(ask.new_passphrase(coming, made))
        if had_one:
            data = keyring_acts.change_passphrase(opened, typed, somebody_leaves=somebody_leaves)
        else:
            data = keyring_acts.set_passphrase(opened, typed)
        _replace(file, opened, data, made)
    if had_one:
        ask.say("the passphrase is changed, for old and new recordings alike")
        if somebody_leaves:
            ask.say("give recorders the new recipient: sealcast key show --recipient")
            ask.say("a recovery key stays; if whoever left may have seen it, make another: sealcast key recovery")
    else:
        ask.say("the passphrase is set, for old and new recordings alike; give recorders the new recipient")
        ask.say("backups and key files made before still open what they opened")


@key.command()
@click.argument("file", type=FILE)
@click.option("--remove", is_flag=True, help="Make the present recovery key useless.")
@click.option("--to", type=FILE, help="Write the sheet to this new file instead of showing it.")
@present_secret
def recovery(file: Path, *, remove: bool, to: Path | None, given: ask.Given) -> None:
    """Make a recovery key for the keyring FILE, in place of the one there was.

    It opens everything the passphrase opens. Print it, lock it away, and keep it out of every computer.
    """
    if remove and to:
        raise click.UsageError("--remove makes no recovery key to write anywhere")
    opened = ask.open_keyring(load(file), given)
    spare = None if remove else PortalKey(secrets.token_bytes(SEED_SIZE))
    data = keyring_acts.change_recovery(opened, (spare.public,) if spare else ())
    with ask.MadeSecrets(file) as made:
        if spare:
            ask.new_recovery_key(spare.seed, lambda text: _sheet(read_keyring(data), text), to, made)
        _replace(file, opened, data, made)
    ask.say("the recovery key is made; any earlier one is void" if spare else "there is no recovery key any more")


@key.command()
@click.argument("file", type=FILE)
@present_secret
def rotate(file: Path, *, given: ask.Given) -> None:
    """Make a new key in the keyring FILE for recordings from now on; the old ones keep opening."""
    opened = ask.open_keyring(load(file), given)
    _replace(file, opened, keyring_acts.rotate(opened))
    ask.say("new recordings are for a new key; give recorders the new recipient: sealcast key show --recipient")


@key.command()
@click.argument("file", type=FILE)
@portal_options("--portal", says="The portal where it lies.")
@click.option("--portal-address", metavar="ADDRESS", help="Which portal there: the end of its /p/ADDRESS.")
def fetch(file: Path, *, where: Asked | None, portal_address: str | None) -> None:
    """Save a portal's present keyring as FILE, in place of an older one of the same portal.

    Beside recordings of that portal it opens them with the portal's passphrase, without any network. What lay there
    stays as FILE.GENERATION.
    """
    if not where or not portal_address:
        raise click.UsageError("name a portal with --portal and --portal-address")
    keyring, fetched = signed_in(where).keyring(portal_address)
    refuse_older(seen_file(), keyring)
    renew(file, fetched)
    ask.say(f"{ask.shown(file)} is the keyring of {portal_address}, generation {keyring.generation}")


@key.command()
@click.argument("file", type=FILE)
@click.argument("recordings", type=FILE, nargs=-1)
@present_secret
@click.pass_context
def check(ctx: click.Context, /, file: Path, recordings: tuple[Path, ...], *, given: ask.Given) -> None:
    """Open the keyring FILE, prove every key in it, and try it on RECORDINGS."""
    opened = ask.open_keyring(load(file), given)
    generation, count = opened.keyring.generation, len(opened.portal_keys)
    click.echo(f"{ask.shown(file)}: opens; generation {generation}, number of keys {count}")
    opens = [_opens(recording, Identity(portal_keys=opened.portal_keys)) for recording in recordings]
    if recordings:
        click.echo(f"{sum(opens)} of {len(opens)} recordings open")
    ctx.exit(0 if all(opens) else 1)


def _opens(recording: Path, identity: Identity) -> bool:
    try:
        with LocalFile(recording) as source:
            SealedFile(source, identity)
    except VaultError as error:
        click.echo(f"{ask.shown(recording)}: {ask.shown(error)}")
        return False
    click.echo(f"{ask.shown(recording)}: opens")
    return True


def _replace(file: Path, opened: OpenKeyring, data: bytes, made: ask.MadeSecrets | None = None) -> None:
    if made:
        made.needed_by(data)
    following = replace(file, opened, data)
    if made:
        made.keep()
    ask.note_seen(opened, following)


def _facts(keyring: Keyring) -> dict[str, Any]:
    slots = ["passphrase"] if keyring.passphrase_slot else []
    names = {SlotKind.RECOVERY: "recovery key", SlotKind.SERVER: "server's key"}
    slots += [f"{names[slot.kind]} {grouped(key_id(slot.public))}" for slot in keyring.key_slots]
    return {
        "portal": keyring.portal_id.hex(),
        "generation": keyring.generation,
        "written": ask.date(keyring.written_us),
        "slots": slots,
        "keys": [{"id": grouped(one.key_id), "made": ask.date(one.made_us)} for one in keyring.keys],
    }


def _sheet(keyring: Keyring, text: str) -> str:
    prefix, _, letters = text.rpartition("1")
    groups = " ".join([prefix + "1", *(letters[at : at + 4] for at in range(0, len(letters), 4))])
    ids = "\n  ".join(grouped(one.key_id) for one in keyring.keys)
    return f"""\
SEALCAST RECOVERY KEY

It opens the recordings of this portal when the passphrase is lost. Keep it where you keep what must not be stolen.

{groups}

To use it, type it where the passphrase is asked for; then set a new passphrase:  sealcast key passphrase FILE

Portal  {keyring.portal_id.hex()}
Keys when this was printed; whoever uses the sheet compares them:
  {ids}
"""
