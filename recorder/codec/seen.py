"""Tiles that a reader has, found by their pixels, and what they lost.  SPEC.md §4.5."""

from typing import Final

import numpy as np
import numpy.typing as npt
import xxhash

from recorder.codec.grid import PIXELS, Flags, Grid, Numbers, Pixels
from recorder.codec.wire import KEPT

Losses = npt.NDArray[np.uint8]

EXACT: Final = np.uint8(0)
FINE: Final = np.uint8(1)  # lost what what stays may lose
COARSE: Final = np.uint8(2)  # lost what what passes may lose
_TILE_SIZE: Final = PIXELS * 4  # bytes


class SeenTiles:
    """The tiles of a key interval.  It owns their numbers, names and losses."""

    def __init__(self, grid: Grid, *, seed: int) -> None:
        self._grid = grid
        self._seed = seed
        self._numbers: dict[object, int] = {}
        self._losses = np.zeros(KEPT, np.uint8)
        self._count = 0

    def forget(self) -> None:
        """Begin anew."""
        self._numbers, self._count = {}, 0

    def forget_coarse(self) -> None:
        """Find coarse ones no more."""
        self._numbers = {name: at for name, at in self._numbers.items() if self._losses[at % KEPT] != COARSE}

    def find(self, tiles: Pixels, places: Numbers) -> tuple[Flags, Numbers]:
        """Return which tiles are new, and the numbers of the others; new ones get theirs.

        Shapes: tiles (n, 16, 16); places (n,) in the grid; then (n,), (those that are not new,).
        """
        numbers, count = self._numbers, self._count
        oldest = count + len(tiles) - KEPT
        references = list[int]()
        new = np.ones(len(tiles), bool)
        for at, name in enumerate(self._names(tiles, places)):
            number = numbers.get(name, -1)
            if number < 0 or number < oldest:
                numbers[name] = count
                count += 1
            else:
                references.append(number)
                new[at] = False
        self._count = count
        return new, np.array(references, np.int64)

    def note(self, losses: Losses) -> None:
        """Keep what the newest tiles lost.  Shapes: (as many as were new,)."""
        self._losses[np.arange(self._count - len(losses), self._count) % KEPT] = losses

    def losses_of(self, numbers: Numbers) -> Losses:
        """Return what such tiles lost."""
        return self._losses[numbers % KEPT]

    def _names(self, tiles: Pixels, places: Numbers) -> list[object]:
        raw = np.ascontiguousarray(tiles).reshape(-1).view(np.uint8).data
        names: list[object] = [
            xxhash.xxh3_64_intdigest(raw[at : at + _TILE_SIZE], self._seed) for at in range(0, len(raw), _TILE_SIZE)
        ]
        # What is beyond the picture may be anything, so that such a tile is only good for its own place.
        for at in np.flatnonzero(self._grid.beyond(places)).tolist():
            names[at] = names[at], int(places[at])
        return names
