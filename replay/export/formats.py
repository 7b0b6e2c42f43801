"""The formats of text exports, by the ends of their files' names: each gives chunks of a file.  SPEC.md §2, §3."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import tzinfo
from typing import Final

from recorder.format import diagnostics_text, diagnostics_xml, transcript_text
from recorder.format.diagnostics import Diagnostics
from recorder.format.transcript import Transcript
from replay.export import diagnostics_html, diagnostics_json, transcript_html, transcript_json, transcript_pdf
from replay.export.cut import Cut
from replay.export.difference_formats import Compared, difference_html, difference_json, difference_text
from replay.export.transcript_csv import as_csv
from replay.export.webvtt import as_webvtt, cues, notes_of
from replay.timeline import Span

TRANSCRIPTS: Final[Mapping[str, Callable[[Transcript, tzinfo], Iterator[bytes]]]] = {
    "txt": lambda told, zone: encoded(transcript_text.as_text(told, zone)),
    "json": lambda told, _: encoded(transcript_json.as_json_text(told)),
    "csv": lambda told, _: encoded(as_csv(told)),
    "html": lambda told, zone: encoded(transcript_html.as_html(told, zone)),
    "pdf": lambda told, zone: iter([transcript_pdf.as_pdf(told, zone)]),
    "vtt": lambda told, _: encoded(as_webvtt(cues(told, _whole(told)), notes=notes_of(told))),
}
DIAGNOSTICS: Final[Mapping[str, Callable[[Diagnostics, tzinfo], Iterator[bytes]]]] = {
    "txt": lambda told, zone: encoded(diagnostics_text.as_text(told, zone)),
    "xml": lambda told, _: encoded(diagnostics_xml.as_xml(told)),
    "json": lambda told, _: encoded(diagnostics_json.as_json_text(told)),
    "html": lambda told, zone: encoded(diagnostics_html.as_html(told, zone)),
}
DIFFERENCES: Final[Mapping[str, Callable[[Compared, tzinfo], Iterator[bytes]]]] = {
    "txt": lambda told, zone: encoded(difference_text(told, zone)),
    "json": lambda told, _: encoded(difference_json(told)),
    "html": lambda told, zone: encoded(difference_html(told, zone)),
}


def encoded(chunks: Iterable[str]) -> Iterator[bytes]:
    """Give text as UTF-8."""
    return (chunk.encode() for chunk in chunks)


def _whole(told: Transcript) -> Cut:
    return Cut((Span(0, told.heading.duration_us + 1),))
