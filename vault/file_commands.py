"""sealcast verify and sealcast recover."""

import json
import re
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from vault import ask, keyring_file
from vault import key_file as key_file_form
from vault.anchor import MAX_FILE, read_anchors
from vault.durable import plain_errors, read_bounded
from vault.errors import VaultError
from vault.header import Header, Identity
from vault.local import LocalFile, LocalGrowing
from vault.lock import locked
from vault.recover import recover as recover_blocks
from vault.secret_options import FILE, present_secret
from vault.trust_commands import trusted_signers
from vault.verdict_text import as_json, as_lines
from vault.verify import Evidence, Verdict
from vault.verify import verify as verify_source
from vault.walk import read_start

NOT_GENUINE: Final = 1


@click.command()
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option("--keyring", type=FILE, help="Open every block too, with the passphrase of this keyring.")
@click.option("--key-file", type=FILE, help="Open every block too, with this key file (NAME.key).")
@click.option("--anchors", type=FILE, help="What a portal noted of it while it was written.")
@click.option("--fingerprint", type=str, help="The fingerprint somebody kept of the finished file (64 digits).")
@click.option("--json", "json_wanted", is_flag=True, help="Print it for programs.")
@present_secret
@click.pass_context
def verify(
    ctx: click.Context,
    /,
    files: tuple[Path, ...],
    *,
    keyring: Path | None,
    key_file: Path | None,
    anchors: Path | None,
    fingerprint: str | None,
    json_wanted: bool,
    given: ask.Given,
) -> None:
    """Say of each of FILES whether it is whole, unchanged, and whose it is.

    No key is needed. Give all parts of a session together, and each is checked against the next one. Exit code 0
    means: all of them are genuine, that is complete and signed by somebody on your list (sealcast trust), and open
    with the key if one is given. Otherwise it is 1.
    """
    if keyring and key_file:
        raise click.UsageError("give --keyring or --key-file, not both")
    if given != ask.Given() and not keyring:
        raise click.UsageError("a passphrase or key opens a keyring; name it with --keyring")
    identity = _identity(keyring, key_file, given)
    known = Evidence(
        anchors=read_anchors(read_bounded(anchors, limit=MAX_FILE, what="file of anchors")) if anchors else (),
        fingerprint=_fingerprint(fingerprint, len(files)),
        next_parts=[header for path in files if (header := _header(path))],
        trusted=trusted_signers(),
    )
    found = [(path, _verify(path, known, identity)) for path in files]
    if json_wanted:
        click.echo(json.dumps([{"file": str(path)} | _row(verdict) for path, verdict in found], indent=1))
    else:
        click.echo("\n\n".join(_text(path, verdict) for path, verdict in found))
    satisfied = [isinstance(one, Verdict) and one.genuine and one.facts.opened is not False for _, one in found]
    if len(files) > 1 and not json_wanted:
        click.echo(f"\n{sum(satisfied)} of {len(files)} genuine")
    ctx.exit(0 if all(satisfied) else NOT_GENUINE)


@click.command()
@click.argument("file", type=FILE)
@click.argument("output", type=FILE)
def recover(file: Path, output: Path) -> None:
    """Copy what is good in FILE to the new file OUTPUT.

    Every block that was sealed and is undamaged is kept, unchanged and still signed; the rest is left out. FILE
    itself is not touched.
    """
    with ExitStack() as files:
        source = files.enter_context(LocalFile(file))
        read_start(source)  # a file that cannot be recovered makes no new one
        target = LocalGrowing(output)
        try:
            recovered = recover_blocks(source, target)
        except BaseException:
            output.unlink(missing_ok=True)
            raise
    click.echo(
        f"{ask.shown(output)}: {recovered.blocks} block{'' if recovered.blocks == 1 else 's'}, {recovered.size} bytes"
    )
    for start, end in recovered.left_out:
        click.echo(f"left out: bytes {start} to {end} of {ask.shown(file)}")


def _verify(path: Path, known: Evidence, identity: Identity | None) -> Verdict | VaultError:
    try:
        with LocalFile(path) as source, plain_errors(str(path)):
            return verify_source(source, evidence=replace(known, writer_at_work=locked(path)), identity=identity)
    except VaultError as error:
        return error  # one file that cannot be read keeps no verdict on another back


def _text(path: Path, found: Verdict | VaultError) -> str:
    return ask.shown(found) if isinstance(found, VaultError) else f"{ask.shown(path)}: " + "\n  ".join(as_lines(found))


def _row(found: Verdict | VaultError) -> dict[str, object]:
    return as_json(found) if isinstance(found, Verdict) else {"state": None, "reason": str(found), "genuine": False}


def _header(path: Path) -> Header | None:
    with suppress(VaultError), LocalFile(path) as source:
        return read_start(source)
    return None


def _identity(keyring: Path | None, keys: Path | None, given: ask.Given) -> Identity | None:
    if keys:
        return Identity(file_keys=key_file_form.load(keys))
    if keyring:
        return Identity(portal_keys=ask.open_keyring(keyring_file.load(keyring), given).portal_keys)
    return None


def _fingerprint(text: str | None, count: int) -> bytes | None:
    if text is None:
        return None
    digits = re.sub(r"[ -]", "", text)
    if count != 1 or not re.fullmatch("[0-9a-fA-F]{64}", digits):
        raise click.UsageError("a fingerprint has 64 hex digits and belongs to one file")
    return bytes.fromhex(digits)
