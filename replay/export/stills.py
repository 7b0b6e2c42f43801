"""A still picture: what was shown at a time, with the pointer, as a PNG file.  SPEC.md §4."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from replay.errors import ExportError
from replay.export.cut import Cut
from replay.export.film import Film
from replay.export.layout import Layout
from replay.export.redaction import Redaction
from replay.export.screens import sizes_of
from replay.session import Session
from replay.timeline import Span


def write_still(
    path: Path, session: Session, time_us: int, tracks: Sequence[str], redaction: Redaction | None = None
) -> None:
    """Write what screens showed at a time; a redacted picture says so in its description.

    Errors: ExportError; StoreUnavailableError; OSError as the disk says.
    """
    if not tracks:
        raise ExportError("no screen was recorded", advice="export the transcript instead")
    moment = Cut((Span(time_us, time_us + 1),))
    sizes = sizes_of(session, tracks, moment)
    told = PngInfo()
    if redaction:
        redaction.require_within(sizes, session.timeline.duration_us)
        told.add_itxt("Description", redaction.sentence)
    regions = redaction.regions if redaction else ()
    frame = next(Film(session, Layout.of(tracks, sizes), moment, regions).frames())
    Image.fromarray(frame.pixels[..., 2::-1].copy(), "RGB").save(path, "PNG", pnginfo=told)
