"""sealcast key: make, show, change and check a portal's keyring."""

import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, Final

import click

from vault import ask, bech32, keyring_acts, passphrase
from vault.durable import write_whole
from vault.errors import BlobExistsError, VaultError, WrongIdentityError
from vault.header import Identity
from vault.keyring import Keyring, OpenKeyring, SlotKind, read_keyring
from vault.keyring_acts import Locks
from vault.keyring_file import load, remember, replace
from vault.local import LocalFile
from vault.places import seen_file
from vault.portal_key import SEED_SIZE, PortalKey
from vault.primitives import key_id
from vault.reader import SealedFile
from vault.signers import grouped

FILE: Final = click.Path(path_type=Path)
Command = Callable[..., None]


@click.group()
def key() -> None:
    """Make, show, change and check keyrings.

    A keyring is one small file that holds a portal's keys. It opens with the portal's passphrase; recordings are
    sealed with the public key in it, for which nobody needs the passphrase.
    """


def present_secret(command: Command) -> Command:
    """Give a command the options that say where the present secret comes from, as its argument *given*."""

    @wraps(command)
    def with_given(
        *args: object,
        passphrase_file: Path | None,
        passphrase_fd: int | None,
        recovery_key_file: Path | None,
        server_key: Path | None,
        **others: object,
    ) -> None:
        given = ask.Given(
            passphrase_file=passphrase_file,
            passphrase_fd=passphrase_fd,
            recovery_key_file=recovery_key_file,
            server_key=server_key,
        )
        command(*args, given=given, **others)

    decorated: Command = with_given
    for option in (
        click.option("--server-key", type=FILE, help="Open with the server's key in this file."),
        click.option("--recovery-key-file", type=FILE, help="Open with the recovery key in this file."),
        click.option("--passphrase-fd", type=int, help="Read the present passphrase from this descriptor."),
        click.option("--passphrase-file", type=FILE, help="Read the present passphrase from this file."),
    ):
        decorated = option(decorated)
    return decorated


def coming_secret(command: Command) -> Command:
    """Give a command the options that say where a new passphrase comes from, as its argument *coming*."""

    @wraps(command)
    def with_coming(
        *args: object, new_passphrase_file: Path | None, new_passphrase_fd: int | None, generate: bool, **others: object
    ) -> None:
        coming = ask.NewPassphrase(file=new_passphrase_file, fd=new_passphrase_fd, generate=generate)
        command(*args, coming=coming, **others)

    decorated: Command = with_coming
    for option in (
        click.option("--generate", is_flag=True, help="Draw seven words and print them to standard output."),
        click.option("--new-passphrase-fd", type=int, help="Read the new passphrase from this descriptor."),
        click.option("--new-passphrase-file", type=FILE, help="Read the new passphrase from this file."),
    ):
        decorated = option(decorated)
    return decorated


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
    _refuse_existing(file)
    portal_id = secrets.token_bytes(16)
    if without_passphrase != bool(server_key):
        raise click.UsageError("--without-passphrase and --server-key belong together")
    spare = PortalKey(secrets.token_bytes(SEED_SIZE)) if recovery or recovery_to else None
    if server_key:
        locks = Locks(server=ask.own_server_key(server_key, secrets.token_bytes).public)
    else:
        typed = passphrase.to_bytes(ask.new_passphrase(coming))
        locks = Locks(passphrase=typed, recovery=spare.public if spare else None)
    data = keyring_acts.create(portal_id, locks)
    made = read_keyring(data)
    if locks.recovery and spare:
        ask.new_recovery_key(spare.seed, lambda text: _sheet(made, text), recovery_to)
    write_whole(file, data, replace=False)
    ask.say(f"made {file}, portal {portal_id.hex()}")
    ask.say(f"for recorders: sealcast key show --recipient {file}")


@key.command()
@click.argument("file", type=FILE)
@click.option("--recipient", is_flag=True, help="Print only the public key that recorders need.")
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
def show(file: Path, *, recipient: bool, as_json: bool) -> None:
    """Show what the keyring FILE says of itself; nothing is proven before it is opened (see: key check)."""
    keyring = load(file)
    if recipient:
        click.echo(bech32.to_string(bech32.PORTAL, keyring.recipient))
    elif as_json:
        click.echo(json.dumps(_facts(keyring), indent=1))
    else:
        facts = _facts(keyring)
        click.echo(f"portal      {facts['portal']}\nwritten     {facts['written']}, generation {facts['generation']}")
        click.echo("opens with  " + ", ".join(facts["slots"]))
        click.echo("keys        " + "\n            ".join(f"{one['id']}  made {one['made']}" for one in facts["keys"]))


@key.command("passphrase")
@click.argument("file", type=FILE)
@click.option("--remove", is_flag=True, help="Leave the keyring to the server's key; needs --to-server-key.")
@click.option("--to-server-key", type=FILE, help="The server's key to leave it to; made on first use.")
@click.option("--somebody-leaves", is_flag=True, help="Make a new key too: the old passphrase with an old copy of the "
              "keyring opens nothing that is recorded from now on.")  # fmt: skip
