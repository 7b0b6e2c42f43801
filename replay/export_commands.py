"""sealcast export: plain files from recordings."""

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from importlib.metadata import version
from pathlib import Path
from typing import Final

import click

from recorder.format.diagnostics import Diagnostics
from recorder.format.quantities import counted
from recorder.format.transcript import Transcript
from replay.errors import ExportError
from replay.export.bundle import folder_name
from replay.export.contents import diagnostics_of, transcript_of
from replay.export.cut import Cut, cut
from replay.export.difference_formats import Compared
from replay.export.evidence import Evidence, write_evidence
from replay.export.formats import DIAGNOSTICS, DIFFERENCES, TRANSCRIPTS
from replay.export.manifest import BundleFacts
from replay.export.redacted import redacted_diagnostics, redacted_transcript
from replay.export.redaction import Redaction
from replay.export.stills import write_still
from replay.export.video import KINDS, Wanted, write_video
from replay.export_options import Wish, chosen, exported, redacted, redacted_text, screens
from replay.exporting import Exporting, tell_unfound, warn_of_cards
from replay.opening import OpenSession
from replay.option_types import TimeInSession
from vault import ask
from vault.ask import refuse_existing

_PAIR: Final = 2


@click.group("export")
def export() -> None:
    """Make plain files from recordings: transcripts, diagnostics, video, pictures, evidence.

    What opens them is looked for beside them and in your own folder. All parts of a session that lie in one folder are
    exported as one. Nothing is ever overwritten. Exit code 1 says that something could not be exported.
    """
    # Whoever ends it so wants nothing left of it, as with Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


@export.command("transcript")
@exported(TRANSCRIPTS, default="txt")
@click.option("--for-customer", is_flag=True, help="Leave out what was said among agents.")
@redacted_text
def transcript_(*, wish: Wish, redaction: Redaction | None, for_customer: bool) -> None:
    """Write what was said and what happened in FILES."""
    exporting = Exporting(wish)

    def one(path: Path, opened: OpenSession) -> None:
        told = transcript_of(opened, exporting.verify(opened))
        told = _redacted(told.for_customer() if for_customer else told, redaction)
        for kind in wish.kinds:
            exporting.write(wish.named(path, kind), TRANSCRIPTS[kind](told, _zone()))
        exporting.tell_missing(told.missing)
        tell_unfound(redaction)

    _run(exporting, one)


@export.command("diagnostics")
@exported(DIAGNOSTICS, default="txt")
@click.option("--difference", "differing", is_flag=True, help="What changed between the first and the last snapshot.")
@click.option("--between", type=(click.IntRange(1), click.IntRange(1)), metavar="N N", help="… between these two.")
@redacted_text
def diagnostics_(*, wish: Wish, redaction: Redaction | None, differing: bool, between: tuple[int, int] | None) -> None:
    """Write what machines told in FILES, or what changed."""
    exporting = Exporting(wish)
    if (differing or between) and not set(wish.kinds) <= set(DIFFERENCES):
        raise click.UsageError("a difference is written as txt, json or html")

    def one(path: Path, opened: OpenSession) -> None:
        told = diagnostics_of(opened, exporting.verify(opened))
        if not told.snapshots:
            raise ExportError("no diagnostics were taken", advice="sealcast info tells what is in a recording")
        told = redacted_diagnostics(told, redaction) if redaction else told
        compared = _compared(told, between) if differing or between else None
        for kind in wish.kinds:
            output = wish.named(path, kind, more=".difference" if compared else ".diagnostics")
            chunks = DIFFERENCES[kind](compared, _zone()) if compared else DIAGNOSTICS[kind](told, _zone())
            exporting.write(output, chunks)
        exporting.tell_missing(told.missing)
        tell_unfound(redaction)

    _run(exporting, one)


@export.command("video")
@exported(KINDS, default="mp4")
@click.option("--from", "from_us", type=TimeInSession(), default=0, metavar="TIME", help="Begin at 00:12:30, say.")
@click.option("--to", "until_us", type=TimeInSession(), metavar="TIME", help="End there.")
@click.option("--skip-idle", is_flag=True, help="Leave out rests, in which nothing happens.")
@click.option("--for-customer", is_flag=True, help="Leave out what was said among agents.")
@screens
@redacted
def video_(
    *,
    wish: Wish,
    redaction: Redaction | None,
    from_us: int,
    until_us: int | None,
    skip_idle: bool,
    for_customer: bool,
    tracks: tuple[str, ...],
) -> None:
    """Write FILES as videos, with their chat and markers.

    The chat becomes subtitles, markers become chapters. mp4 plays everywhere and shows the pointer. Of a recording that
    was imported from a video, mkv and webm take the pictures as they are, much faster, where that is possible; what
    sealcast record made is always encoded anew.
    """
    exporting = Exporting(wish)

    def one(path: Path, opened: OpenSession) -> None:
        told = transcript_of(opened, exporting.verify(opened))
        told = _redacted(told.for_customer() if for_customer else told, redaction)
        session = opened.session
        within = cut(session.timeline, from_us=from_us, until_us=until_us, skip_idle=skip_idle)
        shown = chosen(session.timeline.screens, tracks)
        for kind in wish.kinds:
            wanted = Wanted(kind=kind, cut=within, tracks=shown, transcript=told, redaction=redaction)
            with exporting.draft(wish.named(path, kind)) as draft, _progress(path, within) as tick:
                said = write_video(draft, session, wanted, tick=tick)
            for sentence in said:
                ask.say(ask.shown(sentence))
        exporting.tell_missing(told.missing)
        tell_unfound(redaction)

    _run(exporting, one)


