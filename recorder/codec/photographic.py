"""Which tiles are photographic, and so may be sent lossy; whatever else there is on a screen stays exact.

Only steps between neighbouring pixels are looked at.  What people draw and write stays the same or changes by much; a
photograph has small steps along rows and along columns, from light, lenses and sensors.  It is known in two ways:

* Smooth: larger steps go one way, as at the edge of a thing.  A stroke of a letter goes down and up again, so neither
  letters nor hairlines are smooth, whatever lies behind them.
* Grainy: hardly two neighbours are equal; small steps go up about as often as down, which those of a gradient do not;
  and larger ones are of all sizes, while most of those of letters are sharp.

In doubt a tile is exact: that costs bytes, the other error makes text harder to read.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from recorder.codec.grid import PIXELS, TILE, Flags, Pixels

Bytes = npt.NDArray[np.uint8]

# Tiles looked at at once: all that is made of them stays in a core's cache.  Half or four times as many took longer.
_AT_ONCE: Final = 256

# The numbers below part best what they were tried on: 500 000 tiles of text in nine fonts of six sizes, with grey and
# subpixel edges, in 16 pairs of colours and over gradients, from photographs as they are, compressed, halved, enlarged.
_SMALL: Final = 12  # a step of less is small; letters that differ from their ground by 14 have larger ones
_EDGE: Final = 12  # a step of less is no edge
_NOTICED: Final = 24  # among grain, a step of less may go any way
_SHARP: Final = 64  # lenses spread an edge over more pixels than a step so large leaves room for
# Of 240 pairs of neighbours along rows, and as many along columns:
_FEW: Final = 14  # 8 % are small steps; a round corner has 7 %
_UNEVEN: Final = 144  # 60 % are steps: that is grain; faint letters on a plain ground have less
_GRAIN: Final = 204  # 85 % are steps; subpixel letters over a gradient come near
_STRAIGHT: Final = 10  # of 16 steps beside each other are noticed: an edge from side to side
_FIFTH: Final = 5  # among grain, more than that must go the other way, and no more of what is noticed may be sharp


class _Steps(NamedTuple):
    """Steps between neighbours, of each tile.  A step is as large as that of the colour that changes most."""

    different: Bytes  # how many there are
    small: Bytes  # how many of them are small
    back: Bytes  # the largest of those up or of those down, whichever are less
    largest: Bytes


def photographic(tiles: Pixels) -> Flags:
    """Say which tiles are photographic.

    Shapes: tiles is (n, 16, 16), each pixel 0x00RRGGBB; the result is (n,).
    """
    parts = (np.ascontiguousarray(tiles[first : first + _AT_ONCE]) for first in range(0, len(tiles), _AT_ONCE))
    return np.concatenate([np.zeros(0, bool), *map(_judged, parts)])


def _judged(tiles: Pixels) -> Flags:
    found = np.zeros(len(tiles), bool)
    across = _steps(tiles, apart=1)
    # Most of what is drawn and written ends here.
    left = np.flatnonzero((across.small >= _FEW) | (across.different >= _UNEVEN))
    if not len(left):
        return found
    if len(left) < len(tiles):
        tiles, across = tiles[left], _Steps(*(each[left] for each in across))
    down = _steps(tiles, apart=TILE)
    different = np.minimum(across.different, down.different)
    least = np.where(different >= _UNEVEN, np.uint8(_NOTICED), np.uint8(_SMALL))
    judged = _smooth(across, least) & _smooth(down, least)
    if len(unsure := np.flatnonzero((np.minimum(across.small, down.small) >= _FEW) & ~judged)):
        bare = [_steps(tiles[unsure], apart=apart, bare=True) for apart in (1, TILE)]
        judged[unsure] = _smooth(bare[0], least[unsure]) & _smooth(bare[1], least[unsure])
    if len(unsure := np.flatnonzero((different >= _GRAIN) & ~judged)):
        judged[unsure] = _grainy(tiles[unsure], 1) & _grainy(tiles[unsure], TILE)
    found[left] = judged
    return found


def _steps(tiles: Pixels, *, apart: int, bare: bool = False) -> _Steps:
    """Look at steps to the pixels that lie so many further: 1 along rows, 16 along columns; bare of straight edges."""
    ways = _ways(tiles, apart)
    if bare:
        _take_off_edges(ways, apart)
    up, down = ways.reshape(2, -1, 4 * PIXELS).max(axis=2)
    sizes = ways[0] | ways[1]
    # Both counts hold what _ways() emptied, and 256 is 0 in a byte: their differences come out right all the same.
    none, low = _count(sizes.view(np.uint32) == 0), _count(~_any(sizes, _SMALL))
    return _Steps(-none, low - none, np.minimum(up, down), np.maximum(up, down))


def _ways(tiles: Pixels, apart: int) -> Bytes:
    """Return how much each colour of each pixel rises to the neighbour, and how much it falls."""
    # All tiles are one line of bytes: the short loops of rows cost several times as much.
    line = tiles.reshape(-1).view(np.uint8)
    one, other = line[: -4 * apart], line[4 * apart :]
    higher = np.maximum(one, other)
    ways = np.empty((2, len(line)), np.uint8)
    np.subtract(higher, one, out=ways[0, : len(one)])
    np.subtract(higher, other, out=ways[1, : len(one)])
    ways.view(np.uint32).reshape(-1, 16 * apart)[:, -apart:] = 0  # beyond the last row or column is another tile
    return ways


def _take_off_edges(ways: Bytes, apart: int) -> None:
    """Leave out steps that go from side to side: what covers a photograph ends there, and letters do not."""
    steps = ways.view(np.uint32).reshape(2, -1, 16, 16)
    axis = 1 if apart == 1 else 2
    noticed = _any(ways[0] | ways[1], _EDGE).reshape(-1, 16, 16)
    edges = np.count_nonzero(noticed, axis=axis, keepdims=True) >= _STRAIGHT
    steps[:, np.broadcast_to(edges, noticed.shape)] = 0


def _smooth(steps: _Steps, least: int | Bytes) -> Flags:
    return (steps.small >= _FEW) & (steps.back < least)


def _grainy(tiles: Pixels, apart: int) -> Flags:
    ways = _ways(tiles, apart)
    sizes = ways[0] | ways[1]
    sharp, noticed = _count(_any(sizes, _SHARP)), _count(_any(sizes, _NOTICED))
    # Green is most of what is light; the colours of one gradient may go different ways.
    green = ways.view(np.uint32) >> 8 & 255
    up, down = (_count(small) for small in (green != 0) & (green < _SMALL))
    return (np.minimum(up, down) > np.maximum(up, down) // _FIFTH) & (sharp <= noticed // _FIFTH)


def _any(sizes: Bytes, least: int) -> Flags:
    """Return of which pixels a colour's step is at least so large."""
    return np.asarray((sizes >= least).view(np.uint32) != 0)


def _count(true: Flags) -> Bytes:
    counts: Bytes = true.reshape(-1, PIXELS).view(np.uint8).sum(axis=1, dtype=np.uint8)
    return counts
