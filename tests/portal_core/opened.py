"""Sealed copies, saved as a page would, and what they hold, opened as whoever has it would."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import httpx

from recorder.format.events import Event, read_event
from recorder.format.packet import Packet, kind
from replay.recording import Placed, Recording
from tests.portal_core.served import closed
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


def taken_along(who: httpx.Client, path: str, folder: Path) -> list[Path]:
    """Save what there is, as a page would, and confirm it."""
    closing, paths = closed(who, path), []
    folder.mkdir()
    keys = closing["keys"]
    assert isinstance(keys, dict)
    (folder / keys["name"]).write_bytes(who.get(keys["href"]).content)
    for part in closing["parts"]:  # type: ignore[attr-defined]
        paths.append(folder / part["name"])
        paths[-1].write_bytes(who.get(part["href"]).content)
        assert paths[-1].stat().st_size == part["size"]
        told = {"part": part["part"], "fingerprint": hashlib.sha256(paths[-1].read_bytes()[-1024:-64]).hexdigest()}
        assert who.post(path + "/copies", json=told).status_code == 204
        told["fingerprint"] = "0" * 64
        assert who.post(path + "/copies", json=told).status_code == 409
    return paths
