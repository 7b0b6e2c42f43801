"""What the hub wants done, and the words for how things stand.  PROTOCOL.md §4.2."""

from dataclasses import dataclass, field
from enum import StrEnum

from portal_core.live.frames import ScreenPacket
from portal_core.live.log import Entry


class State(StrEnum):
    """Of a session."""

    WAITING = "waiting"  # until a customer and an agent have joined
    LIVE = "live"
    ENDED = "ended"


class RecordingIs(StrEnum):
    """What is told of its recording."""

    ON = "on"
    PAUSED = "paused"
    OFF = "off"
    STOPPED = "stopped"


class Over(StrEnum):
    """Why a connection ends."""

    ENDED = "ended"
    LEFT = "left"
    ELSEWHERE = "elsewhere"
    PROTOCOL = "protocol"
    SLOW = "slow"
    STOPPING = "stopping"


@dataclass(frozen=True, slots=True)
class Keep:
    """An entry is to be stored and recorded, before anybody hears of it."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class KeepPicture:
    """A screen packet is to be recorded."""

    packet: ScreenPacket


@dataclass(frozen=True, slots=True)
class Tell:
    """A seat gets a message."""

    seat: int
    message: dict[str, object] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Show:
    """A seat gets a screen packet."""

    seat: int
    packet: ScreenPacket


@dataclass(frozen=True, slots=True)
class Hang:
    """A seat's connection ends."""

    seat: int
    why: Over


Effect = Keep | KeepPicture | Tell | Show | Hang