@export.command("still")
@exported(["png"], default="png")
@click.option("--at", "times_us", type=TimeInSession(), multiple=True, required=True, metavar="TIME", help="When.")
@screens
@redacted
def still_(*, wish: Wish, redaction: Redaction | None, times_us: tuple[int, ...], tracks: tuple[str, ...]) -> None:
    """Write what screens showed at a time, as PNG.

    The pointer is in it. FILES of several moments are called after them.
    """
    exporting = Exporting(wish)

    def one(path: Path, opened: OpenSession) -> None:
        exporting.verify(opened)
        timeline = opened.session.timeline
        shown = chosen(timeline.screens, tracks)
        for time_us in times_us:
            cut(timeline, from_us=time_us)  # whether it lies within
            more = f" at {time_us // 60_000_000:02}.{time_us / 1e6 % 60:06.3f}"
            with exporting.draft(wish.named(path, "png", more=more)) as draft:
                write_still(draft, opened.session, time_us, shown, redaction)

    _run(exporting, one)


@export.command("evidence")
@exported(["zip"], default="zip")
@screens
@redacted
def evidence_(*, wish: Wish, redaction: Redaction | None, tracks: tuple[str, ...]) -> None:
    """Write FILES as bundles that anybody can see and check.

    A ZIP with the sealed file, a video, the transcript, diagnostics, digests of all of them, what was verified, and a
    page that plays it in any browser. What is redacted goes without the sealed file.
    """
    exporting = Exporting(wish)

    def one(path: Path, opened: OpenSession) -> None:
        output = wish.named(path, "zip")
        refuse_existing(output)
        sizes = tuple(source.size() for source in opened.sources)
        verdicts = exporting.verify(opened)
        told = _redacted(transcript_of(opened, verdicts), redaction)
        machines = diagnostics_of(opened, verdicts)
        shown = chosen(opened.session.timeline.screens, tracks)
        if redaction and redaction.regions and not shown:
            raise ExportError("no screen was recorded that could be painted over", advice="leave --redact-region out")
        facts = BundleFacts(
            # The name of a file may say what is left out.
            name=folder_name(f"redacted-{told.heading.session[:8]}" if redaction else path.stem),
            session=told.heading.session,
            made_us=time.time_ns() // 1000,
            software=f"sealcast {version('sealcast')}",
            redacted=told.redacted,
            missing=told.missing,
        )
        evidence = Evidence(
            facts=facts,
            transcript=told,
            diagnostics=redacted_diagnostics(machines, redaction) if redaction else machines,
            verdicts=verdicts,
            sizes=sizes,
            tracks=shown,
            redaction=redaction,
            zone=_zone(),
        )
        exporting.warn()
        with _progress(path, cut(opened.session.timeline)) as tick:
            write_evidence(output, opened, evidence, tick=tick)
        click.echo(ask.shown(output))
        exporting.tell_missing(told.missing)
        tell_unfound(redaction)

    _run(exporting, one)


def _run(exporting: Exporting, one: Callable[[Path, OpenSession], None]) -> None:
    exporting.each(one)
    click.get_current_context().exit(1 if exporting.failed else 0)


def _redacted(told: Transcript, redaction: Redaction | None) -> Transcript:
    if redaction:
        return redacted_transcript(told, redaction)
    warn_of_cards(told)
    return told


def _compared(told: Diagnostics, between: tuple[int, int] | None) -> Compared:
    """Errors: ExportError when there are not so many."""
    count = len(told.snapshots)
    first, second = between or (1, count)
    if count < _PAIR or max(first, second) > count or first == second:
        raise ExportError(
            f"there {'is' if count == 1 else 'are'} {counted(count, 'snapshot')}",
            advice="a difference needs two; they count from 1",
        )
    before, after = told.snapshots[first - 1], told.snapshots[second - 1]
    return Compared(session=told.session, before=before, after=after, redacted=told.redacted)


@contextmanager
def _progress(path: Path, within: Cut) -> Iterator[Callable[[int], None]]:
    """Show how far a video is and how long it will take, on a terminal; give what is told the time in the session."""
    seconds = max(1, within.length_us // 1_000_000)
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=seconds, label=ask.shown(path.name), file=sys.stderr, show_eta=True) as bar:

        def tick(time_us: int) -> None:
            bar.update(max(0, within.export_us(time_us) // 1_000_000 - bar.pos))

        yield tick


def _zone() -> tzinfo:
    zone = datetime.now().astimezone().tzinfo
    assert zone
    return zone
