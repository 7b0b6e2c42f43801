from itertools import groupby
from typing import Final

import numpy as np
import pytest

from recorder.capture.frame import Frame, Pixels, Region
from recorder.codec.decoder import TilesDecoder
from recorder.encode import Encoded, Encoder, Preset
from recorder.errors import EncodeError
from recorder.format.packet import Packet
from recorder.format.screen import Configuration
from recorder.screen_encoder import open_screen_encoder
from recorder.screen_track import ScreenTrack
from tests.memory import MemoryGrowing
from tests.recorder.pictures import pictures, psnr, text
from tests.recorder.writing import SCREEN, begin, packets_in

SIZE: Final = (656, 400)
STEP_US: Final = 100_000
FILM: Final = Region(32, 40, 608, 360)


def frame(number: int, *, film: bool, letters: int = 0) -> Frame:
    """Return a page of text, changed a little each time; over it perhaps a film."""
    pixels = text(*SIZE)
    pixels[5 : 5 + letters, 5:100, :3] = 40
    if film:
        y, x = np.mgrid[0 : FILM.height_px, 0 : FILM.width_px]
        waves = 128 + 60 * np.sin((x + 7 * number) / 31) + 50 * np.cos((y - 3 * number) / 23)
        grain = np.random.default_rng(number).normal(0, 4, (*waves.shape, 3))
        part = pixels[FILM.top_px : FILM.bottom_px, FILM.left_px : FILM.right_px]
        part[..., :3] = np.clip(waves[..., None] + grain + (0, 10, 20), 0, 255)
    return Frame(time_us=number * STEP_US, pixels=pixels, changed=(Region(0, 0, *SIZE),))


def codecs(encoder: Encoder, frames: list[Frame]) -> list[tuple[str, bool]]:
    """Return the codec of each packet, and whether it is a keyframe."""
    found = []
    for one in frames:
        encoded = encoder.encode(one, keyframe=False)
        found.append((encoder.codec, encoded.keyframe))
    return found


def test_text_is_exact() -> None:
    encoder, decoder = open_screen_encoder(*SIZE), TilesDecoder(*SIZE)
    for number in range(5):
        shown = frame(number, film=False, letters=number)
        encoded = encoder.encode(shown, keyframe=number == 3)
        assert encoder.codec == "tiles"
        assert encoded.keyframe == (number in {0, 3})
        decoder.feed(encoded.payload, keyframe=encoded.keyframe)
        assert np.array_equal(decoder.pixels[..., :3], shown.pixels[..., :3])
    assert encoder.settled


@pytest.mark.parametrize("preset", Preset)
def test_a_film_goes_to_a_video_codec_and_text_comes_back(preset: Preset) -> None:
    video = "h264"
    encoder = open_screen_encoder(*SIZE, preset=preset)
    found = codecs(encoder, [frame(number, film=number >= 2) for number in range(20)])
    names = [name for name, _ in found]
    begins = names.index(video)
    assert begins < 12
    assert names == ["tiles"] * begins + [video] * (20 - begins)
    assert found[begins] == (video, True)
    assert encoder.settled == (preset is Preset.EXACT)
    found = codecs(encoder, [frame(number, film=False, letters=number - 20) for number in range(20, 40)])
    names = [name for name, _ in found]
    returns = names.index("tiles")
    assert returns <= 12
    assert names == [video] * returns + ["tiles"] * (20 - returns)
    assert found[returns] == ("tiles", True)
    assert encoder.settled
    encoder.close()


def test_a_film_that_stops_is_shown_as_tiles_after_a_rest() -> None:
    growing, rests_us = MemoryGrowing(), [14 * STEP_US + after_us for after_us in (500_000, 1_500_000, 3_000_000)]
    with begin(growing) as writer:
        track = ScreenTrack(writer, SCREEN, open_encoder=open_screen_encoder)
        for number in range(15):
            track.put(frame(number, film=True), time_us=number * STEP_US)
        assert [track.settle(monotonic_us=at_us, time_us=at_us) for at_us in rests_us] == [False, True, False]
        track.close()
        writer.finish()
    found = packets_in(growing)
    shown = list(pictures(found))
    times_us = [time_us for time_us, _ in shown]
    assert times_us == [*range(0, 15 * STEP_US, STEP_US), rests_us[1]]
    last = frame(14, film=True).pixels[..., :3]
    outside = np.ones(last.shape[:2], bool)
    outside[FILM.top_px - 15 : FILM.bottom_px + 15, FILM.left_px - 15 : FILM.right_px + 15] = False
    assert np.array_equal(shown[-1][1][outside], last[outside])
    assert psnr(shown[-1][1], last) > 38
    assert configured(found)[0] == "tiles"
    assert configured(found)[-1] == "tiles"
    assert "h264" in configured(found)


