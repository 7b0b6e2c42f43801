"""A video file to be taken in: the door to PyAV's demuxers and decoders in this room.

The packets of its first video stream, either as they are or as pictures.
"""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import av
import av.bitstream
import av.error
import numpy as np
import numpy.typing as npt

from recorder.bitstreams import Independence, shown
from recorder.capture.frame import Pixels
from recorder.errors import ImportVideoError
from recorder.format.packet import MAX_JOINED
from recorder.format.screen import MAX_REORDER, MAX_SIDE

COPIED: Final = {"h264": "h264", "vp9": "vp9", "vp8": "vp8", "av1": "av1", "libdav1d": "av1", "libaom-av1": "av1"}
MAX_PICTURES: Final = 50_000_000  # a month at 20 a second

Times = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One packet of a copied stream.  Units: time_us since the first picture."""

    time_us: int
    payload: bytes
    keyframe: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """When the picture of the k-th packet's turn is shown, in the file's ticks; reorder is how far packets stray."""

    times: Times
    reorder: int


class VideoFile:
    """An open video file.  Errors: ImportVideoError, also from whatever reads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._plainly():
            self._container = av.open(str(path), metadata_errors="replace")
        try:
            self._stream = self._video()
            context = self._stream.codec_context
            self.size = context.width, context.height
            self.codec = COPIED.get(context.name)
            self._turned = self._first().rotation != 0
            self._last_us = 0
        except BaseException:
            self.close()
            raise

    @property
    def silent(self) -> bool:
        """Whether it has no sound, which would be left out."""
        return not self._container.streams.audio

    @property
    def began_wall_us(self) -> int:
        """When it was made, µs since 1970 UTC: as it says, else when the file was written."""
        with contextlib.suppress(ValueError):
            made = datetime.fromisoformat(self._container.metadata.get("creation_time", ""))
            return round(made.timestamp() * 1e6)
        return self._path.stat().st_mtime_ns // 1000

    def order(self) -> Order | None:
        """Return the order of its pictures; None when packets cannot be copied as they are.

        For that every group of pictures must stand alone, and every packet give one picture.
        """
        if self.codec is None or self._turned:
            return None
        self._rewind()
        times: list[int] = []
        groups: list[int] = []  # where each begins
        for packet in self._packets():
            if packet.pts is None or packet.size > MAX_JOINED or not shown(self.codec, bytes(packet)):
                return None
            if packet.is_keyframe:
                groups.append(len(times))
            times.append(packet.pts)
        if not groups or groups[0] or len(times) > MAX_PICTURES:
            return None
        found = ordered(np.array(times, np.int64), groups)
        self._last_us = self._us(max(times) - min(times))
        return found

    def copied(self, order: Order) -> Iterator[Picture]:
        """Give its packets as they are, in the order in which they lie in the file."""
        context = self._stream.codec_context
        description = context.extradata or b""
        independence = Independence(self.codec or "", description)
        # Files in boxes keep lengths where Annex B wants start codes.
        boxed = self.codec == "h264" and description[:1] == b"\x01"
        filters = av.bitstream.BitStreamFilterContext("h264_mp4toannexb", self._stream) if boxed else None
        self._rewind()
        begun = int(order.times[0])
        for packet, ticks in zip(self._packets(), order.times, strict=False):
            keyframe = packet.is_keyframe
            with self._plainly():
                payload = b"".join(bytes(one) for one in filters.filter(packet)) if filters else bytes(packet)
            if keyframe:
                payload = independence.keyframe(payload)
            yield Picture(time_us=self._us(int(ticks) - begun), payload=payload, keyframe=keyframe)

    def pictures(self) -> Iterator[tuple[int, Pixels]]:
        """Give its pictures decoded, with their times: (height, width, 4) uint8, BGRX."""
        self._rewind()
        first: int | None = None
        for frame in self._frames():
            if frame.pts is not None:
                first = frame.pts if first is None else first
                self._last_us = self._us(frame.pts - first)
                turns = round(frame.rotation / 90) % 4
                yield max(0, self._last_us), np.ascontiguousarray(np.rot90(frame.to_ndarray(format="bgra"), turns))

    @property
    def missing_us(self) -> int:
        """How much of the length it names is not there; asked after order() or pictures()."""
        stated = self._container.duration or 0
        return max(0, stated - self._last_us)

    def _video(self) -> av.VideoStream:
        streams = self._container.streams.video
        if not streams:
            raise ImportVideoError(what=str(self._path), why="it holds no video")
        context = streams[0].codec_context
        if not (1 <= context.width <= MAX_SIDE and 1 <= context.height <= MAX_SIDE):
            raise ImportVideoError(what=str(self._path), why=f"its picture is {context.width} × {context.height} px")
        return streams[0]

    def _packets(self) -> "Iterator[av.Packet[av.VideoStream]]":
        """Give packets that hold something, until they end or are no good."""
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except av.error.FFmpegError:
                return  # it is cut or damaged here; what was before it is taken
            if packet.size:
                yield packet

    def _frames(self) -> Iterator[av.VideoFrame]:
        for packet in self._packets():
            with contextlib.suppress(av.error.InvalidDataError):  # the pictures around it are whole
                yield from packet.decode()
        with contextlib.suppress(av.error.FFmpegError):
            yield from self._stream.decode(None)  # those it still holds back

    def _first(self) -> av.VideoFrame:
        for frame in self._frames():
            return frame
        raise ImportVideoError(what=str(self._path), why="not one picture of it can be decoded")

    def _rewind(self) -> None:
        # Seeking is not exact in every container; opening anew is.
        self._container.close()
        with self._plainly():
            self._container = av.open(str(self._path), metadata_errors="replace")
        self._stream = self._container.streams.video[0]

    def _us(self, ticks: int) -> int:
        assert self._stream.time_base is not None
        return round(ticks * self._stream.time_base * 1_000_000)

    @contextlib.contextmanager
    def _plainly(self) -> Iterator[None]:
        try:
            yield
        except (av.error.FFmpegError, OSError) as error:
            why = error.strerror or "FFmpeg cannot read it"
            raise ImportVideoError(what=str(self._path), why=why[:1].lower() + why[1:]) from error

    def close(self) -> None:
        """Let go of the file."""
        self._container.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def ordered(stamps: Times, groups: Sequence[int]) -> Order | None:
    """Return whose turn is when, for packets in the order in which they lie; None when groups are not closed.

    Shapes: stamps are presentation times, groups the numbers of the packets with which they begin.
    """
    times = np.empty_like(stamps)
    latest, reorder = None, 0
    for begin, end in zip(groups, [*groups[1:], len(stamps)], strict=True):
        group = stamps[begin:end]
        turns = np.argsort(group, kind="stable")
        times[begin:end] = group[turns]
        # Shown before the keyframe means: made from the group before.
        if turns[0] or (latest is not None and group[0] <= latest) or len(np.unique(group)) != len(group):
            return None
        latest = times[end - 1]
        reorder = max(reorder, int((turns - np.arange(len(turns))).max()))
    return Order(times=times, reorder=reorder) if reorder <= MAX_REORDER else None
