"""What vectors of recordings are made of: MessagePack and Zstandard by hand, without the program that is judged."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

import msgpack

Pairs = list[tuple[str, str]]
Row = Sequence[object]
CUSTOMER: Final = "screen/customer"
OVER: Final = "pointer/customer"
LONG: Final = 1024  # bytes that a twin holds whole; of more it holds the hash

Case = tuple[str, bytes, Pairs, object]  # name, body, header, what a twin says: None when it is refused

_MAGIC: Final = bytes.fromhex("28b52ffd")
_BLOCK: Final = 128 * 1024  # the most one block gives
_RAW, _RLE = 0, 1


def pack(value: object) -> bytes:
    packed: bytes = msgpack.packb(value)
    return packed


def segment(
    time_us: object, tracks: object, rows: Sequence[object], *, keyframes: object = (), more: Row = (), version: int = 1
) -> bytes:
    """Return a segment; a row is [track, µs later, flags, payload]."""
    return bytes([version]) + pack([time_us, tracks, keyframes, rows, *more])


def line(text: str, *, by: int = 1, audience: str = "all") -> bytes:
    return pack({"kind": "line", "by": by, "text": text, "audience": audience})


def stored(payload: bytes) -> bytes:
    """Return a Zstandard frame that holds a payload as it is."""
    parts = [payload[at : at + _BLOCK] for at in range(0, len(payload), _BLOCK)] or [b""]
    return frame(len(payload), *parts)


def frame(size: int | None, *parts: bytes | tuple[bytes, int]) -> bytes:
    """Return a Zstandard frame that states a size or none; a part is bytes, or a byte and how often."""
    # RFC 8878 §3.1.1.1: a single segment with four bytes of size; or a window of 2 MiB and no size.
    start = _MAGIC + (b"\x00\x58" if size is None else b"\xa0" + size.to_bytes(4, "little"))
    return start + b"".join(_block(part, last=at == len(parts) - 1) for at, part in enumerate(parts))


def repeated(byte: bytes, count: int) -> list[tuple[bytes, int]]:
    """Return the parts that give a byte so often."""
    return [(byte, min(_BLOCK, count - at)) for at in range(0, count, _BLOCK)]


def plain(value: object) -> object:
    """Return a value as JSON holds it: whole numbers as strings, bytes as hex or as their hash when they are long."""
    match value:
        case bool() | str() | None:
            return value
        case int():
            return str(value)
        case bytes():
            if len(value) > LONG:
                return {"length": str(len(value)), "sha256": hashlib.sha256(value).hexdigest()}
            return value.hex()
        case Mapping():
            return {str(key): plain(one) for key, one in value.items()}
        case Sequence():
            return [plain(one) for one in value]
    raise TypeError(type(value))


def pairs(kind: str, spec: str, note: str, outcome: str, *inputs: tuple[str, str]) -> Pairs:
    return [("format", kind), ("spec", spec), ("note", note), *inputs, ("open", outcome)]


def _block(part: bytes | tuple[bytes, int], *, last: bool) -> bytes:
    kind, content, size = (_RAW, part, len(part)) if isinstance(part, bytes) else (_RLE, *part)
    return (last | kind << 1 | size << 3).to_bytes(3, "little") + content