def test_a_photograph_that_was_scrolled_becomes_fine_after_a_rest() -> None:
    growing, photograph = MemoryGrowing(), frame(0, film=True).pixels
    page = np.concatenate((photograph, frame(9, film=True).pixels))
    rests_us = [4 * STEP_US + after_us for after_us in (500_000, 1_500_000, 3_000_000)]
    with begin(growing) as writer:
        track = ScreenTrack(writer, SCREEN, open_encoder=open_screen_encoder)
        for number in range(5):
            pixels = np.ascontiguousarray(page[53 * number : 53 * number + SIZE[1]])
            one = Frame(time_us=number * STEP_US, pixels=pixels, changed=(Region(0, 0, *SIZE),))
            track.put(one, time_us=one.time_us)
        assert [track.settle(monotonic_us=at_us, time_us=at_us) for at_us in rests_us] == [False, False, False]
        track.close()
        writer.finish()
    shown = [picture for _, picture in pictures(packets_in(growing))]
    assert len(shown) == 6
    assert psnr(shown[5], pixels[..., :3]) > psnr(shown[4], pixels[..., :3]) + 0.5


def test_a_film_may_change_its_size_and_rest_in_a_pause() -> None:
    growing, small = MemoryGrowing(), (400, 304)
    played = [frame(number, film=True) for number in (*range(12), *range(300, 306))]
    cut = (Region(0, 0, *small),)
    played += [
        Frame(time_us=one.time_us, pixels=np.ascontiguousarray(one.pixels[: small[1], : small[0]]), changed=cut)
        for one in (frame(number, film=True) for number in range(306, 320))
    ]
    with begin(growing) as writer:
        track = ScreenTrack(writer, SCREEN, open_encoder=open_screen_encoder)
        for one in played:
            track.put(one, time_us=one.time_us)
        track.close()
        writer.finish()
    found = packets_in(growing)
    assert [codec for codec, _ in groupby(configured(found))] == ["tiles", "h264", "tiles", "h264"]
    for one, (time_us, picture) in zip(played, pictures(found), strict=True):
        assert time_us == one.time_us
        assert psnr(picture, one.pixels[..., :3]) > 30


def configured(found: list[Packet]) -> list[str]:
    return [Configuration.read(one.payload).codec for one in found if one.configuration]


def test_a_film_that_ended_when_it_was_noticed_stays_tiles() -> None:
    encoder = open_screen_encoder(*SIZE)
    found = codecs(encoder, [frame(number, film=True) for number in range(6)])
    late = frame(300, film=False, letters=3)
    page = frame(5, film=True)
    page.pixels[5:8, 5:100, :3] = 40
    changed = (Region(0, 0, 200, 20),)
    found += codecs(encoder, [Frame(time_us=late.time_us, pixels=page.pixels, changed=changed)])
    assert found == [("tiles", True), *[("tiles", False)] * 6]


@pytest.mark.parametrize("fails", ["open", "encode"])
def test_without_a_video_codec_a_film_is_tiles_too(monkeypatch: pytest.MonkeyPatch, fails: str) -> None:
    opened = []

    class Failing:
        codec, settled, width_px, height_px = "h264", True, *SIZE

        def encode(self, frame: Frame, *, keyframe: bool) -> Encoded:
            raise EncodeError(why=f"it broke at {frame.time_us}, {keyframe}")

        def close(self) -> None:
            pass

    def opens(_width_px: int, _height_px: int, *, preset: Preset) -> Encoder:
        opened.append(preset)
        if fails == "open":
            raise EncodeError(why="there is none")
        return Failing()

    monkeypatch.setattr("recorder.screen_encoder.open_film_encoder", opens)
    encoder, decoder = open_screen_encoder(*SIZE), TilesDecoder(*SIZE)
    for number in range(25):
        shown = frame(number, film=True)
        encoded = encoder.encode(shown, keyframe=False)
        assert encoder.codec == "tiles"
        decoder.feed(encoded.payload, keyframe=encoded.keyframe)
        assert psnr(decoder.pixels[..., :3], shown.pixels[..., :3]) > 38
    assert opened == [Preset.BALANCED]
    assert encoder.settled


@pytest.mark.parametrize("size", [(0, 10), (10, 0), (16_385, 10), (10, 16_385)])
def test_a_size_that_no_picture_has_is_told(size: tuple[int, int]) -> None:
    with pytest.raises(EncodeError, match="16384"):
        open_screen_encoder(*size)


@pytest.mark.parametrize("size", [(1, 1), (17, 3), (16_384, 1)])
def test_any_other_size_is_taken(size: tuple[int, int]) -> None:
    encoder, decoder = open_screen_encoder(*size), TilesDecoder(*size)
    pixels: Pixels = np.full((size[1], size[0], 4), 9, np.uint8)
    encoded = encoder.encode(Frame(time_us=0, pixels=pixels, changed=()), keyframe=False)
    assert encoded.keyframe
    decoder.feed(encoded.payload, keyframe=True)
    assert np.array_equal(decoder.pixels[..., :3], pixels[..., :3])
