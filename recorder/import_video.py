"""A recording from a video file that is there already, with a chat and a snapshot if wished."""

import json
import secrets
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from recorder.capture.frame import Frame, Pixels, Region
from recorder.chat_lines import BadLine, ChatLine, ChatParser, Participants
from recorder.encode import Preset, open_encoder
from recorder.format.errors import FormatError
from recorder.format.events import RECORDER, Clock, Taken, Trouble
from recorder.format.pack import MAX_TIME_US
from recorder.format.screen import Configuration
from recorder.format.snapshot import MAX_SIZE, Snapshot
from recorder.part import begin_part
from recorder.screen_track import ScreenTrack
from recorder.target import Target
from recorder.video_file import Turns, VideoFile
from recorder.writer import RecordingWriter
from vault.anchor import Anchor
from vault.durable import plain_errors, read_bounded, sync_folder
from vault.errors import BlobExistsError, PartEndedError, StoreUnavailableError
from vault.local import LocalGrowing
from vault.places import make_data_folder, signer_file
from vault.signers import own_signer

MAX_CHAT: Final = 64 * 1024 * 1024
_SCREEN: Final = "screen/customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOrder:
    """What to take in, for whom, into which new file."""

    video: Path
    target: Target
    chat: Path | None = None
    diagnostics: Path | None = None
    preset: Preset = Preset.BALANCED


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What was taken in."""

    pictures: int
    duration_us: int
    copied: bool
    anchor: Anchor


def import_video(order: ImportOrder, *, say: Callable[[str], None]) -> Imported:
    """Make a recording of a video file, whole or not at all.

    Errors: ImportVideoError, EncodeError, FormatError; BlobNotFoundError, MalformedError of what is read;
        BlobExistsError, StoreUnavailableError.
    """
    make_data_folder()
    signer = own_signer(signer_file(), random_bytes=secrets.token_bytes)
    snapshot = _snapshot(order.diagnostics) if order.diagnostics else None
    chat = list(_chat(order.chat, order.target.about.agent)) if order.chat else []
    with ExitStack() as open_things:
        video = open_things.enter_context(VideoFile(order.video))
        _refuse_to_replace_what_is_read(order)
        packets = video.order()
        if packets is None:
            open_encoder(*video.size, preset=order.preset).close()
        growing = open_things.enter_context(_new_file(order.target))
        about, recipients = order.target.about, order.target.recipients
        writer = open_things.enter_context(begin_part(growing, about, recipients=recipients, signer=signer))
        writer.put_event(Clock(wall_us=video.began_wall_us), time_us=0)
        if snapshot:
            writer.put_event(Taken(of=RECORDER, snapshot=snapshot), time_us=0)
        for why in (*video.left_out, *(str(line) for line in chat if isinstance(line, BadLine))):
            say(why)
            writer.put_event(Trouble(what=why), time_us=0)
        lines = _Lines(writer, [line for line in chat if isinstance(line, ChatLine)])
        pictures = 0
        for time_us, put in _copied(video, packets, writer) if packets else _encoded(video, writer, order.preset):
            lines.up_to(time_us)
            put()
            pictures += 1
        lines.up_to(video.length_us)
        # The last picture stays; without this the recording would end where it begins.
        writer.put_event(Clock(wall_us=video.began_wall_us + video.length_us), time_us=video.length_us)
        for why in video.troubles:
            say(why)
            writer.put_event(Trouble(what=why))
        lines.up_to(MAX_TIME_US)
        anchor = writer.finish()
    return Imported(pictures=pictures, duration_us=video.length_us, copied=packets is not None, anchor=anchor)


@contextmanager
def _new_file(target: Target) -> Iterator[LocalGrowing]:
    """Give a new file; if all goes well it takes the place of another, else it is gone.

    Whoever imports still has the video: half a recording would only mislead.
    """
    path = target.path
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}") if target.replaces else path
    growing = LocalGrowing(draft)
    try:
        yield growing
        if draft != path:
            with plain_errors(str(path)):
                draft.replace(path)
                sync_folder(path.parent)
    except PartEndedError as error:
        draft.unlink(missing_ok=True)
        raise StoreUnavailableError(name=str(path), why=error.why.removeprefix(f"{draft}: ")) from error
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _refuse_to_replace_what_is_read(order: ImportOrder) -> None:
    output = order.target.path
    for read in (order.video, order.chat, order.diagnostics):
        with plain_errors(str(output)):
            if read and output.exists() and output.samefile(read):
                raise BlobExistsError(name=str(output))


def _copied(video: VideoFile, order: Turns, writer: RecordingWriter) -> Iterator[tuple[int, Callable[[], object]]]:
    """Give when each packet is shown, and what puts it in."""
    assert video.codec
    width_px, height_px = video.size
    configuration = Configuration(codec=video.codec, width_px=width_px, height_px=height_px, reorder=order.reorder)
    for picture in video.copied(order):
        yield (
            picture.time_us,
            partial(
                writer.put_picture,
                _SCREEN,
                picture.payload,
                time_us=picture.time_us,
                configuration=configuration if picture.keyframe else None,
            ),
        )


def _encoded(video: VideoFile, writer: RecordingWriter, preset: Preset) -> Iterator[tuple[int, Callable[[], object]]]:
    """Give when each picture that differs from the one before is shown, and what encodes it."""
    track = ScreenTrack(writer, _SCREEN, open_encoder=partial(open_encoder, preset=preset))
    before: Pixels | None = None
    with closing(track):
        for time_us, pixels in video.pictures():
            if before is None or not np.array_equal(before, pixels):
                height_px, width_px = pixels.shape[:2]
                frame = Frame(time_us=time_us, pixels=pixels, changed=(Region(0, 0, width_px, height_px),))
                yield time_us, partial(track.put, frame, time_us=time_us)
                before = pixels


class _Lines:
    """A chat that is over, put in line by line as its times come."""

    def __init__(self, writer: RecordingWriter, lines: list[ChatLine]) -> None:
        self._writer = writer
        self._lines = deque(sorted(lines, key=_time_us))
        self._participants = Participants()

    def up_to(self, time_us: int) -> None:
        """Put in what was written by then."""
        while self._lines and _time_us(self._lines[0]) <= time_us:
            line = self._lines.popleft()
            for event in self._participants.events(line):
                self._writer.put_event(event, time_us=_time_us(line))


def _time_us(line: ChatLine) -> int:
    assert line.time_us is not None
    return line.time_us


def _chat(path: Path, agent: str | None) -> Iterator[ChatLine | BadLine]:
    parser = ChatParser(agent=agent)
    for line in (*parser.feed(read_bounded(path, limit=MAX_CHAT, what="chat")), *parser.finish()):
        if isinstance(line, ChatLine) and line.time_us is None:
            yield BadLine(number=line.number, why="at_s, the seconds since the video begins, is missing")
        else:
            yield line


def _snapshot(path: Path) -> Snapshot:
    raw = read_bounded(path, limit=4 * MAX_SIZE, what="snapshot")
    try:
        return Snapshot.read(json.loads(raw))
    except (ValueError, RecursionError) as error:
        raise FormatError(what=f"snapshot {path}", why=f"it is not JSON ({error})") from error
