"""What a sealed copy holds, opened as whoever has it would."""

from collections.abc import Mapping
from pathlib import Path

from recorder.format.events import Event, read_event
from recorder.format.packet import Packet, kind
from replay.recording import Placed, Recording
from vault.header import Identity
from vault.local import LocalFile
from vault.reader import SealedFile


def packets(path: Path, file_keys: Mapping[bytes, bytes]) -> list[Packet]:
    """Return all packets; nothing may be missing."""
    with LocalFile(path) as file:
        found = list(Recording(SealedFile(file, Identity(file_keys=file_keys))).packets())
    assert all(isinstance(one, Placed) for one in found), found
    return [one.packet for one in found if isinstance(one, Placed)]


def events(packets: list[Packet]) -> list[Event]:
    """Return what happened."""
    small = (one for one in packets if kind(one.track) not in {"screen", "pointer", "thumbnails"})
    return [event for one in small if (event := read_event(one.track, one.payload))]


def pictures(packets: list[Packet]) -> list[bytes]:
    """Return the customer's pictures."""
    return [one.payload for one in packets if one.track == "screen/customer" and not one.configuration]
