"""What work costs, in lines of Python that are run: the same on every machine, however busy it is.

What C does with numbers and bytes, as in sorting, bisecting, max or a look-up, is a line for each step of it when they
are Number and Bytes.
"""

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import FrameType


def lines(act: Callable[[], object]) -> int:
    """Return how many lines an act runs, in a thread of its own, so that what measures coverage is not disturbed."""
    count = 0

    def trace(_frame: FrameType, event: str, _argument: object) -> object:
        nonlocal count
        count += event == "line"
        return trace

    def traced() -> None:
        sys.settrace(trace)  # type: ignore[arg-type]  # it returns itself
        try:
            act()
        finally:
            sys.settrace(None)

    with ThreadPoolExecutor(1) as thread:
        thread.submit(traced).result()
    return count


class Number(int):
    """A number that is compared in Python."""

    def __lt__(self, other: int, /) -> bool:
        return int.__lt__(self, other)

    def __le__(self, other: int, /) -> bool:
        return int.__le__(self, other)

    def __gt__(self, other: int, /) -> bool:
        return int.__gt__(self, other)

    def __ge__(self, other: int, /) -> bool:
        return int.__ge__(self, other)

    def __eq__(self, other: object, /) -> bool:
        return int.__eq__(self, other)

    __hash__ = int.__hash__


class Bytes(bytes):
    """Bytes that are compared, gone through and cut in Python."""

    def __getitem__(self, at: "int | slice", /) -> "int | Bytes":  # type: ignore[override]  # parts of it are such, too
        found = bytes.__getitem__(self, at)
        return found if isinstance(found, int) else Bytes(one for one in found)

    def __iter__(self) -> Iterator[int]:
        for one in bytes.__iter__(self):  # noqa: UP028 - each is to be a line
            yield one

    def __eq__(self, other: object, /) -> bool:
        return bytes.__eq__(self, other)

    __hash__ = bytes.__hash__
