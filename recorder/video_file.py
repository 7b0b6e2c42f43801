"""A video file to be taken in: the door to PyAV's demuxers and decoders in this room.

The packets of its first video stream, either as they are or as pictures.  FFmpeg opens this one file and nothing that
the file names: of its formats only those are taken that hold everything themselves.
"""

import contextlib
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import av
import av.error
import numpy as np
import numpy.typing as npt
from av.container import InputContainer
from av.stream import Disposition
from av.video.reformatter import VideoReformatter

from recorder.bitstreams import Independence, beginning, shown
from recorder.capture.frame import Pixels
from recorder.errors import ImportVideoError
from recorder.format.pack import MAX_TIME_US
from recorder.format.packet import MAX_JOINED
from recorder.format.screen import MAX_REORDER, MAX_SIDE
from vault.durable import plain_errors, require_regular

COPIED: Final = ("h264", "vp9", "vp8", "av1")
MAX_PICTURES: Final = 50_000_000  # a month at 20 a second
# Playlists, manifests, lists of files, session descriptions and numbered pictures are not among them.
_FORMATS: Final = "mov,matroska,avi,mpegts,mpeg,flv,asf,ogg,ivf,mxf,nut,gif"
_OPTIONS: Final = {"protocol_whitelist": "file", "format_whitelist": _FORMATS}
_WORTH_TELLING_US: Final = 1_000_000

