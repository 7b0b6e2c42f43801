"""The options that say where a command's secrets come from; ask.py follows them."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Final

import click

from vault.ask import Given, NewPassphrase

FILE: Final = click.Path(path_type=Path, readable=False)  # what cannot be read is told by the room
DESCRIPTOR: Final = click.IntRange(0, 65535)
Command = Callable[..., None]


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
        _at_most_one(passphrase_file, passphrase_fd, recovery_key_file, server_key)
        given = Given(
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
        click.option("--passphrase-fd", type=DESCRIPTOR, help="Read the present passphrase from this descriptor."),
        click.option("--passphrase-file", type=FILE, help="Read the present passphrase from this file."),
    ):
        decorated = option(decorated)
    return decorated


def coming_secret(command: Command) -> Command:
    """Give a command the options that say where a new passphrase comes from, as its argument *coming*."""

    @wraps(command)
    def with_coming(
        *args: object,
        new_passphrase_file: Path | None,
        new_passphrase_fd: int | None,
        generate_to: Path | None,
        **others: object,
    ) -> None:
        _at_most_one(new_passphrase_file, new_passphrase_fd, generate_to)
        coming = NewPassphrase(file=new_passphrase_file, fd=new_passphrase_fd, generate_to=generate_to)
        command(*args, coming=coming, **others)

    decorated: Command = with_coming
    for option in (
        click.option("--generate-to", type=FILE, help="Draw seven words and write them to this new file, yours alone."),
        click.option("--new-passphrase-fd", type=DESCRIPTOR, help="Read the new passphrase from this descriptor."),
        click.option("--new-passphrase-file", type=FILE, help="Read the new passphrase from this file."),
    ):
        decorated = option(decorated)
    return decorated


def _at_most_one(*given: object) -> None:
    if sum(one is not None for one in given) > 1:
        raise click.UsageError("a secret comes from one place; name one of these options only")
