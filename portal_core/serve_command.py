"""sealcast serve: the portal on this machine."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from portal_core.demo import Demo, make_demo
from portal_core.errors import AlreadyServedError
from portal_core.serve import Portal, build, serve
from portal_core.settings import CONFIG, Settings
from vault import bech32
from vault.durable import OWNER_ONLY, plain_errors, read_bounded
from vault.errors import AlreadyWritingError
from vault.lock import wait_for_lock
from vault.places import data_folder

_MAX_FILE = 64 * 1024
_PATIENCE_US = 3_000_000


@click.command("serve")
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), envvar=CONFIG, help="TOML file of settings.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Where all of the portal is kept.")
@click.option("--listen", help="Address and port, such as 0.0.0.0:8443.")
@click.option("--name", "names", multiple=True, help="Host name or address browsers use; may be given several times.")
@click.option("--public-url", help="What links begin with, when that is not https://NAME:PORT.")
@click.option("--account", help="At first start: what the account is called.")
@click.option("--manager-email", help="At first start: the company manager's e-mail address.")
@click.option("--demo", is_flag=True, help="To try it: with an agent and a portal, in a folder of its own.")
def serve_command(
    config: Path | None, folder: Path | None, names: tuple[str, ...], *, demo: bool, **options: str | None
) -> None:
    """Serve the portal: pages for customers, agents and managers, over HTTPS.

    The first start makes an account and prints the company manager's first sign-in.  Ctrl-C stops it; sessions that
    run go on when it is started again.  All settings: docs/settings.md.
    """
    settings = Settings.parse(
        environment=os.environ,
        file=read_bounded(config, limit=_MAX_FILE, what="file of settings") if config else None,
        options={**options, "folder": str(folder.absolute()) if folder else None, "names": names or None},
        default_folder=data_folder() / ("demo" if demo else "portal"),
    )
    with _alone(settings.folder):
        portal = build(settings)
        shown = make_demo(portal.context) if demo else None
        serve(portal, ready=lambda: _tell(portal, shown))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other portals off a folder.  Errors: AlreadyServedError; StoreUnavailableError where there is none."""
    with plain_errors(str(folder)):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / "portal.lock", os.O_CREAT | os.O_RDWR, OWNER_ONLY)
    try:
        wait_for_lock(descriptor, name=str(folder), patience_us=_PATIENCE_US)  # one that is just stopping goes first
        yield
    except AlreadyWritingError as error:
        raise AlreadyServedError(folder=str(folder)) from error
    finally:
        os.close(descriptor)


def _tell(portal: Portal, demo: Demo | None) -> None:
    """Print where it is, and at first start how to sign in."""
    url = portal.settings.public_url
    click.echo(f"portal:      {url}/", err=True)
    click.echo(f"sign in:     {url}/sign-in", err=True)
    if portal.first:
        click.echo(f"login:       {portal.first.login}", err=True)
        click.echo(
            f"password:    {portal.first.password}  (shown this once; another is chosen at the first sign-in)", err=True
        )
    if demo:
        click.echo(f"as an agent: sign in as {demo.login} with {demo.password}, and make a code", err=True)
        click.echo(f"as customer: {url}/p/{demo.address} in another browser, and type the code", err=True)
    if portal.served:
        click.echo(f"certificate: SHA-256 {portal.served.fingerprint}", err=True)
    click.echo(f"signer:      {bech32.to_string(bech32.SIGNER, portal.context.keys.signer.public)}", err=True)
    click.echo(f"folder:      {portal.settings.folder}", err=True)
