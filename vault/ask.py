"""Secrets at the command line: asked for on the terminal, or read from a file or descriptor that an option names.

Rule of this file: a secret is never an argument, where the process list and the shell's history would show it.
"""

import secrets
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import click

from vault import bech32, passphrase
from vault.durable import plain_errors, read_bounded, require_folder, write_whole
from vault.errors import (
    BlobExistsError,
    BlobNotFoundError,
    MalformedError,
    VaultError,
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
    _note_opened(opened, tell=say)
    return opened


def open_by_text(keyring: Keyring, typed: str, *, tell: Callable[[str], None]) -> OpenKeyring:
    """Open with what a person typed anywhere, passphrase or recovery key; refuse a keyring older than one seen.

    What the person should know besides goes to tell.  Errors: VaultError.
    """
    refuse_older(seen_file(), keyring)
    opened = _by_text(keyring, typed)
    _note_opened(opened, tell=tell)
    return opened


def given_passphrase(given: Given) -> str | None:
    """Read the passphrase where the options say; None when they say nothing.  A descriptor gives it once.

    Errors: MalformedError, BlobNotFoundError, StoreUnavailableError.
    """
    if given.passphrase_file or given.passphrase_fd is not None:
        return _read(given.passphrase_file, given.passphrase_fd)
    return None


def note_seen(opened: OpenKeyring, now: Keyring, *, tell: Callable[[str], None] | None = None) -> None:
    """Remember the generation of a keyring that the passphrase proved, or that was written from one.

    One that a recovery key opens may be anybody's.  What fails here has no bearing on what was done, and is only told.
    """
    if opened.passphrase is not None:
        try:
            make_data_folder()
            remember(seen_file(), now)
        except VaultError as error:
            (tell or say)(f"warning: generation {now.generation} could not be noted as seen: {error}")


def _note_opened(opened: OpenKeyring, *, tell: Callable[[str], None]) -> None:
    keyring = opened.keyring
    if opened.passphrase is None and keyring.passphrase_slot:
        ids = "\n  ".join(grouped(key.key_id) for key in keyring.keys)
        tell(f"opened by recovery key. One of these stands on the printed sheet, or it is not yours:\n  {ids}")
    note_seen(opened, keyring, tell=tell)


def _by_typing(keyring: Keyring, given: Given) -> OpenKeyring:
    typed = given_passphrase(given)
    if typed is None:
        return _by_text(keyring, hidden("Passphrase, or recovery key"))
    return _by_passphrase(keyring, typed)


def _by_text(keyring: Keyring, typed: str) -> OpenKeyring:
    if "".join(typed.split()).lower().startswith(bech32.RECOVERY + "1"):
        return open_by_key(keyring, PortalKey(bech32.from_string(bech32.RECOVERY, typed)))
    return _by_passphrase(keyring, typed)


def _by_passphrase(keyring: Keyring, typed: str) -> OpenKeyring:
    try:
        return open_by_passphrase(keyring, passphrase.to_bytes(typed))
    except WeakPassphraseError:
        raise WrongPassphraseError from None  # what cannot be a passphrase is not this one


class MadeSecrets:
    """Files of secrets that a command makes on its way to a keyring.

    When the command fails they go again, unless the keyring that needs them is already there: then nothing else would
    open it any more.  present reads a keyring that is no file here.
    """

    def __init__(self, keyring: Path, *, present: Callable[[], bytes] | None = None) -> None:
        self._present = present or keyring.read_bytes
        self._needed_by: bytes | None = None
        self._made: list[Path] = []

    def write(self, path: Path, text: str) -> None:
        """Write a secret to a new file.  Errors: BlobExistsError, StoreUnavailableError."""
        write_whole(path, text.encode(), replace=False)
        self._made.append(path)

    def needed_by(self, data: bytes) -> None:
        """Say what the keyring's file will hold from the moment on at which the secrets are needed."""
        self._needed_by = data

    def keep(self) -> None:
        """Keep them, whatever happens from now on to the keyring or this command."""
        self._made = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is not None and not self._needed():
            for path in self._made:
                path.unlink(missing_ok=True)

    def _needed(self) -> bool:
        try:
            return self._needed_by is not None and self._present() == self._needed_by
        except FileNotFoundError:
            return False
        except (OSError, VaultError):
            return True  # it cannot be looked at; a secret too many is better than one too few


def new_passphrase(new: NewPassphrase, made: MadeSecrets) -> str:
    """Return a new passphrase that is hard to guess; a generated one may go to a file.

    Errors: WeakPassphraseError, BlobExistsError, StoreUnavailableError.
    """
    if new.generate_to:
        text = passphrase.generate()
        made.write(new.generate_to, text + "\n")
        return text
    if new.file or new.fd is not None:
        text = _read(new.file, new.fd)
        passphrase.require_strong(text)
        return text
    say(UNRESETTABLE)
    while True:
        try:
            text = _proposed_passphrase()
        except WeakPassphraseError as error:
            say(f"{error}. Another one:")
            continue
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


def new_recovery_key(seed: bytes, sheet: Callable[[str], str], target: Path | None, made: MadeSecrets) -> None:
    """Show a recovery key once and have it typed back, or write its sheet to a file.

    Errors: BlobExistsError, StoreUnavailableError.
    """
    text = bech32.to_string(bech32.RECOVERY, seed).upper()
    if target:
        made.write(target, sheet(text))
        return
    terminal()
    click.echo(sheet(text))
    while True:
        typed = hidden("Type it back from the sheet (blanks do not matter)")
        try:
            if bech32.from_string(bech32.RECOVERY, typed) == seed:
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


def own_server_key(path: Path) -> PortalKey:
    """Return the server's key of that file, made on first use.

    It stays even if the command fails: another command may have found it meanwhile and left a keyring to it.
    """
    try:
        return read_key(path, bech32.SERVER)
    except BlobNotFoundError:
        with suppress(BlobExistsError):
            text = bech32.to_string(bech32.SERVER, secrets.token_bytes(SEED_SIZE)).upper()
            write_whole(path, text.encode() + b"\n", replace=False)
        return read_key(path, bech32.SERVER)


def refuse_existing(path: Path) -> None:
    """Ask nobody for a passphrase in vain.  Errors: BlobExistsError, StoreUnavailableError."""
    require_folder(path.parent)
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
    try:
        typed: str = click.prompt(prompt, hide_input=True, default="", show_default=False, err=True)
    except UnicodeError:
        raise MalformedError(what="answer", why="it is not text in this terminal's encoding") from None
    return typed


def terminal() -> None:
    """Errors: UsageError where nobody can be asked."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise click.UsageError(
            "there is no terminal to ask on; name the secret's file, see --passphrase-file and its like"
        )


def _read(path: Path | None, descriptor: int | None) -> str:
    name, source = (str(path), path) if path else (f"descriptor {descriptor}", descriptor)
    assert source is not None
    # A pipe will do: <(pass show portal).
    with plain_errors(name), open(source, "rb", closefd=path is not None) as file:
        data = file.read(MAX_SECRET + 1) or b""  # None where a pipe has nothing yet
    if len(data) > MAX_SECRET:
        raise MalformedError(what="passphrase", why=f"it is larger than {MAX_SECRET} bytes")
    try:
        # One line end, as editors add it, is not part of the passphrase.
        return data.removesuffix(b"\n").removesuffix(b"\r").decode()
    except UnicodeDecodeError:
        raise MalformedError(what="passphrase", why="it is not UTF-8 text") from None
