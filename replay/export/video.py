"""A session as a video file: copied where that is possible, else encoded anew.  SPEC.md §4."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from recorder.format.transcript import Transcript
from recorder.format.visible import on_one_line
from replay.errors import ExportError
from replay.export.container import Words, chapters
from replay.export.copied import NotCopied, write_copied
from replay.export.cut import Cut
from replay.export.encoded import write_encoded
from replay.export.film import Film
from replay.export.layout import Layout
from replay.export.redaction import Redaction
from replay.export.screens import sizes_of
from replay.export.webvtt import cues
from replay.session import Session

KINDS: Final = ("mp4", "mkv", "webm")
Tick = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What of a session becomes a video.

    tracks are the screens, side by side if several; transcript is already redacted if anything is.
    """

    kind: str
    cut: Cut
    tracks: Sequence[str]
    transcript: Transcript
    redaction: Redaction | None = None


def write_video(path: Path, session: Session, wanted: Wanted, *, tick: Tick = lambda _: None) -> list[str]:
    """Write a video; return what there is to say of it.

    Errors: ExportError; StoreUnavailableError; OSError as the disk says.
    """
    if not wanted.tracks:
        raise ExportError("no screen was recorded", advice="export the transcript instead")
    words = _words(wanted)
    said = []
    painted = wanted.redaction and wanted.redaction.regions
    if wanted.kind != "mp4" and painted:
        said.append("encoded anew: something is painted over")
    elif wanted.kind != "mp4" and len(wanted.tracks) > 1:
        said.append("encoded anew: several screens stand side by side")
    elif wanted.kind != "mp4":
        try:
            write_copied(path, wanted.kind, session, wanted.tracks[0], wanted.cut, words, tick=tick)
        except NotCopied as why:
            said.append(f"encoded anew: {why}")
        else:
            return [*said, "copied as it was recorded, without the pointer; .mp4 has it"]
    _encode(path, session, wanted, words, tick=tick)
    return said


def _encode(path: Path, session: Session, wanted: Wanted, words: Words, *, tick: Tick) -> None:
    sizes = sizes_of(session, wanted.tracks, wanted.cut)
    if wanted.redaction:
        wanted.redaction.require_within(sizes, session.timeline.duration_us)
    layout = Layout.of(wanted.tracks, sizes)
    regions = wanted.redaction.regions if wanted.redaction else ()
    film = Film(session, layout, wanted.cut, regions, tick=tick)
    write_encoded(path, wanted.kind, film.frames(), layout, words, wanted.cut.length_us)


def _words(wanted: Wanted) -> Words:
    heading = wanted.transcript.heading
    title = on_one_line(heading.name)
    marks = [
        (wanted.cut.export_us(one.time_us), on_one_line(one.text) or "marker")
        for one in wanted.transcript.entries
        if one.kind == "marker" and one.time_us in wanted.cut
    ]
    comment = " ".join(
        filter(None, [wanted.transcript.redacted, f"Session {heading.session}.", "Exported by Sealcast."])
    )
    return Words(
        title=title,
        comment=comment,
        cues=tuple(cues(wanted.transcript, wanted.cut)),
        chapters=chapters(marks, wanted.cut.length_us, title),
    )
