"""Sessions of which every pixel is known: small lossless pictures of any number of screens, in one part or several."""

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import av
import numpy as np

from recorder.capture.frame import Frame, Region
from recorder.clock import SessionClock
from recorder.encode import Encoder, Preset, Recipe, VideoEncoder, open_encoder
from recorder.format.screen import Configuration
from recorder.screen_encoder import open_screen_encoder
from recorder.video_file import VideoFile
from recorder.writer import RecordingWriter
from replay.projector import Projector
from replay.recording import Recording
from replay.scene import Pixels, View
from replay.session import Session
from tests.memory import MemoryGrowing, MemorySource
from tests.recorder.writing import ABOUT, SCREEN
from tests.vectors.fixed import portal, seed, signer
from vault.anchor import Anchor
from vault.errors import StoreUnavailableError
from vault.header import About, Identity, PreviousPart, Role
from vault.index import Reason
from vault.local import LocalGrowing
from vault.outside import Outside
from vault.primitives import SigningKey
from vault.reader import SealedFile
from vault.store import Growing, Source
from vault.writer import SealedWriter

AGENT = "screen/agent"
KEYS = Identity(portal_keys=[portal()])
SESSION_ID = seed("session")[:16]
CREATED_US = 1_790_000_000_000_000


LOSSLESS_VP9 = Recipe(
    codec="vp9",
    encoder="libvpx-vp9",
    pixels="gbrp",
    decode_ns=0.9,
    options={"deadline": "realtime", "cpu-used": "8", "lossless": "1", "lag-in-frames": "0", "auto-alt-ref": "0"},
)


@dataclass
class Truth:
    """What each screen showed from when on: (height, width, 3) uint8, blue, green, red."""

    shown: dict[str, list[tuple[int, Pixels]]] = field(default_factory=dict)

    def at(self, track: str, time_us: int) -> tuple[int, Pixels] | None:
        pictures = self.shown.get(track, [])
        at = bisect_right(pictures, time_us, key=lambda one: one[0])
        return pictures[at - 1] if at else None

    def times(self, *tracks: str) -> list[int]:
        return sorted({time_us for track in tracks for time_us, _ in self.shown[track]})

    def agrees(self, view: View, time_us: int) -> bool:
        """Whether a view shows what was there at that time, bit for bit."""
        expected, picture = self.at(view.track, time_us), view.picture
        if expected is None or picture is None:
            return expected is None and picture is None
        return picture.time_us == expected[0] and np.array_equal(picture.pixels[..., :3], expected[1])


class Maker:
    """Writes one part, and keeps what it shows."""

    def __init__(  # noqa: PLR0913 - what may differ between parts
        self,
        growing: Growing,
        *,
        number: int = 1,
        before: tuple[bytes, Anchor] | None = None,
        session_id: bytes = SESSION_ID,
        key: SigningKey | None = None,
        recipient: bytes | None = None,
        recording_id: bytes | None = None,
        begins_us: int = 0,
    ) -> None:
        self.recording_id = recording_id or seed(f"part {number}")[:16]
        previous = before and PreviousPart(recording_id=before[0], block=before[1].block, hash=before[1].hash)
        if number > 1 and previous is None:
            previous = PreviousPart(recording_id=bytes(16), block=1, hash=bytes(32))
        about = About(
            recording_id=self.recording_id,
            session_id=session_id,
            part=number,
            previous=previous,
            created_us=CREATED_US + number,
        )
        recipients = [(Role.PORTAL, recipient or portal().public)]
        self.sealed = SealedWriter(growing, about, recipients=recipients, signer=key or signer())
        clock = SessionClock(began_us=-begins_us, outside=Outside(monotonic_us=lambda: 0)) if begins_us else None
        self.writer = RecordingWriter(self.sealed, about=ABOUT, clock=clock)
        self.truth = Truth()
        self._chance = np.random.default_rng(number)
        self._encoders: dict[str, Encoder] = {}

    def picture(
        self,
        time_us: int,
        track: str = SCREEN,
        *,
        keyframe: bool = False,
        size: tuple[int, int] = (64, 48),
        codec: str = "h264",
    ) -> None:
        """Put a picture that differs somewhere from the one before."""
        encoder = self._encoders.get(track)
        if encoder is None or (encoder.codec, encoder.width_px, encoder.height_px) != (codec, *size):
            self._close(track)
            encoder = self._encoders[track] = _encoder(size, codec)
            keyframe = True
        pictures = self.truth.shown.setdefault(track, [])
        pixels = np.full((size[1], size[0], 4), 255, np.uint8)
        if pictures and not keyframe:
            pixels[..., :3] = pictures[-1][1]
        left_px, top_px = (int(self._chance.integers(0, side - 8)) for side in size)
        area = Region(left_px, top_px, left_px + 8, top_px + 8)
        pixels[top_px : top_px + 8, left_px : left_px + 8, :3] = self._chance.integers(0, 255, 3)
        changed = Region(0, 0, *size) if keyframe else area
        encoded = encoder.encode(Frame(time_us=time_us, pixels=pixels, changed=(changed,)), keyframe=keyframe)
        configuration = None
        if encoded.keyframe:
            configuration = Configuration(codec=codec, width_px=size[0], height_px=size[1], title=track)
        self.writer.put_picture(track, encoded.payload, time_us=time_us, configuration=configuration)
        pictures.append((time_us, pixels[..., :3].copy()))

    def pictures(
        self, times_us: Sequence[int], tracks: Sequence[str] = (SCREEN,), *, every: int = 20, codec: str = "h264"
    ) -> Self:
        """Put pictures on these tracks in turn, with a keyframe now and then."""
        for number, time_us in enumerate(times_us):
            track = tracks[number % len(tracks)]
            self.picture(time_us, track, keyframe=number % every < len(tracks), codec=codec)
        return self

    def film(self, path: Path) -> None:
        """Copy a video, packet by packet, as an import does."""
        with VideoFile(path) as video:
            order = video.order()
            assert order
            assert video.codec
            configuration = Configuration(
                codec=video.codec, width_px=video.size[0], height_px=video.size[1], reorder=order.reorder
            )
            for one in video.copied(order):
                self.writer.put_picture(
                    SCREEN, one.payload, time_us=one.time_us, configuration=configuration if one.keyframe else None
                )
        with av.open(str(path)) as container:
            frames = list(container.decode(video=0))
        begun, base = frames[0].pts, frames[0].time_base
        assert begun is not None
        assert base is not None
        self.truth.shown[SCREEN] = [
            (round((one.pts - begun) * base * 1_000_000), np.asarray(one.to_ndarray(format="bgra"), np.uint8)[..., :3])
            for one in frames
            if one.pts is not None
        ]

    def finish(self, reason: int = Reason.ENDED) -> tuple[bytes, Anchor]:
        """End it; return what the next part says of this one."""
        self.close()
        return self.recording_id, self.writer.finish(reason=reason)

    def close(self) -> None:
        """Let go of the encoders; the file stays without an end."""
        for track in list(self._encoders):
            self._close(track)

    def _close(self, track: str) -> None:
        if track in self._encoders:
            self._encoders.pop(track).close()


