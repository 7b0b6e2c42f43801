"""What a recording shows at a time: opened with the portal's key, its screen decoded by PyAV or as tiles."""

from collections.abc import Iterator
from pathlib import Path

import av
import av.codec
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from recorder.codec.decoder import TilesDecoder
from recorder.format.packet import Packet
from recorder.format.screen import Configuration
from replay.recording import Break, Placed, Recording
from vault.header import Identity
from vault.local import LocalFile
from vault.portal_key import PortalKey
from vault.reader import SealedFile

Pixels = npt.NDArray[np.uint8]
DECODERS = {"h264": "h264", "vp9": "vp9", "vp8": "vp8", "av1": "libdav1d"}


def packets(path: Path, key: PortalKey) -> list[Packet]:
    """Return every packet of a file without gaps."""
    with LocalFile(path) as source:
        found = list(Recording(SealedFile(source, Identity(portal_keys=[key]))).packets())
    assert not [one for one in found if isinstance(one, Break)]
    return [one.packet for one in found if isinstance(one, Placed)]


def pictures(packets: list[Packet], track: str = "screen/customer") -> Iterator[tuple[int, Pixels]]:
    """Give time and picture of every packet of a screen track: (height, width, 3) uint8, BGR."""
    context, configuration, tiles = None, None, None
    for packet in packets:
        if packet.track != track:
            continue
        if packet.configuration:
            configuration = Configuration.read(packet.payload)
        else:
            assert configuration
            if configuration.codec == "tiles":
                tiles = TilesDecoder(configuration.width_px, configuration.height_px) if packet.keyframe else tiles
                assert tiles
                tiles.feed(packet.payload, keyframe=packet.keyframe)
                yield packet.time_us, tiles.pixels[..., :3].copy()
                continue
            if packet.keyframe:
                context = decoder(configuration)
            assert context
            for frame in context.decode(av.Packet(packet.payload)):
                yield packet.time_us, cropped(frame, configuration)


def decoder(configuration: Configuration) -> "av.VideoCodecContext":
    context = av.codec.CodecContext.create(DECODERS[configuration.codec], "r")
    assert isinstance(context, av.VideoCodecContext)
    context.thread_count = 1
    context.flags |= av.codec.context.Flags.low_delay
    if configuration.description:
        context.extradata = configuration.description
    return context


def cropped(frame: av.VideoFrame, configuration: Configuration) -> Pixels:
    pixels = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
    return pixels[: configuration.height_px, : configuration.width_px]


def shown_at(packets: list[Packet], times_us: list[int]) -> list[Pixels]:
    """Return what was shown at each of these times, which are in order."""
    found: list[Pixels] = []
    before: Pixels | None = None
    for at_us, pixels in pictures(packets):
        while len(found) < len(times_us) and times_us[len(found)] < at_us:
            assert before is not None, "nothing was shown yet"
            found.append(before)
        before = pixels
    assert before is not None
    return found + [before] * (len(times_us) - len(found))


def psnr(one: Pixels, other: Pixels) -> float:
    """Return the likeness of two pictures in dB, over all three colours."""
    error = np.mean((one.astype(np.int32) - other) ** 2)
    return float("inf") if error == 0 else float(10 * np.log10(255**2 / error))


def text(width_px: int, height_px: int, colour: tuple[int, int, int] = (0, 0, 0)) -> Pixels:
    """Return a page full of words: (height, width, 4) uint8, BGRX; the colour is blue, green, red."""
    page = Image.new("RGB", (width_px, height_px), "white")
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(12)
    for top_px in range(3, height_px, 15):
        pen.text((2 + top_px % 7, top_px), "The quick brown fox jumps; (0123456789) WMil " * 9, colour[::-1], font)
    pixels = np.zeros((height_px, width_px, 4), np.uint8)
    pixels[..., :3] = np.asarray(page)[..., ::-1]
    return pixels
