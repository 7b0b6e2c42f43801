"""Canvases that take over only what changed, and how much colour halving loses."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.capture.frame import Frame, Pixels, Region
from recorder.planes import ColourLoss, RgbCanvas, YuvCanvas, bands, plane_pixels
from tests.recorder.pictures import text

CANVASES: dict[str, Callable[[int, int], YuvCanvas | RgbCanvas]] = {
    "rgb": RgbCanvas,
    "4:2:0": partial(YuvCanvas, pixels="yuv420p"),
    "4:4:4": partial(YuvCanvas, pixels="yuv444p"),
}


def frame(pixels: Pixels, *changed: Region) -> Frame:
    height_px, width_px = pixels.shape[:2]
    return Frame(time_us=0, pixels=pixels, changed=changed or (Region(0, 0, width_px, height_px),))


def noise(width_px: int, height_px: int, seed: int = 0) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (height_px, width_px, 4), np.uint8)


@pytest.mark.parametrize("kind", CANVASES)
@settings(max_examples=25)
@given(st.data())
def test_following_what_changed_is_as_good_as_following_all(kind: str, data: st.DataObject) -> None:
    width_px, height_px = data.draw(st.integers(1, 150)), data.draw(st.integers(1, 150))
    each = 4 if kind == "rgb" else 1
    canvas, fresh = CANVASES[kind](width_px, height_px), CANVASES[kind](width_px, height_px)
    pixels = noise(width_px, height_px)
    canvas.follow(frame(pixels))
    for step in range(3):
        left, right = sorted(data.draw(st.tuples(st.integers(0, width_px), st.integers(0, width_px))))
        top, bottom = sorted(data.draw(st.tuples(st.integers(0, height_px), st.integers(0, height_px))))
        pixels[top:bottom, left:right] = noise(right - left, bottom - top, step)
        followed = canvas.follow(frame(pixels, Region(left, top, right, bottom)))
        whole = fresh.follow(frame(pixels))
        for one, other in zip(followed.planes, whole.planes, strict=True):
            assert np.array_equal(plane_pixels(one, bytes_each=each), plane_pixels(other, bytes_each=each))


@pytest.mark.parametrize(("width_px", "height_px"), [(1, 1), (33, 17), (130, 65)])
def test_rgb_is_kept_bit_for_bit(width_px: int, height_px: int) -> None:
    pixels = noise(width_px, height_px)
    kept = RgbCanvas(width_px, height_px).follow(frame(pixels)).to_ndarray(format="bgra")
    assert np.array_equal(np.asarray(kept)[..., :3], pixels[..., :3])


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (0, 0, 255), (255, 0, 0), (0, 255, 0), (40, 120, 200)])
def test_plain_colours_come_back(colour: tuple[int, int, int]) -> None:
    pixels = np.zeros((65, 47, 4), np.uint8)
    pixels[..., :3] = colour
    for kind in ("4:2:0", "4:4:4"):
        back = np.asarray(CANVASES[kind](47, 65).follow(frame(pixels)).to_ndarray(format="bgr24"))[:65, :47]
        assert np.abs(back.astype(int) - colour).max() <= 3


def test_bands_are_those_with_changes() -> None:
    assert list(bands([Region(0, 0, 5, 1), Region(0, 63, 5, 65), Region(3, 300, 9, 300)], 400)) == [0, 64]
    assert list(bands([Region(0, -9, 5, 1000)], 130)) == [0, 64, 128]


def test_grey_loses_nothing() -> None:
    pixels = np.repeat(noise(200, 100)[..., :1], 4, axis=2)
    assert ColourLoss(100).follow(frame(pixels)) == 0


def test_large_areas_of_colour_lose_nothing() -> None:
    pixels = np.zeros((128, 128, 4), np.uint8)
    pixels[:, 64:] = (0, 0, 255, 0)
    assert ColourLoss(128).follow(frame(pixels)) < 1


def test_the_loss_is_about_what_a_decoder_gives_back() -> None:
    words = text(320, 192, (0, 0, 255))
    canvas = YuvCanvas(320, 192, "yuv420p")
    back = np.asarray(canvas.follow(frame(words)).to_ndarray(format="bgr24"), np.float64)
    lost = ((back - words[..., :3]) ** 2).mean()
    assert 0.7 < ColourLoss(192).follow(frame(words)) / lost < 1.8


def test_only_what_changed_is_looked_at_again() -> None:
    pixels = np.zeros((256, 64, 4), np.uint8)
    loss = ColourLoss(256)
    assert loss.follow(frame(pixels)) == 0
    pixels[64:128] = noise(64, 64)
    changed = loss.follow(frame(pixels, Region(0, 64, 64, 128)))
    assert changed == pytest.approx(ColourLoss(256).follow(frame(pixels)))
    assert changed > 100
