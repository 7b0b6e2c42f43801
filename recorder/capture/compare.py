"""Where two pictures of the same size differ.  Pure."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from recorder.capture.frame import Pixels, Region

# So many rows at a time stay in a processor's cache.
_BAND_PX: Final = 64


def differences(old: Pixels, new: Pixels) -> Iterator[Region]:
    """Yield regions outside which nothing differs, from top to bottom: asking for the first is cheap when there is one.

    Shapes: both (height, width, 4) uint8, rows of either without gaps between their pixels.
    """
    height_px = old.shape[0]
    for top_px in range(0, height_px, _BAND_PX):
        # A pixel is compared at once, not byte by byte.
        one, other = (each[top_px : top_px + _BAND_PX].view(np.uint32)[..., 0] for each in (old, new))
        differing = one != other
        if differing.any():
            columns = np.flatnonzero(differing.any(axis=0))
            rows = np.flatnonzero(differing.any(axis=1))
            yield Region(int(columns[0]), top_px + int(rows[0]), int(columns[-1]) + 1, top_px + int(rows[-1]) + 1)
