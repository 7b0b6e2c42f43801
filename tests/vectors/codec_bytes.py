"""What vectors of the screen codec are made of: packets by hand, without the program that is judged.

Streams are Zstandard frames of blocks that are stored or repeat a byte, so that no compressor has a part in them; what
encoders once made is kept in recorded_codec.json.
"""

import base64
import hashlib
import json
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from tests.vectors.vector import FOLDER

Rgb = npt.NDArray[np.uint8]
Point = tuple[int, int, str, int]  # x, y, red, green and blue as hex, how much each may differ
Numbers = Sequence[int]

TILE: Final = 16
REFERENCE, INDEXED, RAW, LOSSY = range(4)
TRUNCATED: Final = "truncated"
MALFORMED: Final = "malformed"
WINDOW_8_MIB: Final = bytes.fromhex("28b52ffd 00 68")
RECORDED: Final[dict[str, list[str]]] = json.loads((FOLDER / "recorded_codec.json").read_text())

_BLOCK: Final = 128 * 1024  # the most one block gives
_LEAST_RUN: Final = 24  # bytes that are equal, from which on a block of their own is smaller


@dataclass(frozen=True, kw_only=True)
class Packet:
    """A packet, and what is shown after it, all of it or at some points, or the word for why it is refused."""

    payload: bytes
    keyframe: bool
    expected: Rgb | list[Point] | str


@dataclass(frozen=True, kw_only=True)
class Case:
    """A vector."""

    name: str
    spec: str
    note: str
    size: tuple[int, int]
    packets: Sequence[Packet]

    def pairs(self) -> Iterator[tuple[str, str]]:
        yield from (("format", "tiles"), ("spec", self.spec), ("note", self.note))
        yield from zip(("width", "height"), map(str, self.size), strict=True)
        at = 0
        for one in self.packets:
            keyframe = "yes" if one.keyframe else "no"
            yield "packet", f"{keyframe} {at} {len(one.payload)} {_word(one.expected)}"
            at += len(one.payload)

    def twin(self) -> object | None:
        """Return where what is shown is looked at, when decoders differ."""
        points = {at: one.expected for at, one in enumerate(self.packets) if isinstance(one.expected, list)}
        return {"points": points} if points else None


