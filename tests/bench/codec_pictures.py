"""What packets of the codec bench show: how like the screen it is, and how long it takes to get there.

Likeness is SSIM of luma, BT.709: a video's as its decoder gives it, all others as a conversion to 4:2:0 gives it.  So
what a conversion to red, green and blue loses is not held against a video.
"""

import random
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import Colorspace, VideoReformatter

from recorder.codec.decoder import TilesDecoder
from recorder.codec.grid import TILE, Grid
from recorder.codec.photographic import photographic
from recorder.planes import plane_pixels
from tests.bench.codec_peers import Frames, Made, read_packets
from tests.bench.screen_quality import Luma, Pixels, ssim
from tests.recorder.pictures import DECODERS

Picture = av.VideoFrame | Pixels  # of a video, or (height, width, 4) uint8: blue, green, red, and what means nothing
Size = tuple[int, int]

_COLOUR: Final = np.uint32(0xFFFFFF)


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How like the screen all frames are, and what of them is not it, bit for bit."""

    mean: float
    low: float  # the 5th percentile
    wrong_pixels: int
    wrong_frames: int
    wrong_tiles: int
    wrong_text: int  # of these tiles, which are not photographic


def likeness(frames: Frames, packets: Path, *, exactly: bool) -> Likeness:
    """Compare what packets show with each frame; what is not exact is only counted where that is asked for."""
    size = next(frames()).size
    light, count = _Light(), Counter[str]()
    values = []
    for frame, picture in zip(frames(), _shown(packets, size), strict=True):
        values.append(ssim(light.of(picture), light.of(frame.pixels)))
        if exactly:
            count.update(_wrong(_pixels(picture), frame.pixels))
    return Likeness(
        mean=statistics.mean(values),
        low=float(np.percentile(values, 5)),
        wrong_pixels=count["pixels"],
        wrong_frames=count["frames"],
        wrong_tiles=count["tiles"],
        wrong_text=count["text"],
    )


def jumps(size: Size, packets: Path, *, count: int, seed: int) -> list[float]:
    """Return how many ms it took to decode from a keyframe to a random frame, for so many."""
    found = list(read_packets(packets))
    took_ms = []
    for at in random.Random(seed).choices(range(len(found)), k=count):
        first = max(each for each in range(at + 1) if found[each].keyframe)
        began_ns = time.perf_counter_ns()
        screen = Screen(size)
        pictures: list[Picture] = []
        for one in found[first : at + 1]:
            pictures = screen.feed(one)
        for picture in pictures:
            if isinstance(picture, av.VideoFrame):
                picture.reformat(format="bgr0", threads=1)
        took_ms.append((time.perf_counter_ns() - began_ns) / 1e6)
    return took_ms


class Screen:
    """Decodes packets of any codec, each by one thread."""

    def __init__(self, size: Size) -> None:
        self._size = size
        self._codec = ""
        self._tiles = TilesDecoder(*size)
        self._video: av.VideoCodecContext | None = None

    def feed(self, made: Made) -> list[Picture]:
        """Return what can be shown now; of tiles it is a view that changes with the next packet."""
        before: list[Picture] = []
        if made.codec != self._codec:
            before, self._codec = self.finish(), made.codec
        if made.codec == "tiles":
            self._tiles.feed(made.payload, keyframe=made.keyframe)
            return [*before, self._tiles.pixels]
        if self._video is None:
            self._video = _video(made.codec)
        return [*before, *self._video.decode(av.Packet(made.payload))]

    def finish(self) -> list[Picture]:
        """Return what a decoder held back."""
        video, self._video = self._video, None
        return list(video.decode(None)) if video else []


def _video(codec: str) -> av.VideoCodecContext:
    context = av.VideoCodecContext.create(DECODERS[codec], "r")
    assert isinstance(context, av.VideoCodecContext)
    context.thread_count = 1
    return context


class _Light:
    """Takes luma of pictures."""

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def of(self, picture: Picture) -> Luma:
        if not isinstance(picture, av.VideoFrame):
            picture = self._reformatter.reformat(
                av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(picture), format="bgra"),
                format="yuv420p",
                dst_colorspace=Colorspace.ITU709,
            )
        return plane_pixels(picture.planes[0]).astype(np.float32)


def _shown(packets: Path, size: Size) -> Iterator[Picture]:
    screen = Screen(size)
    for made in read_packets(packets):
        yield from screen.feed(made)
    yield from screen.finish()


def _pixels(picture: Picture) -> Pixels:
    if isinstance(picture, av.VideoFrame):
        return np.asarray(picture.to_ndarray(format="bgra"), np.uint8)
    return picture


def _wrong(shown: Pixels, truth: Pixels) -> dict[str, int]:
    """Count what differs: pixels, frames, tiles, and tiles that are not photographic."""
    differing = _colours(shown) != _colours(truth)
    pixels = int(np.count_nonzero(differing))
    if not pixels:
        return {}
    grid = Grid(truth.shape[1], truth.shape[0])
    canvas, marks = grid.canvas(), grid.canvas()
    canvas[: grid.height_px, : grid.width_px] = _colours(truth)
    marks[: grid.height_px, : grid.width_px] = differing
    wrong = grid.tiles(canvas)[grid.tiles(marks).any(axis=(2, 3))].reshape(-1, TILE, TILE)
    text = int(np.count_nonzero(~photographic(wrong)))
    return {"pixels": pixels, "frames": 1, "tiles": len(wrong), "text": text}


def _colours(pixels: Pixels) -> npt.NDArray[np.uint32]:
    flat: npt.NDArray[np.uint32] = np.ascontiguousarray(pixels).view(np.uint32)[..., 0]
    return flat & _COLOUR
