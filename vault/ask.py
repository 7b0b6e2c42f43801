"""Secrets at the command line: asked for on the terminal, or read from a file or descriptor that an option names.

Rule of this file: a secret is never an argument, where the process list and the shell's history would show it.
"""

import secrets
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from vault import bech32, passphrase
from vault.durable import plain_errors, read_bounded, write_whole
from vault.errors import (
    BlobExistsError,
    BlobNotFoundError,
    MalformedError,
    WeakPassphraseError,
    WrongKindError,
    WrongPassphraseError,
)
from vault.keyring import Keyring, OpenKeyring, open_by_key, open_by_passphrase
from vault.keyring_file import refuse_older, remember
from vault.places import make_data_folder, seen_file
from vault.portal_key import SEED_SIZE, PortalKey
from vault.primitives import grouped

MAX_SECRET: Final = 8192
UNRESETTABLE: Final = """\
Nobody can reset this passphrase: not an administrator, not the server, not the makers of this program.
Whoever loses it, and has no recovery key that was made in advance, loses the recordings for good."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """Where secrets shall come from, as the options say; nothing given means: ask."""

    passphrase_file: Path | None = None
    passphrase_fd: int | None = None
    recovery_key_file: Path | None = None
    server_key: Path | None = None


@dataclass(frozen=True, kw_only=True)
class NewPassphrase:
    """Where a new passphrase shall come from."""

    file: Path | None = None
    fd: int | None = None
    generate_to: Path | None = None


def open_keyring(keyring: Keyring, given: Given) -> OpenKeyring:
    """Open with what is given, or ask; refuse a keyring older than one seen.  Errors: VaultError."""
    refuse_older(seen_file(), keyring)
    if given.server_key:
        opened = open_by_key(keyring, read_key(given.server_key, bech32.SERVER))
    elif given.recovery_key_file:
        opened = open_by_key(keyring, read_key(given.recovery_key_file, bech32.RECOVERY))
    elif keyring.passphrase_slot:
        opened = _by_typing(keyring, given)
    else:
        raise click.UsageError("this keyring has no passphrase; name the server's key with --server-key")
    if opened.passphrase is None and keyring.passphrase_slot:
        ids = "\n  ".join(grouped(key.key_id) for key in keyring.keys)
        say(f"opened by recovery key. One of these stands on the printed sheet, or it is not yours:\n  {ids}")
    note_seen(keyring)
    return opened


def note_seen(proven: Keyring) -> None:
    """Remember the generation of a keyring that was opened or written.  Errors: VaultError."""
    make_data_folder()
    remember(seen_file(), proven)


def _by_typing(keyring: Keyring, given: Given) -> OpenKeyring:
    if given.passphrase_file or given.passphrase_fd is not None:
        typed = _read(given.passphrase_file, given.passphrase_fd)
    else:
        typed = hidden("Passphrase, or recovery key")
        if "".join(typed.split()).lower().startswith(bech32.RECOVERY + "1"):
            return open_by_key(keyring, PortalKey(bech32.from_string(bech32.RECOVERY, typed)))
    try:
        return open_by_passphrase(keyring, passphrase.to_bytes(typed))
    except WeakPassphraseError:
        raise WrongPassphraseError from None  # what cannot be a passphrase is not this one


def new_passphrase(new: NewPassphrase, undone: ExitStack) -> str:
    """Return a new passphrase that is hard to guess; a file made for a generated one goes when *undone* closes.

    Errors: WeakPassphraseError, BlobExistsError, StoreUnavailableError.
    """
    if new.generate_to:
        text = passphrase.generate()
        _write_secret(new.generate_to, text + "\n", undone)
        return text
    if new.file or new.fd is not None:
        text = _read(new.file, new.fd)
        passphrase.require_strong(text)
        return text
    say(UNRESETTABLE)
    while True:
        text = _proposed_passphrase()
        if hidden("The same once more") == text:
            return text
        say("That was something else. From the beginning:")


def _proposed_passphrase() -> str:
    text = hidden("New passphrase (leave empty for a generated one)")
    if text:
        passphrase.require_strong(text)
        return text
    text = passphrase.generate()
    say(f"\n    {text}\n\nWrite it down now. It is not shown again.")
    return text


def _write_secret(path: Path, text: str, undone: ExitStack) -> None:
    write_whole(path, text.encode(), replace=False)
    undone.callback(path.unlink, missing_ok=True)


def new_recovery_key(seed: bytes, sheet: Callable[[str], str], target: Path | None, undone: ExitStack) -> None:
    """Show a recovery key once and have it typed back, or write its sheet to a file that goes when *undone* closes.

    Errors: BlobExistsError, StoreUnavailableError.
    """
    text = bech32.to_string(bech32.RECOVERY, seed).upper()
    if target:
        _write_secret(target, sheet(text), undone)
        return
    terminal()
    click.echo(sheet(text))
    while True:
        try:
            if (
                bech32.from_string(bech32.RECOVERY, hidden("Type it back from the sheet (blanks do not matter)"))
                == seed
            ):
                return
        except (MalformedError, WrongKindError) as error:
            say(str(error))
        else:
            say("That is another key.")


def read_key(path: Path, kind: str) -> PortalKey:
    """Read a recovery key or server's key from a file: the string alone, or the line of a sheet that holds it.

    Errors: MalformedError, WrongKindError, BlobNotFoundError, StoreUnavailableError.
    """
    text = read_bounded(path, limit=MAX_SECRET, what="key").decode(errors="replace")
    begins = kind + "1"
    lines = [line for line in text.splitlines() if "".join(line.split()).lower().startswith(begins)]
    return PortalKey(bech32.from_string(kind, lines[0] if lines else text))


def own_server_key(path: Path, undone: ExitStack) -> PortalKey:
    """Return the server's key of that file; one that is made now goes when *undone* closes."""
    try:
        return read_key(path, bech32.SERVER)
    except BlobNotFoundError:
        seed = secrets.token_bytes(SEED_SIZE)
        _write_secret(path, bech32.to_string(bech32.SERVER, seed).upper() + "\n", undone)
        return PortalKey(seed)


