"""A video file being written: pictures, chat as subtitles, markers as chapters.  SPEC.md §4.  A door to PyAV."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import av.error
from av.container import OutputContainer
from av.packet import Packet as AvPacket

from replay.errors import ExportError
from replay.export.webvtt import ENTITIES, Cue

MS: Final = Fraction(1, 1000)
SUBTITLES: Final[Mapping[str, str]] = {"mkv": "subrip", "webm": "webvtt", "mp4": "mov_text"}
_MUXERS: Final[Mapping[str, str]] = {"mkv": "matroska", "webm": "webm", "mp4": "mp4"}
_WIDE: Final = str.maketrans({"<": "\uff1c", ">": "\uff1e", "{": "\uff5b", "}": "\uff5d"})
_MOST_TEXT: Final = 65_535  # bytes of a text in MP4


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A chapter.  Units: µs since the export began."""

    from_us: int
    until_us: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a video has beside its pictures."""

    title: str
    comment: str
    cues: Sequence[Cue] = ()
    chapters: Sequence[Chapter] = ()


class Container:
    """A container of one kind (mkv, webm, mp4); its subtitles go in as the pictures come to their times."""

    def __init__(self, opened: OutputContainer, kind: str, words: Words) -> None:
        self.opened = opened
        self._kind = kind
        self._cues = iter(words.cues)
        self._next = next(self._cues, None)
        self._subtitles = opened.add_mux_stream(SUBTITLES[kind]) if words.cues else None
        if self._subtitles:
            self._subtitles.time_base = MS

    def mux(self, packets: "Sequence[AvPacket[av.VideoStream]] | AvPacket[av.VideoStream]", time_us: int) -> None:
        """Put pictures in, of which the last is at a time; and the subtitles up to then."""
        self.say_until(time_us)
        self.opened.mux(packets)

    def say_until(self, time_us: int) -> None:
        """Put in the subtitles that begin before a time."""
        while self._next and self._subtitles and self._next.from_us <= time_us:
            packet = av.Packet(_subtitle(self._next, self._kind))
            packet.stream, packet.time_base = self._subtitles, MS
            packet.pts = packet.dts = self._next.from_us // 1000
            packet.duration = (self._next.until_us - self._next.from_us) // 1000
            self.opened.mux(packet)
            self._next = next(self._cues, None)


def _subtitle(cue: Cue, kind: str) -> bytes:
    text = f"{cue.who}: {cue.text}" if cue.who else cue.text
    match kind:
        case "webm":
            return text.translate(ENTITIES).encode()
        case "mkv":  # players take what stands between these for styles, and do not show it
            return text.translate(_WIDE).encode()
        case _:
            plain = text.encode()[:_MOST_TEXT].decode(errors="ignore").encode()
            return len(plain).to_bytes(2, "big") + plain


@contextmanager
def container(path: Path, kind: str, words: Words) -> Iterator[Container]:
    """Give a container that is written to a file, and end it.  Errors: OSError as the disk says."""
    options = {"movflags": "+faststart"} if kind == "mp4" else {}
    opened = av.open(str(path.absolute()), "w", format=_MUXERS[kind], options=options)
    try:
        opened.metadata.update({"title": words.title, "comment": words.comment})
        if words.chapters:
            opened.set_chapters(
                [
                    {
                        "id": number, "start": one.from_us // 1000, "end": one.until_us // 1000, "time_base": MS,
                        "metadata": {"title": one.title},
                    }
                    for number, one in enumerate(words.chapters, 1)
                ]
            )  # fmt: skip
        made = Container(opened, kind, words)
        yield made
        made.say_until(2**62)
        opened.close()
    except av.error.FFmpegError as error:
        if isinstance(error, OSError):
            raise  # the disk's
        raise ExportError(f"the video cannot be written: {error}", advice="try another kind: .mp4, .mkv") from error
    finally:
        opened.close()


def chapters(marks: Sequence[tuple[int, str]], length_us: int, title: str) -> list[Chapter]:
    """Return chapters that begin at these times, in order; none when nothing is marked."""
    if not marks:
        return []
    begun = [*([] if marks[0][0] == 0 else [(0, title)]), *marks]
    ends = [*(time_us for time_us, _ in begun[1:]), length_us]
    return [
        Chapter(from_us=time_us, until_us=end_us, title=name)
        for (time_us, name), end_us in zip(begun, ends, strict=True)
        if end_us > time_us
    ]
