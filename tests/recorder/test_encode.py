"""Every encoder: one packet a frame, keyframes that stand alone, pictures that come back."""

from collections.abc import Callable
from functools import partial

import av
import numpy as np
import pytest
from PIL import Image

from recorder.capture.frame import Frame, Pixels, Region
from recorder.encode import Encoder, FaithfulEncoder, Preset, open_encoder, open_film_encoder
from recorder.errors import EncodeError
from recorder.format.screen import Configuration
from recorder.planes import YuvCanvas, plane_pixels
from tests.recorder.pictures import cropped, decoder, psnr, text

ENCODERS: dict[str, Callable[[int, int], Encoder]] = {
    "balanced": open_encoder,
    "exact": partial(open_encoder, preset=Preset.EXACT),
    "film": partial(open_film_encoder, preset=Preset.BALANCED),
}
SIZES = [(1, 1), (33, 17), (64, 64), (257, 130)]


def noise(width_px: int, height_px: int) -> Pixels:
    return np.random.default_rng(5).integers(0, 256, (height_px, width_px, 4), np.uint8)


def gradient(width_px: int, height_px: int) -> Pixels:
    pixels = np.zeros((height_px, width_px, 4), np.uint8)
    pixels[..., 0] = np.linspace(0, 255, width_px)
    pixels[..., 1] = 90
    pixels[..., 2] = np.abs(np.linspace(-255, 255, height_px))[:, None]
    return pixels


def photograph(width_px: int, height_px: int) -> Pixels:
    """Return soft shapes of many colours under a little grain."""
    random = np.random.default_rng(8)
    shapes = Image.fromarray(random.integers(0, 256, (9, 16, 4), np.uint8), "RGBX").resize((width_px, height_px))
    grain = random.normal(0, 4, (height_px, width_px, 1))
    return np.clip(np.asarray(shapes) + grain, 0, 255).astype(np.uint8)


SCREENS: dict[str, Callable[[int, int], Pixels]] = {
    "black text": text,
    "light text": lambda width_px, height_px: 255 - text(width_px, height_px),
    "red text": lambda width_px, height_px: text(width_px, height_px, (0, 0, 200)),
    "blue text": lambda width_px, height_px: text(width_px, height_px, (200, 80, 0)),
    "a photograph": photograph,
    "a gradient": gradient,
}


def frame(pixels: Pixels, *changed: Region) -> Frame:
    height_px, width_px = pixels.shape[:2]
    return Frame(time_us=0, pixels=pixels, changed=changed or (Region(0, 0, width_px, height_px),))


def decoded(encoder: Encoder, payload: bytes, context: "av.VideoCodecContext") -> Pixels:
    (picture,) = context.decode(av.Packet(payload))
    return cropped(picture, shape(encoder))


def shape(encoder: Encoder) -> Configuration:
    return Configuration(codec=encoder.codec, width_px=encoder.width_px, height_px=encoder.height_px)


