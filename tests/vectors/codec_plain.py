"""What was given to encoders once for recorded_codec.json, so that it can be known what must be shown."""

import hashlib
from typing import Final

import numpy as np

from tests.vectors.codec_bytes import RAW, Rgb, columns, drawn, flat

ACROSS: Final = 130  # tiles of a JPEG beside each other, if there are so many as below
ROWS: Final = {0: "c04040", 100: "40c040", 129: "4040c0", 130: "c0c040", 131: "40c0c0", 258: "c040c0"}
ROWS_COUNT: Final = 259
GREY: Final = "606060"

# Four tiles; and a picture of 4 × 4, whose tiles occur again in a later packet.
SMOOTH_COUNT: Final = 4
MATCHES_AGAIN: Final = (3, 7, 11)

FAR_COUNT: Final = 4_096  # tiles of 1 024 × 1 024 px
# The last tile of the window: the noise lies 8 387 864 bytes before itself.
FAR_PLACE: Final = 2_719


def smooth() -> Rgb:
    """Return four tiles side by side, without any edge between them."""
    x, y = np.meshgrid(np.arange(64), np.arange(16))
    return np.stack((60 + 2 * x, 40 + 6 * y + x, 200 - 2 * x), axis=2).astype(np.uint8)


def rows() -> Rgb:
    """Return a JPEG's picture of two rows of tiles."""
    picture = np.full((32, ACROSS * 16, 3), 0x60, np.uint8)
    for number, colour in ROWS.items():
        row, column = divmod(number, ACROSS)
        picture[row * 16 : row * 16 + 16, column * 16 : column * 16 + 16] = flat(colour)
    return picture


def matches_plains() -> list[bytes]:
    tiles = [drawn(number).tobytes() for number in range(16)]
    again = b"".join(tiles[number] for number in MATCHES_AGAIN)
    return [
        columns(runs=[(0, 16)], kinds=[RAW] * 16, pixels=b"".join(tiles)),
        columns(runs=[(4, 3)], kinds=[RAW] * 3, pixels=again),
    ]


def noise() -> Rgb:
    return np.frombuffer(hashlib.shake_256(b"noise").digest(768), np.uint8).reshape(16, 16, 3)


def far_plains() -> list[bytes]:
    plains = []
    for place in (0, None, FAR_PLACE):
        tiles = [bytes(768)] * FAR_COUNT
        if place is not None:
            tiles[place] = noise().tobytes()
        plains.append(columns(runs=[(0, FAR_COUNT)], kinds=[RAW] * FAR_COUNT, pixels=b"".join(tiles)))
    return plains
