"""The stream of a key interval, packed and unpacked packet by packet."""

import numpy as np
import pytest
import zstandard

from recorder.codec.stream import StreamReader, StreamWriter, packs_better_by_columns
from recorder.format.errors import FormatError

SOME = [b"", b"one", b"\0" * 300_000, bytes(range(256)) * 50, b"one", np.random.default_rng(1).bytes(70_000)]
LIMIT = 1 << 20


def test_each_packet_is_unpacked_when_it_comes() -> None:
    writer, reader = StreamWriter(), StreamReader()
    for plain in SOME:
        assert reader.unpack(writer.pack(plain), limit=LIMIT) == plain


def test_what_was_said_before_is_cheap() -> None:
    writer = StreamWriter()
    first, again = writer.pack(SOME[-1]), writer.pack(SOME[-1])
    assert len(again) < len(first) / 1_000


def test_more_than_the_limit_is_refused_before_much_more_is_unpacked() -> None:
    packed = StreamWriter().pack(bytes(1 << 28))
    seen = list[int]()

    class Counting(StreamReader):
        def __init__(self) -> None:
            super().__init__()
            stream = self._stream
            self._stream = _Counted(stream, seen)  # type: ignore[assignment] # it has what is used

    with pytest.raises(FormatError):
        Counting().unpack(packed, limit=LIMIT)
    assert sum(seen) <= LIMIT + 8 * (1 << 20)


class _Counted:
    def __init__(self, stream: "zstandard.ZstdDecompressionObj", seen: list[int]) -> None:
        self._stream, self._seen = stream, seen

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def unused_data(self) -> bytes:
        return self._stream.unused_data

    def decompress(self, packed: bytes) -> bytes:
        part = self._stream.decompress(packed)
        self._seen.append(len(part))
        return part


@pytest.mark.parametrize("behind", [1, 255, 256, 257, 5_000])
@pytest.mark.parametrize("size", [1, 200, 247, 1_000])
def test_nothing_comes_behind_the_end_of_the_frame(size: int, behind: int) -> None:
    ended = zstandard.ZstdCompressor(level=1).compress(np.random.default_rng(size).bytes(size))
    assert len(StreamReader().unpack(ended, limit=LIMIT)) == size
    for more in (bytes(behind), ended * (behind // 10 + 1)):
        with pytest.raises(FormatError):
            StreamReader().unpack(ended + more, limit=LIMIT)


def test_what_is_no_stream_is_refused() -> None:
    for packed in (b"no stream at all", b"\x28\xb5\x2f\xfd\x00\x70\x00\x00\x00", bytes(9)):
        with pytest.raises(FormatError):
            StreamReader().unpack(packed, limit=LIMIT)


def test_a_line_of_letters_of_many_widths_packs_better_by_columns() -> None:
    random = np.random.default_rng(2)
    letters = [random.integers(0, 2, (16, width), np.uint32) * np.uint32(0xFFFFFF) for width in range(5, 25)]
    line = np.concatenate([letters[at] for at in random.integers(20, size=1_000)], axis=1)
    tiles = line[:, : line.shape[1] // 16 * 16].reshape(16, -1, 16).transpose(1, 0, 2)
    assert packs_better_by_columns(tiles)
    assert not packs_better_by_columns(tiles.transpose(0, 2, 1))
    assert not packs_better_by_columns(tiles[:0])
