"""The colours of a key interval, found by a table.  SPEC.md §4.7."""

from typing import Final

import numpy as np

from recorder.codec.grid import Flags, Pixels
from recorder.codec.wire import MAX_COLOURS, Shorts

_MANY: Final = 160  # new colours along the lines of a tile, more than letters have: as it is it is smaller


class Colours:
    """Numbers for colours, in the order in which they come.

    It owns a table of all colours there could be, 64 MiB of which only pages with colours of the screen take memory.
    """

    def __init__(self) -> None:
        self._numbers = np.zeros(1 << 24, np.int32)  # plus one; 0 for none
        self._known = np.zeros(MAX_COLOURS, np.uint32)
        self._count = 0

    def forget(self) -> None:
        """Begin anew."""
        self._numbers[self._known[: self._count]] = 0
        self._count = 0

    def number(self, tiles: Pixels) -> tuple[Pixels, Shorts, Flags]:
        """Return new colours, pixels of tiles as numbers, and which of the tiles are not among them: too many colours.

        Shapes: tiles (n, any) 0x00RRGGBB; then (any,), (of those that are indexed, any), (n,).
        """
        numbers = self._numbers.take(tiles)
        # Of new colours that follow each other in a line one is enough.
        new = numbers == 0
        new[:, 1:] &= tiles[:, 1:] != tiles[:, :-1]
        raw: Flags = np.count_nonzero(new, axis=1) > _MANY
        if not new.any():
            return tiles[:0, 0], (numbers - 1).astype(np.uint16), raw
        new[raw] = False
        colours = tiles[new]
        colours = np.sort(colours[self._first(colours)])
        if self._count + len(colours) > MAX_COLOURS:
            raw, colours = (numbers == 0).any(axis=1), colours[:0]
        self._learn(colours)
        return colours, (self._numbers.take(tiles[~raw]) - 1).astype(np.uint16), raw

    def _first(self, colours: Pixels) -> Flags:
        """Return which of these, that have no number, stand for all that are equal."""
        order = np.arange(len(colours), dtype=np.int32)
        self._numbers[colours] = order
        new = np.asarray(self._numbers[colours] == order)
        self._numbers[colours] = 0
        return new

    def _learn(self, colours: Pixels) -> None:
        count = self._count + len(colours)
        self._known[self._count : count] = colours
        self._numbers[colours] = np.arange(self._count, count) + 1
        self._count = count
