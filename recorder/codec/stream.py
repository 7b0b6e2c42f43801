"""The Zstandard stream of a key interval, written and read: this codec's door to zstandard.  SPEC.md §4.1."""

from typing import Final

import numpy as np
import zstandard

from recorder.codec.grid import Pixels
from recorder.codec.packet import refused

_WINDOW_LOG: Final = 23  # SPEC.md §7: 8 MiB
# Lazy matching with short matches: half the bytes of level 3 on text, for twice its time; twice as fast as level 12 at
# the same bytes (docs/benchmarks.md).
_PARAMETERS: Final = zstandard.ZstdCompressionParameters(
    window_log=_WINDOW_LOG,
    strategy=zstandard.STRATEGY_LAZY2,
    hash_log=20,
    chain_log=20,
    search_log=6,
    min_match=4,
    write_content_size=False,
)
# Bytes that are unpacked before it is looked how much they gave: at most 128 KiB for every four.
_AT_ONCE: Final = 256
_TRIED: Final = 1_024  # tiles
_MOST_HEADER: Final = 18  # bytes of a frame, RFC 8878 §3.1.1.1


class StreamWriter:
    """Packs what is said between two keyframes.  It owns its memory of what was said."""

    def __init__(self) -> None:
        self._stream = zstandard.ZstdCompressor(compression_params=_PARAMETERS).compressobj()

    def pack(self, plain: bytes) -> bytes:
        """Return bytes from which all that was said so far can be unpacked."""
        return self._stream.compress(plain) + self._stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)


class StreamReader:
    """Unpacks it again.  It owns its memory of what was said, at most 8 MiB."""

    def __init__(self) -> None:
        self._stream = zstandard.ZstdDecompressor(max_window_size=1 << _WINDOW_LOG).decompressobj()
        self._begun = False

    def unpack(self, packed: bytes | memoryview, *, limit: int) -> bytes:
        """Return what was packed.  Errors: FormatError when it does not unpack, or to more than limit."""
        if not self._begun:
            self._begin(packed)
        found, size = list[bytes](), 0
        for at in range(0, len(packed), _AT_ONCE):
            if self._stream.eof:
                raise refused("its stream goes on behind its end")
            try:
                part = self._stream.decompress(packed[at : at + _AT_ONCE])
            except zstandard.ZstdError as error:
                raise refused(f"its stream does not unpack ({error})") from error
            if self._stream.unused_data:
                raise refused("its stream goes on behind its end")
            found.append(part)
            size += len(part)
            if size > limit:
                raise refused("its stream unpacks to more than a picture")
        return b"".join(found)

    def _begin(self, packed: bytes | memoryview) -> None:
        """Look at the window: of a small frame that says its size the library does not."""
        try:
            window = zstandard.get_frame_parameters(bytes(packed[:_MOST_HEADER])).window_size
        except zstandard.ZstdError:
            return  # nothing unpacks from that, which is told
        if window > 1 << _WINDOW_LOG:
            raise refused("its stream has too large a window")
        self._begun = True


def packs_better_by_columns(tiles: Pixels) -> bool:
    """Say whether exact tiles of a keyframe take fewer bytes with their pixels by columns than by rows.

    Letters that are as wide as others lie alike in rows, lines that are as high as others in columns.
    """
    some = tiles[len(tiles) // 3 :][:_TRIED]  # that lie beside each other
    by_rows, by_columns = (
        len(zstandard.ZstdCompressor(compression_params=_PARAMETERS).compress(np.ascontiguousarray(each).tobytes()))
        for each in (some, some.transpose(0, 2, 1))
    )
    return by_columns < by_rows
