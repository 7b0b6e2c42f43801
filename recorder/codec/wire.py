"""What a packet says beside its scan, as columns of numbers: bytes in, values out, and back.  SPEC.md §4.2 to §4.7."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, field
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from recorder.codec.grid import PIXELS, Flags, Grid, Numbers, Pixels
from recorder.codec.packet import refused
from recorder.format.errors import TruncatedError

KEPT: Final = 65_536  # tiles that can be referred to, SPEC.md §4.5
MAX_COLOURS: Final = 65_536
MAX_HEAD: Final = 4_096  # bytes
MAX_COPIES: Final = 255
MOST_COPIED: Final = 4  # times the pixels of the picture
_MOST_RUNS: Final = 65_535
_COUNTS: Final = np.dtype([("copies", "u1"), ("order", "u1"), ("runs", "<u2"), ("colours", "<u2"), ("head", "<u2")])
_COPY: Final = 6  # numbers
_COLOUR: Final = np.uint32(0xFFFFFF)

REFERENCE: Final = 0
INDEXED: Final = 1
RAW: Final = 2
LOSSY: Final = 3

Bytes = npt.NDArray[np.uint8]
Shorts = npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Copy:
    """A rectangle of the picture that is put elsewhere too.  Units: px."""

    left: int
    top: int
    width: int
    height: int
    from_left: int
    from_top: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What changed.

    Shapes: places (n,) of tiles in the grid, ascending; kinds (n,); references (so many of that kind,) the last 16 bits
        of their numbers; colours (any,) 0x00RRGGBB; indexed and raw (so many of that kind, 256), raw 0x00RRGGBB, both
        in the packet's order.
    """

    by_columns: bool
    copies: tuple[Copy, ...]
    places: Numbers
    kinds: Bytes
    references: Numbers
    head: bytes = field(repr=False)
    colours: Pixels
    indexed: Shorts
    raw: Pixels

    def to_bytes(self) -> bytes:
        """Return it as it is packed."""
        skips, lengths = _runs(self.places)
        counts = (len(self.copies), self.by_columns, len(skips), len(self.colours), len(self.head))
        return b"".join(
            (
                np.array(counts, _COUNTS).tobytes(),
                np.array([astuple(one) for one in self.copies], "<u2").tobytes(),
                skips.astype("<u2").tobytes(),
                lengths.astype("<u2").tobytes(),
                self.kinds.tobytes(),
                (np.diff(self.references, prepend=-1) - 1).astype("<u2").tobytes(),
                self.head,
                _three_bytes(np.diff(self.colours, prepend=np.uint32(0))),
                self.indexed.astype("<u2", copy=False).tobytes(),
                _three_bytes(self.raw),
            )
        )

    @classmethod
    def read(cls, plain: bytes, grid: Grid, *, keyframe: bool, scan: bool) -> Self:
        """Return what a packet says of a picture, in which every place and every size is possible.

        Errors: FormatError, TruncatedError.
        """
        reader = _Reader(plain)
        copy_count, order, run_count, colour_count, head_size = reader.counts()
        if order > 1:
            raise refused(f"there is no order {order}")
        if (head_size > 0) != scan or head_size > MAX_HEAD:
            raise refused("the head of its JPEG has no scan, or the scan no head, or the head is too long")
        copies = _copies(reader.shorts(copy_count * _COPY).tolist(), grid, keyframe=keyframe)
        places = _places(reader.shorts(run_count), reader.shorts(run_count), grid)
        if keyframe and len(places) != grid.count:
            raise refused("a keyframe leaves something out")
        kinds = reader.take(len(places))
        of_kind = np.bincount(kinds, minlength=LOSSY + 1).tolist()
        if len(of_kind) > LOSSY + 1:
            raise refused("there is no such kind of tile")
        if (of_kind[LOSSY] > 0) != scan:
            raise refused("it has lossy tiles without a scan, or a scan without lossy tiles")
        steps = reader.shorts(of_kind[REFERENCE])
        columns = cls(
            by_columns=order == 1,
            copies=copies,
            places=places,
            kinds=kinds,
            references=(np.cumsum(steps.astype(np.int64) + 1) - 1) % KEPT,
            head=reader.take(head_size).tobytes(),
            colours=np.cumsum(_of_three_bytes(reader.take(3 * colour_count)), dtype=np.uint32) & _COLOUR,
            indexed=reader.shorts(PIXELS * of_kind[INDEXED]).reshape(-1, PIXELS),
            raw=_of_three_bytes(reader.take(3 * PIXELS * of_kind[RAW])).reshape(-1, PIXELS),
        )
        reader.end()
        return columns