def refuse_existing(path: Path) -> None:
    """Ask nobody for a passphrase in vain.  Errors: BlobExistsError, StoreUnavailableError."""
    with plain_errors(str(path)):
        if path.exists():
            raise BlobExistsError(name=str(path))


def shown(what: object) -> str:
    """Return a name or message so that nothing in it steers the terminal it is shown on."""
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in str(what))


def date(time_us: int, form: str = "%Y-%m-%d %H:%M:%S UTC") -> str:
    """Return a time as people read it."""
    return datetime.fromtimestamp(time_us / 1e6, UTC).strftime(form)


def say(text: str) -> None:
    """Tell a person, not the next program."""
    click.echo(text, err=True)


def hidden(prompt: str) -> str:
    """Ask without showing what is typed."""
    terminal()
    typed: str = click.prompt(prompt, hide_input=True, default="", show_default=False, err=True)
    return typed


def terminal() -> None:
    """Errors: UsageError where nobody can be asked."""
    if not sys.stdin.isatty():
        raise click.UsageError(
            "there is no terminal to ask on; name the secret's file, see --passphrase-file and its like"
        )


def _read(path: Path | None, descriptor: int | None) -> str:
    name, source = (str(path), path) if path else (f"descriptor {descriptor}", descriptor)
    assert source is not None
    # A pipe will do: <(pass show portal).
    with plain_errors(name), open(source, "rb", closefd=path is not None) as file:
        data = file.read(MAX_SECRET + 1)
    if len(data) > MAX_SECRET:
        raise MalformedError(what="passphrase", why=f"it is larger than {MAX_SECRET} bytes")
    try:
        # One line end, as editors add it, is not part of the passphrase.
        return data.removesuffix(b"\n").removesuffix(b"\r").decode()
    except UnicodeDecodeError:
        raise MalformedError(what="passphrase", why="it is not UTF-8 text") from None
