"""Options of sealcast export, checked once."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Final

import click

from replay.errors import ExportError
from replay.export.redaction import Redaction, Region
from replay.option_types import TimeInSession, at_most_one_key
from replay.timeline import Span
from vault.ask import Given
from vault.portal_options import Asked, portal_options
from vault.secret_options import FILE, Command, present_secret

_AREA: Final = re.compile(r"([0-9]{1,5}),([0-9]{1,5}),([0-9]{1,5}),([0-9]{1,5})")
_ALL: Final = "all"
_SEALED: Final = ".sealcast"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which recordings are exported, where to, in which formats, and what opens them."""

    files: tuple[Path, ...]
    output: Path | None
    kinds: tuple[str, ...]
    keyring: Path | None
    key_file: Path | None
    given: Given
    where: Asked | None = None  # the portal on whose server they lie

    def named(self, path: Path, kind: str, *, more: str = "") -> Path:
        """Return where an export of a recording goes; more is told in its name."""
        name = f"{path.name.removesuffix(_SEALED)}{more}.{kind}"
        if self.output is None:
            return path.with_name(name)
        return self.output / name if self.several or self.output.is_dir() else self.output

    @property
    def several(self) -> bool:
        """Whether there will be several files, as far as one knows before."""
        return len(self.files) > 1 or len(self.kinds) > 1


def exported(kinds: Iterable[str], *, default: str) -> Callable[[Command], Command]:
    """Add what names recordings, outputs, formats and keys, as the argument *wish*."""
    known = tuple(kinds)

    def decorate(command: Command) -> Command:
        @wraps(command)
        def with_wish(
            *,
            files: tuple[Path, ...],
            output: Path | None,
            kinds: tuple[str, ...],
            keyring: Path | None,
            key_file: Path | None,
            given: Given,
            where: Asked | None,
            **others: object,
        ) -> None:
            at_most_one_key(keyring, key_file)
            end = output.suffix[1:].lower() if output else ""
            chosen = tuple(dict.fromkeys(kinds)) or ((end,) if end in known else (default,))
            wish = Wish(
                files=files, output=output, kinds=chosen, keyring=keyring, key_file=key_file, given=given, where=where
            )
            if output and not output.is_dir():
                if wish.several:
                    raise click.UsageError(f"several files need a folder; make it first: mkdir {output}")
                if end and end != chosen[0]:
                    raise click.UsageError(f"{output} is to be {chosen[0]}, so call it {output.stem}.{chosen[0]}")
            command(wish=wish, **others)

        named = portal_options("--portal", says="FILES are ids of recordings on this portal's server.")
        made: Command = named(present_secret(with_wish))
        formats = click.Choice(known, case_sensitive=False)
        for option in (
            click.option("--key-file", type=FILE, help="Open them with this key file (NAME.key)."),
            click.option("--keyring", type=FILE, help="Open them with this keyring."),
            click.option(
                "--format", "kinds", type=formats, multiple=True, help="Several are written side by side.",
                hidden=len(known) == 1,
            ),
            click.option(
                "--output", "-o", type=FILE, help="The file to write, or a folder; without it, beside the recording."
            ),
            click.argument("files", type=FILE, nargs=-1, required=True),
        ):  # fmt: skip
            made = option(made)
        return made

    return decorate


class ScreenRegion(click.ParamType[Region]):
    """A region: 10,20,300,40 (left, top, width, height), 10,20,300,40@0:10-0:25, all@0:10-0:25, 10,20,300,40/agent."""

    name = "region"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Region:
        """Return the region."""
        if isinstance(value, Region):
            return value
        rest, _, screen = str(value).partition("/")
        area, _, times = rest.partition("@")
        found = _AREA.fullmatch(area)
        sides = tuple(int(one) for one in found.groups()) if found else ()
        if area != _ALL and not (sides and sides[2] and sides[3]):
            self.fail(f"{area!r} is no region; write LEFT,TOP,WIDTH,HEIGHT in pixels, or all", param, ctx)
        return Region(
            area=(sides[0], sides[1], sides[2], sides[3]) if sides else None,
            span=self._span(times, param, ctx) if times else None,
            track=f"screen/{screen}" if screen else None,
        )

    def _span(self, times: str, param: click.Parameter | None, ctx: click.Context | None) -> Span:
        begin, _, end = times.partition("-")
        from_us, until_us = (TimeInSession().convert(one, param, ctx) for one in (begin, end))
        if until_us <= from_us:
            self.fail(f"{times!r} ends before it begins", param, ctx)
        return Span(from_us, until_us)


def redacted(command: Command, *, screens: bool = True) -> Command:
    """Add what is left out for good, as the argument *redaction*; screens says whether pictures are exported."""

    @wraps(command)
    def with_redaction(
        *, words: tuple[str, ...], cards: bool, regions: tuple[Region, ...] = (), **others: object
    ) -> None:
        if not all(word.strip() for word in words):
            raise click.UsageError("--redact wants a text")
        wanted = words or cards or regions
        command(redaction=Redaction(regions=regions, words=words) if wanted else None, **others)

    made: Command = with_redaction
    if screens:
        made = click.option(
            "--redact-region", "regions", type=ScreenRegion(), multiple=True,
            metavar="LEFT,TOP,WIDTH,HEIGHT[@FROM-TO][/SCREEN]",
            help="Paint this part of the screen black, for that time or always; all@FROM-TO is all of it. "
            "What was said meanwhile stays.",
        )(made)  # fmt: skip
    for option in (
        click.option("--redact-cards", "cards", is_flag=True, help="Leave out card numbers; --redact… does so anyway."),
        click.option("--redact", "words", multiple=True, metavar="TEXT", help="Leave this out wherever it is written."),
    ):
        made = option(made)
    return made


def redacted_text(command: Command) -> Command:
    """Add what is left out of text."""
    return redacted(command, screens=False)


def screens(command: Command) -> Command:
    """Add which screens are exported, as the argument *tracks*."""
    return click.option(
        "--track", "tracks", multiple=True, metavar="SCREEN",
        help="This screen (customer, agent); several stand side by side. Without it: all of them.",
    )(command)  # fmt: skip


def chosen(screens: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return the tracks that were asked for, of those that are there.  Errors: ExportError."""
    named = {track.partition("/")[2]: track for track in screens}
    for one in wanted:
        if one not in named and one not in screens:
            there = ", ".join(named) or "none"
            raise ExportError(f"there is no screen {one!r}", advice=f"there is {there}")
    return tuple(dict.fromkeys(named.get(one, one) for one in wanted)) or screens
