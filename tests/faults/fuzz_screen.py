"""Packets of a screen that a fuzzer changes: as they are, what their stream unpacks to, and the JPEG inside.

Whatever comes is shown whole or refused on purpose, and a keyframe mends it.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from recorder.codec.decoder import TilesDecoder
from recorder.codec.encoder import TilesEncoder
from recorder.codec.wire import INDEXED, LOSSY, RAW, REFERENCE
from recorder.format.errors import FormatError, RecordingError
from tests.faults.choices import Choices
from tests.faults.counted import Counted, Tally
from tests.faults.share import Share
from tests.recorder.codec.said import Reader, scan_of
from tests.recorder.codec.screens import Screen
from tests.vectors.codec_bytes import packet

SIZE: Final = (120, 90)
COUNT: Final = 20_000  # packets that python -m tests.faults changes
_KEYFRAMES: Final = (0, 4)
# What changes before each packet, with numbers by which everything the law knows occurs.
_CHANGES: Final = (
    (("write", 946), ("photograph", 945), ("photograph", 947)), (("write", 117),), (("scroll", 460),),
    (("photograph", 419),), (("write", 631), ("write", 630), ("photograph", 632)), (("drag", 116),),
    (("photograph", 252),), (("scroll", 187),),
)  # fmt: skip
# What sizes, counts and kinds are near to.
_EDGES: Final = (0, 1, 2, 3, 4, 0x0F, 0x7F, 0x80, 0xC0, 0xC4, 0xD8, 0xDA, 0xDB, 0xE0, 0xFE, 0xFF)
_COUNTS: Final = 20  # bytes at the beginning of what a packet says, where a fault reaches furthest


@dataclass(frozen=True)
class Packet:
    """One that is right, as an encoder packed it and as it is with a stream that is stored."""

    keyframe: bool
    packed: bytes = field(repr=False)
    plain: bytes = field(repr=False)
    scan: bytes = field(repr=False)
    shown: npt.NDArray[np.uint8] = field(repr=False)

    @property
    def stored(self) -> bytes:
        return packet(self.plain, keyframe=self.keyframe, scan=self.scan or None)


@cache
def encoded_packets() -> Sequence[Packet]:
    """Return packets with everything in them: all kinds of tiles, copies, references, a keyframe in the middle."""
    screen, encoder, decoder, reader = Screen(*SIZE), TilesEncoder(*SIZE), TilesDecoder(*SIZE), Reader(*SIZE)
    found, kinds, copies = list[Packet](), set[int](), 0
    for at, changes in enumerate(_CHANGES):
        keyframe = at in _KEYFRAMES
        for change in changes:
            screen.change(change)
        packed = encoder.encode(screen.frame, [(0, 0, *SIZE)], keyframe=keyframe).payload
        decoder.feed(packed, keyframe=keyframe)
        said = reader.read(packed, keyframe=keyframe)
        found.append(Packet(keyframe, packed, said.to_bytes(), scan_of(packed), decoder.pixels.copy()))
        kinds |= set(said.kinds.tolist())
        copies += len(said.copies)
    assert kinds == {REFERENCE, INDEXED, RAW, LOSSY}
    assert copies
    return found


def fuzz_screen(choices: Choices, depth: Counter[str]) -> None:
    """Show packets up to one that was changed.  Errors: AssertionError, and whatever nobody planned."""
    packets = encoded_packets()
    at = choices.number(len(packets))
    stored = choices.once_in(2)
    decoder = TilesDecoder(*SIZE)
    start = max(one for one in _KEYFRAMES if one <= at)
    for one in packets[start:at]:
        decoder.feed(one.stored if stored else one.packed, keyframe=one.keyframe)
    before = decoder.pixels.copy()
    payload = _stored(packets[at], choices) if stored else _changed(packets[at].packed, choices)
    try:
        decoder.feed(payload, keyframe=packets[at].keyframe)
    except RecordingError as error:
        depth[f"screen packet: {type(error).__name__}"] += 1
        assert np.array_equal(decoder.pixels, before)
        try:
            decoder.feed(packets[1].packed, keyframe=False)
        except FormatError:
            pass
        else:
            raise AssertionError("it goes on after an error")
    else:
        depth["screen packets shown"] += 1
        assert (decoder.pixels[..., 3] == 255).all()
    again = packets[choices.pick(_KEYFRAMES)]
    decoder.feed(again.packed, keyframe=True)
    assert np.array_equal(decoder.pixels, again.shown)


def screen_packets(share: Share, *, seed: str) -> Counted:
    """Change packets as drawn; count."""
    tally = Tally("screen packets changed")
    for case in share.below(COUNT):
        data = random.Random(f"{seed} screen {case}").randbytes(64)
        depth = Counter[str]()
        tally.tried()
        with tally.trying(f"case {case}"):
            fuzz_screen(Choices(data), depth)
        for what in depth:
            tally.saw(what)
    return tally.counted()


def _stored(one: Packet, choices: Choices) -> bytes:
    """Return a packet whose stream unpacks, to what was changed; or one with another scan."""
    plain, scan = one.plain, one.scan
    if scan and choices.once_in(3):
        scan = _changed(scan, choices)
    elif choices.once_in(2):
        plain = _changed(plain[:_COUNTS], choices) + plain[_COUNTS:]
    else:
        head = plain.find(b"\xff\xd8\xff")
        if head >= 0 and choices.once_in(2):
            plain = plain[:head] + _changed(plain[head : head + 640], choices) + plain[head + 640 :]
        else:
            plain = _changed(plain, choices)
    scanned = bool(one.scan) != choices.once_in(16)
    return packet(plain, keyframe=one.keyframe != choices.once_in(32), scan=scan if scanned else None)


def _changed(data: bytes, choices: Choices) -> bytes:
    found = bytearray(data)
    for _ in range(1 + choices.number(3)):
        at = choices.number(max(1, len(found)))
        match choices.number(6):
            case 0 | 1 if found:
                found[at] ^= 1 << choices.number(8)
            case 2 if found:
                found[at] = choices.pick(_EDGES)
            case 3 if choices.once_in(2):
                del found[at:]
            case 4:
                other = choices.pick(encoded_packets())
                whole = choices.pick((other.packed, other.plain, other.scan))
                begin = choices.number(len(whole) + 1)
                found[at:at] = whole[begin : begin + choices.number(300)]
            case _:
                del found[at : at + 1 + choices.number(16)]
    return bytes(found)
