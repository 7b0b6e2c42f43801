"""Decodes a screen track: packets in, pictures out.  The door to PyAV's decoders in this room.

What is fed comes from strangers: sizes are bounded before a decoder sees them, and what does not decode is left out up
to the next keyframe.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

import av
import av.codec
import av.error
import numpy as np
from av.video.reformatter import VideoReformatter

from recorder.format.errors import RecordingError
from recorder.format.packet import Packet
from recorder.format.screen import Configuration
from replay.scene import Picture

DECODERS: Final = {"h264": "h264", "vp9": "vp9", "vp8": "vp8", "av1": "libdav1d"}
MAX_PIXELS: Final = 64 * 1024 * 1024  # of a picture: 256 MiB to show; two monitors of 8K
_BEYOND: Final = 64  # px that a decoder's picture may be larger, recorder/format/SPEC.md §4.4

NOTHING_YET: Final = "nothing was shown yet"
DAMAGED: Final = "the file is damaged here"
UNDECODABLE: Final = "a picture cannot be decoded"


@dataclass(frozen=True, slots=True)
class _Decoded:
    """What is shown from a time on: a frame as its configuration says, or nothing, and why."""

    time_us: int
    frame: av.VideoFrame | None = None
    configuration: Configuration | None = None
    why: str | None = None


class ScreenDecoder:
    """One screen track, from any keyframe on.

    Packets are fed in order; then at() shows what was on the screen at a time up to which all is complete().
    """

    def __init__(self) -> None:
        self.configuration: Configuration | None = None
        self.why: str | None = NOTHING_YET  # why at() returned nothing
        self.since_us: int | None = None  # when what at() returned began, a picture or none
        self._context: av.VideoCodecContext | None = None
        self._fed_us = 0
        self._lost = False
        self._waiting: deque[int] = deque()  # times of packets whose pictures are still in the decoder
        self._decoded: deque[_Decoded] = deque()
        self._shown: Picture | None = None
        self._reformatter = VideoReformatter()

    def feed(self, packet: Packet) -> None:
        """Take the next packet of the track."""
        self._fed_us = packet.time_us
        if packet.configuration:
            self.finish()
            self._context = None
            try:
                self.configuration = Configuration.read(packet.payload)
            except RecordingError as error:
                self.configuration = None
                self.lose(str(error))
        elif packet.keyframe:
            self.finish()
            self._open()
            self._decode(packet)
        elif self._context:
            self._decode(packet)
        elif not self._lost:
            self.lose(DAMAGED)  # a picture that builds on one that is not there

    def finish(self) -> None:
        """Take out what the decoder holds back: no more packets come for it."""
        if self._context and self._waiting:
            self._take(None)
            self._context = None
        self._waiting.clear()

    def lose(self, why: str, *, time_us: int = 0) -> None:
        """Forget everything up to the next keyframe: something is missing from that time on, or from where it is."""
        # Pictures that are still in the decoder are lost with what they build on.
        from_us = self._waiting[0] if self._waiting else max(self._fed_us, time_us)
        self._context, self._lost = None, True
        self._waiting.clear()
        self._decoded.append(_Decoded(from_us, why=why))

    def complete(self, time_us: int) -> bool:
        """Say whether the picture of that time is out, as far as packets were fed."""
        return not self._waiting or self._waiting[0] > time_us

    def pass_by(self, time_us: int) -> None:
        """Let go of what is no longer shown at a time: not all that was decoded on the way there is kept."""
        while len(self._decoded) > 1 and self._decoded[1].time_us <= time_us:
            self._decoded.popleft()

    def at(self, time_us: int) -> Picture | None:
        """Return what was shown at that time, which is no earlier than that of the call before."""
        self.pass_by(time_us)
        if self._decoded and self._decoded[0].time_us <= time_us:
            newest = self._decoded.popleft()
            self.since_us = newest.time_us
            self._shown, self.why = self._picture(newest)
        return self._shown

    def _open(self) -> None:
        """Set up a decoder for what begins with a keyframe."""
        self._context = None
        configuration = self.configuration
        if configuration is None:
            self.lose(DAMAGED)
        elif configuration.width_px * configuration.height_px > MAX_PIXELS:
            self.lose(f"a picture of {configuration.width_px} × {configuration.height_px} is too large to show")
        elif configuration.codec not in DECODERS:
            self.lose(f"this release does not know the codec {configuration.codec!r}")
        else:
            try:
                self._context, self._lost = _decoder(configuration), False
            except av.codec.codec.UnknownCodecError:
                self.lose(f"no decoder for {configuration.codec} is installed here")
            except (av.error.FFmpegError, ValueError, MemoryError):
                self.lose(UNDECODABLE)

    def _decode(self, packet: Packet) -> None:
        if self._context:
            self._waiting.append(packet.time_us)
            self._take(av.Packet(packet.payload))  # type: ignore[arg-type]  # of no stream

    def _take(self, packet: "av.Packet[av.VideoStream] | None") -> None:
        assert self._context
        try:
            frames = self._context.decode(packet)
        except (av.error.FFmpegError, ValueError, MemoryError):
            self.lose(UNDECODABLE)
            return
        for frame in frames:
            if self._waiting:
                self._decoded.append(_Decoded(self._waiting.popleft(), frame, self.configuration))
        # What gives no picture in time gives none: the one before stays.
        while self.configuration and len(self._waiting) > self.configuration.reorder:
            self._waiting.popleft()

    def _picture(self, decoded: _Decoded) -> tuple[Picture | None, str | None]:
        frame, configuration = decoded.frame, decoded.configuration
        if frame is None or configuration is None:
            return None, decoded.why
        width_px, height_px = configuration.width_px, configuration.height_px
        too_large = frame.width > width_px + _BEYOND or frame.height > height_px + _BEYOND
        if too_large or frame.width < width_px or frame.height < height_px:
            return None, UNDECODABLE
        try:
            shown = self._reformatter.reformat(frame, format="bgra").to_ndarray()
        except (av.error.FFmpegError, ValueError, MemoryError):
            return None, UNDECODABLE
        pixels = np.asarray(shown, np.uint8)[:height_px, :width_px]
        pixels.flags.writeable = False
        return Picture(time_us=decoded.time_us, pixels=pixels), None


def _decoder(configuration: Configuration) -> av.VideoCodecContext:
    context = av.codec.CodecContext.create(DECODERS[configuration.codec], "r")
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
