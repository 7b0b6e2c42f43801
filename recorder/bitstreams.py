"""What a codec's packets need so that a decoder can begin at any keyframe.  SPEC.md of recorder.format §4.4. Pure.

Sources: ITU-T H.264 annex B and §7.4.1 (NAL units), AV1 §5.3 (OBU headers), RFC 6386 §9.1 (VP8's frame tag).
"""

import re
from typing import Final

_START: Final = re.compile(rb"\x00\x00\x01(.)", re.DOTALL)
_SPS, _PPS, _DELIMITER = 7, 8, 9
_PARAMETERS: Final = (_SPS, _PPS)
_SEQUENCE_HEADER, _TEMPORAL_DELIMITER = 1, 2
_AV1_RECORD: Final = 4  # bytes of av1C before its OBUs


class Independence:
    """Give every keyframe of one stream the parameters it needs."""

    def __init__(self, codec: str, description: bytes) -> None:
        self._codec = codec
        self._parameters = b""
        if codec == "av1" and description[:1] == b"\x81":
            self._parameters = description[_AV1_RECORD:]

    def keyframe(self, payload: bytes) -> bytes:
        """Return a keyframe with its parameters in it."""
        if self._codec == "h264":
            own = parameter_sets(payload)
            self._parameters = own or self._parameters
            return payload if own else self._parameters + payload
        if self._codec == "av1" and _SEQUENCE_HEADER not in obu_types(payload):
            cut = 2 if obu_types(payload)[:1] == [_TEMPORAL_DELIMITER] else 0  # it is always these two bytes: 12 00
            return payload[:cut] + self._parameters + payload[cut:]
        return payload


def shown(codec: str, payload: bytes) -> bool:
    """Say whether a packet gives a picture; VP8 has packets that do not."""
    return codec != "vp8" or bool(payload[0] & 0x10)


def parameter_sets(payload: bytes) -> bytes:
    """Return the parameter sets in front of an Annex B picture, with their start codes; nothing if there are none."""
    starts = list(_START.finditer(payload))
    sets = b""
    for at, found in enumerate(starts):
        type_ = found[1][0] & 0x1F
        if type_ in _PARAMETERS:
            end = starts[at + 1].start() if at + 1 < len(starts) else len(payload)
            sets += b"\x00\x00\x00\x01" + payload[found.start() + 3 : end].rstrip(b"\x00")
        elif type_ < _SPS:
            break  # the picture begins
    return sets


def obu_types(payload: bytes) -> list[int]:
    """Return the types of the OBUs of a temporal unit, in order; as far as they can be told."""
    types, at = [], 0
    while at < len(payload):
        header = payload[at]
        types.append(header >> 3 & 0xF)
        at += 2 if header & 4 else 1
        if not header & 2:
            break  # without a size it is the last
        size, shift = 0, 0
        while at < len(payload) and shift < 56:
            size |= (payload[at] & 0x7F) << shift
            shift += 7
            at += 1
            if not payload[at - 1] & 0x80:
                break
        at += size
    return types