Times = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One packet of a copied stream.  Units: time_us since the first picture."""

    time_us: int
    payload: bytes
    keyframe: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """When the picture of the k-th packet's turn is shown, in the file's ticks; reorder is how far packets stray."""

    times: Times
    reorder: int


class VideoFile:
    """An open video file.  Errors: BlobNotFoundError, StoreUnavailableError; ImportVideoError, also from what reads.

    Units: size in px; length_us up to the end of the last picture, known after order() or pictures().
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with plain_errors(str(path)):
            require_regular(path)
            with path.open("rb"):
                self._written_us = path.stat().st_mtime_ns // 1000
        self._stream: av.VideoStream
        self._damaged = self._end_us = self._others = self.length_us = 0
        self._container = self._opened()
        try:
            self._begin()
            first = self._first()
            self.size = first.width, first.height
            name = self._stream.codec_context.codec.canonical_name
            self.codec = name if name in COPIED and first.rotation == 0 else None
        except BaseException:
            self.close()
            raise

    @property
    def left_out(self) -> Iterator[str]:
        """What of it is not taken."""
        if self._container.streams.audio:
            yield "the sound of the video is left out"
        if self._others:
            yield f"only the first of {self._others + 1} video streams is taken"

    @property
    def troubles(self) -> Iterator[str]:
        """What should be there and is not; asked after order() or pictures()."""
        if self._damaged:
            yield f"packets of the video that are damaged: {self._damaged}"
        # Some containers count from 0 and some from their first packet; what is doubtful is not missed.
        missing_us = (self._container.duration or 0) - self._end_us
        if missing_us > _WORTH_TELLING_US:
            yield f"the video ends {missing_us // 1_000_000} s before it should"

    @property
    def began_wall_us(self) -> int:
        """When it was made, µs since 1970 UTC: as it says, else when the file was written."""
        with contextlib.suppress(ValueError, OverflowError):
            made = datetime.fromisoformat(self._container.metadata.get("creation_time", ""))
            made_us = round(made.replace(tzinfo=made.tzinfo or UTC).timestamp() * 1e6)
            if 0 < made_us < MAX_TIME_US:
                return made_us
        return max(0, self._written_us)

    def order(self) -> Turns | None:
        """Return the order of its pictures; None when packets cannot be copied as they are.

        For that every group of pictures must stand alone, all have one size, and every packet give one picture.
        """
        if self.codec is None:
            return None
        self._rewind()
        stamps, groups, size, shown_for = array("q"), array("q"), b"", 0
        for packet, payload in self._payloads(self.codec):
            if packet.is_corrupt:
                continue  # nothing is lost if it is the last, cut in the middle
            if (
                packet.pts is None
                or packet.is_discard  # the container cuts it off
                or packet.has_sidedata("new_extradata")
                or self._damaged
                or not 0 < len(payload) <= MAX_JOINED
                or not shown(self.codec, payload)
            ):
                return None
            if packet.is_keyframe:
                found = beginning(self.codec, payload)
                size = size or found
                if not found or found != size:
                    return None
                groups.append(len(stamps))
            stamps.append(packet.pts)
            shown_for = packet.duration or 0
        if not groups or groups[0] or len(stamps) > MAX_PICTURES:
            return None
        # A decoder holds back as many pictures as the stream announces, also where fewer would do.
        announced = self._stream.codec_context.reorder_depth
        order = ordered(np.frombuffer(stamps, np.int64), groups, announced=announced)
        if order:
            self.length_us = self._us(int(order.times[-1] - order.times[0]) + shown_for)
        return order

    def copied(self, order: Turns) -> Iterator[Picture]:
        """Give its packets as they are, in the order in which they lie in the file."""
        assert self.codec
        self._rewind()
        begun = int(order.times[0])
        for (packet, payload), ticks in zip(self._payloads(self.codec), order.times, strict=False):
            yield Picture(time_us=self._us(int(ticks) - begun), payload=payload, keyframe=packet.is_keyframe)

    def pictures(self) -> Iterator[tuple[int, Pixels]]:
        """Give its pictures decoded, with their times: (height, width, 4) uint8, BGRX."""
        self._rewind()
        reformatter = VideoReformatter()
        assert self._stream.time_base
        second = round(1 / self._stream.time_base)
        begun, ended = None, 0
        for stamp, frame in self._frames():
            if begun is None or stamp - begun < ended - second:
                begun = stamp - ended  # the first one of all, or of a file that was joined to another
            time_us = max(0, self._us(stamp - begun))
            ended = max(ended, stamp - begun + frame.duration)
            self.length_us = self._us(ended)
            with self._plainly():
                pixels = reformatter.reformat(frame, format="bgra").to_ndarray()
            yield time_us, np.ascontiguousarray(np.rot90(pixels, round(frame.rotation / 90)), np.uint8)

    def _payloads(self, codec: str) -> "Iterator[tuple[av.Packet[av.VideoStream], bytes]]":
        """Give packets, each with its payload as the law wants it."""
        independence = Independence(codec, self._stream.codec_context.extradata or b"")
        for packet in self._packets():
            yield packet, independence.packet(bytes(packet), keyframe=packet.is_keyframe)

    def _frames(self) -> Iterator[tuple[int, av.VideoFrame]]:
        """Give what decodes, with its time in ticks."""
        for packet in chain(self._packets(), [None]):  # the decoder gives the last ones when nothing more comes
            try:
                frames = self._stream.decode(packet)
            except av.error.FFmpegError:
                self._damaged += 1
                continue
            for frame in frames:
                if frame.pts is not None:
                    yield frame.pts, frame

    def _first(self) -> av.VideoFrame:
        for _, frame in self._frames():
            return frame
        raise self._error("not one picture of it can be decoded")

    def _packets(self) -> "Iterator[av.Packet[av.VideoStream]]":
        """Give whole packets of the video, up to where the file ends or is no good."""
        packets = self._container.demux()
        while True:
            try:
                packet = next(packets)
            except (StopIteration, av.error.FFmpegError, IndexError):  # the last of PyAV, for streams that began late
                return
            if packet.pts is not None:
                ends_us = round((packet.pts + (packet.duration or 0)) * packet.time_base * 1_000_000)
                self._end_us = max(self._end_us, ends_us)
            if packet.stream_index == self._stream.index and packet.size:
                self._damaged += packet.is_corrupt
                yield packet  # type: ignore[misc]  # of that stream

    def _begin(self) -> None:
        self._damaged = self._end_us = 0
        streams = [one for one in self._container.streams.video if not one.disposition & Disposition.attached_pic]
        if not streams:
            raise self._error("it holds no video")
        self._stream, self._others = streams[0], len(streams) - 1
        context = self._stream.codec_context
        if context is None:
            raise self._error("nothing here decodes its video")
        if not (1 <= context.width <= MAX_SIDE and 1 <= context.height <= MAX_SIDE):
            raise self._error(f"its picture is {context.width} × {context.height} px")

    def _rewind(self) -> None:
        # Seeking is not exact in every container; opening anew is.
        self.close()
        self._container = self._opened()
        self._begin()

    def _opened(self) -> InputContainer:
        with self._plainly():
            # Without the prefix a name like http:… would be an address.
            return av.open(f"file:{self._path}", "r", options=_OPTIONS, metadata_errors="replace")

    def _us(self, ticks: int) -> int:
        assert self._stream.time_base is not None
        time_us = round(ticks * self._stream.time_base * 1_000_000)
        if time_us >= MAX_TIME_US:
            raise self._error("its pictures lie centuries apart")
        return time_us

    @contextlib.contextmanager
    def _plainly(self) -> Iterator[None]:
        try:
            yield
        except (av.error.InvalidDataError, av.error.ArgumentError) as error:
            raise self._error(
                "it is no video file of a kind that is taken, or an important piece is missing"
            ) from error
        except (av.error.FFmpegError, OSError) as error:
            why = error.strerror or "FFmpeg cannot read it"
            raise self._error(why[:1].lower() + why[1:]) from error

    def _error(self, why: str) -> ImportVideoError:
        return ImportVideoError(what=str(self._path), why=why)

    def close(self) -> None:
        """Let go of the file."""
        self._container.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def ordered(stamps: Times, groups: Sequence[int], *, announced: int = 0) -> Turns | None:
    """Return whose turn is when, for packets in the order in which they lie; None when groups are not closed.

    Shapes: stamps are presentation times, groups the numbers of the packets with which they begin; reorder is at least
    what is announced.
    """
    times = np.empty_like(stamps)
    latest, reorder = None, announced
    for begin, end in zip(groups, [*groups[1:], len(stamps)], strict=True):
        group = stamps[begin:end]
        turns = np.argsort(group, kind="stable")
        times[begin:end] = group[turns]
        # Shown before the keyframe means: made from the group before.
        if turns[0] or (latest is not None and group[0] <= latest) or len(np.unique(group)) != len(group):
            return None
        latest = times[end - 1]
        reorder = max(reorder, int((turns - np.arange(len(turns))).max()))
    return Turns(times=times, reorder=reorder) if reorder <= MAX_REORDER else None
