"""Whether a film plays on a screen: tiles that are dear are new again and again, and nothing was moved.  Pure."""

from typing import Final

import numpy as np
import numpy.typing as npt

from recorder.codec.grid import TILE, Grid, Numbers
from recorder.codec.photographic import photographic

# By trial on scripted desktops: scrolling, dragging, blinking and a slide show are no films, a video in a window is one
# within a second.
_TIMES: Final = 6  # a tile is new one after the other
_SOON_US: Final = 600_000  # after the time before; what comes later is no film
_LEAST: Final = 256  # such tiles: 320 × 200 px
_LOOKED_AT: Final = 192  # tiles of a film, whether it goes on
_GOES_ON: Final = 0.2  # of them are new and dear
_COLOURFUL: Final = 200  # of 256 pixels have colours of their own: noise, that no list of colours makes cheap
CALM_US: Final = 1_000_000  # without that


class FilmWatch:
    """Follows pictures of one size.  It owns what it remembers of them."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._times = np.zeros(grid.count, np.uint8)
        self._last_us = np.full(grid.count, -_SOON_US, np.int64)
        self._places: Numbers = np.zeros(0, np.int64)
        self._before = np.zeros((0, TILE, TILE), np.uint32)
        self._played_us = 0

    def begins(self, new: Numbers, pixels: npt.NDArray[np.uint8], *, time_us: int) -> bool:
        """Note which dear tiles of a picture are new; return whether a film plays from here on.

        Shapes: pixels as in over().
        """
        soon = time_us - self._last_us[new] <= _SOON_US
        self._times[new] = np.where(soon, np.minimum(self._times[new], _TIMES) + 1, 1)
        self._last_us[new] = time_us
        film = np.flatnonzero((self._times >= _TIMES) & (time_us - self._last_us <= _SOON_US))
        if len(film) < _LEAST:
            return False
        self._times[:] = 0
        self._places = film[:: -(-len(film) // _LOOKED_AT)]
        self._before = self._tiles(pixels)
        self._played_us = time_us
        return True

    def over(self, pixels: npt.NDArray[np.uint8], *, time_us: int) -> bool:
        """Return whether the film no longer plays.  Shapes: pixels (height, width, 4) uint8, as in a frame."""
        tiles = self._tiles(pixels)
        new = (tiles != self._before).any(axis=(1, 2))
        self._before = tiles
        if np.count_nonzero(_dear(tiles[new])) >= _GOES_ON * len(tiles):
            self._played_us = time_us
        return time_us - self._played_us > CALM_US

    def _tiles(self, pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint32]:
        """Return the tiles that are looked at, those at an edge as far as there is a picture."""
        height_px, width_px = pixels.shape[:2]
        rows, columns = np.divmod(self._places, self._grid.columns)
        inside = np.arange(TILE)
        down = np.minimum(rows[:, None] * TILE + inside, height_px - 1)
        right = np.minimum(columns[:, None] * TILE + inside, width_px - 1)
        seen = pixels.view(np.uint32)[..., 0]
        return np.asarray(seen[down[:, :, None], right[:, None, :]] & np.uint32(0xFFFFFF))


def _dear(tiles: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    colours = np.sort(tiles.reshape(-1, TILE * TILE), axis=1)
    distinct = np.count_nonzero(colours[:, 1:] != colours[:, :-1], axis=1)
    return np.asarray(photographic(tiles) | (distinct >= _COLOURFUL))
