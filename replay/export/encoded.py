"""Video encoded anew: each changed picture once, at its own time.  A door to PyAV's encoders.  SPEC.md §4."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
from av.video.frame import PictureType
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

from replay.errors import ExportError
from replay.export.container import MS, Container, Words, container
from replay.export.film import Frame
from replay.export.layout import Layout

MAX_MP4_US: Final = 70 * 3_600_000_000  # its steps have 32 bits, in 16ths of a millisecond
KEYFRAME_US: Final = 5_000_000  # at most so far from one to the next: players seek
# Screens: sharp text, much that does not change.
_ENCODERS: Final = {
    "mp4": ("libx264", {"preset": "veryfast", "crf": "20", "bf": "0"}),
    "mkv": ("libx264", {"preset": "veryfast", "crf": "20", "bf": "0"}),
    "webm": ("libvpx-vp9", {"deadline": "realtime", "cpu-used": "7", "crf": "28", "b": "0", "row-mt": "1"}),
}


def write_encoded(path: Path, kind: str, frames: Iterable[Frame], layout: Layout, words: Words, length_us: int) -> None:
    """Write a video of these pictures; the last is shown until the length is over.

    Errors: OSError as the disk says, ExportError, and what the frames raise.
    """
    if kind == "mp4" and length_us > MAX_MP4_US:
        raise ExportError("it is too long for mp4", advice="write mkv, or a part of it: --from, --to")
    with container(path, kind, words) as into:
        encoder = _Encoder(into, kind, layout)
        for frame in frames:
            encoder.put(frame)
        encoder.finish(length_us)


class _Encoder:
    def __init__(self, into: Container, kind: str, layout: Layout) -> None:
        codec, options = _ENCODERS[kind]
        stream = into.opened.add_stream(codec, rate=Fraction(1000), options=dict(options))
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = layout.width_px, layout.height_px, "yuv420p"
        stream.time_base = stream.codec_context.time_base = MS
        context = stream.codec_context
        context.gop_size = 100_000  # keyframes are asked for by time
        context.colorspace, context.color_range = Colorspace.ITU709, ColorRange.MPEG
        context.color_primaries = context.color_trc = Colorspace.ITU709
        self._into, self._stream = into, stream
        self._reformatter = VideoReformatter()
        self._pending: av.VideoFrame | None = None  # of several pictures within a millisecond the last one counts
        self._keyframe_ms = -(2**62)
        self._last_ms = -1

    def put(self, frame: Frame) -> None:
        ms = max(self._last_ms, frame.time_us // 1000)
        if self._pending and self._pending.pts != ms:
            self._encode(self._pending)
        shown = av.VideoFrame.from_numpy_buffer(frame.pixels, format="bgra")
        self._pending = self._reformatter.reformat(
            shown, format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
        )
        self._pending.pts, self._pending.time_base, self._last_ms = ms, MS, ms

    def finish(self, length_us: int) -> None:
        if self._pending is None:
            return
        self._encode(self._pending)
        end_ms = length_us // 1000 - 1
        if end_ms > self._last_ms:  # the last one again, for players end with the beginning of the last
            self._pending.pts = end_ms
            self._encode(self._pending)
        self._mux(self._stream.encode(None))

    def _encode(self, frame: av.VideoFrame) -> None:
        assert frame.pts is not None
        due = frame.pts - self._keyframe_ms >= KEYFRAME_US // 1000
        frame.pict_type = PictureType.I if due else PictureType.NONE
        if due:
            self._keyframe_ms = frame.pts
        self._mux(self._stream.encode(frame))

    def _mux(self, packets: "list[av.Packet[av.VideoStream]]") -> None:
        for packet in packets:
            self._into.mux(packet, (packet.pts or 0) * 1000)
