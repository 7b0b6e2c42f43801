"""Frames into a recording: what comes out again, when sizes change and when keyframes are due."""

from functools import partial

import numpy as np
import pytest

from recorder.capture.frame import Frame, Pixels, Region
from recorder.encode import Encoder, Preset, open_encoder
from recorder.errors import EncodeError
from recorder.format.screen import MAX_SIDE, Configuration
from recorder.screen_track import ScreenTrack
from tests.memory import MemoryGrowing
from tests.recorder.pictures import pictures
from tests.recorder.writing import SCREEN, begin, packets_in

EXACT = partial(open_encoder, preset=Preset.EXACT)


def frame(pixels: Pixels, *changed: Region) -> Frame:
    height_px, width_px = pixels.shape[:2]
    return Frame(time_us=0, pixels=pixels, changed=changed or (Region(0, 0, width_px, height_px),))


def noise(width_px: int, height_px: int, seed: int) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (height_px, width_px, 4), np.uint8)


def test_what_goes_in_comes_out_at_its_time() -> None:
    growing, wanted = MemoryGrowing(), [noise(64, 48, seed) for seed in range(5)]
    with begin(growing) as writer:
        track = ScreenTrack(writer, SCREEN, open_encoder=EXACT, title="the error")
        keyframes = [track.put(frame(pixels), time_us=number * 40_000) for number, pixels in enumerate(wanted)]
        track.close()
        writer.finish()
    assert keyframes == [True, False, False, False, False]
    assert track.pictures == 5
    found = list(pictures(packets_in(growing)))
    assert [at_us for at_us, _ in found] == [0, 40_000, 80_000, 120_000, 160_000]
    assert all(np.array_equal(pixels, right[..., :3]) for (_, pixels), right in zip(found, wanted, strict=True))
    assert [one.title for one in configurations(growing)] == ["the error"]


def test_a_changed_size_is_a_new_configuration_in_the_same_track() -> None:
    growing, sizes = MemoryGrowing(), [(64, 48), (64, 48), (48, 64), (33, 17), (64, 48)]
    wanted = [noise(*size, seed) for seed, size in enumerate(sizes)]
    with begin(growing) as writer:
        track = ScreenTrack(writer, SCREEN, open_encoder=EXACT)
        keyframes = [track.put(frame(pixels), time_us=number) for number, pixels in enumerate(wanted)]
        track.close()
        writer.finish()
    assert keyframes == [True, False, True, True, True]
    assert [(one.width_px, one.height_px) for one in configurations(growing)] == [
        (64, 48),
        (48, 64),
        (33, 17),
        (64, 48),
    ]
    found = list(pictures(packets_in(growing)))
    assert all(np.array_equal(pixels, right[..., :3]) for (_, pixels), right in zip(found, wanted, strict=True))


def test_only_what_changed_is_looked_at() -> None:
    growing, before = MemoryGrowing(), noise(256, 192, 0)
    after = before.copy()
    after[:64] = after[128:] = 0  # told of the lower part only
    with begin(growing) as writer:
        track = ScreenTrack(writer, SCREEN, open_encoder=EXACT)
        track.put(frame(before), time_us=0)
        track.put(frame(after, Region(0, 128, 256, 192)), time_us=1)
        track.close()
        writer.finish()
    (_, _), (_, shown) = pictures(packets_in(growing))
    assert np.array_equal(shown[:128], before[:128, :, :3])
    assert np.array_equal(shown[128:], after[128:, :, :3])


def test_keyframes_come_when_the_writer_says_so() -> None:
    growing = MemoryGrowing()
    with begin(growing) as writer:
        track = ScreenTrack(writer, SCREEN, open_encoder=EXACT)
        due = []
        for number in range(40):
            before = writer.keyframe_due(SCREEN)
            due.append((before, track.put(frame(noise(160, 120, number)), time_us=number)))
        track.close()
        writer.finish()
    assert all(before == keyframe for before, keyframe in due)
    assert 2 <= sum(keyframe for _, keyframe in due) < 20
    assert len(configurations(growing)) == sum(keyframe for _, keyframe in due)


def test_encoders_are_closed_when_they_are_not_needed_any_more() -> None:
    told: list[str] = []

    class Watched:
        """An encoder that tells when it goes."""

        settled = True

        def __init__(self, width_px: int, height_px: int) -> None:
            self._encoder = EXACT(width_px, height_px)
            self.codec, self.width_px, self.height_px = self._encoder.codec, width_px, height_px
            self.encode = self._encoder.encode

        def close(self) -> None:
            told.append(f"closed {self.width_px}")
            self._encoder.close()

    def watched(width_px: int, height_px: int) -> Encoder:
        told.append(f"opened {width_px}")
        return Watched(width_px, height_px)

    with begin(MemoryGrowing()) as writer:
        track = ScreenTrack(writer, SCREEN, open_encoder=watched)
        for width_px in (64, 32):
            track.put(frame(noise(width_px, 48, 0)), time_us=0)
        track.close()
        track.close()
    assert told == ["opened 64", "closed 64", "opened 32", "closed 32"]


def test_a_size_that_nothing_encodes_is_an_error() -> None:
    with begin(MemoryGrowing()) as writer:
        track = ScreenTrack(writer, SCREEN, open_encoder=EXACT)
        with pytest.raises(EncodeError):
            track.put(frame(np.zeros((1, MAX_SIDE + 1, 4), np.uint8)), time_us=0)
        assert track.pictures == 0
        track.close()


def configurations(growing: MemoryGrowing) -> list[Configuration]:
    return [Configuration.read(one.payload) for one in packets_in(growing) if one.configuration]
