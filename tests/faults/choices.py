"""A fuzzer's bytes, taken as decisions."""

from collections.abc import Sequence
from typing import TypeVar

Option = TypeVar("Option")


class Choices:
    """Give one decision after another; when the bytes are used up, always the first option."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, size: int) -> bytes:
        """Return so many bytes, zeros where there are no more."""
        taken = self._data[self._at : self._at + size]
        self._at += size
        return taken.ljust(size, b"\0")

    def rest(self) -> bytes:
        taken = self._data[self._at :]
        self._at = len(self._data)
        return taken

    def number(self, limit: int) -> int:
        """Return a number below the limit."""
        return int.from_bytes(self.take(((limit - 1).bit_length() + 7) // 8), "little") % limit

    def pick(self, options: Sequence[Option]) -> Option:
        return options[self.number(len(options))]

    def once_in(self, times: int) -> bool:
        return self.number(times) == times - 1

    def near(self, number: int, *, limit: int) -> int:
        """Return mostly the number itself, else one beside it, an end of the range, or any."""
        ways = (number, number, number, number + 1, number - 1, 0, limit - 1, self.number(limit))
        return self.pick(ways) % limit
