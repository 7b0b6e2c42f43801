"""A session as a video file: copied where that is possible, else encoded anew.  SPEC.md §4."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from recorder.format.quantities import length
from recorder.format.transcript import Transcript
from replay.errors import ExportError
from replay.export.container import Words, chapters
from replay.export.copied import NotCopied, write_copied
from replay.export.cut import Cut
from replay.export.encoded import write_encoded
from replay.export.film import Film
from replay.export.layout import Layout
from replay.export.redaction import Redaction
from replay.export.screens import screens
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
    redacted = bool(wanted.redaction and wanted.redaction.regions)
    said = []
    if wanted.kind != "mp4" and len(wanted.tracks) == 1 and not redacted:
        try:
            first_us = write_copied(path, wanted.kind, session, wanted.tracks, wanted.cut, words, tick=tick)
        except NotCopied as why:
            said.append(f"encoded anew: {why}")
        else:
            if first_us < wanted.cut.from_us:
                said.append(f"begins at {length(first_us)}, where its pictures can begin; .mp4 begins exactly")
            return [*said, "copied as it was recorded, without the pointer; .mp4 has it"]
    _encode(path, session, wanted, words, tick=tick)
    return said


def _encode(path: Path, session: Session, wanted: Wanted, words: Words, *, tick: Tick) -> None:
    found = screens(session, wanted.tracks, wanted.cut)
    layout = Layout.of(wanted.tracks, {track: screen.size for track, screen in found.items()})
    regions = wanted.redaction.regions if wanted.redaction else ()
    _require_inside(wanted, {track: screen.size for track, screen in found.items()})
    film = Film(session, layout, wanted.cut, regions, tick=tick)
    write_encoded(path, wanted.kind, film.frames(), layout, words, wanted.cut.length_us)


def _require_inside(wanted: Wanted, sizes: dict[str, tuple[int, int]]) -> None:
    """Errors: ExportError for a region that covers nothing: whoever gave it meant something else."""
    for region in wanted.redaction.regions if wanted.redaction else ():
        if region.track is not None and region.track not in sizes:
            raise ExportError(f"there is no screen {region.track}", advice=f"there is {', '.join(sizes)}")
        if region.area is None:
            continue
        left, top, width, height = region.area
        for track in [region.track] if region.track else sizes:
            if left + width > sizes[track][0] or top + height > sizes[track][1]:
                raise ExportError(
                    f"the region {left},{top},{width},{height} is not inside the picture",
                    advice=f"{track} has {sizes[track][0]} × {sizes[track][1]}",
                )


def _words(wanted: Wanted) -> Words:
    heading = wanted.transcript.heading
    title = heading.title or " – ".join(filter(None, [heading.portal, *heading.customers])) or "Session"
    marks = [
        (wanted.cut.export_us(one.time_us), one.text or "marker")
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