@pytest.mark.parametrize("name", ENCODERS)
@pytest.mark.parametrize(("width_px", "height_px"), SIZES)
def test_one_packet_a_frame_and_keyframes_when_asked_and_first(name: str, width_px: int, height_px: int) -> None:
    encoder = ENCODERS[name](width_px, height_px)
    context = None
    pixels = np.repeat(noise(width_px, height_px)[..., :1] // 16, 4, axis=2)
    for number in range(7):
        pixels[number % height_px] = 9 * number
        encoded = encoder.encode(frame(pixels), keyframe=number == 4)
        assert encoded.keyframe == (number in (0, 4))
        assert encoded.decode_us > 0
        context = decoder(shape(encoder)) if encoded.keyframe or context is None else context
        assert decoded(encoder, encoded.payload, context).shape == (height_px, width_px, 3)
    encoder.close()


@pytest.mark.parametrize("make", [text, noise])
def test_exact_keeps_every_bit(make: Callable[[int, int], Pixels]) -> None:
    pixels = make(101, 67)
    encoder = open_encoder(101, 67, preset=Preset.EXACT)
    context = decoder(shape(encoder))
    for step in range(4):
        pixels = np.roll(pixels, 3 * step, axis=0)
        payload = encoder.encode(frame(pixels), keyframe=False).payload
        assert np.array_equal(decoded(encoder, payload, context), pixels[..., :3])
    encoder.close()


@pytest.mark.parametrize("make", SCREENS.values(), ids=SCREENS)
def test_balanced_keeps_38_db_however_a_picture_comes(make: Callable[[int, int], Pixels]) -> None:
    width_px, height_px = 640, 360
    full, encoder = make(width_px, height_px), open_encoder(width_px, height_px)
    half = np.full_like(full, 255)
    half[: height_px // 2] = full[: height_px // 2]
    scrolled = [np.roll(full, -7 * step, axis=0) for step in range(1, 5)]
    context = None
    for number, pixels in enumerate([full, np.full_like(full, 255), half, full, *scrolled, full]):
        encoded = encoder.encode(frame(np.ascontiguousarray(pixels)), keyframe=number in (1, 8))
        context = decoder(shape(encoder)) if encoded.keyframe or context is None else context
        assert psnr(decoded(encoder, encoded.payload, context), pixels[..., :3]) >= 38
    encoder.close()


def test_what_loses_too_much_is_coded_anew_until_a_keyframe_shows_that_it_need_not() -> None:
    encoder, dense = open_encoder(640, 360), text(640, 360)
    plain = np.full_like(dense, 255)
    plain[:40] = dense[:40]
    assert encoder.encode(frame(plain), keyframe=False).keyframe
    assert encoder.encode(frame(dense), keyframe=False).keyframe
    assert not encoder.encode(frame(plain), keyframe=False).keyframe
    fresh = open_encoder(640, 360)
    assert encoder.encode(frame(plain), keyframe=True) == fresh.encode(frame(plain), keyframe=True)
    encoder.close()
    fresh.close()


def test_errors_of_planes_come_to_errors_of_colours() -> None:
    canvas = YuvCanvas(64, 64, "yuv444p")
    picture = canvas.follow(frame(np.full((64, 64, 4), 128, np.uint8)))
    before = np.asarray(picture.to_ndarray(format="bgr24"), np.float64)
    random = np.random.default_rng(6)
    squares = []
    for plane, most in zip(picture.planes, (4, 8, 12), strict=True):
        off = random.integers(-most, most + 1, (64, 64))
        plane_pixels(plane)[:] = plane_pixels(plane) + off
        squares.append(int((off**2).sum()))
    error = ((np.asarray(picture.to_ndarray(format="bgr24"), np.float64) - before) ** 2).mean()
    assert canvas.error(squares) == pytest.approx(error, rel=0.05)


def test_colours_get_all_their_resolution_at_once_and_lose_it_with_a_keyframe() -> None:
    encoder = open_encoder(128, 128)
    assert isinstance(encoder, FaithfulEncoder)
    plain, colourful = text(128, 128), text(128, 128, (0, 0, 255))
    assert encoder.encode(frame(plain), keyframe=False).keyframe
    assert not encoder.encode(frame(plain), keyframe=False).keyframe
    formats = []
    for pixels, due in ((colourful, False), (plain, False), (plain, True)):
        encoded = encoder.encode(frame(pixels), keyframe=due)
        if encoded.keyframe:
            (picture,) = decoder(shape(encoder)).decode(av.Packet(encoded.payload))
            formats.append(picture.format.name)
    assert formats == ["yuv444p", "yuv420p"]
    encoder.close()


@pytest.mark.parametrize("name", ENCODERS)
def test_what_did_not_change_need_not_be_told(name: str) -> None:
    pixels = text(200, 200)
    encoder = ENCODERS[name](200, 200)
    context = decoder(shape(encoder))
    decoded(encoder, encoder.encode(frame(pixels), keyframe=False).payload, context)
    pixels[70:90, 20:60] = 0
    payload = encoder.encode(frame(pixels, Region(20, 70, 60, 90)), keyframe=False).payload
    back = decoded(encoder, payload, context)
    assert psnr(back, pixels[..., :3]) >= (99 if name == "exact" else 30)
    assert back[75:85, 25:55].mean() < 10
    encoder.close()


def test_parameters_are_in_every_keyframe() -> None:
    encoder, pixels = open_encoder(64, 64), text(64, 64)
    payloads = [encoder.encode(frame(pixels), keyframe=number % 3 == 0).payload for number in range(9)]
    for at in (0, 3, 6):
        context = decoder(shape(encoder))
        for payload in payloads[at : at + 3]:
            decoded(encoder, payload, context)
    encoder.close()


@pytest.mark.parametrize(("width_px", "height_px"), [(0, 5), (16_385, 5), (5, -1)])
@pytest.mark.parametrize("preset", Preset)
def test_what_there_is_no_encoder_for_is_told(width_px: int, height_px: int, preset: Preset) -> None:
    with pytest.raises(EncodeError):
        open_encoder(width_px, height_px, preset=preset)