def columns(  # noqa: PLR0913 - as many as the law has
    *,
    copies: Iterable[Numbers] = (),
    order: int = 0,
    runs: Sequence[tuple[int, int]] = (),
    kinds: Iterable[int] = (),
    references: Iterable[int] = (),
    head: bytes = b"",
    colours: bytes = b"",
    pixels: bytes = b"",
    said: Mapping[str, int] | None = None,
) -> bytes:
    """Return what a packet says: references are whole numbers, colours three bytes each, pixels indexed, then raw."""
    copied = b"".join(struct.pack("<6H", *one) for one in copies)
    counts = {"copies": len(copied) // 12, "order": order, "runs": len(runs)}
    counts |= {"colours": len(colours) // 3, "head": len(head)} | dict(said or {})
    steps, before = [], -1
    for number in references:
        steps.append((number - before - 1) % 65_536)
        before = number
    return b"".join(
        (
            struct.pack("<BBHHH", *counts.values()),
            copied,
            shorts(skip for skip, _ in runs),
            shorts(length for _, length in runs),
            bytes(kinds),
            shorts(steps),
            head,
            differences(colours),
            pixels,
        )
    )


def differences(colours: bytes) -> bytes:
    """Return each colour without the one before, as one number of three bytes."""
    numbers = [int.from_bytes(colours[at : at + 3], "big") for at in range(0, len(colours), 3)]
    pairs = zip(numbers, [0, *numbers], strict=False)
    return b"".join(((one - before) % 2**24).to_bytes(3, "big") for one, before in pairs)


def shorts(numbers: Iterable[int]) -> bytes:
    return np.fromiter(numbers, "<u2").tobytes()


def blocks(plain: bytes) -> bytes:
    """Return it as blocks of a Zstandard frame (RFC 8878 §3.1.1.2), none of them the last."""
    whole = np.frombuffer(plain, np.uint8)
    edges = np.concatenate(([0], np.flatnonzero(whole[1:] != whole[:-1]) + 1, [len(plain)]))
    found, at = list[bytes](), 0
    for run in np.flatnonzero(np.diff(edges) >= _LEAST_RUN):
        start, end = map(int, edges[run : run + 2])
        found += _stored(plain[at:start])
        sizes = (min(_BLOCK, end - first) for first in range(start, end, _BLOCK))
        found += [(1 << 1 | size << 3).to_bytes(3, "little") + plain[start : start + 1] for size in sizes]
        at = end
    return b"".join([*found, *_stored(plain[at:])])


def _stored(plain: bytes) -> list[bytes]:
    parts = [plain[at : at + _BLOCK] for at in range(0, len(plain), _BLOCK)]
    return [(len(part) << 3).to_bytes(3, "little") + part for part in parts]


def packet(plain: bytes, *, keyframe: bool, scan: bytes | None = None) -> bytes:
    """Return a packet that says this."""
    return assembled((WINDOW_8_MIB if keyframe else b"") + blocks(plain), keyframe=keyframe, scan=scan)


def assembled(stream: bytes, *, keyframe: bool, scan: bytes | None = None) -> bytes:
    kind = (0 if keyframe else 1) | (0 if scan is None else 2)
    size = b"" if scan is None else len(scan).to_bytes(4, "little")
    return bytes([kind]) + size + stream + (scan or b"")


@dataclass
class Shown:
    """A picture as it must be, painted by whoever writes a vector."""

    width: int
    height: int
    _whole: Rgb = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._whole = np.zeros((-(-self.height // TILE) * TILE, -(-self.width // TILE) * TILE, 3), np.uint8)

    @property
    def columns(self) -> int:
        return -(-self.width // TILE)

    @property
    def count(self) -> int:
        return self.columns * -(-self.height // TILE)

    @property
    def rgb(self) -> Rgb:
        return self._whole[: self.height, : self.width].copy()

    def tile(self, place: int, tile: Rgb) -> None:
        row, column = divmod(place, self.columns)
        self._whole[row * TILE : row * TILE + TILE, column * TILE : column * TILE + TILE] = tile

    def everywhere(self, colour: str) -> None:
        self._whole[:] = np.frombuffer(bytes.fromhex(colour), np.uint8)

    def copy(self, to: Numbers) -> None:
        """Copy as a packet says it: left, top, width, height; from left, from top."""
        left, top, width, height, from_left, from_top = to
        put_aside = self._whole[from_top : from_top + height, from_left : from_left + width].copy()
        self._whole[top : top + height, left : left + width] = put_aside


def flat(colour: str) -> Rgb:
    """Return a tile of one colour, given as hex."""
    return np.tile(np.frombuffer(bytes.fromhex(colour), np.uint8), (TILE, TILE, 1))


def drawn(number: int) -> Rgb:
    """Return a tile of which every pixel is different, and which differs from those of other numbers."""
    x, y = np.meshgrid(np.arange(TILE), np.arange(TILE))
    return np.stack((16 * x + y, 16 * y + number % 16, (x * y * 7 + number * 37) % 256), axis=2).astype(np.uint8)


def upright(tile: Rgb) -> bytes:
    """Return the pixels of a tile by columns."""
    return np.ascontiguousarray(tile.transpose(1, 0, 2)).tobytes()


def jpeg(name: str) -> tuple[bytes, bytes]:
    """Return head and scan of a JPEG that an encoder once made."""
    (whole,) = recorded(name)
    at = whole.index(b"\xff\xda")
    end = at + 2 + int.from_bytes(whole[at + 2 : at + 4], "big")
    return whole[:end], whole[end:]


def recorded(name: str) -> list[bytes]:
    return [base64.b64decode(one) for one in RECORDED[name]]


def _word(expected: Rgb | list[Point] | str) -> str:
    match expected:
        case str():
            return expected
        case list():
            return "lossy"
    return hashlib.sha256(expected.tobytes()).hexdigest()
