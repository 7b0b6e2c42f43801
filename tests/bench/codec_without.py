"""The codec with one mechanism turned off at a time, from outside: the product has no switches for that.

references: tiles that were seen before are sent again.  copies: nobody looks for what moved.  one stream of packets:
each is compressed by itself.  choice: the order of pixels in exact tiles is always the same.  video: never used.
"""

from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import numpy as np
import zstandard

from recorder.codec import encoder, stream
from recorder.codec.encoder import TilesEncoder
from recorder.codec.grid import Flags, Numbers, Pixels
from recorder.codec.seen import SeenTiles
from recorder.codec.stream import StreamWriter
from recorder.film import FilmWatch
from tests.bench.codec_peers import Frames, Ours, Took, encode


def _all_new(self: SeenTiles, tiles: Pixels, _: Numbers) -> tuple[Flags, Numbers]:
    self._count += len(tiles)
    return np.ones(len(tiles), bool), np.zeros(0, np.int64)


def _no_copies(_: TilesEncoder, __: Flags) -> list[Any]:
    return []


def _none_photographic(tiles: Pixels) -> Flags:
    return np.zeros(len(tiles), bool)


_BY_ITSELF: Final = zstandard.ZstdCompressor(compression_params=stream._PARAMETERS)


def _by_itself(_: StreamWriter, plain: bytes) -> bytes:
    return _BY_ITSELF.compress(plain)


def _never(_: FilmWatch, __: Numbers, ___: Pixels, **____: int) -> bool:
    return False


# What is turned off → a function that does something else instead: where, which, what.
OFF: Final[dict[str, tuple[object, str, object]]] = {
    "references": (SeenTiles, "find", _all_new),
    "copies": (TilesEncoder, "_copies", _no_copies),
    "lossy tiles": (encoder, "photographic", _none_photographic),
    "one stream of packets": (StreamWriter, "pack", _by_itself),
    "choice: all by rows": (encoder, "packs_better_by_columns", lambda _: False),
    "choice: all by columns": (encoder, "packs_better_by_columns", lambda _: True),
    "video": (FilmWatch, "begins", _never),
}
_IN_TILES: Final = [one for one in OFF if one != "video"]
WITHOUT: Final = {"terminal": _IN_TILES, "office": _IN_TILES, "film": ["video"]}


def encode_without(mechanism: str, frames: Frames, packets: Path) -> Took:
    """Encode with a mechanism turned off.  To be called in a process of its own."""
    place, name, instead = OFF[mechanism]
    with patch.object(place, name, instead):
        return encode(Ours, frames, packets)
