"""sealcast info: what is in a recording, as far as the keys at hand open it."""

import json
from pathlib import Path

import click

from recorder.format.errors import RecordingError
from replay.contents_text import Contents, as_json, as_lines
from replay.recording import Recording
from vault import ask, key_file, keyring_file
from vault.durable import plain_errors
from vault.errors import VaultError
from vault.header import Identity
from vault.local import LocalFile
from vault.lock import locked
from vault.reader import SealedFile
from vault.secret_options import FILE, present_secret
from vault.trust_commands import trusted_signers
from vault.verify import Evidence, verify


@click.command()
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option("--keyring", type=FILE, help="Look inside, with the passphrase of this keyring.")
@click.option("--key-file", "keys", type=FILE, help="Look inside, with this key file (NAME.key).")
@click.option("--json", "json_wanted", is_flag=True, help="Print it for programs.")
@present_secret
@click.pass_context
def info(
    ctx: click.Context,
    /,
    files: tuple[Path, ...],
    *,
    keyring: Path | None,
    keys: Path | None,
    json_wanted: bool,
    given: ask.Given,
) -> None:
    """Say what is in each of FILES.

    Without a key that is what the outside tells: state, signer, times, size. With one also whose session it was, its
    tracks, participants, chat, markers, snapshots and pauses. Exit code 1 says that a file is no recording or could
    not be opened.
    """
    if keyring and keys:
        raise click.UsageError("give --keyring or --key-file, not both")
    identity = _identity(keyring, keys, given)
    found = [_look(path, identity) for path in files]
    if json_wanted:
        click.echo(json.dumps([as_json(one) for one in found], indent=1))
    else:
        click.echo("\n\n".join("\n".join(as_lines(one)) for one in found))
    ctx.exit(0 if all(one.readable for one in found) else 1)


def _identity(keyring: Path | None, keys: Path | None, given: ask.Given) -> Identity | None:
    if keyring:
        return Identity(portal_keys=ask.open_keyring(keyring_file.load(keyring), given).portal_keys)
    if given != ask.Given():
        raise click.UsageError("a passphrase or key opens a keyring; name it with --keyring")
    return Identity(file_keys=key_file.load(keys)) if keys else None


def _look(path: Path, identity: Identity | None) -> Contents:
    try:
        with LocalFile(path) as source, plain_errors(str(path)):
            evidence = Evidence(trusted=trusted_signers(), writer_at_work=locked(path))
            verdict = verify(source, evidence=evidence)
            found = Contents(path=path, size=source.size(), verdict=verdict)
            return _inside(found, source, identity) if identity and verdict.facts.header else found
    except VaultError as error:
        return Contents(path=path, error=str(error))


def _inside(found: Contents, source: LocalFile, identity: Identity) -> Contents:
    try:
        recording = Recording(SealedFile(source, identity))
        return found.opened(recording.summary())
    except (VaultError, RecordingError) as error:
        return found.closed(str(error))
