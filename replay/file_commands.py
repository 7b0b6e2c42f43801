"""sealcast info: what is in a recording, as far as the keys at hand open it."""

import json
from pathlib import Path

import click

from recorder.format.errors import RecordingError
from replay.contents_text import Contents, as_json, as_lines
from replay.errors import NoKeyError
from replay.key_choice import NeedsPassphrase, NoKey, OpensWithKeyFile
from replay.keys import KeysNearby
from replay.option_types import at_most_one_key
from replay.recording import Recording
from replay.shapes import shapes_of
from replay.unlocking import Unlocking
from vault import ask
from vault.durable import plain_errors
from vault.errors import VaultError
from vault.header import Header, Identity
from vault.local import LocalFile
from vault.lock import locked
from vault.reader import SealedFile
from vault.secret_options import FILE, present_secret
from vault.trust_commands import trusted_signers
from vault.verify import Evidence, verify


@click.command()
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option("--keyring", type=FILE, help="Look inside, with the passphrase of this keyring.")
@click.option("--key-file", type=FILE, help="Look inside, with this key file (NAME.key).")
@click.option("--json", "json_wanted", is_flag=True, help="Print it for programs.")
@present_secret
@click.pass_context
def info(
    ctx: click.Context,
    /,
    files: tuple[Path, ...],
    *,
    keyring: Path | None,
    key_file: Path | None,
    json_wanted: bool,
    given: ask.Given,
) -> None:
    """Say what is in each of FILES.

    Without a key that is what the outside tells: state, signer, times, size, and what would open it. With one also
    whose session it was, its tracks, participants, chat, markers, snapshots and pauses. A key file beside the
    recording is used; a keyring's passphrase is asked for only where --keyring names it. Exit code 1 says that a file
    is no recording or could not be opened.
    """
    at_most_one_key(keyring, key_file)
    keys = _Keys(keyring, key_file, given)
    found = [_look(path, keys) for path in files]
    if json_wanted:
        click.echo(json.dumps([as_json(one) for one in found], indent=1))
    else:
        click.echo("\n\n".join("\n".join(as_lines(one)) for one in found))
    ctx.exit(0 if all(one.readable for one in found) else 1)


class _Keys:
    """What opens recordings: what the options name, or else what lies nearby; then nobody is asked."""

    def __init__(self, keyring: Path | None, key_file: Path | None, given: ask.Given) -> None:
        self._nearby = KeysNearby(keyring=keyring, key_file=key_file)
        self._unlocking = Unlocking(given, self._nearby) if keyring or given != ask.Given() else None
        self.named = bool(self._unlocking or key_file)

    def identity(self, header: Header, path: Path) -> Identity:
        """Return what opens it.  Errors: NoKeyError, which says what would; VaultError of what was named."""
        if self._unlocking:
            return self._unlocking.identity(header, path)
        match found := self._nearby.opening(header, path):
            case OpensWithKeyFile():
                return found.identity
            case NeedsPassphrase():
                raise NoKeyError(why=f"{found.path} opens it", advice="name it with --keyring to be asked")
            case NoKey():
                raise NoKeyError(why=found.why, advice=found.advice)


def _look(path: Path, keys: _Keys) -> Contents:
    try:
        with LocalFile(path) as source, plain_errors(str(path)):
            evidence = Evidence(trusted=trusted_signers(), writer_at_work=locked(path))
            verdict = verify(source, evidence=evidence)
            found = Contents(path=path, size=source.size(), verdict=verdict)
            return _inside(found, verdict.facts.header, source, keys) if verdict.facts.header else found
    except VaultError as error:
        return Contents(path=path, error=str(error))


def _inside(found: Contents, header: Header, source: LocalFile, keys: _Keys) -> Contents:
    try:
        recording = Recording(SealedFile(source, keys.identity(header, found.path)))
        summary = recording.summary()
        return found.opened(summary, shapes_of(recording, summary))
    except NoKeyError as error:
        return found.closed(str(error)) if keys.named else found.locked(str(error))
    except (VaultError, RecordingError) as error:
        return found.closed(str(error))
