"""From frames to packets of H.264: this room's door to PyAV's encoders.

Every frame becomes exactly one packet, at once.  Keyframes come first and when they are asked for, and each stands
alone; no encoder makes others by itself.
"""

import contextlib
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from typing import Final, Protocol

import av
import av.error
import av.logging
from av.video.frame import PictureType
from av.video.reformatter import ColorRange, Colorspace

from recorder.capture.frame import Frame
from recorder.errors import EncodeError
from recorder.format.screen import MAX_SIDE
from recorder.planes import ColourLoss, RgbCanvas, YuvCanvas

av.logging.set_level(None)  # what goes wrong is told as an error

# Decoding by one thread at 1080p: 0.6 ms (without deblocking) or 1.9 ms (colours of all the resolution) for a picture
# in which little changes, and 0.1 ms for every kilobyte (FFmpeg's decoder; Intel Xeon with AVX-512, 22 November 2026).
_DECODE_NS_A_BYTE: Final = 100
_STATS: Final = struct.Struct("<8x3Q")  # AV_PKT_DATA_QUALITY_STATS: the sum of squared errors of each plane
_NEVER: Final = 2**30  # frames between keyframes that an encoder makes by itself


class Preset(StrEnum):
    """How faithful pictures are."""

    BALANCED = "balanced"
    EXACT = "exact"  # every bit of every pixel


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """One picture.  Units: decode_us is what decoding it may cost."""

    payload: bytes = field(repr=False)
    keyframe: bool
    decode_us: int


class Encoder(Protocol):
    """Frames of one size in, one packet each out.

    It is settled when the last frame would not become better if it were encoded again after a while.
    """

    width_px: int
    height_px: int

    @property
    def codec(self) -> str:
        """What the packet encoded last is to be decoded by, as in recorder.format."""
        ...

    @property
    def settled(self) -> bool:
        """Whether it is."""
        ...

    def encode(self, frame: Frame, *, keyframe: bool) -> Encoded:
        """Return the packet of the next frame.  Errors: EncodeError, after which it is of no more use."""
        ...

    def close(self) -> None:
        """Give everything back."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What PyAV is told."""

    codec: str  # as in recorder.format
    encoder: str
    pixels: str
    decode_ns: float  # a pixel
    options: Mapping[str, str]


# Chosen by measurement, see docs/benchmarks.md.  A screen's pictures are like the ones before and stay for long: a
# constant quantizer (qcomp=1) for all of them beats one that spares what moves, and distortion is measured without
# psychovisual bonus.  What moves has moved far and by whole pixels: a wide search pays, a fine one (subme) hardly does.
_X264: Final = "bframes=0:rc-lookahead=0:mbtree=0:scenecut=0:qcomp=1:me=umh:merange=256:ref=1:subme=0"
_H264: Final = Recipe(
    codec="h264",
    encoder="libx264",
    pixels="yuv420p",
    decode_ns=0.3,
    options={
        "preset": "veryfast",
        "crf": "21.3",
        "tune": "ssim,zerolatency",
        "forced-idr": "1",
        "flags": "+psnr",  # tells how much each picture lost
        # What a keyframe shows stays for long, so it may cost more (ipratio).  Deblocking smears small letters: without
        # it a page of them has 1.5 dB more as a keyframe.
        "x264-params": f"{_X264}:ipratio=1.8:aq-mode=1:aq-strength=0.8:trellis=1:no-deblock=1",
        "chromaoffset": "-2",
    },
)
_H264_FINE: Final = replace(_H264, options={**_H264.options, "crf": "18.5"})
_H264_444: Final = replace(
    _H264_FINE, pixels="yuv444p", decode_ns=0.9, options={**_H264_FINE.options, "chromaoffset": "-6"}
)
# Mean squared errors over red, green and blue.  10.3 is 38 dB; FFmpeg's fast way from YUV to RGB adds up to 2.5 of its
# own, and an estimate from some of the pixels misses some.
_TOO_UNLIKE: Final = 7.5
_TOO_COLOURFUL: Final = 6.0  # a finer quantizer would not be enough
_BLENDED: Final = 2 / 3  # of what halving colours loses, decoders that blend them lose so much
_H264_EXACT: Final = Recipe(
    codec="h264",
    encoder="libx264rgb",
    pixels="bgr0",
    decode_ns=0.9,
    options={"preset": "veryfast", "qp": "0", "tune": "zerolatency", "forced-idr": "1", "x264-params": _X264},
)
# For a film in a window: bytes and likeness of x264's veryfast crf 23, for three quarters of the time and half of the
# memory; VP9 and AV1 took more of each (docs/benchmarks.md).  Noise gets no bits of its own (aq-mode, psy), and one
# picture to look back at is enough.  Everywhere something moves, so that decoding takes longer.
_FILM: Final = Recipe(
    codec="h264",
    encoder="libx264",
    pixels="yuv420p",
    decode_ns=0.72,
    options={
        "preset": "veryfast",
        "crf": "22.3",
        "tune": "zerolatency",
        "forced-idr": "1",
        "x264-params": "bframes=0:rc-lookahead=0:mbtree=0:scenecut=0:ref=1:aq-mode=0:psy=0",
    },
)


def open_film_encoder(width_px: int, height_px: int, *, preset: Preset) -> Encoder:
    """Return an encoder for frames in which a film plays.  Errors: EncodeError."""
    return VideoEncoder(width_px, height_px, _H264_EXACT if preset is Preset.EXACT else _FILM)


