"""sealcast play: the window that shows recordings, and without one the library of recordings.

It hands replay.window.app.run one argument, a replay.showing.Showing; run returns when the window was closed.
"""

from importlib import import_module
from pathlib import Path

import click

from replay.hosted_loading import AtPortal
from replay.keys import KeysNearby
from replay.option_types import TimeInSession, at_most_one_key
from replay.portal_commands import hosted_at, keys_at, show_list
from replay.showing import Colours, Showing
from replay.unlocking import Unlocking
from vault import ask, keyring_file
from vault.durable import require_folder
from vault.header import Identity
from vault.local import LocalFile
from vault.portal_options import Asked, portal_options
from vault.secret_options import FILE, present_secret
from vault.walk import read_start


@click.command()
@click.argument("file", type=FILE, required=False)
@click.option(
    "--folder",
    type=FILE,
    help="List the recordings of this folder; by default of your Sealcast Recordings, or of FILE's folder.",
)
@click.option("--at", "at_us", type=TimeInSession(), default=0, metavar="TIME", help="Begin at 00:12:30, say.")
@click.option("--keyring", type=FILE, help="Open with this keyring.")
@click.option("--key-file", type=FILE, help="Open with this key file (NAME.key).")
@portal_options("--portal", says="Show what lies on this portal's server; FILE is then the id of a recording there.")
@click.option("--list", "as_list", is_flag=True, help="Only list what lies there, one recording a line.")
@click.option("--theme", type=click.Choice([one.value for one in Colours]), default="auto", help="Its colours.")
@click.option("--in-window", is_flag=True, hidden=True, help="Tell in the window what cannot be shown.")
@present_secret
def play(
    file: Path | None,
    *,
    folder: Path | None,
    at_us: int,
    keyring: Path | None,
    key_file: Path | None,
    theme: str,
    in_window: bool,
    as_list: bool,
    where: Asked | None,
    given: ask.Given,
) -> None:
    """Show FILE in a window; without FILE, the recordings on this machine.

    What opens it is looked for beside it and in your own folder, and the window asks for the passphrase. With --portal
    only those bytes are fetched that are shown, and nothing is stored here.
    """
    if where is None and as_list:
        raise click.UsageError("--list belongs to --portal")
    if where and as_list:
        show_list(hosted_at(where).listed())
        return
    if where:
        showing = at_portal(
            where, file, folder=folder, at_us=at_us, keyring=keyring, key_file=key_file, theme=theme, given=given
        )
    else:
        showing = asked(
            file, folder=folder, at_us=at_us, keyring=keyring, key_file=key_file, theme=theme, given=given,
            told=in_window,
        )  # fmt: skip
    # The toolkit is loaded only when all that can be refused was.
    import_module("replay.window.app").run(showing)


def asked(
    file: Path | None,
    *,
    folder: Path | None = None,
    at_us: int = 0,
    keyring: Path | None = None,
    key_file: Path | None = None,
    theme: str = Colours.AUTO.value,
    given: ask.Given,
    told: bool = False,
) -> Showing:
    """Return what the window shall show; told says that it tells itself what is no recording.

    Errors: VaultError, NoKeyError, click.UsageError.
    """
    at_most_one_key(keyring, key_file)
    if at_us and not file:
        raise click.UsageError("a time needs a FILE")
    if folder:
        require_folder(folder)
    if file and not told:
        with LocalFile(file) as source:
            read_start(source)
    keys = KeysNearby(keyring=keyring, key_file=key_file)
    return Showing(
        file=file,
        folder=folder,
        keys=keys,
        identity=_of_file(file, keys, given) if file else _of_keyring(keyring, given),
        at_us=at_us,
        colours=Colours(theme),
    )


def at_portal(
    where: Asked,
    file: Path | None,
    *,
    folder: Path | None = None,
    at_us: int = 0,
    keyring: Path | None = None,
    key_file: Path | None = None,
    theme: str = Colours.AUTO.value,
    given: ask.Given,
) -> Showing:
    """Return what the window shall show of a portal's recordings.

    Errors: VaultError, NoKeyError, click.UsageError.
    """
    at_most_one_key(keyring, key_file)
    if folder:
        raise click.UsageError("--folder is on this machine, and --portal is not; give one of the two")
    if at_us and not file:
        raise click.UsageError("a time needs the id of a recording")
    if given != ask.Given() and not file:
        raise click.UsageError("name the recording that it opens; without one the window asks")
    hosted = hosted_at(where)
    keys = keys_at(hosted, keyring=keyring, key_file=key_file)
    path = hosted.find(str(file)) if file else None
    identity = None
    if path and given != ask.Given():
        identity = Unlocking(given, keys).identity(hosted.parts_of(path)[0].header, path)
    return Showing(
        file=path, elsewhere=AtPortal(hosted), keys=keys, identity=identity, at_us=at_us, colours=Colours(theme)
    )


def _of_file(file: Path, keys: KeysNearby, given: ask.Given) -> Identity | None:
    if given == ask.Given():
        return None
    with LocalFile(file) as source:
        header = read_start(source)
    return Unlocking(given, keys).identity(header, file)


def _of_keyring(keyring: Path | None, given: ask.Given) -> Identity | None:
    if given == ask.Given():
        return None
    if keyring is None:
        raise click.UsageError("a passphrase or key opens a keyring; name it with --keyring, or name a FILE")
    return Identity(portal_keys=ask.open_keyring(keyring_file.load(keyring), given).portal_keys)
