"""The options that say where a new recording goes, who may open it and whose it is, as one argument *target*."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import wraps
from importlib.metadata import version
from pathlib import Path

import click

from recorder.file_names import default_folder, recording_name
from recorder.format.events import About, to_payload
from recorder.push_options import destination, recipient_of
from recorder.recipients import recipients_of
from recorder.target import Target
from vault.ask import shown
from vault.durable import plain_errors
from vault.errors import AlreadyWritingError, BlobExistsError
from vault.header import MAGIC
from vault.keyring import MAGIC as KEYRING_MAGIC
from vault.lock import locked
from vault.portal_options import Asked
from vault.secret_options import FILE

Command = Callable[..., None]


def target_options(command: Command) -> Command:
    """Give a command the argument OUTPUT and the options of a new recording."""

    @wraps(command)
    def with_target(  # noqa: PLR0913 - as many as options
        *args: object,
        output: Path | None,
        keyrings: tuple[Path, ...],
        recipients: tuple[str, ...],
        force: bool,
        portal: str | None,
        team: str | None,
        agent: str | None,
        customer: str | None,
        title: str | None,
        where: Asked | None = None,
        portal_address: str | None = None,
        **others: object,
    ) -> None:
        if not keyrings and not recipients and not where:
            raise click.UsageError(
                "say who may open it: --keyring FILE, or --recipient KEY (sealcast key show --recipient)"
            )
        for one in recipients:
            if _is_keyring(one):
                raise click.UsageError(f"{shown(one)} is a keyring: use --keyring")
        about = About(
            software=f"sealcast {version('sealcast')}",
            portal=portal, team=team, agent=agent, customer=customer, title=title,
        )  # fmt: skip
        to = destination(where, portal_address)
        of_portal = [recipient_of(to)] if to else []
        if of_portal and about.portal is None:
            about = replace(about, portal=of_portal[0][1])
        to_payload(about)  # what cannot be written is told before anything is touched
        path, gathered = _new_file(output, about, force=force)
        target = Target(
            path=path,
            replaces=force,
            recipients=list(dict.fromkeys([*recipients_of(keyrings, recipients), *(key for key, _ in of_portal)])),
            about=about,
            keyrings=keyrings if gathered else (),
            pushed_to=to,
        )
        command(*args, target=target, **others)

    decorated: Command = with_target
    for option in (
        click.option("--force", is_flag=True, help="Replace OUTPUT if it exists."),
        click.option("--title", help="Write into it what it is about."),
        click.option("--customer", help="Write into it who the customer is."),
        click.option("--agent", help="Write into it who the agent is."),
        click.option("--team", help="Write into it the team."),
        click.option("--portal", help="Write into it which portal it belongs to."),
        click.option("--recipient", "recipients", multiple=True, help="Who may open it: a key, or the file with it."),
        click.option("--keyring", "keyrings", type=FILE, multiple=True, help="Who may open it: this portal."),
        click.argument("output", type=FILE, required=False),
    ):
        decorated = option(decorated)
    return decorated


def _new_file(output: Path | None, about: About, *, force: bool) -> tuple[Path, bool]:
    """Return where to record, OUTPUT or a telling name in a folder, and whether it is such a folder.

    Errors: BlobExistsError, AlreadyWritingError, StoreUnavailableError.
    """
    folder = default_folder() if output is None else output
    with plain_errors(str(folder)):
        if output is None:
            folder.mkdir(parents=True, exist_ok=True)
        if folder.is_dir():
            name = recording_name(
                datetime.now().astimezone(),
                portal=about.portal,
                agent=about.agent,
                customer=about.customer,
                taken=lambda name: (folder / name).exists(),
            )
            return folder / name, True
        if folder.exists():
            if not force or not _replaceable(folder):
                raise BlobExistsError(name=str(folder))
            if locked(folder):
                raise AlreadyWritingError(name=str(folder))
    return folder, False


def _is_keyring(recipient: str) -> bool:
    """Say whether a file with a keyring stands where a public key is wanted; what cannot be read is told later."""
    try:
        if not Path(recipient).is_file():  # what comes through a pipe can be read only once
            return False
        with Path(recipient).open("rb") as file:
            return file.read(len(KEYRING_MAGIC)) == KEYRING_MAGIC
    except (OSError, ValueError):
        return False


def _replaceable(path: Path) -> bool:
    """Say whether it is a recording, or empty: nothing else is replaced, least of all the keyring."""
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(MAGIC)) in (MAGIC, b"")
