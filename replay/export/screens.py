"""What the screens of a session are like within a cut: codecs, sizes, from the packets alone."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from recorder.format.errors import RecordingError
from recorder.format.screen import Configuration
from replay.export.cut import Cut
from replay.recording import Break
from replay.session import Session


@dataclass(kw_only=True)
class Screen:
    """One screen within a cut.  It is filled while packets are read."""

    configurations: list[Configuration] = field(default_factory=list)  # in order, each time another one holds
    pictures: int = 0

    @property
    def size(self) -> tuple[int, int]:
        """The largest width and the largest height in px; of a screen that shows nothing that of a card."""
        shown = self.configurations
        return (
            max((one.width_px for one in shown), default=640),
            max((one.height_px for one in shown), default=360),
        )


def screens(
    session: Session, tracks: Collection[str], cut: Cut, *, tick: Callable[[int], None] = lambda _: None
) -> dict[str, Screen]:
    """Return what these screens are like within a cut, what is shown at its beginning included.

    Errors: StoreUnavailableError.
    """
    found = {track: Screen() for track in tracks}
    for one in session.packets_from(cut.from_us)():
        if isinstance(one, Break) or (screen := found.get(one.packet.track)) is None:
            continue
        if one.packet.time_us >= cut.until_us:
            break
        tick(one.packet.time_us)
        if not one.packet.configuration:
            screen.pictures += 1
            continue
        try:
            configuration = Configuration.read(one.packet.payload)
        except RecordingError:
            continue
        if not screen.configurations or screen.configurations[-1] != configuration:
            screen.configurations.append(configuration)
    return found
