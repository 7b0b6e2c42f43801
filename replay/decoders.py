"""Decoders of screen tracks: this room's door to PyAV's, and to the screen codec.

What is fed comes from strangers: sizes are bounded before a decoder sees them.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, Protocol

import av
import av.codec
import av.error
import numpy as np
import numpy.typing as npt
from av.video.reformatter import VideoReformatter

from recorder.codec.decoder import TilesDecoder
from recorder.format.errors import RecordingError
from recorder.format.packet import Packet
from recorder.format.screen import TILES, Configuration
from replay.errors import DecodeError

MAX_PIXELS: Final = 64 * 1024 * 1024  # of a picture: 256 MiB to show, some times that to decode; two monitors of 8K
UNDECODABLE: Final = "a picture cannot be decoded"
_VIDEO: Final = {"h264": "h264", "vp9": "vp9", "vp8": "vp8", "av1": "libdav1d"}
_BEYOND: Final = 64  # px that a decoder's picture may be larger, recorder/format/SPEC.md §4.4

Pixels = npt.NDArray[np.uint8]
Made = Callable[[], Pixels]  # what is shown: (height, width, 4) uint8, blue, green, red, 255.  Errors: DecodeError


class Decoder(Protocol):
    """Packets from a keyframe on."""

    def decode(self, packet: Packet) -> Sequence[Made]:
        """Return pictures, oldest first; one that is followed by another may be there no more.  Errors: DecodeError."""
        ...

    def finish(self) -> Sequence[Made]:
        """Return what was held back: no more packets come.  Errors: DecodeError."""
        ...


def open_decoder(configuration: Configuration, before: Decoder | None = None) -> Decoder:
    """Return a decoder for what begins with a keyframe; before is one that is of no more use.

    Errors: DecodeError, which says why there is none.
    """
    if configuration.width_px * configuration.height_px > MAX_PIXELS:
        size = f"{configuration.width_px} × {configuration.height_px}"
        raise DecodeError(f"a picture of {size} is too large to show")
    if configuration.codec == TILES:
        size_px = configuration.width_px, configuration.height_px
        return before if isinstance(before, _Tiles) and before.size_px == size_px else _Tiles(*size_px)
    if configuration.codec not in _VIDEO:
        raise DecodeError(f"this release does not know the codec {configuration.codec!r}")
    return _Video(configuration)


class _Tiles:
    """The screen codec.  Its picture is one that changes: only the newest can be asked for."""

    def __init__(self, width_px: int, height_px: int) -> None:
        self.size_px = width_px, height_px
        self._number = 0
        try:
            self._decoder = TilesDecoder(width_px, height_px)
        except MemoryError as error:
            raise DecodeError(UNDECODABLE) from error

    def decode(self, packet: Packet) -> Sequence[Made]:
        try:
            self._decoder.feed(packet.payload, keyframe=packet.keyframe)
        except (RecordingError, MemoryError) as error:
            raise DecodeError(UNDECODABLE) from error
        self._number += 1
        return [partial(self._pixels, self._number)]

    def finish(self) -> Sequence[Made]:
        return []

    def _pixels(self, number: int) -> Pixels:
        assert number == self._number, "a picture that was passed over"
        try:
            return self._decoder.pixels.copy()
        except MemoryError as error:
            raise DecodeError(UNDECODABLE) from error


class _Video:
    """One of FFmpeg's decoders."""

    def __init__(self, configuration: Configuration) -> None:
        self._size_px = configuration.width_px, configuration.height_px
        self._reformatter = VideoReformatter()
        try:
            self._context = _context(configuration)
        except av.codec.codec.UnknownCodecError as error:
            raise DecodeError(f"no decoder for {configuration.codec} is installed here") from error
        except (av.error.FFmpegError, ValueError, MemoryError) as error:
            raise DecodeError(UNDECODABLE) from error

    def decode(self, packet: Packet) -> Sequence[Made]:
        return self._take(av.Packet(packet.payload))  # type: ignore[arg-type]  # of no stream

    def finish(self) -> Sequence[Made]:
        return self._take(None)

    def _take(self, packet: "av.Packet[av.VideoStream] | None") -> Sequence[Made]:
        try:
            frames = self._context.decode(packet)
        except (av.error.FFmpegError, ValueError, MemoryError) as error:
            raise DecodeError(UNDECODABLE) from error
        return [partial(self._pixels, frame) for frame in frames]

    def _pixels(self, frame: av.VideoFrame) -> Pixels:
        width_px, height_px = self._size_px
        too_large = frame.width > width_px + _BEYOND or frame.height > height_px + _BEYOND
        if too_large or frame.width < width_px or frame.height < height_px:
            raise DecodeError(UNDECODABLE)
        try:
            shown = self._reformatter.reformat(frame, format="bgra").to_ndarray()
        except (av.error.FFmpegError, ValueError, MemoryError) as error:
            raise DecodeError(UNDECODABLE) from error
        return np.asarray(shown, np.uint8)[:height_px, :width_px]


def _context(configuration: Configuration) -> av.VideoCodecContext:
    context = av.codec.CodecContext.create(_VIDEO[configuration.codec], "r")
    assert isinstance(context, av.VideoCodecContext)
    # The stream may say another size than the configuration; nothing larger is allocated.
    largest = (configuration.width_px + _BEYOND) * (configuration.height_px + _BEYOND)
    context.options = {"max_pixels": str(largest)}
    # PyAV may wait for ever for threads of a decoder that is let go while they are at work.
    context.thread_count = 1
    if not configuration.reorder:
        context.flags |= av.codec.context.Flags.low_delay
    if configuration.description:
        context.extradata = configuration.description
    context.open()
    return context
