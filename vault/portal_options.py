"""The options that name a portal and say how one signs in there, and what is asked for on the terminal."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Final

import click

from vault import ask
from vault.errors import PortalRefusedError
from vault.https import Connection, Site, trust
from vault.kept import keep, kept
from vault.places import make_data_folder, pinned_file, tokens_file
from vault.portal import Portal
from vault.secret_options import FILE, Command

COMPARE: Final = (
    "The portal told its certificate's fingerprint when it was started; whoever runs it can read it to you."
)
_REFUSED: Final = 401


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which portal was named, and what was said of signing in there."""

    site: Site
    certificate: str | None = None
    login: str | None = None
    password_file: Path | None = None


def portal_options(flag: str, *, says: str) -> Callable[[Command], Command]:
    """Give a command the options that name a portal, as its argument *where*, None without the flag."""

    def decorate(command: Command) -> Command:
        @wraps(command)
        def with_where(
            *args: object,
            site: str | None,
            certificate: str | None,
            login: str | None,
            password_file: Path | None,
            **others: object,
        ) -> None:
            if site is None and (certificate or login or password_file):
                raise click.UsageError(f"--certificate, --login and --password-file belong to {flag}")
            where = None
            if site is not None:
                where = Asked(site=Site.parse(site), certificate=certificate, login=login, password_file=password_file)
            command(*args, where=where, **others)

        made: Command = with_where
        for option in (
            click.option("--password-file", type=FILE, help="Read the password of your sign-in from this file."),
            click.option("--login", help="Sign in there with this login."),
            certificate_option,
            click.option(flag, "site", metavar="URL", help=says),
        ):
            made = option(made)
        return made

    return decorate


def certificate_option(command: Command) -> Command:
    """Give a command the option --certificate, as its argument *certificate*: a fingerprint, or None to ask."""
    return click.option(
        "--certificate",
        metavar="SHA-256",
        help="Accept the portal's own certificate, or another than before, if it has this fingerprint.",
    )(command)


def accept(site: Site, fingerprint: str) -> bool:
    """Ask on the terminal whether a certificate is the portal's; no where nobody can be asked."""
    if sys.stdin is None or not sys.stdin.isatty():
        return False
    ask.say(f"Nobody but {site} itself vouches for its certificate. Its fingerprint, SHA-256:\n\n    {fingerprint}\n")
    ask.say(COMPARE)
    return click.confirm("Is it the same? From then on no other is accepted", default=False, err=True)


def signed_in(asked: Asked) -> Portal:
    """Sign in at a portal, or go on with the sign-in that was kept; the connection ends with the command.

    Errors: VaultError; UsageError where nobody can be asked.
    """
    make_data_folder()
    trusted = trust(asked.site, pinned_file(), accept=accept, wanted=asked.certificate)
    connection = Connection(asked.site, trusted)
    portal = Portal(connection)
    click.get_current_context().call_on_close(portal.close)
    if asked.login is None and (token := kept(tokens_file(), str(asked.site))):
        connection.token = token
        if connection.get("/api/me").status != _REFUSED:
            return portal
        connection.token = None  # it was ended there, or is too old
    return _sign_in(portal, asked)


def password(asked: Asked, prompt: str = "Password of your sign-in") -> str:
    """Return the password of the sign-in.  Errors: UsageError where nobody can be asked."""
    given = ask.given_passphrase(ask.Given(passphrase_file=asked.password_file))
    return ask.hidden(prompt) if given is None else given


def _sign_in(portal: Portal, asked: Asked) -> Portal:
    login = asked.login
    if login is None:
        ask.terminal()
        login = click.prompt(f"Login at {asked.site}", err=True)
    try:
        token = portal.sign_in(login, password(asked))
    except PortalRefusedError as error:
        if error.status == _REFUSED:
            keep_token(asked.site, None)
        raise
    keep_token(asked.site, token)
    return portal


def keep_token(site: Site, token: str | None) -> None:
    """Keep what lets programs in, or nothing."""
    make_data_folder()
    keep(tokens_file(), str(site), token)
