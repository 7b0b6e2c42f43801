"""A recording from a video file that is there already, with a chat and a snapshot if wished."""

import json
import secrets
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
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
from recorder.format.pack import MAX_TIME
from recorder.format.screen import Configuration
from recorder.format.snapshot import MAX_SIZE, Snapshot
from recorder.part import begin_part
from recorder.screen_track import ScreenTrack
from recorder.target import Target
from recorder.video_file import Order, VideoFile
from recorder.writer import RecordingWriter
from vault.anchor import Anchor
from vault.durable import read_bounded
from vault.places import make_data_folder, signer_file
from vault.signers import own_signer

MAX_CHAT: Final = 64 * 1024 * 1024
_SCREEN: Final = "screen/customer"
_WORTH_TELLING_US: Final = 1_000_000


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
    """Make a recording of a video file.

    Errors: ImportVideoError, FormatError, EncodeError, BlobNotFoundError before there is a file; BlobExistsError;
        PartEndedError, StoreUnavailableError.
    """
    make_data_folder()
    signer = own_signer(signer_file(), random_bytes=secrets.token_bytes)
    snapshot = _snapshot(order.diagnostics) if order.diagnostics else None
    chat = _chat(order.chat, say) if order.chat else []
    with ExitStack() as open_things:
        video = open_things.enter_context(VideoFile(order.video))
        if not video.silent:
            say(f"{order.video}: its sound is left out")
        packets = video.order()
        if packets is None:
            open_encoder(*video.size, preset=order.preset).close()
        growing = order.target.create()
        open_things.push(partial(_gone_if_failed, order.target.path))
        about, recipients = order.target.about, order.target.recipients
        writer = open_things.enter_context(begin_part(growing, about, recipients=recipients, signer=signer))
        writer.put_event(Clock(wall_us=video.began_wall_us), time_us=0)
        if snapshot:
            writer.put_event(Taken(of=RECORDER, snapshot=snapshot), time_us=0)
        lines = _Lines(writer, chat)
        pictures, last_us = 0, 0
        for time_us, put in _copied(video, packets, writer) if packets else _encoded(video, writer, order.preset):
            lines.up_to(time_us)
            put()
            pictures, last_us = pictures + 1, time_us
        if video.missing_us > _WORTH_TELLING_US:
            why = f"the video ends {video.missing_us // 1_000_000} s before it should"
            say(f"{order.video}: {why}")
            writer.put_event(Trouble(what=why))
        lines.up_to(MAX_TIME)
        anchor = writer.finish()
    return Imported(pictures=pictures, duration_us=last_us, copied=packets is not None, anchor=anchor)


def _gone_if_failed(output: Path, kind: object, *_: object) -> None:
    # Whoever imports still has the video; half a recording would only mislead.
    if kind:
        output.unlink(missing_ok=True)


def _copied(video: VideoFile, order: Order, writer: RecordingWriter) -> Iterator[tuple[int, Callable[[], object]]]:
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

    def __init__(self, writer: RecordingWriter, lines: list[tuple[int, ChatLine]]) -> None:
        self._writer = writer
        self._lines = deque(lines)
        self._participants = Participants()

    def up_to(self, time_us: int) -> None:
        """Put in what was written by then."""
        while self._lines and self._lines[0][0] <= time_us:
            at_us, line = self._lines.popleft()
            for event in self._participants.events(line):
                self._writer.put_event(event, time_us=at_us)


def _chat(path: Path, say: Callable[[str], None]) -> list[tuple[int, ChatLine]]:
    parser = ChatParser()
    data = read_bounded(path, limit=MAX_CHAT, what="chat")
    lines: list[tuple[int, ChatLine]] = []
    for line in (*parser.feed(data), *parser.finish()):
        if isinstance(line, BadLine):
            say(str(line))
        elif line.time_us is None:
            say(str(BadLine(number=line.number, why="at_s, the seconds since the video begins, is missing")))
        else:
            lines.append((line.time_us, line))
    return sorted(lines, key=lambda one: one[0])


def _snapshot(path: Path) -> Snapshot:
    raw = read_bounded(path, limit=4 * MAX_SIZE, what="snapshot")
    try:
        return Snapshot.read(json.loads(raw))
    except (ValueError, RecursionError) as error:
        raise FormatError(what=f"snapshot {path}", why=f"it is not JSON ({error})") from error