def most_bytes(grid: Grid) -> int:
    """Return how many bytes a packet may say of a picture.  SPEC.md §5."""
    fixed = _COUNTS.itemsize + MAX_COPIES * _COPY * 2 + _MOST_RUNS * 4 + MAX_HEAD + MAX_COLOURS * 3
    return fixed + grid.count * (1 + 3 * PIXELS)


def most_scan(lossy_count: int) -> int:
    """Return how many bytes the scan of so many tiles may have.  SPEC.md §4.6."""
    return 4 * PIXELS * lossy_count + MAX_HEAD


class _Reader:
    """Takes numbers from the beginning of bytes.  It owns how far it is."""

    def __init__(self, plain: bytes) -> None:
        self._plain, self._at = plain, 0

    def counts(self) -> list[int]:
        size = self._advance(_COUNTS.itemsize)
        return [int(one) for one in np.frombuffer(self._plain, _COUNTS, 1, size)[0]]

    def take(self, count: int) -> Bytes:
        return np.frombuffer(self._plain, np.uint8, count, self._advance(count))

    def shorts(self, count: int) -> Shorts:
        return np.frombuffer(self._plain, "<u2", count, self._advance(2 * count))

    def end(self) -> None:
        if self._at < len(self._plain):
            raise refused("it goes on behind its end")

    def _advance(self, size: int) -> int:
        if size > len(self._plain) - self._at:
            raise TruncatedError(what="screen packet", offset=len(self._plain))
        self._at += size
        return self._at - size


def _copies(numbers: Sequence[int], grid: Grid, *, keyframe: bool) -> tuple[Copy, ...]:
    copies = tuple(Copy(*numbers[at : at + _COPY]) for at in range(0, len(numbers), _COPY))
    if copies and keyframe:
        raise refused("a keyframe copies from a picture that is not there")
    for one in copies:
        right, bottom = max(one.left, one.from_left) + one.width, max(one.top, one.from_top) + one.height
        if not one.width or not one.height or right > grid.width_px or bottom > grid.height_px:
            raise refused("it copies from or to outside the picture, or nothing")
    if sum(one.width * one.height for one in copies) > MOST_COPIED * grid.width_px * grid.height_px:
        raise refused("it copies too much")
    return copies


def _places(skips: Shorts, lengths: Shorts, grid: Grid) -> Numbers:
    ends = np.cumsum(skips.astype(np.int64) + lengths)
    if len(ends) and ends[-1] > grid.count:
        raise refused("its runs end outside the picture")
    before = np.cumsum(lengths, dtype=np.int64) - lengths  # tiles of the runs before
    firsts = np.repeat(ends - lengths - before, lengths)
    return firsts + np.arange(len(firsts))


def _runs(places: Numbers) -> tuple[Numbers, Numbers]:
    """Return skips and lengths; none is beyond 16 bits."""
    breaks: Flags = np.diff(places, prepend=-2) != 1
    firsts = np.flatnonzero(breaks)
    lengths = np.diff(firsts, append=len(places))
    begins = places[firsts]
    skips = begins - np.concatenate(([0], (begins + lengths)[:-1])) if len(begins) else begins
    if max(skips.max(initial=0), lengths.max(initial=0)) <= _MOST_RUNS:
        return skips, lengths
    runs = zip(skips.tolist(), lengths.tolist(), strict=True)
    pairs = [pair for skip, length in runs for pair in _split(skip, length)]
    return np.array([skip for skip, _ in pairs]), np.array([length for _, length in pairs])


def _split(skip: int, length: int) -> list[tuple[int, int]]:
    far, skip = divmod(skip, _MOST_RUNS)
    more, length = divmod(length, _MOST_RUNS)
    return [*[(_MOST_RUNS, 0)] * far, (skip, length), *[(0, _MOST_RUNS)] * more]


def _three_bytes(pixels: Pixels) -> bytes:
    """Return red, green, blue of each."""
    four = np.ascontiguousarray(pixels.astype("<u4", copy=False)).view(np.uint8).reshape(-1, 4)
    return four[:, 2::-1].tobytes()


def _of_three_bytes(three: Bytes) -> Pixels:
    four = np.zeros((len(three) // 3, 4), np.uint8)
    four[:, 2::-1] = three.reshape(-1, 3)
    return four.view("<u4")[:, 0]
