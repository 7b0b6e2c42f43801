"""sealcast push: sealed files to a portal."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from recorder.file_names import read_name
from recorder.format.quantities import size
from recorder.push_options import destination, push_options
from recorder.pushing import Destination, send_all
from vault.ask import say, shown
from vault.durable import plain_errors
from vault.errors import StoreUnavailableError, VaultError
from vault.portal_options import Asked
from vault.secret_options import FILE


@click.command()
@push_options(says="The portal to push to, such as https://support.example.org.")
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option("--customer", help="Tell the portal who the customer is; without it, what the file's name says.")
@click.pass_context
def push(
    ctx: click.Context,
    /,
    *,
    files: tuple[Path, ...],
    where: Asked | None,
    portal_address: str | None,
    customer: str | None,
) -> None:
    """Push recordings FILES to a portal, where they are listed as sessions of yours.

    They must have been recorded here, for that portal. What arrived stays there: the same command goes on where a lost
    line ended it. The files stay as they are.
    """
    to = destination(where, portal_address)
    if to is None:
        raise click.UsageError("say where to: --to URL --portal-address ADDRESS")
    failed = 0
    for path in dict.fromkeys(files):
        try:
            _push(path, to, customer)
        except VaultError as error:
            if len(files) == 1:
                raise
            failed += 1
            say(f"{shown(path)}: {shown(error)}")
    ctx.exit(1 if failed else 0)


def _push(path: Path, to: Destination, customer: str | None) -> None:
    says = read_name(path.name)
    who = customer if customer is not None else (says.customer or "" if says else "")
    with plain_errors(str(path)):
        there = path.stat().st_size
    with _progress(path, there) as tick:
        sending = send_all(path, to, customer=who, tick=tick, pause=time.sleep)
    if sending.complete and sending.size < there:
        raise StoreUnavailableError(name=str(path), why="bytes follow its end, and were not sent")
    if sending.complete:
        click.echo(f"{shown(path)}: all of it is at {shown(to)}, {size(sending.size)}")
        return
    left = there - sending.size
    click.echo(f"{shown(path)}: {size(sending.size)} of {size(there)} are at {shown(to)}; it has no end by now")
    if left:
        say(
            f"what comes after that is no whole block ({left} bytes): it is still written, or sealcast verify tells why"
        )


@contextmanager
def _progress(path: Path, there: int) -> Iterator[Callable[[int], None]]:
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=max(1, there), label=shown(path.name), file=sys.stderr) as bar:
        yield lambda sent: bar.update(sent - bar.pos)
