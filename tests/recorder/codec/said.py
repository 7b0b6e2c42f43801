"""What packets say, one after the other, for tests that look into them."""

from recorder.codec.grid import Grid
from recorder.codec.packet import Packet
from recorder.codec.stream import StreamReader
from recorder.codec.wire import Columns, most_bytes


def scan_of(payload: bytes) -> bytes:
    return Packet.read(payload).scan


class Reader:
    """Follows the packets of one screen.  It owns the stream of the key interval."""

    def __init__(self, width_px: int, height_px: int) -> None:
        self.grid = Grid(width_px, height_px)
        self._stream = StreamReader()

    def read(self, payload: bytes, *, keyframe: bool) -> Columns:
        if keyframe:
            self._stream = StreamReader()
        packet = Packet.read(payload)
        plain = self._stream.unpack(packet.stream, limit=most_bytes(self.grid))
        return Columns.read(plain, self.grid, keyframe=keyframe, scan=bool(packet.scan))
