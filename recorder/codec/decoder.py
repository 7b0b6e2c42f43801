"""Packets in, pictures out.  SPEC.md §5.

It is small on purpose: what it takes is bounded by the size of the picture, and it keeps nothing beyond a keyframe.
"""

from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from recorder.codec.grid import MAX_SIDE, TILE, Grid, Numbers, Pixels, move
from recorder.codec.packet import Packet, refused
from recorder.codec.photos import expand
from recorder.codec.stream import StreamReader
from recorder.codec.wire import (
    INDEXED,
    KEPT,
    LOSSY,
    MAX_COLOURS,
    RAW,
    REFERENCE,
    Columns,
    most_bytes,
    most_scan,
)

Number = TypeVar("Number", bound=np.generic)

_OPAQUE: Final = np.uint32(0xFF000000)


class TilesDecoder:
    """One screen track, from any keyframe on.  It owns the picture.

    Units: px.  Errors: ValueError for a size that the law does not allow.
    """

    def __init__(self, width_px: int, height_px: int) -> None:
        if not (1 <= width_px <= MAX_SIDE and 1 <= height_px <= MAX_SIDE):
            raise ValueError(f"{width_px} × {height_px} px is no size of a picture")
        self._grid = Grid(width_px, height_px)
        self._canvas = self._grid.canvas()
        self._colours = np.zeros(MAX_COLOURS, np.uint32)
        self._kept = np.zeros((KEPT, TILE, TILE), np.uint32)  # pages of it that are not used take no memory
        self._stream: StreamReader | None = None
        self._colour_count = self._tile_count = 0

    @property
    def pixels(self) -> npt.NDArray[np.uint8]:
        """The picture after the last packet, until the next.

        Shapes: (height, width, 4) uint8: blue, green, red, 255; row 0 on top.
        """
        shown = self._canvas[: self._grid.height_px, : self._grid.width_px]
        return shown.view(np.uint8).reshape(*shown.shape, 4)

    def feed(self, payload: bytes, *, keyframe: bool) -> None:
        """Take the next packet.

        Errors: FormatError, TruncatedError: the picture is as before, and nothing but a keyframe can follow.
        """
        stream, self._stream = self._stream, None
        packet = Packet.read(payload)
        if packet.keyframe != keyframe:
            raise refused("it is of another kind")
        if keyframe:
            stream, self._colour_count, self._tile_count = StreamReader(), 0, 0
        elif stream is None:
            raise refused("there is no picture on which it builds")
        plain = stream.unpack(packet.stream, limit=most_bytes(self._grid))
        columns = Columns.read(plain, self._grid, keyframe=keyframe, scan=bool(packet.scan))
        new = self._new_tiles(columns, packet.scan)
        references = columns.references
        count = self._tile_count + len(new)
        if count < KEPT and references.max(initial=-1) >= count:
            raise refused("it refers to a tile that never came")
        self._keep(new)
        self._show(columns, new, keyframe=keyframe)
        self._stream = stream

    def _new_tiles(self, columns: Columns, scan: bytes) -> Pixels:
        """Return tiles that come with their pixels, in the order of the grid."""
        kinds = columns.kinds[columns.kinds != REFERENCE]
        new = np.empty((len(kinds), TILE, TILE), np.uint32)
        self._learn(columns.colours)
        if len(columns.indexed):
            if columns.indexed.max() >= self._colour_count:
                raise refused("it names a colour that never came")
            new[kinds == INDEXED] = self._colours.take(_upright(columns.indexed, columns))
        if len(columns.raw):
            new[kinds == RAW] = _upright(columns.raw, columns) | _OPAQUE
        if scan:
            lossy = kinds == LOSSY
            lossy_count = int(np.count_nonzero(lossy))
            if len(scan) > most_scan(lossy_count):
                raise refused("its scan is too long for its tiles")
            new[lossy] = expand(columns.head, scan, lossy_count) | _OPAQUE
        return new

    def _learn(self, colours: Pixels) -> None:
        count = self._colour_count + len(colours)
        if count > MAX_COLOURS:
            raise refused("it has too many colours")
        self._colours[self._colour_count : count] = colours | _OPAQUE
        self._colour_count = count

    def _keep(self, new: Pixels) -> None:
        first, count = self._tile_count, self._tile_count + len(new)
        self._tile_count = count
        begin = first % KEPT
        if begin + len(new) <= KEPT:
            self._kept[begin : begin + len(new)] = new
        else:
            newest = np.arange(max(first, count - KEPT), count)
            self._kept[newest % KEPT] = new[len(new) - len(newest) :]

    def _show(self, columns: Columns, new: Pixels, *, keyframe: bool) -> None:
        if keyframe:
            self._canvas[:] = _OPAQUE
        for one in columns.copies:
            move(self._canvas, (one.left, one.top), (one.from_left, one.from_top), (one.width, one.height))
        tiles = self._grid.tiles(self._canvas)
        repeated = columns.kinds == REFERENCE
        tiles[self._rows_and_columns(columns.places[~repeated])] = new
        tiles[self._rows_and_columns(columns.places[repeated])] = self._kept[columns.references]

    def _rows_and_columns(self, places: Numbers) -> tuple[Numbers, Numbers]:
        rows, columns = np.divmod(places, self._grid.columns)
        return rows, columns


def _upright(pixels: "npt.NDArray[Number]", columns: Columns) -> "npt.NDArray[Number]":
    tiles = pixels.reshape(-1, TILE, TILE)
    return tiles.transpose(0, 2, 1) if columns.by_columns else tiles
