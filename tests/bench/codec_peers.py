"""Encoders side by side: frames of a scripted desktop in, a file of packets out.

Each runs in a process of its own, so that caches and memory are its own.  Its CPU is that of converting and encoding,
all threads, and no time of reading frames or writing packets; its peak is that of the whole process.
"""

import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from multiprocessing import get_context
from pathlib import Path
from typing import BinaryIO, Final, ParamSpec, Protocol, TypeVar

import av
import msgpack
from av.video.frame import PictureType
from av.video.reformatter import Colorspace, VideoReformatter

from recorder.capture.frame import Frame
from recorder.encode import Encoder
from recorder.format.keyframes import KeyframeRule
from recorder.screen_encoder import open_screen_encoder
from tests.bench.desktop_frames import RATE
from tests.bench.stopwatch import PEAK_UNIT

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
Frames = Callable[[], Iterator[Frame]]

OURS: Final = "sealcast"
X264: Final = "x264 veryfast crf 23"
VP9: Final = "VP9 realtime screen crf 30"
VP9_FASTER: Final = "VP9 as WebRTC has it"
_NEVER: Final = "1000000"  # frames between keyframes that an encoder makes by itself
_VP9: Final = {"deadline": "realtime", "tune-content": "screen", "crf": "30", "b": "0"}
# FFmpeg's encoder, and what it is told beyond when keyframes come.
PEERS: Final[dict[str, tuple[str, dict[str, str]]]] = {
    X264: ("libx264", {"preset": "veryfast", "crf": "23", "forced-idr": "1", "sc_threshold": "0"}),
    VP9: ("libvpx-vp9", _VP9),
    VP9_FASTER: ("libvpx-vp9", {**_VP9, "cpu-used": "7", "lag-in-frames": "0"}),
}
_CODECS: Final = {"libx264": "h264", "libvpx-vp9": "vp9"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A packet of an encoder."""

    codec: str
    keyframe: bool
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """What an encoder needed.  Units: size and peak in bytes."""

    cpu_s: float
    size: int
    frame_count: int
    keyframes: int
    peak: int
    codecs: Counter[str]  # how many packets are of which

    @property
    def cpu_ms(self) -> float:
        """Of a frame."""
        return self.cpu_s * 1000 / self.frame_count


class Contender(Protocol):
    """Frames in, packets out, at once or later."""

    def encode(self, frame: Frame, /) -> list[Made]: ...

    def finish(self) -> list[Made]: ...


class Ours:
    """As the recorder does it, with keyframes by its rule."""

    def __init__(self) -> None:
        self._rule = KeyframeRule()
        self._encoder: Encoder | None = None

    def encode(self, frame: Frame) -> list[Made]:
        encoder = self._encoder = self._encoder or open_screen_encoder(*frame.size)
        encoded = encoder.encode(frame, keyframe=self._rule.due)
        if encoded.keyframe:
            self._rule.keyframe(len(encoded.payload), encoded.decode_us)
        else:
            self._rule.packet(len(encoded.payload), encoded.decode_us)
        return [Made(codec=encoder.codec, keyframe=encoded.keyframe, payload=encoded.payload)]

    def finish(self) -> list[Made]:
        assert self._encoder
        self._encoder.close()
        return []


class Peer:
    """One of FFmpeg's encoders by one thread, with so many keyframes, evenly spread.

    Pictures come evenly: with their true times x264 needs more bytes.
    """

    def __init__(self, name: str, *, frame_count: int, keyframes: int) -> None:
        encoder, options = PEERS[name]
        self._codec = _CODECS[encoder]
        self._keyframes = {at * frame_count // keyframes for at in range(keyframes)}
        self._reformatter = VideoReformatter()
        self._options = {**options, "g": _NEVER, "keyint_min": _NEVER}
        self._count = 0
        context = av.VideoCodecContext.create(encoder, "w")
        assert isinstance(context, av.VideoCodecContext)
        self._context = context

    def encode(self, frame: Frame) -> list[Made]:
        if self._count == 0:
            self._open(*frame.size)
        picture = self._reformatter.reformat(
            av.VideoFrame.from_numpy_buffer(frame.pixels, format="bgra"),
            format="yuv420p",
            dst_colorspace=Colorspace.ITU709,
            threads=1,
        )
        picture.pts = self._count
        picture.pict_type = PictureType.I if self._count in self._keyframes else PictureType.NONE
        self._count += 1
        return self._made(picture)

    def finish(self) -> list[Made]:
        return self._made(None)

    def _open(self, width_px: int, height_px: int) -> None:
        context = self._context
        context.width, context.height, context.pix_fmt = width_px, height_px, "yuv420p"
        context.time_base, context.framerate = Fraction(1, RATE), Fraction(RATE)
        context.thread_count, context.bit_rate = 1, 0
        context.options = self._options
        context.open()

    def _made(self, picture: av.VideoFrame | None) -> list[Made]:
        packets = self._context.encode(picture)
        return [Made(codec=self._codec, keyframe=one.is_keyframe, payload=bytes(one)) for one in packets]


class Nobody:
    """Looks at frames and makes nothing: what remains of the memory is of reading them."""

    def encode(self, _: Frame) -> list[Made]:
        return []

    def finish(self) -> list[Made]:
        return []


class _Ledger:
    """Writes packets into a file and counts them."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = self.keyframes = 0
        self.codecs: Counter[str] = Counter()

    def put(self, made: list[Made]) -> None:
        for one in made:
            self._file.write(msgpack.packb([one.codec, one.keyframe, one.payload]))
            self.size += len(one.payload)
            self.keyframes += one.keyframe
            self.codecs[one.codec] += 1


def encode(contender: Callable[[], Contender], frames: Frames, packets: Path) -> Took:
    """Encode frames into a file of packets.  To be called in a process of its own."""
    one, cpu_ns, frame_count = contender(), 0, 0
    with packets.open("wb") as file:
        ledger = _Ledger(file)
        for frame in frames():
            frame_count += 1
            began_ns = time.process_time_ns()
            made = one.encode(frame)
            cpu_ns += time.process_time_ns() - began_ns
            ledger.put(made)
        began_ns = time.process_time_ns()
        made = one.finish()
        cpu_ns += time.process_time_ns() - began_ns
        ledger.put(made)
    return Took(
        cpu_s=cpu_ns / 1e9,
        size=ledger.size,
        frame_count=frame_count,
        keyframes=ledger.keyframes,
        peak=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * PEAK_UNIT,
        codecs=ledger.codecs,
    )


def read_packets(path: Path) -> Iterator[Made]:
    """Yield the packets of a file."""
    with path.open("rb") as file:
        for codec, keyframe, payload in msgpack.Unpacker(file, max_buffer_size=2**30):
            yield Made(codec=codec, keyframe=keyframe, payload=payload)


def processes(count: int = 1) -> ProcessPoolExecutor:
    """Return a pool that has a new process for each task: nothing is left of the one before."""
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"), max_tasks_per_child=1)


def alone(what: Callable[Arguments, Result], *arguments: Arguments.args, **more: Arguments.kwargs) -> Result:
    """Do it in a process of its own."""
    with processes() as pool:
        return pool.submit(what, *arguments, **more).result()
