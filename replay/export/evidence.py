"""An evidence bundle of a session: everything that is exported, with what proves it.  SPEC.md §7."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import tzinfo
from importlib.resources import files as resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from recorder.format import diagnostics_text, diagnostics_xml, transcript_text
from recorder.format.diagnostics import Diagnostics
from recorder.format.transcript import Transcript
from replay.export import transcript_html, transcript_json, transcript_pdf
from replay.export.bundle import SourceFile, sealed_name, write_bundle
from replay.export.bundle_page import VIDEO, bundle_page
from replay.export.bundle_readme import readme
from replay.export.cut import cut
from replay.export.diagnostics_html import as_html as diagnostics_html
from replay.export.diagnostics_json import as_json_text as diagnostics_json
from replay.export.events_json import events_json
from replay.export.manifest import BundleFacts
from replay.export.redacted import redacted_event, redacted_verdict
from replay.export.redaction import Redaction
from replay.export.transcript_csv import as_csv
from replay.export.verification import verification_json, verification_text
from replay.export.video import Wanted, write_video
from replay.export.webvtt import as_webvtt, cues, notes_of
from replay.opening import OpenSession
from vault.durable import plain_errors
from vault.verify import Verdict

PAPER: Final = "transcript.pdf"
# What a stranger needs to read sealed files: a program, and the laws it follows.
_PAPERS: Final = {
    "open_without_sealcast.py": ("vault", "open_without_sealcast.py"),
    "SPEC.md": ("vault", "SPEC.md"),
    "SPEC-packets.md": ("recorder.format", "SPEC.md"),
    "SPEC-tiles.md": ("recorder.codec", "SPEC.md"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a bundle is made of; transcript and diagnostics are redacted already if anything is."""

    facts: BundleFacts
    transcript: Transcript
    diagnostics: Diagnostics
    verdicts: Sequence[Verdict]
    sizes: Sequence[int]  # bytes of the sealed files when they were verified
    tracks: Sequence[str]
    redaction: Redaction | None = None
    zone: tzinfo


def write_evidence(
    path: Path, opened: OpenSession, evidence: Evidence, *, tick: Callable[[int], None] = lambda _: None
) -> None:
    """Write a bundle whole or not at all.

    Errors: ExportError; BlobExistsError if it is there; BlobNotFoundError, StoreUnavailableError.
    """
    verdicts = {sealed_name(number): verdict for number, verdict in enumerate(evidence.verdicts, 1)}
    sealed = {} if evidence.redaction else verdicts
    files = {
        name: SourceFile(path=part.path, original=part.path.name, size=size, elsewhere=part.open)
        for name, part, size in zip(sealed, opened.parts, evidence.sizes, strict=False)
    }
    if sealed:
        files |= {name: SourceFile(path=Path(str(resources(room) / paper))) for name, (room, paper) in _PAPERS.items()}
    with _beside(path, opened, evidence, tick) as made:
        files |= {name: SourceFile(path=one) for name, one in made.items()}
        texts = dict(_texts(opened, evidence, verdicts))
        names = {*files, *texts, "index.html"}
        whole = cut(opened.session.timeline)
        texts["index.html"] = bundle_page(evidence.transcript, whole, zone=evidence.zone, files=names)
        texts["README.txt"] = readme(evidence.facts, files=names, verdicts=sealed, zone=evidence.zone)
        write_bundle(path, evidence.facts, texts=texts, files=files)


@contextmanager
def _beside(
    path: Path, opened: OpenSession, evidence: Evidence, tick: Callable[[int], None]
) -> Iterator[dict[str, Path]]:
    """Give what is no text, by its name, in a folder beside the bundle that goes afterwards."""
    with plain_errors(str(path)), TemporaryDirectory(dir=path.parent, prefix=".sealcast-") as folder:
        paper = Path(folder, PAPER)
        paper.write_bytes(transcript_pdf.as_pdf(evidence.transcript, evidence.zone))
        made = {PAPER: paper}
        if evidence.tracks:
            made[VIDEO] = Path(folder, VIDEO)
            wanted = Wanted(
                kind="mp4",
                cut=cut(opened.session.timeline),
                tracks=evidence.tracks,
                transcript=evidence.transcript,
                redaction=evidence.redaction,
            )
            write_video(made[VIDEO], opened.session, wanted, tick=tick)
        yield made


def _texts(
    opened: OpenSession, evidence: Evidence, verdicts: Mapping[str, Verdict]
) -> Iterator[tuple[str, Iterable[str]]]:
    told, machines, facts, zone = evidence.transcript, evidence.diagnostics, evidence.facts, evidence.zone
    yield "transcript.txt", transcript_text.as_text(told, zone)
    yield "transcript.json", transcript_json.as_json_text(told)
    yield "transcript.csv", as_csv(told)
    yield "transcript.html", transcript_html.as_html(told, zone)
    if evidence.tracks:
        whole = cut(opened.session.timeline)
        yield "video.vtt", as_webvtt(cues(told, whole), notes=notes_of(told))
    if machines.snapshots:
        yield "diagnostics.txt", diagnostics_text.as_text(machines, zone)
        yield "diagnostics.xml", diagnostics_xml.as_xml(machines)
        yield "diagnostics.json", diagnostics_json(machines)
        yield "diagnostics.html", diagnostics_html(machines, zone)
    timeline = opened.session.timeline
    events = ((one.time_us, one.event) for one in timeline.happenings)
    redaction = evidence.redaction
    if redaction:
        events = ((time_us, redacted_event(event, redaction)) for time_us, event in events)
    yield "events.json", events_json(facts.session, events, began_us=timeline.began_wall_us, redacted=facts.redacted)
    if redaction:
        verdicts = {name: redacted_verdict(one, redaction) for name, one in verdicts.items()}
    yield "verification.txt", verification_text(verdicts, facts.made_us, zone, there=not redaction)
    yield "verification.json", verification_json(verdicts, facts.made_us)