@present_secret
@coming_secret
def change(
    file: Path,
    *,
    remove: bool,
    to_server_key: Path | None,
    somebody_leaves: bool,
    given: ask.Given,
    coming: ask.NewPassphrase,
) -> None:
    """Set, change or remove the passphrase of the keyring FILE.

    Recordings already made follow at once: they are not touched, the keyring is.
    """
    if remove != bool(to_server_key):
        raise click.UsageError("--remove and --to-server-key belong together")
    opened = ask.open_keyring(load(file), given)
    if to_server_key:
        server = ask.own_server_key(to_server_key, secrets.token_bytes)
        _replace(file, opened, keyring_acts.remove_passphrase(opened, server.public))
        ask.say("the passphrase is removed: from now on whoever has the server's key opens these recordings")
        return
    typed = passphrase.to_bytes(ask.new_passphrase(coming))
    if opened.keyring.passphrase_slot:
        _replace(file, opened, keyring_acts.change_passphrase(opened, typed, somebody_leaves=somebody_leaves))
        ask.say("the passphrase is changed, for old and new recordings alike")
        if somebody_leaves and opened.keyring.slots(SlotKind.RECOVERY):
            ask.say("the recovery key stays; if whoever left may have seen it, make another: sealcast key recovery")
    else:
        _replace(file, opened, keyring_acts.set_passphrase(opened, typed))
        ask.say("the passphrase is set, for old and new recordings alike. Backups and key files made before still open "
                "what they opened.")  # fmt: skip


@key.command()
@click.argument("file", type=FILE)
@click.option("--remove", is_flag=True, help="Make the present recovery key useless.")
@click.option("--to", type=FILE, help="Write the sheet to this new file instead of showing it.")
@present_secret
def recovery(file: Path, *, remove: bool, to: Path | None, given: ask.Given) -> None:
    """Make a recovery key for the keyring FILE, in place of the one there was.

    It opens everything the passphrase opens. Print it, lock it away, and keep it out of every computer.
    """
    opened = ask.open_keyring(load(file), given)
    spare = None if remove else PortalKey(secrets.token_bytes(SEED_SIZE))
    data = keyring_acts.change_recovery(opened, spare.public if spare else None)
    if spare:
        ask.new_recovery_key(spare.seed, lambda text: _sheet(read_keyring(data), text), to)
    _replace(file, opened, data)
    ask.say("the recovery key is made" if spare else "there is no recovery key any more")


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
@click.argument("recordings", type=FILE, nargs=-1)
@present_secret
def check(file: Path, recordings: tuple[Path, ...], *, given: ask.Given) -> None:
    """Open the keyring FILE, prove every key in it, and try it on RECORDINGS."""
    opened = ask.open_keyring(load(file), given)
    click.echo(f"{file}: opens; generation {opened.keyring.generation}, number of keys {len(opened.portal_keys)}")
    failed = sum(not _opens(recording, Identity(portal_keys=opened.portal_keys)) for recording in recordings)
    if failed:
        raise WrongIdentityError(wanted=(), what=f"{failed} of {len(recordings)} recordings")


def _opens(recording: Path, identity: Identity) -> bool:
    try:
        with LocalFile(recording) as source:
            SealedFile(source, identity)
    except VaultError as error:
        click.echo(f"{recording}: {error}")
        return False
    click.echo(f"{recording}: opens")
    return True


def _replace(file: Path, opened: OpenKeyring, data: bytes) -> None:
    remember(seen_file(), replace(file, opened, data))


def _refuse_existing(file: Path) -> None:
    if file.exists():
        raise BlobExistsError(name=str(file))


def _facts(keyring: Keyring) -> dict[str, Any]:
    slots = ["passphrase"] if keyring.passphrase_slot else []
    names = {SlotKind.RECOVERY: "recovery key", SlotKind.SERVER: "server's key"}
    slots += [f"{names[slot.kind]} {grouped(key_id(slot.public))}" for slot in keyring.key_slots]
    return {
        "portal": keyring.portal_id.hex(),
        "generation": keyring.generation,
        "written": _date(keyring.written_us),
        "slots": slots,
        "keys": [{"id": grouped(one.key_id), "made": _date(one.made_us)} for one in keyring.keys],
    }


def _date(time_us: int) -> str:
    return datetime.fromtimestamp(time_us / 1e6, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _sheet(keyring: Keyring, text: str) -> str:
    prefix, _, letters = text.rpartition("1")
    groups = " ".join([prefix + "1", *(letters[at : at + 4] for at in range(0, len(letters), 4))])
    ids = "\n  ".join(grouped(one.key_id) for one in keyring.keys)
    return f"""\
SEALCAST RECOVERY KEY

It opens the recordings of this portal when the passphrase is lost. Keep it where you keep what must not be stolen.

{groups}

Portal  {keyring.portal_id.hex()}
Keys when this was printed; whoever uses the sheet compares them:
  {ids}
"""
