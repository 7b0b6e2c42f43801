"""The colours of a key interval, found by a table.  SPEC.md §4.7."""

import mmap
from typing import Final

import numpy as np

from recorder.codec.grid import Flags, Pixels
from recorder.codec.wire import MAX_COLOURS, Shorts

# Numbers are kept plus one: 0 is none, and the last one marks a colour that was found and has none yet.
_MOST: Final = MAX_COLOURS - 2
_FOUND: Final = MAX_COLOURS - 1
_MANY: Final = 128  # new colours of a tile, more than letters have: as it is it is smaller


class Colours:
    """Numbers for colours, in the order in which they come.

    It owns a table of all colours there could be, 32 MiB of which only pages with colours of the screen take memory.
    """

    def __init__(self) -> None:
        # Plus one; 0 for none.  numpy would ask for huge pages, all of which were cleared at once.
        self._numbers = np.frombuffer(mmap.mmap(-1, 2 << 24), np.uint16)
        self._known = np.zeros(_MOST, np.uint32)
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
        if numbers.all():
            return tiles[:0, 0], numbers - np.uint16(1), np.zeros(len(tiles), bool)
        # Of new colours that follow each other in a line one is enough.
        new = numbers == 0
        new[:, 1:] &= tiles[:, 1:] != tiles[:, :-1]
        raw: Flags = np.count_nonzero(new, axis=1) > _MANY
        ordered = np.sort(tiles[raw], axis=1)
        raw[raw] = np.count_nonzero(ordered[:, 1:] != ordered[:, :-1], axis=1) >= _MANY
        new[raw] = False
        colours = self._distinct(tiles[new])
        if self._count + len(colours) > _MOST:
            raw, colours = (numbers == 0).any(axis=1), colours[:0]
        self._learn(colours)
        return colours, self._numbers.take(tiles[~raw]) - np.uint16(1), raw

    def _distinct(self, colours: Pixels) -> Pixels:
        """Return each of these, that have no number, once, in order."""
        found = [colours[:0]]
        for first in range(0, len(colours), _MOST):
            part = colours[first : first + _MOST]
            part = part[self._numbers[part] == 0]
            order = np.arange(1, len(part) + 1, dtype=np.uint16)
            self._numbers[part] = order
            part = part[self._numbers[part] == order]
            self._numbers[part] = _FOUND
            found.append(part)
        distinct = np.sort(np.concatenate(found))
        self._numbers[distinct] = 0
        return distinct

    def _learn(self, colours: Pixels) -> None:
        count = self._count + len(colours)
        self._known[self._count : count] = colours
        self._numbers[colours] = np.arange(self._count + 1, count + 1)
        self._count = count