def _encoder(size: tuple[int, int], codec: str) -> Encoder:
    if codec == "tiles":
        return open_screen_encoder(*size, preset=Preset.EXACT)
    return VideoEncoder(*size, LOSSLESS_VP9) if codec == "vp9" else open_encoder(*size, preset=Preset.EXACT)


@dataclass(frozen=True, kw_only=True)
class Made:
    """A part that was written, and what it shows."""

    data: bytes
    truth: Truth

    def session(self) -> Session:
        return session_of(self.data)


def made(times_us: Sequence[int], tracks: Sequence[str] = (SCREEN,), *, every: int = 20, codec: str = "h264") -> Made:
    """Return a finished part with pictures at these times."""
    growing = MemoryGrowing()
    maker = Maker(growing).pictures(times_us, tracks, every=every, codec=codec)
    maker.finish()
    return Made(data=bytes(growing.data), truth=maker.truth)


def recording_of(data: bytes | bytearray) -> Recording:
    return Recording(SealedFile(MemorySource(bytes(data)), KEYS))


def session_of(*parts: bytes | bytearray) -> Session:
    """Open parts as one session, all read."""
    session = Session([recording_of(part) for part in parts])
    while session.follow(most=64):
        pass
    return session


def without_index(data: bytes) -> bytes:
    """Return a part whose writer was stopped before the end."""
    sealed = SealedFile(MemorySource(data), KEYS)
    assert sealed.final
    return data[: sealed.final.root.offset]


def flipped(data: bytes, at: int) -> bytes:
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)


def shown_right(projector: Projector, truth: Truth, time_us: int, tracks: Collection[str] = (SCREEN,)) -> bool:
    return all(truth.agrees(view, time_us) for view in projector.views(time_us, tracks))


@dataclass
class Watched:
    """A source that counts what is read, and fails when it is told to."""

    source: Source
    reads: list[tuple[int, int]] = field(default_factory=list)
    failing: bool = False

    def size(self) -> int:
        return self.source.size()

    def read(self, start: int, size: int) -> bytes:
        if self.failing:
            raise StoreUnavailableError(name="the disk", why="it is gone")
        self.reads.append((start, size))
        return self.source.read(start, size)


S = 1_000_000


@dataclass
class Parts:
    """A session in some parts in a folder, and what it shows."""

    paths: list[Path]
    truth: Truth

    @property
    def names(self) -> list[str]:
        return [path.name for path in self.paths]


def write_parts(folder: Path, count: int = 3, *, ended: bool = True, **who: Any) -> Parts:  # noqa: ANN401 - of Maker
    """Write parts of 10 s, each 2 s after the one before, the last one finished if wished."""
    made, before = Parts(paths=[], truth=Truth()), None
    for number in range(1, count + 1):
        begins_us = (number - 1) * 12 * S
        path = folder / f"part {number}.sealcast"
        maker = Maker(LocalGrowing(path), number=number, before=before, begins_us=begins_us, **who)
        maker.pictures(range(begins_us, begins_us + 10 * S + 1, S // 4))
        last = number == count
        if last and not ended:
            maker.close()
            maker.writer.abandon()
        else:
            before = maker.finish(Reason.ENDED if last else Reason.CONTINUED)
        made.paths.append(path)
        for track, pictures in maker.truth.shown.items():
            made.truth.shown.setdefault(track, []).extend(pictures)
    return made
