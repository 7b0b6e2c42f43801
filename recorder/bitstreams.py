"""What a codec's packets need so that a decoder can begin at any keyframe.  SPEC.md of recorder.format §4.4. Pure.

Sources: ITU-T H.264 annex B and §7.4.1 (NAL units), ISO/IEC 14496-15 §5.3.3 (their boxes), AV1 §5.3 and §5.9.2 (OBUs),
RFC 6386 §9.1 (VP8's frame tag), VP9 §6.2 (its uncompressed header).
"""

import re
from collections.abc import Iterator
from typing import Final

_START: Final = re.compile(rb"\x00\x00\x01(.)", re.DOTALL)
_START_CODE: Final = b"\x00\x00\x00\x01"
_BOXED: Final = b"\x01"  # an avcC begins so, Annex B cannot
_IDR, _SPS, _PPS = 5, 7, 8
_PICTURES: Final = range(1, _IDR + 1)
_SEQUENCE_HEADER, _TEMPORAL_DELIMITER, _FRAME_HEADER, _FRAME = 1, 2, 3, 6
_AV1_RECORD: Final = 4  # bytes of av1C before its OBUs


class Independence:
    """Bring packets of one stream into the law's form, and give every keyframe the parameters it needs."""

    def __init__(self, codec: str, description: bytes) -> None:
        self._codec = codec
        self._length_size = 0  # of Annex B, which has start codes instead
        self._parameters = b""
        if codec == "h264" and description[:1] == _BOXED:
            self._length_size = (description[4:5] or b"\x03")[0] % 4 + 1
            self._parameters = _boxed_parameters(description)
        elif codec == "h264":
            self._parameters = parameter_sets(description)
        elif codec == "av1" and description[:1] == b"\x81":
            self._parameters = description[_AV1_RECORD:]

    def packet(self, payload: bytes, *, keyframe: bool) -> bytes:
        """Return a packet as it lies in the file in the law's form."""
        if self._length_size:
            payload = b"".join(_START_CODE + unit for unit in _boxed(payload, self._length_size))
        return self.keyframe(payload) if keyframe else payload

    def keyframe(self, payload: bytes) -> bytes:
        """Return a keyframe in the law's form with its parameters in it."""
        if self._codec == "h264":
            own = parameter_sets(payload)
            if {unit[0] & 0x1F for unit in _units(own)} == {_SPS, _PPS}:
                self._parameters = own
                return payload
            return self._parameters + payload
        if self._codec == "av1" and _SEQUENCE_HEADER not in obu_types(payload):
            cut = 2 if obu_types(payload)[:1] == [_TEMPORAL_DELIMITER] else 0  # it is always these two bytes: 12 00
            return payload[:cut] + self._parameters + payload[cut:]
        return payload


def shown(codec: str, payload: bytes) -> bool:
    """Say whether a packet gives a picture; VP8 has packets that do not."""
    return codec != "vp8" or bool(payload[0] & 0x10)


def beginning(codec: str, payload: bytes) -> bytes:
    """Return what a keyframe says of the size of pictures, alike where they are alike.

    Nothing, if no decoder can begin here; what containers call keyframes is more than that.
    """
    if codec == "h264":
        units = list(_units(payload))
        first = next((unit[0] & 0x1F for unit in units if unit[0] & 0x1F in _PICTURES), None)
        return b"".join(unit for unit in units if unit[0] & 0x1F == _SPS) if first == _IDR else b""
    if codec == "av1":
        obus = list(_obus(payload))
        first = next((body[0] for type_, body in obus if type_ in (_FRAME_HEADER, _FRAME) and body), None)
        # Its first bits: it shows no earlier frame, it is of kind 0, which is a keyframe, and is shown.
        alone = first is not None and first & 0xF0 == 0x10
        return b"".join(body for type_, body in obus if type_ == _SEQUENCE_HEADER) if alone else b""
    if codec == "vp8":
        return b"" if payload[0] & 1 else payload[6:10]
    return _vp9_size(payload)


def parameter_sets(payload: bytes) -> bytes:
    """Return the parameter sets in front of an Annex B picture, with their start codes; nothing if there are none."""
    sets = b""
    for unit in _units(payload):
        type_ = unit[0] & 0x1F
        if type_ in (_SPS, _PPS):
            sets += _START_CODE + unit
        elif type_ in _PICTURES:
            break
    return sets


def obu_types(payload: bytes) -> list[int]:
    """Return the types of the OBUs of a temporal unit, in order; as far as they can be told."""
    return [type_ for type_, _ in _obus(payload)]


def _units(payload: bytes) -> Iterator[bytes]:
    """Give the NAL units of Annex B."""
    begin = len(payload)
    for found in _START.finditer(payload):
        if unit := payload[begin : found.start()].rstrip(b"\x00"):
            yield unit
        begin = found.start(1)
    if unit := payload[begin:].rstrip(b"\x00"):
        yield unit


def _boxed(payload: bytes, length_size: int) -> Iterator[bytes]:
    """Give the NAL units of a packet that keeps their lengths instead of start codes."""
    at = 0
    while at < len(payload):
        begin = at + length_size
        at = begin + int.from_bytes(payload[at:begin])
        yield payload[begin:at]


def _boxed_parameters(description: bytes) -> bytes:
    sets, at = b"", 5
    for mask in (0x1F, 0xFF):  # so many SPS, then so many PPS
        count = int.from_bytes(description[at : at + 1]) & mask
        at += 1
        for _ in range(count):
            begin = at + 2
            at = begin + int.from_bytes(description[at:begin])
            sets += _START_CODE + description[begin:at]
    return sets


def _obus(payload: bytes) -> Iterator[tuple[int, bytes]]:
    """Give type and body of each OBU."""
    at = 0
    while at < len(payload):
        header = payload[at]
        at += 2 if header & 4 else 1
        size, shift, more = 0, 0, header & 2
        if not more:
            size = len(payload) - at  # without a size it is the last
        while more and at < len(payload) and shift < 56:
            size |= (payload[at] & 0x7F) << shift
            shift += 7
            more = payload[at] & 0x80
            at += 1
        yield header >> 3 & 0xF, payload[at : at + size]
        at += size


def _vp9_size(payload: bytes) -> bytes:
    bits = "".join(f"{byte:08b}" for byte in payload[:12].ljust(12, b"\xff"))
    profile = int(bits[3] + bits[2], 2)
    at = 5 if profile == 3 else 4
    if "1" in bits[at : at + 2]:  # it shows an earlier frame, or builds on some
        return b""
    at += 2 + 2 + 24  # whether it is shown, whether it forgives errors, the sync code
    at += 1 if profile >= 2 else 0  # depth of colours
    rgb = bits[at : at + 3] == "111"
    at += 3 + (4 if profile % 2 and not rgb else 1)
    return int(bits[at : at + 32], 2).to_bytes(4)
