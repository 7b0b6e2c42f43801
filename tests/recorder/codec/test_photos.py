"""Lossy tiles, as one JPEG and back."""

import numpy as np
import pytest
from PIL import Image

from recorder.codec.photos import as_many_as_fit, compress, expand
from recorder.codec.wire import MAX_HEAD
from recorder.format.errors import FormatError
from tests.vectors.codec_bytes import jpeg


def tiles_of(count: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint32]]:
    """Return tiles that are smooth, each of another colour, and alike where they meet in a JPEG."""
    number, y, x = np.mgrid[:count, :16, :16]
    along = (number * 16 + x) % 4_096
    red, green, blue = (128 + 90 * np.sin(along / 128)).astype(int), 60 + 9 * y, 200 - 3 * y
    return np.asarray(red << 16 | green << 8 | blue, np.uint32)


def apart(one: np.ndarray[tuple[int, ...], np.dtype[np.uint32]], other: object) -> int:
    return max(
        int(np.abs((one >> shift & 255).astype(int) - (np.asarray(other) >> shift & 255)).max()) for shift in (0, 8, 16)
    )


@pytest.mark.parametrize("passing", [True, False])
@pytest.mark.parametrize("count", [1, 2, 47, 48, 2_046, 2_047, 2_048, 4_095])
def test_tiles_come_back_nearly_as_they_were(count: int, passing: bool) -> None:  # noqa: FBT001 - a table
    tiles = tiles_of(count)
    head, scan = compress(tiles, passing=passing)
    assert 0 < len(head) <= MAX_HEAD
    assert len(scan) <= 1_024 * count + 4_096
    back = expand(head, scan, count)
    assert back.shape == tiles.shape
    assert apart(back[:, 2:14, 2:14], tiles[:, 2:14, 2:14]) <= 16


def test_noise_fits_into_the_longest_scan() -> None:
    noise = np.random.default_rng(1).integers(0, 2**24, (300, 16, 16), np.uint32)
    black_and_white = np.where(noise & np.uint32(1), np.uint32(0xFFFFFF), np.uint32(0))
    for tiles in (noise, black_and_white, black_and_white[:1], noise[:47]):
        assert len(compress(tiles, passing=False)[1]) <= 1_024 * len(tiles) + 4_096


def test_the_head_is_nearly_the_same_from_packet_to_packet() -> None:
    one, other = (compress(tiles_of(count), passing=True)[0] for count in (20, 30))
    assert sum(a != b for a, b in zip(one, other, strict=True)) <= 2


@pytest.mark.parametrize("count", [1, 3, 5, 2_047, 2_048])
def test_another_number_of_tiles_than_the_size_says_is_refused(count: int) -> None:
    head, scan = jpeg("smooth")
    with pytest.raises(FormatError):
        expand(head, scan, count)


def test_whatever_byte_of_the_head_is_missing_it_is_refused() -> None:
    head, scan = jpeg("smooth")
    for at in range(len(head)):
        with pytest.raises(FormatError):
            expand(head[:at], scan, 4)


def test_a_scan_that_ends_early_is_refused() -> None:
    head, scan = jpeg("smooth")
    with pytest.raises(FormatError):
        expand(head, scan[: len(scan) // 2], 4)


def test_how_large_a_picture_may_be_is_not_pillows_to_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """A screen that is all photograph may have more pixels than Pillow takes by itself; this is what it asks."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 256)
    head, scan = jpeg("smooth")
    assert expand(head, scan, 4).shape == (4, 16, 16)


def test_no_more_tiles_are_lossy_than_one_jpeg_takes() -> None:
    most = 256 * (65_500 // 16)
    lossy = np.ones(most + 7, bool)
    lossy[3] = False
    found = as_many_as_fit(lossy)
    assert np.count_nonzero(found) == most
    assert not found[-6:].any()
    assert np.array_equal(as_many_as_fit(lossy[:100]), lossy[:100])
