"""The door to MessagePack, strict and bounded, and to Zstandard for single payloads.  SPEC.md §2, §4.2."""

from collections.abc import Callable
from typing import Final

import msgpack
import zstandard

from recorder.format.errors import FormatError, OversizeError, TruncatedError

MAX_TIME_US: Final = 2**53  # exclusive; what JavaScript counts exactly
MAX_EVENT: Final = 4 * 1024 * 1024  # SPEC.md §7
MAX_VALUES: Final = 262_144  # in each other, of an event; a snapshot of a large machine has 50 000
MAX_TEXT: Final = 65_536  # bytes of a str in an event
_WORTH_COMPRESSING: Final = 128  # below, zstd's own frame eats what it saves
_LEVEL: Final = 3
_ARRAYS: Final = frozenset((*range(0x90, 0xA0), 0xDC, 0xDD))  # their first bytes
_MAPS: Final = frozenset((*range(0x80, 0x90), 0xDE, 0xDF))
_HOLDERS: Final = _ARRAYS | _MAPS
_MALFORMED: Final = (ValueError, TypeError, msgpack.UnpackException)  # UnicodeDecodeError is a ValueError

Fields = dict[str, object]


def pack(value: object) -> bytes:
    """Return a value of int, str, bytes, bool, None, list, dict as MessagePack."""
    packed: bytes = msgpack.packb(value)
    return packed


def unpack(raw: bytes | memoryview, *, what: str, limit: int = MAX_EVENT, values: int = MAX_VALUES) -> object:
    """Return the one value these bytes hold, of at most so many in each other.

    Errors: FormatError, OversizeError, TruncatedError.
    """
    if len(raw) > limit:
        raise OversizeError(what=what, limit=limit)
    # Arrays that claim to be long take memory at once; so nothing is built before all of it is there.
    reader = ScalarReader(raw, what=what)
    reader.skip_value(limit=values)
    reader.end()
    try:
        return msgpack.unpackb(raw, max_ext_len=0, object_pairs_hook=_fields_of_pairs, ext_hook=_no_extension)
    except _MALFORMED as error:
        raise FormatError(what=what, why=_plainly(error)) from error


def unpack_fields(raw: bytes | memoryview, *, what: str, limit: int = MAX_EVENT, values: int = MAX_VALUES) -> Fields:
    """Return the map these bytes hold.  Errors: as unpack."""
    return fields_of(unpack(raw, what=what, limit=limit, values=values), what=what)


def fields_of(value: object, *, what: str) -> Fields:
    """Return a value that must be a map with str keys.  Errors: FormatError."""
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise FormatError(what=what, why="it is not a map of names")
    return value


def list_of(value: object, *, what: str) -> list[object]:
    """Return a value that must be an array.  Errors: FormatError."""
    if not isinstance(value, list):
        raise FormatError(what=what, why="it is not an array")
    return value


def number_of(value: object, *, what: str, least: int = 0, limit: int = MAX_TIME_US) -> int:
    """Return a value that must be an int from least to below limit.  Errors: FormatError."""
    # True is an int to Python, not to the law.
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value < limit:
        raise FormatError(what=what, why=f"it is not a whole number from {least} to below {limit}")
    return value


def bytes_of(value: object, *, what: str, limit: int = MAX_EVENT) -> bytes:
    """Return a value that must be bin of at most so many bytes.  Errors: FormatError, OversizeError."""
    if not isinstance(value, bytes):
        raise FormatError(what=what, why="it is not bin")
    if len(value) > limit:
        raise OversizeError(what=what, limit=limit)
    return value


def text_of(value: object, *, what: str, limit: int = MAX_TEXT) -> str:
    """Return a value that must be a str of at most so many bytes.  Errors: FormatError, OversizeError."""
    if not isinstance(value, str):
        raise FormatError(what=what, why="it is not text")
    try:
        size = len(value.encode())
    except UnicodeEncodeError as error:  # half a character, as JSON and arguments of commands can hold
        raise FormatError(what=what, why="it is not Unicode") from error
    if size > limit:
        raise OversizeError(what=what, limit=limit)
    return value


def compressed(payload: bytes) -> bytes:
    """Return a payload as one Zstandard frame that states its size."""
    return zstandard.ZstdCompressor(level=_LEVEL).compress(payload)


