"""sealcast search: where something was said or noted, in many recordings at once."""

import json
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import click

from recorder.format.errors import RecordingError
from recorder.format.quantities import length
from replay.errors import ReplayError
from replay.keys import KeysNearby
from replay.library import recordings_in
from replay.option_types import at_most_one_key
from replay.query import Query
from replay.recording import Recording
from replay.sayings import Heard, sayings
from replay.search import MAX_HITS, Hit, search
from replay.unlocking import Unlocking
from vault import ask
from vault.durable import plain_errors
from vault.errors import VaultError
from vault.header import Header
from vault.local import LocalFile
from vault.reader import SealedFile
from vault.secret_options import FILE, present_secret
from vault.walk import read_start

NOTHING: Final = 1


@dataclass(kw_only=True)
class _Found:
    """What came of the files.  It owns the rows and the count of failures."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    failed: int = 0


@click.command("search")
@click.argument("text")
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option("--keyring", type=FILE, help="Open them with this keyring.")
@click.option("--key-file", type=FILE, help="Open them with this key file (NAME.key).")
@click.option("--json", "json_wanted", is_flag=True, help="Print it for programs.")
@present_secret
@click.pass_context
def search_(
    ctx: click.Context,
    /,
    text: str,
    files: tuple[Path, ...],
    *,
    keyring: Path | None,
    key_file: Path | None,
    json_wanted: bool,
    given: ask.Given,
) -> None:
    """Say where TEXT stands in the chat, diagnostics, markers and notes of FILES, recordings or folders of them.

    All words must be there, in any case, with or without accents; "words in quotes" must stand together. What opens
    the recordings is looked for beside them and in your own folder. Exit code 0 says that something was found, in
    files that could all be read; otherwise it is 1.
    """
    at_most_one_key(keyring, key_file)
    query, unlocking = Query.parse(text), Unlocking(given, KeysNearby(keyring=keyring, key_file=key_file))
    found = _Found()
    heard: dict[object, Heard] = {}
    for path, header in _in_order(files, found):
        session = heard.setdefault((header.signer, header.about.session_id), Heard())
        hits = _hits(query, path, unlocking, session, found)
        found.rows += [_row(path, hit) for hit in hits]
        if not json_wanted:
            _print(path, hits)
    if json_wanted:
        click.echo(_plain(json.dumps(found.rows, indent=1, ensure_ascii=False)))
    elif found.rows:
        first = found.rows[0]
        opened = "".join(
            f" {name} {shlex.quote(ask.shown(path))}"
            for name, path in (("--keyring", keyring), ("--key-file", key_file))
            if path
        )
        ask.say(f"to see one: sealcast play {shlex.quote(ask.shown(first['file']))} --at {first['at']}{opened}")
    elif not found.failed:
        ask.say("nothing like that was said or noted")
    ctx.exit(0 if found.rows and not found.failed else NOTHING)


def _in_order(files: Sequence[Path], found: _Found) -> Iterator[tuple[Path, Header]]:
    """Give the recordings, those of one session in the order of its parts."""
    begun: dict[object, list[tuple[Path, Header]]] = {}
    for path in _paths(files, found):
        try:
            with LocalFile(path) as source:
                header = read_start(source)
        except VaultError as error:
            _fail(path, error, found)
            continue
        begun.setdefault((header.signer, header.about.session_id), []).append((path, header))
    for parts in begun.values():
        yield from sorted(parts, key=lambda part: part[1].about.part)


def _paths(files: Sequence[Path], found: _Found) -> Iterator[Path]:
    for path in dict.fromkeys(files):
        try:
            with plain_errors(str(path)):
                inside = recordings_in(path) if path.is_dir() else [path]
        except VaultError as error:
            _fail(path, error, found)
            continue
        yield from inside


def _hits(query: Query, path: Path, unlocking: Unlocking, heard: Heard, found: _Found) -> Sequence[Hit]:
    breaks = heard.breaks
    try:
        with LocalFile(path) as source, plain_errors(str(path)):
            recording = Recording(SealedFile(source, unlocking.identity(read_start(source), path)))
            hits = search(query, sayings(recording, heard))
    except (VaultError, RecordingError, ReplayError) as error:
        _fail(path, error, found)
        return ()
    if heard.breaks > breaks:
        ask.say(f"{ask.shown(path)}: parts of it are damaged, and something may stand there too")
    if len(hits) == MAX_HITS:
        ask.say(f"{ask.shown(path)}: these are the first {MAX_HITS} places; another word finds fewer")
    return hits


def _fail(path: Path, error: Exception, found: _Found) -> None:
    found.failed += 1
    ask.say(f"{ask.shown(path)}: {ask.shown(error)}")


def _print(path: Path, hits: Sequence[Hit]) -> None:
    for hit in hits:
        click.echo(f"{ask.shown(path)}  {length(hit.time_us)}  {ask.shown(hit.who or hit.track)}: {hit.snippet}")


def _plain(text: str) -> str:
    """Return JSON that steers no terminal: what cannot be seen is spelled out."""
    return "".join(char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1] for char in text)


def _row(path: Path, hit: Hit) -> dict[str, Any]:
    return {
        "file": str(path),
        "at": length(hit.time_us),
        "time_us": hit.time_us,
        "track": hit.track,
        "who": hit.who,
        "snippet": hit.snippet,
        "matches": [list(one) for one in hit.matches],
    }
