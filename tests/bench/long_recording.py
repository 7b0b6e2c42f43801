"""Ten hours made of real minutes: four desktops are recorded for a minute each, and their packets repeated.

Seven hours of office work, two in which only a text cursor blinks and a clock ticks, half an hour of switching between
two windows, half an hour of a film in a window; a line of chat every minute, a marker every ten.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.packet import Packet as AvPacket

from recorder.capture.frame import Frame, Region
from recorder.clock import SessionClock
from recorder.encode import open_encoder
from recorder.format.events import About, Joined, Line, Marker
from recorder.format.keyframes import KeyframeRule
from recorder.format.packet import Packet, kind
from recorder.format.screen import Configuration
from recorder.part import begin_part
from tests.bench import desktops
from tests.bench.recorder import KEY, Desktop, desk, finish_ours, start_ours
from tests.recorder.pictures import pictures
from tests.virtual_screen import VirtualScreen
from vault.local import LocalGrowing
from vault.primitives import SigningKey

MINUTE_US: Final = 60_000_000
SCREEN: Final = "screen/customer"
# Hours of the day, and what they are filled with.
DAY: Final = (("office", 3.0), ("blink", 2.0), ("switching", 0.5), ("film", 0.5), ("office", 4.0))
_RECORDED: Final = ("screen", "pointer")


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """What a stretch of the ten hours is filled with.  Units: µs."""

    name: str
    from_us: int
    until_us: int


def switching(screen: VirtualScreen, folder: Path) -> desktops.Play:
    """Two windows that cover most of the screen, each in front in turn, every second or two."""
    desktops.office(screen, folder)
    browser, editor = screen.window("^Notes"), screen.window("report.txt")
    screen.xdotool("windowsize", editor, 1200, 900)

    def switch() -> None:
        hand = desktops.Hand(screen, 3)
        while not hand.over(desktops.SECONDS):
            for window in (browser, editor):
                hand.activate(window)
                hand.think(0.8, 1.6)

    return switch


DESKTOPS: Final[dict[str, Desktop]] = {
    "office": desktops.office,
    "blink": desktops.blink,
    "switching": switching,
    "film": desktops.film,
}


def stretches(hours: float = 10) -> Iterator[Stretch]:
    """Give what fills when; fewer hours are filled alike."""
    at_us = 0
    for name, share in DAY:
        until_us = at_us + round(share * hours / 10 * 60) * MINUTE_US
        yield Stretch(name=name, from_us=at_us, until_us=until_us)
        at_us = until_us


def minutes(folder: Path) -> dict[str, list[Packet]]:
    """Record each desktop for a minute; return the packets of its screen and pointer, times from its first keyframe."""
    found = {}
    for name, desktop in DESKTOPS.items():
        with desk(desktop, folder / name) as (screen, play):
            recorder = start_ours(screen, folder / f"{name}.sealcast")
            play()
            _, packets = finish_ours(recorder, folder / f"{name}.sealcast")
        moving = [one for one in packets if kind(one.track) in _RECORDED]
        found[name] = [replace(one, time_us=one.time_us - moving[0].time_us) for one in moving]
        found[name] = [one for one in found[name] if one.time_us < MINUTE_US]
    return found


def write(path: Path, filled: dict[str, list[Packet]], *, hours: float = 10) -> None:
    """Write a recording of so many hours."""
    clock = SessionClock(began_us=time.monotonic_ns() // 1000)
    about = About(software="bench", portal="Support", customer="Grace Hopper", agent="Ada")
    growing = LocalGrowing(path)
    with begin_part(growing, about, recipients=[KEY.public], signer=SigningKey(bytes(32)), clock=clock) as writer:
        writer.put_event(Joined(id=1, role="customer", name="Grace Hopper"), time_us=0)
        for stretch in stretches(hours):
            for at_us in range(stretch.from_us, stretch.until_us, MINUTE_US):
                minute = at_us // MINUTE_US
                writer.put_event(Line(by=1, text=f"this is minute {minute} of {stretch.name}"), time_us=at_us)
                if minute % 10 == 0:
                    writer.put_event(Marker(name=f"hour {minute / 60:.1f}"), time_us=at_us)
                for packet in filled[stretch.name]:
                    writer.put(replace(packet, time_us=at_us + packet.time_us))
        writer.finish()


def write_mkv(path: Path, filled: dict[str, list[Packet]], *, hours: float = 10) -> None:
    """Write the same pictures as H.264 in plain Matroska, for other players, with keyframes by the same rule."""
    configuration = next(Configuration.read(one.payload) for one in filled["office"] if one.configuration)
    video = {name: _as_video(packets) for name, packets in filled.items()}
    with av.open(str(path), "w", format="matroska") as container:
        stream = container.add_stream("libx264", rate=1000)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = configuration.width_px, configuration.height_px
        stream.pix_fmt = "yuv420p"
        stream.codec_context.extradata = _parameter_sets(video["office"][0].payload)
        for stretch in stretches(hours):
            for at_us in range(stretch.from_us, stretch.until_us, MINUTE_US):
                for packet in video[stretch.name]:
                    container.mux(_muxed(packet, at_us + packet.time_us, stream))


def _as_video(packets: list[Packet]) -> list[Packet]:
    found, rule, encoder = list[Packet](), KeyframeRule(), None
    for time_us, shown in pictures(packets):
        pixels = np.full((*shown.shape[:2], 4), 255, np.uint8)
        pixels[..., :3] = shown
        height_px, width_px = shown.shape[:2]
        encoder = encoder or open_encoder(width_px, height_px)
        frame = Frame(time_us=time_us, pixels=pixels, changed=(Region(0, 0, width_px, height_px),))
        encoded = encoder.encode(frame, keyframe=rule.due)
        if encoded.keyframe:
            rule.keyframe(len(encoded.payload), encoded.decode_us)
        else:
            rule.packet(len(encoded.payload), encoded.decode_us)
        found.append(Packet(SCREEN, time_us, encoded.payload, keyframe=encoded.keyframe))
    return found


def _muxed(packet: Packet, time_us: int, stream: av.VideoStream) -> "AvPacket[av.VideoStream]":
    muxed: AvPacket[av.VideoStream] = AvPacket(packet.payload)  # type: ignore[assignment]  # of a stream once it has one
    muxed.stream = stream
    muxed.time_base = stream.time_base or 0  # type: ignore[assignment]  # set by the container
    muxed.pts = muxed.dts = time_us // 1000
    muxed.is_keyframe = packet.keyframe
    return muxed


def _parameter_sets(keyframe: bytes) -> bytes:
    """Return what stands before the first picture of an Annex B stream."""
    units: Sequence[bytes] = keyframe.split(b"\0\0\1")[1:]
    kept = [unit.rstrip(b"\0") for unit in units if unit[0] & 0x1F in (7, 8)]
    return b"".join(b"\0\0\0\1" + unit for unit in kept)