def smaller(payload: bytes) -> bytes | None:
    """Return a payload compressed, or None when that saves nothing."""
    if len(payload) < _WORTH_COMPRESSING:
        return None
    frame = compressed(payload)
    return frame if len(frame) < len(payload) else None


def decompressed(frame: bytes, *, what: str, limit: int = MAX_EVENT) -> bytes:
    """Return what compressed() was given.  Errors: FormatError, OversizeError."""
    try:
        size = zstandard.get_frame_parameters(frame).content_size
        # 0 would read as "unknown" to the library.
        if size in {0, zstandard.CONTENTSIZE_UNKNOWN, zstandard.CONTENTSIZE_ERROR}:
            raise FormatError(what=what, why="its compressed form does not state a size")
        if size > limit:
            raise OversizeError(what=what, limit=limit)
        # A frame that holds less or more than it states is an error to the library.
        return zstandard.ZstdDecompressor().decompress(frame, max_output_size=size, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise FormatError(what=what, why="it does not decompress") from error


class ScalarReader:
    """Read MessagePack from its beginning: numbers, texts and bytes one by one, and headers of what holds them.

    Nothing nested is ever built, so whatever the bytes claim, memory stays near their size.
    Errors: FormatError, OversizeError, TruncatedError from every method.
    """

    def __init__(self, raw: bytes | memoryview, *, what: str) -> None:
        self._raw = raw
        self._what = what
        self._unpacker = msgpack.Unpacker(max_buffer_size=max(1, len(raw)), max_ext_len=0, ext_hook=_no_extension)
        self._unpacker.feed(raw)

    @property
    def offset(self) -> int:
        """How many bytes were read."""
        told: int = self._unpacker.tell()
        return told

    def array(self, *, what: str, least: int = 0, limit: int = MAX_TIME_US) -> int:
        """Read the beginning of an array; return how many elements follow."""
        return self._count(self._unpacker.read_array_header, what, least, limit)

    def map(self, *, what: str, limit: int) -> int:
        """Read the beginning of a map; return how many pairs follow."""
        return self._count(self._unpacker.read_map_header, what, 0, limit)

    def scalar(self) -> object:
        """Read an int, str, bin or bool."""
        at = self._unpacker.tell()
        if at < len(self._raw) and self._raw[at] in _HOLDERS:
            raise FormatError(what=self._what, why="an array or a map stands where none may", offset=at)
        return self._read(self._unpacker.unpack)

    def skip(self, count: int = 1) -> None:
        """Read so many values of any kind and forget them."""
        for _ in range(count):
            self._read(self._unpacker.skip)

    def skip_value(self, *, limit: int) -> None:
        """Read a value of any kind, whatever it holds, and forget it; at most so many values in all."""
        waiting, seen = 1, 0
        while waiting:
            waiting, seen = waiting - 1, seen + 1
            if seen + waiting > limit:
                raise OversizeError(what=self._what, limit=limit, offset=self.offset)
            first = self._raw[self.offset] if self.offset < len(self._raw) else None
            if first in _ARRAYS:
                waiting += self.array(what=self._what)
            elif first in _MAPS:
                waiting += 2 * self.map(what=self._what, limit=limit)
            else:
                self.skip()

    def end(self) -> None:
        """Refuse bytes that follow."""
        if self.offset != len(self._raw):
            raise FormatError(what=self._what, why="something follows its end", offset=self.offset)

    def _count(self, read: Callable[[], object], what: str, least: int, limit: int) -> int:
        count = self._read(read)
        assert isinstance(count, int)
        if count < least:
            raise FormatError(what=what, why=f"it has fewer than {least} elements", offset=self.offset)
        if count > limit:
            raise OversizeError(what=what, limit=limit, offset=self.offset)
        return count

    def _read(self, read: Callable[[], object]) -> object:
        try:
            return read()
        except msgpack.OutOfData as error:
            raise TruncatedError(what=self._what, offset=len(self._raw)) from error
        except _MALFORMED as error:
            raise FormatError(what=self._what, why=_plainly(error), offset=self.offset) from error


def _plainly(error: Exception) -> str:
    return f"not MessagePack as wanted here ({str(error) or type(error).__name__})"


def _fields_of_pairs(pairs: list[tuple[object, object]]) -> dict[object, object]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a key occurs twice")
    if None in fields.values():
        raise ValueError("nil does not occur")
    return fields


def _no_extension(code: int, _: bytes) -> object:
    raise ValueError(f"extension type {code}")