def open_encoder(width_px: int, height_px: int, *, preset: Preset = Preset.BALANCED) -> Encoder:
    """Return an encoder for frames of that size.  Errors: EncodeError when there is none for it."""
    if not (1 <= width_px <= MAX_SIDE and 1 <= height_px <= MAX_SIDE):
        raise EncodeError(why=f"a picture has at most {MAX_SIDE} px to a side, not {width_px} × {height_px}")
    if preset is Preset.BALANCED:
        return FaithfulEncoder(width_px, height_px)
    return VideoEncoder(width_px, height_px, _H264_EXACT)


class FaithfulEncoder:
    """H.264 by the first of three recipes, each dearer than the one before, that keeps pictures like the screen.

    The encoder tells what a picture lost.  One that lost too much is thrown away, and a keyframe by a dearer recipe
    takes its place; a keyframe that is due tries the first again.
    """

    codec = "h264"
    settled = True

    def __init__(self, width_px: int, height_px: int) -> None:
        self.width_px, self.height_px = width_px, height_px
        self._colours = ColourLoss(height_px)
        self._recipe = _H264
        self._encoder = VideoEncoder(width_px, height_px, _H264)
        self._first = True

    def encode(self, frame: Frame, *, keyframe: bool) -> Encoded:
        """Return the packet of the next frame."""
        if self._first:
            frame, self._first = replace(frame, changed=(frame.whole,)), False
        halved = _BLENDED * self._colours.follow(frame)
        if keyframe and (self._recipe is _H264_FINE or halved < _TOO_COLOURFUL):
            self._change(_H264)
        encoded = self._encoder.encode(frame, keyframe=keyframe)
        if self._too_unlike(halved):
            halved = _BLENDED * self._colours.look_closely(frame)
        while self._too_unlike(halved):
            self._change(_H264_FINE if self._recipe is _H264 and halved < _TOO_COLOURFUL else _H264_444)
            encoded = self._encoder.encode(frame, keyframe=True)
        return encoded

    def close(self) -> None:
        """Give everything back."""
        self._encoder.close()

    def _too_unlike(self, halved: float) -> bool:
        return self._recipe is not _H264_444 and self._encoder.lost + halved > _TOO_UNLIKE

    def _change(self, recipe: Recipe) -> None:
        if recipe is not self._recipe:
            self._encoder.close()
            self._recipe = recipe
            self._encoder = VideoEncoder(self.width_px, self.height_px, recipe)


class VideoEncoder:
    """One of FFmpeg's encoders.  It owns the encoder and the last picture it was given.

    What the encoder lost of that picture is the mean squared error over red, green and blue, infinite if nobody tells.
    """

    settled = True

    def __init__(self, width_px: int, height_px: int, recipe: Recipe) -> None:
        self.codec = recipe.codec
        self.width_px, self.height_px = width_px, height_px
        self.lost = math.inf
        self._count = 0
        self._decode_ns = recipe.decode_ns * width_px * height_px
        yuv = recipe.pixels.startswith("yuv")
        try:
            self._canvas: YuvCanvas | RgbCanvas = (
                YuvCanvas(width_px, height_px, recipe.pixels) if yuv else RgbCanvas(width_px, height_px)
            )
            self._context = self._open(recipe)
        except (av.error.FFmpegError, ValueError, MemoryError) as error:
            raise EncodeError(why=f"{recipe.encoder} does not take {width_px} × {height_px} px ({error})") from error

    def encode(self, frame: Frame, *, keyframe: bool) -> Encoded:
        """Return the packet of the next frame."""
        if self._count == 0:
            frame = replace(frame, changed=(frame.whole,))
        picture = self._canvas.follow(frame)
        picture.pts = self._count
        picture.pict_type = PictureType.I if keyframe or self._count == 0 else PictureType.NONE
        self._count += 1
        try:
            packets = self._context.encode(picture)
        except av.error.FFmpegError as error:
            raise EncodeError(why=f"{self._context.name} failed ({error})") from error
        if len(packets) != 1:
            raise EncodeError(why=f"{self._context.name} gave {len(packets)} packets for one picture")
        self.lost = self._error(bytes(packets[0].get_sidedata("quality_stats")))
        payload = bytes(packets[0])
        decode_us = round((self._decode_ns + _DECODE_NS_A_BYTE * len(payload)) / 1000)
        return Encoded(payload=payload, keyframe=packets[0].is_keyframe, decode_us=decode_us)

    def close(self) -> None:
        """Give everything back."""
        # A context that never saw its end complains when it is collected.
        with contextlib.suppress(av.error.FFmpegError):
            self._context.encode(None)

    def _error(self, stats: bytes) -> float:
        if len(stats) < _STATS.size or not isinstance(self._canvas, YuvCanvas):
            return math.inf
        return self._canvas.error(_STATS.unpack_from(stats))

    def _open(self, recipe: Recipe) -> av.VideoCodecContext:
        try:
            context = av.VideoCodecContext.create(recipe.encoder, "w")
        except (av.error.FFmpegError, ValueError) as error:  # PyAV's UnknownCodecError is a ValueError
            raise EncodeError(why=f"{recipe.encoder} is missing in this FFmpeg") from error
        assert isinstance(context, av.VideoCodecContext)
        context.width, context.height = self._canvas.width_px, self._canvas.height_px
        context.pix_fmt = recipe.pixels
        # Times are kept outside; for rate control pictures come evenly.
        context.time_base, context.framerate = Fraction(1, 30), Fraction(30)
        context.gop_size = _NEVER
        context.thread_count = 1
        if recipe.pixels.startswith("yuv"):
            context.colorspace, context.color_range = Colorspace.ITU709, ColorRange.MPEG
            context.color_primaries = context.color_trc = Colorspace.ITU709
        context.options = dict(recipe.options)
        context.open()
        return context
