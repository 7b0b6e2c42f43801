"""sealcast trust: the list of signers whose recordings are called genuine."""

import json
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import click

from vault import ask, bech32
from vault.durable import plain_errors
from vault.errors import BadNameError, BlobNotFoundError
from vault.lock import folder_lock
from vault.places import data_folder, make_data_folder, signer_file, trusted_file
from vault.primitives import MAX_INTEGER
from vault.signers import MAX_NAME, TrustedSigner, fingerprint, good_name, own_signer, read_trusted, write_trusted

OWN_NAME: Final = "you, on this machine"
_DAY: Final = click.DateTime(["%Y-%m-%d"])


def trusted_signers() -> Sequence[TrustedSigner]:
    """Return the list, with this user's own signer at its head if there is one.  Errors: VaultError."""
    own, path = [], signer_file()
    with plain_errors(str(path)):
        if path.exists():
            signer = own_signer(path, random_bytes=secrets.token_bytes).public
            own = [TrustedSigner(signer=signer, name=OWN_NAME)]
    return [*own, *read_trusted(trusted_file())]


@click.group()
def trust() -> None:
    """Say whose recordings are genuine.

    Every recording is signed by the machine or portal that wrote it. A recording that is complete is called genuine
    only when its signer is on this list. Compare a signer's fingerprint with its owner, by telephone say, before you
    add it.
    """


@trust.command()
@click.argument("signer")
@click.option("--name", required=True, help="Whose it is, as verdicts shall name it.")
@click.option("--from", "start", type=_DAY, metavar="YYYY-MM-DD", help="First day it counts (UTC).")
@click.option("--until", type=_DAY, metavar="YYYY-MM-DD", help="First day it counts no more (UTC).")
def add(signer: str, name: str, start: datetime | None, until: datetime | None) -> None:
    """Trust SIGNER, a string that begins with sealcast-signer1.

    Its owner reads it, and its fingerprint, from: sealcast trust list
    """
    if not good_name(name):
        raise BadNameError(name=name, why=f"a name has 1 to {MAX_NAME} letters that can be seen")
    if name == OWN_NAME:
        raise BadNameError(name=name, why="verdicts name your own signer so")
    if start and until and start >= until:
        raise click.UsageError("--from must be before --until")
    added = TrustedSigner(
        signer=bech32.from_string(bech32.SIGNER, signer),
        name=name,
        from_us=_us(start, 0),
        until_us=_us(until, MAX_INTEGER),
    )
    make_data_folder()
    with folder_lock(data_folder()):
        before = read_trusted(trusted_file())
        rest = [one for one in before if one.signer != added.signer]
        write_trusted(trusted_file(), [*rest, added])
    replaced = [one.name for one in before if one.signer == added.signer]
    ask.say(f"trusted as {name}{', no longer as ' + replaced[0] if replaced else ''}: {fingerprint(added.signer)}")
    ask.say("compare this fingerprint with its owner's (sealcast trust list, over there); take it back if it differs")


@trust.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
def list_(*, as_json: bool) -> None:
    """Show whom this user trusts, himself first; his own signer is made if there is none yet."""
    make_data_folder()
    own_signer(signer_file(), random_bytes=secrets.token_bytes)
    rows = [
        {"name": one.name, "fingerprint": fingerprint(one.signer), "from": _day(one.from_us),
         "until": _day(one.until_us), "signer": bech32.to_string(bech32.SIGNER, one.signer)}
        for one in trusted_signers()
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{ask.shown(row['name'])}\n  fingerprint  {row['fingerprint']}\n  signer       {row['signer']}")
        if row["from"] or row["until"]:
            click.echo(f"  counts       from {row['from'] or 'ever'} until {row['until'] or 'ever'}")


@trust.command()
@click.argument("signer")
def remove(signer: str) -> None:
    """Trust SIGNER no more: its name on the list, its fingerprint, or its string."""
    make_data_folder()
    with folder_lock(data_folder()):
        before = read_trusted(trusted_file())
        rest = [one for one in before if signer not in (one.name, *_spellings(one))]
        if len(rest) == len(before):
            raise BlobNotFoundError(name=f"signer {signer!r} on the list")
        if len(rest) < len(before) - 1:
            raise click.UsageError("several signers have that name; name the fingerprint")
        write_trusted(trusted_file(), rest)
    ask.say(f"no longer trusted: {ask.shown(signer)}")


def _spellings(trusted: TrustedSigner) -> list[str]:
    spelled = [fingerprint(trusted.signer), bech32.to_string(bech32.SIGNER, trusted.signer)]
    return [*spelled, *(one.upper() for one in spelled)]


def _us(day: datetime | None, default: int) -> int:
    return int(day.replace(tzinfo=UTC).timestamp()) * 1_000_000 if day else default


def _day(time_us: int) -> str | None:
    return ask.date(time_us, "%Y-%m-%d") if 0 < time_us < MAX_INTEGER else None
