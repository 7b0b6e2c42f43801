"""Which codecs and sizes the pictures of a recording have, in their order; its summary names the last of them only."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from recorder.format.errors import RecordingError
from recorder.format.packet import kind
from recorder.format.screen import Configuration
from recorder.format.summary import Summary, TrackFacts
from replay.recording import Placed, Recording

_MOST: Final = 8  # of a screen; a stranger's may change with every picture


@dataclass(frozen=True, slots=True)
class Shape:
    """How pictures of a screen are encoded, and how large they are.  Units: px."""

    codec: str
    width_px: int
    height_px: int


Shapes = Mapping[str, Sequence[Shape]]  # of each screen, each shape once


def shapes_of(recording: Recording, summary: Summary) -> Shapes:
    """Return them; where some screen has several keyframes, all of it is read.  Errors: StoreUnavailableError."""
    screens = [one for one in summary.tracks if one.codec is not None]
    if all((one.keyframes or 0) <= 1 for one in screens):
        return {one.name: _last(one) for one in screens}
    found: dict[str, dict[Shape, None]] = {one.name: {} for one in screens}
    for one in recording.packets():
        if isinstance(one, Placed) and one.packet.configuration and kind(one.packet.track) == "screen":
            shapes = found.get(one.packet.track, {})
            with suppress(RecordingError):
                its = Configuration.read(one.packet.payload)
                if len(shapes) < _MOST:
                    shapes[Shape(its.codec, its.width_px, its.height_px)] = None
    return {one.name: tuple(found[one.name]) or _last(one) for one in screens}


def _last(track: TrackFacts) -> Sequence[Shape]:
    assert track.codec is not None
    return (Shape(track.codec, track.width_px or 0, track.height_px or 0),)
