"""A still picture: what was shown at a time, with the pointer, as a PNG file.  SPEC.md §4."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from replay.errors import ExportError
from replay.export.cut import Cut
from replay.export.film import Film
from replay.export.layout import Layout
from replay.export.redaction import Region
from replay.export.screens import screens
from replay.session import Session
from replay.timeline import Span


def write_still(
    path: Path, session: Session, time_us: int, tracks: Sequence[str], regions: tuple[Region, ...] = ()
) -> None:
    """Write what screens showed at a time.  Errors: ExportError; StoreUnavailableError; OSError as the disk says."""
    if not tracks:
        raise ExportError("no screen was recorded", advice="export the transcript instead")
    moment = Cut((Span(time_us, time_us + 1),))
    sizes = {track: screen.size for track, screen in screens(session, tracks, moment).items()}
    frame = next(Film(session, Layout.of(tracks, sizes), moment, regions).frames())
    Image.fromarray(frame.pixels[..., 2::-1].copy(), "RGB").save(path, "PNG")
