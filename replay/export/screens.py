"""How large the screens of a session are within a cut, from the packets alone."""

from collections.abc import Collection
from typing import Final

from recorder.format.errors import RecordingError
from recorder.format.screen import Configuration
from replay.decoders import MAX_PIXELS
from replay.export.cut import Cut
from replay.recording import Break
from replay.session import Session

CARD: Final = (640, 360)  # of a screen that shows nothing


def sizes_of(session: Session, tracks: Collection[str], cut: Cut) -> dict[str, tuple[int, int]]:
    """Return the largest width and the largest height of each of these screens within a cut, px.

    What is shown at its beginning is a part of it.  Errors: StoreUnavailableError.
    """
    sizes, configured = dict[str, tuple[int, int]](), dict[str, tuple[int, int]]()
    last_us = max(cut.until_us - 1, session.timeline.shown_at(cut.until_us - 1))
    for one in session.packets_from(session.timeline.shown_at(cut.from_us))():
        if isinstance(one, Break) or one.packet.track not in tracks:
            continue
        packet = one.packet
        if packet.time_us > last_us:
            break
        if packet.configuration:
            configured[packet.track] = _size(packet.payload)
        elif size := configured.get(packet.track):  # a size of which there is no picture is none
            before = sizes.get(packet.track, (0, 0))
            sizes[packet.track] = max(before[0], size[0]), max(before[1], size[1])
    return {track: sizes.get(track, CARD) for track in tracks}


def _size(payload: bytes) -> tuple[int, int]:
    try:
        configuration = Configuration.read(payload)
    except RecordingError:
        return 0, 0
    size = configuration.width_px, configuration.height_px
    return size if size[0] * size[1] <= MAX_PIXELS else (0, 0)
