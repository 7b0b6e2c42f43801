"""Lossy tiles, side by side as one JPEG: this codec's door to Pillow.  SPEC.md §4.6."""

import io
from typing import Final

import numpy as np
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from recorder.codec.grid import TILE, Flags, Pixels
from recorder.codec.packet import refused
from recorder.codec.wire import MAX_HEAD

_MOST_ACROSS: Final = 256  # tiles: wider pictures would be more than some graphics cards take
_MOST_DOWN: Final = 65_500 // TILE  # SPEC.md §4.6
_RISE: Final = 0.4  # what a quantizer grows by from frequency to frequency, across and down


def _quantizers(first: int) -> list[int]:
    return [round(first + _RISE * (at // 8 + at % 8)) for at in range(64)]


# Of luma, of colours.  Finer for what stays, coarser for what comes while something moves and is gone soon; low
# frequencies fine, as the smooth parts of photographs need: by SSIM a fifth fewer bytes than the usual tables of the
# same likeness (docs/benchmarks.md).
_STAYING: Final = [_quantizers(2), _quantizers(24)]
_PASSING: Final = [_quantizers(5), _quantizers(32)]
# 4:2:2.  A decoder that halves rows too (4:2:0) draws colours of a tile over the next one below, which is another one
# on the screen.
_SUBSAMPLING: Final = 1
_MANY: Final = 48  # tiles from which on codes of their own pay

_BEGIN: Final = bytes.fromhex("ffd8 ffe0")  # SOI, APP0
_SOS: Final = 0xDA
_SOF: Final = 0xC0  # baseline
_DQT: Final = 0xDB
_DHT: Final = 0xC4
_NEEDED: Final = {_SOF, _DQT, _DHT, _SOS}
_LEAST_JFIF: Final = 16  # bytes, its length among them
_TABLE: Final = 1 + 64  # bytes of a quantizers' table
_ALL_AT_ONCE: Final = bytes.fromhex("00 3f 00")  # all frequencies with all their bits in one scan
_EOI: Final = b"\xff\xd9"


def as_many_as_fit(lossy: Flags) -> Flags:
    """Return the first of these tiles, as many as one JPEG takes."""
    lossy = lossy.copy()
    lossy[np.flatnonzero(lossy)[_MOST_ACROSS * _MOST_DOWN :]] = False
    return lossy


def compress(tiles: Pixels, *, passing: bool) -> tuple[bytes, bytes]:
    """Return head and scan of a JPEG of these tiles.  Shapes: (n, 16, 16) uint32 0x00RRGGBB."""
    across, down = _sides(len(tiles))
    left_over = np.repeat(tiles[-1:], across * down - len(tiles), axis=0)
    mosaic = np.concatenate((tiles, left_over)).reshape(down, across, TILE, TILE).transpose(0, 2, 1, 3)
    size = across * TILE, down * TILE
    picture = Image.frombuffer("RGB", size, np.ascontiguousarray(mosaic), "raw", "BGRX", 0, 1)
    file = io.BytesIO()
    many = len(tiles) >= _MANY
    picture.save(file, "JPEG", qtables=_PASSING if passing else _STAYING, subsampling=_SUBSAMPLING, optimize=many)
    packed = file.getvalue()
    end = _head(packed)[0]
    return packed[:end], packed[end:]


def expand(head: bytes, scan: bytes, count: int) -> Pixels:
    """Return the tiles of a JPEG.  Shapes: (count, 16, 16) uint32 0x00RRGGBB.  Errors: FormatError."""
    across, down = _sides(count)
    end, size = _head(head)
    if end != len(head) or size != (across * TILE, down * TILE):
        raise refused("its JPEG has another size than its tiles, or no scan")
    # In a scan 00 follows each FF; a marker is none but its end, or decoders would do different things.
    if not scan.endswith(_EOI) or scan.count(b"\xff") != scan.count(b"\xff\x00") + 1:
        raise refused("the scan of its JPEG has something else in it")
    try:
        # Not Image.open(), which takes a large picture for an attack; its size was looked at above.
        with JpegImageFile(io.BytesIO(head + scan)) as picture:
            flat = picture.tobytes("raw", "BGRX")
    except (OSError, ValueError, SyntaxError, MemoryError) as error:
        raise refused("its JPEG does not decode") from error
    mosaic = np.frombuffer(flat, "<u4").reshape(down, TILE, across, TILE)
    return mosaic.transpose(0, 2, 1, 3).reshape(-1, TILE, TILE)[:count]


def _sides(count: int) -> tuple[int, int]:
    """Return how many tiles lie beside and below each other; hardly a place is left over."""
    down = -(-count // _MOST_ACROSS)
    return -(-count // down), down


def _head(packed: bytes) -> tuple[int, tuple[int, int]]:
    """Return where the scan begins, and how wide and high the picture is, px.  Errors: FormatError."""
    jfif = int.from_bytes(packed[4:6], "big")  # bytes of the first segment without its marker
    if packed[:4] != _BEGIN or packed[6:11] != b"JFIF\0" or jfif < _LEAST_JFIF:
        raise refused("its JPEG does not begin as JFIF")
    size, at, found = (0, 0), len(_BEGIN) + jfif, set[int]()
    while at + 4 <= min(len(packed), MAX_HEAD) and packed[at] == 0xFF and packed[at + 1] in _NEEDED:
        marker, length = packed[at + 1], int.from_bytes(packed[at + 2 : at + 4], "big")
        body = packed[at + 4 : at + 2 + length]
        found.add(marker)
        at += 2 + length
        if marker == _SOF and len(body) > 5 and body[0] == 8 and body[5] == 3:
            size = int.from_bytes(body[3:5], "big"), int.from_bytes(body[1:3], "big")
        if marker == _DQT and (len(body) % _TABLE or any(one >> 4 for one in body[::_TABLE])):
            break  # quantizers of 16 bits are none of a baseline JPEG
        if marker == _SOS:
            if found == _NEEDED and len(body) == 10 and body[0] == 3 and body[7:] == _ALL_AT_ONCE:
                return at, size
            break
    raise refused("the head of its JPEG is none of a baseline JPEG with one scan")
