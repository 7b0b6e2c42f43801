"""Frames for encoders that keep what did not change: only rows with changes are converted or copied.

Colours are BT.709 in limited range, as decoders take a picture of screen size to be when nobody says otherwise; here it
is said, too.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import av
import numpy as np
import numpy.typing as npt
from av.video.plane import VideoPlane
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from recorder.capture.frame import Frame, Pixels, Region

Values = npt.NDArray[np.float32]

# Rows converted at once: few enough to leave out what did not change, enough that calls cost little, and always as
# many, so that the converter is set up once.
_BAND: Final = 64
# Pairs of rows of a band that are looked at for colours: unevenly, so that lines of text do not hide between them, and
# beginning with odd ones, since decoders draw colours over the borders of the 2 × 2 pixels that share one.
_LOOKED_AT: Final = np.array([1, 7, 15, 21, 31, 37, 47, 57])
_ALL: Final = np.arange(1, _BAND - 1, 2)
# What squared errors of luma, blue and red differences come to in red, green and blue: the mean of the squares of each
# column of BT.709's matrix, limited range.
_WEIGHTS: Final = (1.356, 1.503, 1.166)
_LEAST: Final = 16  # px; AV1's encoder takes none below


class YuvCanvas:
    """A picture of luma and colour differences that follows the screen.

    Where colours are halved (4:2:0) odd sizes are one pixel larger in it; tiny ones are 16.
    """

    def __init__(self, width_px: int, height_px: int, pixels: str) -> None:
        self.width_px, self.height_px = (max(_LEAST, side + side % 2) for side in (width_px, height_px))
        self.frame = av.VideoFrame(self.width_px, self.height_px, pixels)
        self.frame.colorspace = Colorspace.ITU709
        self.frame.color_range = ColorRange.MPEG
        self._format = pixels
        self._reformatter = VideoReformatter()
        self._planes = [plane_pixels(plane) for plane in self.frame.planes]
        self._rows = np.zeros((_BAND, self.width_px, 4), np.uint8)

    def follow(self, frame: Frame) -> av.VideoFrame:
        """Take over what changed."""
        for top_px in bands(frame.changed, frame.size[1]):
            self._convert(frame.pixels[top_px : top_px + _BAND], top_px)
        return self.frame

    def error(self, squares: Iterable[int]) -> float:
        """Return the mean squared error over red, green and blue that sums of squares in the planes come to."""
        means = (each / (plane.width * plane.height) for each, plane in zip(squares, self.frame.planes, strict=True))
        return sum(weight * mean for weight, mean in zip(_WEIGHTS, means, strict=True))

    def _convert(self, pixels: Pixels, top_px: int) -> None:
        rows = pixels
        if pixels.shape != self._rows.shape or not pixels.flags.c_contiguous:
            rows, (height_px, width_px) = self._rows, pixels.shape[:2]
            rows[:height_px, :width_px] = pixels
            rows[height_px:] = rows[height_px - 1]
            rows[:, width_px:] = rows[:, width_px - 1 : width_px]
        converted = self._reformatter.reformat(
            av.VideoFrame.from_numpy_buffer(rows, format="bgra"),
            format=self._format,
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
            interpolation=Interpolation.AREA,
        )
        for plane, target in zip(converted.planes, self._planes, strict=True):
            top = top_px * plane.height // _BAND
            part = target[top : top + plane.height]
            part[:] = plane_pixels(plane)[: len(part)]


class RgbCanvas:
    """A picture of blue, green, red that follows the screen."""

    def __init__(self, width_px: int, height_px: int) -> None:
        self.width_px, self.height_px = width_px, height_px
        self.frame = av.VideoFrame(width_px, height_px, "bgr0")
        (self._plane,) = (plane_pixels(plane, bytes_each=4) for plane in self.frame.planes)

    def follow(self, frame: Frame) -> av.VideoFrame:
        """Take over what changed."""
        rows = frame.pixels.reshape(frame.pixels.shape[0], -1)
        for top_px in bands(frame.changed, frame.size[1]):
            self._plane[top_px : top_px + _BAND] = rows[top_px : top_px + _BAND]
        return self.frame


class ColourLoss:
    """How much of the screen's colours 4:2:0 would lose: small coloured letters lose most.

    It keeps a figure for every band and looks at an eighth of its pixels, so following costs little.
    """

    def __init__(self, height_px: int) -> None:
        self._bands = np.zeros(-(-height_px // _BAND))

    def follow(self, frame: Frame) -> float:
        """Take over what changed; return the mean squared error over red, green and blue of the whole picture."""
        for top_px in bands(frame.changed, frame.size[1]):
            self._bands[top_px // _BAND] = _halved(frame.pixels[top_px : top_px + _BAND])
        return float(self._bands.mean())

    def look_closely(self, frame: Frame) -> float:
        """Return the same from half of all pixels; that costs several times as much."""
        height_px = frame.size[1]
        losses = [_halved(frame.pixels[top_px : top_px + _BAND], _ALL) for top_px in range(0, height_px, _BAND)]
        self._bands[:] = losses
        return float(self._bands.mean())


def _halved(pixels: Pixels, looked_at: npt.NDArray[np.int_] = _LOOKED_AT) -> float:
    """Return the mean squared error of giving every 2 × 2 pixels one colour, each its own luma (BT.709)."""
    upper = looked_at[len(pixels) > looked_at + 1]
    width_px = pixels.shape[1] // 4 * 4
    if not len(upper) or not width_px:
        return 0.0
    # Of four columns the middle ones are looked at.
    rows = (pixels[each, :width_px].reshape(len(upper), -1, 4, 4)[:, :, 1:3] for each in (upper, upper + 1))
    upper_rows, lower_rows = rows
    blue, red = ((_less_green(upper_rows, colour), _less_green(lower_rows, colour)) for colour in (0, 2))
    off_blue, off_red = (_off_the_mean(*each) for each in (blue, red))
    # Errors of blue, red and green are these two times the rows (0.9278, -0.2126), (-0.0722, 0.7874), (0.0722, 0.2126).
    blues, reds, both = (
        float(one @ other) for one, other in ((off_blue, off_blue), (off_red, off_red), (off_blue, off_red))
    )
    return float((0.8713 * blues + 0.7104 * reds - 0.4775 * both) / (3 * len(upper) * width_px))


def _less_green(rows: Pixels, colour: int) -> Values:
    """Return a colour without green, and so without luma."""
    return np.subtract(rows[..., colour], rows[..., 1], dtype=np.float32)


def _off_the_mean(upper: Values, lower: Values) -> Values:
    """Return figures whose squares sum up to those of what 2 × 2 pixels differ from their mean."""
    left = upper[..., 0], lower[..., 0]
    right = upper[..., 1], lower[..., 1]
    across = [(one - other) * np.float32(0.5**0.5) for one, other in zip(left, right, strict=True)]
    down = (left[0] + right[0] - left[1] - right[1]) * np.float32(0.5)
    return np.concatenate([each.ravel() for each in (*across, down)])


def bands(changed: Iterable[Region], height_px: int) -> Iterator[int]:
    """Give the first row of every band in which something changed."""
    numbers: set[int] = set()
    for region in changed:
        if region.area:
            numbers.update(range(max(0, region.top_px) // _BAND, (min(height_px, region.bottom_px) - 1) // _BAND + 1))
    yield from (number * _BAND for number in sorted(numbers))


def plane_pixels(plane: VideoPlane, *, bytes_each: int = 1) -> Pixels:
    """Return a plane's own bytes: (height, width × bytes_each) uint8; writing to it writes to the plane."""
    lines: Pixels = np.frombuffer(plane, np.uint8)  # type: ignore[call-overload]  # it has the buffer protocol
    return lines[: plane.line_size * plane.height].reshape(plane.height, plane.line_size)[:, : plane.width * bytes_each]
