"""Video as it was recorded: packets into a container, nothing encoded anew.  SPEC.md §4.1."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Final, cast

import av
from av.container import InputContainer

from recorder.format.errors import RecordingError
from recorder.format.packet import Packet
from recorder.format.screen import Configuration
from replay.export.container import MS, Container, Words, container
from replay.export.cut import Cut
from replay.recording import Break
from replay.session import Session

CODECS: Final = {"mkv": ("h264", "vp8", "vp9", "av1"), "webm": ("vp8", "vp9", "av1")}
_CONTAINERS: Final = {"mkv": "Matroska", "webm": "WebM"}
_PROBED: Final = {"h264": "h264", "vp8": "ivf", "vp9": "ivf", "av1": "obu"}
_SPS: Final = 7


class NotCopied(Exception):  # noqa: N818 - no failure: it is encoded anew then
    """These pictures cannot be copied into one track; it says why."""


def write_copied(
    path: Path, kind: str, session: Session, track: str, cut: Cut, words: Words, *,
    tick: Callable[[int], None] = lambda _: None,
) -> None:  # fmt: skip
    """Write the pictures of a screen as they were recorded.

    Errors: NotCopied, OSError as the disk says, StoreUnavailableError.
    """
    if len(cut.spans) > 1:
        raise NotCopied("rests are left out, on which later pictures build")
    with container(path, kind, words) as into:
        copied = _Copied(into, kind, track)
        for found in session.packets_from(cut.from_us)():
            if isinstance(found, Break):
                copied.lose()
                continue
            packet = found.packet
            if packet.time_us >= cut.until_us:
                break
            if packet.track == track:
                copied.take(packet, cut)
            tick(packet.time_us)
        copied.flush(cut.length_us // 1000)
        if copied.empty:
            raise NotCopied("no picture was recorded then")


class _Copied:
    """One screen.  It owns its stream in the container, which begins with the first keyframe."""

    def __init__(self, into: Container, kind: str, track: str) -> None:
        self._into, self._kind, self._track = into, kind, track
        self._configuration: Configuration | None = None
        self._stream: av.VideoStream | None = None
        self._sets = b""
        self._lost = True
        self._last_ms = -1
        self._pending: av.Packet[av.VideoStream] | None = None  # how long it is shown is known when the next one comes

    def lose(self) -> None:
        """Leave out what builds on pictures that are missing."""
        self._lost = True

    @property
    def empty(self) -> bool:
        """Whether no picture came."""
        return self._stream is None

    def take(self, packet: Packet, cut: Cut) -> None:
        """Put a packet in."""
        if packet.configuration:
            self._configure(packet)
            return
        if packet.time_us < cut.from_us:
            raise NotCopied("it begins where no picture stands alone")
        if packet.keyframe:
            self._begin(packet.payload)
            self._lost = False
        if self._lost or self._stream is None:
            return
        made = av.Packet(packet.payload)
        made.stream, made.time_base = self._stream, MS
        self._last_ms = max(self._last_ms + 1, cut.export_us(packet.time_us) // 1000)
        made.pts = made.dts = self._last_ms
        made.is_keyframe = packet.keyframe
        self.flush(self._last_ms)
        self._pending = cast("av.Packet[av.VideoStream]", made)

    def flush(self, until_ms: int) -> None:
        """Put in the picture that is shown until a time."""
        if self._pending is not None and self._pending.pts is not None:
            self._pending.duration = max(1, until_ms - self._pending.pts)
            self._into.mux(self._pending, self._pending.pts * 1000)
            self._pending = None

    def _configure(self, packet: Packet) -> None:
        try:
            configuration = Configuration.read(packet.payload)
        except RecordingError as error:
            raise NotCopied("a configuration is damaged") from error
        if configuration.codec not in CODECS[self._kind]:
            raise NotCopied(f"{_CONTAINERS[self._kind]} cannot hold this recording's pictures")
        if configuration.reorder or configuration.description:
            raise NotCopied("its pictures come in another order")
        before, self._configuration = self._configuration, configuration
        if before and (before.codec, before.width_px, before.height_px) != (
            configuration.codec, configuration.width_px, configuration.height_px,
        ):  # fmt: skip
            raise NotCopied("the screen changes its size or codec")

    def _begin(self, keyframe: bytes) -> None:
        configuration = self._configuration
        if configuration is None:
            raise NotCopied("nothing says how it is encoded")
        sets = _parameter_sets(keyframe) if configuration.codec == "h264" else b""
        if self._stream is not None and sets != self._sets:
            raise NotCopied("the colours change their layout")
        if self._stream is None:
            self._sets = sets
            self._stream = _stream(self._into, configuration, keyframe)
            self._stream.metadata["title"] = self._track


def _stream(into: Container, configuration: Configuration, keyframe: bytes) -> av.VideoStream:
    probed = _ivf(configuration, keyframe) if _PROBED[configuration.codec] == "ivf" else keyframe
    try:
        with av.open(io.BytesIO(probed), format=_PROBED[configuration.codec]) as opened:
            source = cast("InputContainer", opened).streams.video[0]
            stream = into.opened.add_stream_from_template(source)
    except (av.error.FFmpegError, IndexError, ValueError) as error:
        raise NotCopied("its first picture is not understood") from error
    if stream.width < configuration.width_px or stream.height < configuration.height_px:
        raise NotCopied("its pictures have another size")
    stream.time_base = MS
    return stream


def _ivf(configuration: Configuration, keyframe: bytes) -> bytes:
    """Return a keyframe as an IVF file, which says how large it is."""
    fourcc = {"vp8": b"VP80", "vp9": b"VP90"}[configuration.codec]
    side = configuration.width_px.to_bytes(2, "little") + configuration.height_px.to_bytes(2, "little")
    head = b"DKIF" + bytes(2) + (32).to_bytes(2, "little") + fourcc + side
    head += (1000).to_bytes(4, "little") + (1).to_bytes(4, "little") + (1).to_bytes(4, "little") + bytes(4)
    return head + len(keyframe).to_bytes(4, "little") + bytes(8) + keyframe


def _parameter_sets(keyframe: bytes) -> bytes:
    """Return the first sequence parameter set of an Annex B access unit; empty where none is."""
    at = 0
    while (at := keyframe.find(b"\0\0\1", at)) >= 0 and at + 3 < len(keyframe):
        if keyframe[at + 3] & 0x1F == _SPS:
            end = keyframe.find(b"\0\0\1", at + 3)
            return keyframe[at + 3 : end if end >= 0 else len(keyframe)].rstrip(b"\0")
        at += 3
    return b""
