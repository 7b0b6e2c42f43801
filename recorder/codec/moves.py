"""Where a part of a picture went: scrolled, or dragged.  Pure.

First how far, by pieces of rows and columns that were there before: what occurs often votes for many places, and what
moved for one.  Then which rectangle, by what the move makes right and what it would make wrong.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from recorder.codec.grid import Numbers, Pixels
from recorder.codec.wire import Copy

Hashes = npt.NDArray[np.uint32]
Counts = npt.NDArray[np.int16]

# By trial on scripted desktops and drawn ones: fewer or smaller pieces miss moves, more or larger ones take longer.
_STRIPS: Final = 4
_STRIP_PX: Final = 32
_LEAST_VOTES: Final = 8
_LEAST_SHARE: Final = 0.05  # of the pieces
_EVERY: Final = 4  # columns, in strips, by which it is judged how far rows go; rows by which points are looked for
_LINES: Final = 8  # rows by which it is judged how far columns go
_RARE: Final = 6  # bits of a hash that are 0 where a point is looked at: one of 64
_LEAST_POINTS: Final = 12
_TABLE: Final = 1 << 16
_TABLE_SHIFT: Final = np.uint32(16)
_PIECE_PX: Final = 16
_MIX: Final = (np.uint32(0x9E3779B1), np.uint32(0x85EBCA6B))
_WEIGHTS: Final = np.random.default_rng(0).integers(1, 2**32, _STRIP_PX, np.uint32) | np.uint32(1)

Shift = tuple[int, int]  # right, down; px


def scrolled(old: Pixels, new: Pixels) -> Shift | None:
    """Return how far much of a region went straight up, down, left or right.  Shapes: both the same."""
    down = _straight(old, new)
    if down:
        return 0, down
    right = _straight(old.T, new.T)
    return (right, 0) if right else None


def dragged(old: Pixels, new: Pixels) -> Shift | None:
    """Return how far something in a region went in any direction.  Shapes: both the same."""
    if old.shape[1] <= _PIECE_PX:
        return None
    rows = np.arange(len(old))
    # However far down it went, one of so many rows beside each other is one of those of the old one.
    before, after = _points(old, rows[::_EVERY]), _points(new, rows[rows % (2 * _EVERY) < _EVERY])
    in_old, in_new = _matches(before[0], after[0])
    down, right = after[1][in_new] - before[1][in_old], after[2][in_new] - before[2][in_old]
    moved = (down != 0) | (right != 0)
    most_down, _ = _most(down[moved])
    most_right, votes = _most(right[moved & (down == most_down)])
    return (most_right, most_down) if votes >= _LEAST_POINTS else None


def copy(old: Pixels, new: Pixels, shift: Shift) -> Copy | None:
    """Return the rectangle of a region that gains most by such a move; None when none gains.

    Shapes: both the same.  Units: px within the region.
    """
    right, down = shift
    height, width = old.shape
    if abs(right) >= width or abs(down) >= height:
        return None
    top, bottom = max(0, down), min(height, height + down)
    left, end = max(0, right), min(width, width + right)
    now, before = new[top:bottom, left:end], old[top:bottom, left:end]
    moved = old[top - down : bottom - down, left - right : end - right]
    strip = max(1, now.shape[1] // (_STRIPS * _EVERY))
    lefts = range(0, now.shape[1], strip * _EVERY)
    strips = [_gained(1, *(each[:, at : at + strip] for each in (now, before, moved))) for at in lefts]
    rows = _best(np.sum(strips, axis=0, dtype=np.int16))
    if rows is None:
        return None
    lines = slice(rows[0], rows[1], _LINES)
    columns = _best(_gained(0, now[lines], before[lines], moved[lines]))
    if columns is None:
        return None
    return Copy(
        left=left + columns[0],
        top=top + rows[0],
        width=columns[1] - columns[0],
        height=rows[1] - rows[0],
        from_left=left + columns[0] - right,
        from_top=top + rows[0] - down,
    )


def _gained(axis: int, now: Pixels, before: Pixels, moved: Pixels) -> Counts:
    """Return how many pixels of each column or row a move makes right, less those that it makes wrong."""
    gains = (now == moved).view(np.int8) - (now == before).view(np.int8)
    return np.asarray(gains.sum(axis=axis, dtype=np.int16))  # a quarter of MAX_SIDE at most


def _best(gains: Counts) -> tuple[int, int] | None:
    """Return from where to where the sum is largest, if it is more than 0."""
    sums = np.concatenate(([0], np.cumsum(gains, dtype=np.int64)))
    lowest = np.minimum.accumulate(sums)
    end = int(np.argmax(sums - lowest))
    if sums[end] <= lowest[end]:
        return None
    return int(np.argmin(sums[: end + 1])), end


def _straight(old: Pixels, new: Pixels) -> int:
    """Return how far down most of what moved went; 0 for not at all."""
    height, width = old.shape
    strip = min(_STRIP_PX, width)
    count = max(1, min(_STRIPS, width // strip))
    lefts = np.linspace(0, width - strip, count).astype(int)
    before, after = (np.concatenate([_rows(each, left, strip) for left in lefts]) for each in (old, new))
    in_old, in_new = _matches(before, after)
    same_strip = in_old // height == in_new // height
    down = (in_new - in_old)[same_strip & (in_new != in_old)]
    most, votes = _most(down)
    return most if votes >= max(_LEAST_VOTES, _LEAST_SHARE * height) else 0


def _most(values: Numbers) -> tuple[int, int]:
    """Return the value that is there most often, and how often."""
    if not len(values):
        return 0, 0
    least = int(values.min())
    counts = np.bincount(values - least)
    at = int(np.argmax(counts))
    return at + least, int(counts[at])


def _rows(pixels: Pixels, left: int, width: int) -> Hashes:
    """Return a hash for each row of a strip."""
    strip = pixels[:, left : left + width] * _MIX[0]
    strip ^= strip >> np.uint32(15)
    strip *= _WEIGHTS[:width]
    return np.asarray(strip.sum(axis=1, dtype=np.uint32))


def _points(pixels: Pixels, rows: Numbers) -> tuple[Hashes, Numbers, Numbers]:
    """Return hashes of pieces of these rows that begin with a rare pair of pixels, and where: row, column."""
    mixed = pixels[rows, : 1 - _PIECE_PX] * _MIX[0]
    pairs = mixed[:, :-1] ^ (mixed[:, 1:] >> np.uint32(7))
    rare = (pairs >> np.uint32(32 - _RARE)) == 1
    rare &= mixed[:, :-1] != mixed[:, 1:]
    at, columns = np.nonzero(rare)
    rows = rows[at]
    pieces = np.lib.stride_tricks.sliding_window_view(pixels, _PIECE_PX, axis=1)[rows, columns] * _MIX[1]
    pieces ^= pieces >> np.uint32(15)
    return (pieces * _WEIGHTS[:_PIECE_PX]).sum(axis=1, dtype=np.uint32), rows, columns


def _matches(old: Hashes, new: Hashes) -> tuple[Numbers, Numbers]:
    """Return where in both the same hash is; of several in the old one, the last."""
    table = np.full(_TABLE, -1, np.int64)
    table[old >> _TABLE_SHIFT] = np.arange(len(old))
    in_old = table[new >> _TABLE_SHIFT]
    in_new = np.flatnonzero(in_old >= 0)
    in_old = in_old[in_new]
    same = old[in_old] == new[in_new]
    return in_old[same], in_new[same]
