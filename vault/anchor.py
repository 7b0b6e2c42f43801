"""Anchors: what a portal noted, apart from the file, of a block that was durable.  Source: SPEC.md §4.10."""

import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from vault.errors import MalformedError
from vault.primitives import MAX_INTEGER

MAX_LINE: Final = 512
MAX_FILE: Final = 16 * 1024 * 1024  # 10 hours at one in 10 s are 1 MB
_FIELDS: Final = ("recording", "signer", "block", "hash", "bytes", "time_us")


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A block that was durable at a time."""

    recording_id: bytes
    signer: bytes
    block: int
    hash: bytes
    size: int  # bytes of the file up to the end of the block
    time_us: int

    def to_line(self) -> str:
        """Write one line of JSON, without its end."""
        values = (self.recording_id.hex(), self.signer.hex(), self.block, self.hash.hex(), self.size, self.time_us)
        return json.dumps(dict(zip(_FIELDS, values, strict=True)))

    @classmethod
    def from_line(cls, line: str | bytes) -> Self:
        """Read one line.  Errors: MalformedError."""
        try:
            fields = json.loads(line if len(line) <= MAX_LINE else "")
            recording, signer, block, hash_, size, time_us = (fields[name] for name in _FIELDS)
            return cls(
                recording_id=_hex(recording, 16),
                signer=_hex(signer, 32),
                block=_integer(block),
                hash=_hex(hash_, 32),
                size=_integer(size),
                time_us=_integer(time_us),
            )
        except (ValueError, TypeError, KeyError, RecursionError):
            raise MalformedError(what="anchor", why="it is not one JSON object of the six known fields") from None


def read_anchors(data: bytes) -> Sequence[Anchor]:
    """Read a file of anchors, one a line.  Errors: MalformedError."""
    # Line by line, so that the first bad one ends it before the others take memory.
    return [Anchor.from_line(line.removesuffix(b"\n")) for line in io.BytesIO(data)]


def _hex(text: object, size: int) -> bytes:
    if not isinstance(text, str) or not re.fullmatch(rf"[0-9a-f]{{{2 * size}}}", text):
        raise ValueError
    return bytes.fromhex(text)


def _integer(value: object) -> int:
    if type(value) is not int or not 0 <= value < MAX_INTEGER:
        raise ValueError
    return value
