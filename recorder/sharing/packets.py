"""Pictures of a shared screen as packets of the live protocol.  PROTOCOL.md §5.  Pure."""

import base64
import json
import struct
from collections.abc import Callable
from typing import Final

from recorder.errors import EncodeError
from recorder.format.keyframes import KeyframeRule
from recorder.format.screen import Configuration

TRACK: Final = "screen/customer"
MAX_PAYLOAD: Final = 8 * 1024 * 1024  # bytes
# type u8, flags u8, track u16, seq u32, at i64, reserved u32, size u32; little endian.
HEAD: Final = struct.Struct("<BBHIqII")
_CONFIGURATION, _PICTURE = 1, 2
_KEYFRAME: Final = 1
_NUMBER: Final = 1  # of the track


class LivePictures:
    """Pictures of the customer's screen to whoever watches.  send says whether it took the packets of one picture.

    It owns the numbers of the packets.  Not for several threads.
    """

    def __init__(self, send: Callable[[list[bytes]], bool]) -> None:
        self._send = send
        self._seq = 0
        self.begin()

    def begin(self) -> None:
        """Nothing that was sent before is of use: configuration and keyframe come first."""
        self._rule = KeyframeRule()
        self._said: bytes | None = None  # the configuration that was sent last
        self._wanted = False

    def want_keyframe(self) -> None:
        """Somebody who watches cannot go on without one."""
        self._wanted = True

    def keyframe_due(self, track: str) -> bool:
        """Say whether the next picture should be a keyframe; see Pictures."""
        assert track == TRACK
        return self._wanted or self._rule.due

    def put_picture(
        self, track: str, payload: bytes, *, time_us: int, configuration: Configuration | None, decode_us: int = 0
    ) -> None:
        """Take a picture; see Pictures.  Errors: EncodeError for one that is too large."""
        assert track == TRACK
        if len(payload) > MAX_PAYLOAD:
            raise EncodeError(why="it is larger than 8 MiB; share a part of the screen (--region)")
        packets = list[bytes]()
        if configuration:
            said = _to_json(configuration)
            if said != self._said:
                packets.append(self._packet(_CONFIGURATION, 0, time_us, said))
            self._said, self._wanted = said, False
            self._rule.keyframe(len(payload), decode_us)
        else:
            self._rule.packet(len(payload), decode_us)
        packets.append(self._packet(_PICTURE, _KEYFRAME if configuration else 0, time_us, payload))
        if not self._send(packets):
            self.begin()

    def _packet(self, kind: int, flags: int, time_us: int, payload: bytes) -> bytes:
        seq, self._seq = self._seq, (self._seq + 1) % 2**32
        return HEAD.pack(kind, flags, _NUMBER, seq, time_us, 0, len(payload)) + payload


def _to_json(configuration: Configuration) -> bytes:
    fields: dict[str, object] = {
        "codec": configuration.codec,
        "width": configuration.width_px,
        "height": configuration.height_px,
    }
    if configuration.description is not None:
        fields["description"] = base64.b64encode(configuration.description).decode()
    return json.dumps(fields).encode()
