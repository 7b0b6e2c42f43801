"""Facts of a machine in words, with units and times as people read them.  Pure.

Which unit a number has stands at the end of its name (SPEC.md §4.7); who does not know one keeps it.
"""

from collections.abc import Callable
from typing import Final

from recorder.format.quantities import size
from recorder.format.snapshot import Item, Value

Day = Callable[[int], str]  # from µs since 1970 to what people read

_YEAR_2000_US: Final = 946_684_800_000_000  # what counts from 1970 is later, and no program works for so long


def told(category: str, item: Item, *, day: Day) -> list[tuple[str, str]]:
    """Return the facts of an item, in order: what they are called, and what they say."""
    memory = "memory" in (category, item.get("kind"))
    return [fact(name, value, day=day, memory=memory or name.startswith("memory")) for name, value in item.items()]


def fact(name: str, value: Value, *, day: Day, memory: bool = False) -> tuple[str, str]:
    """Return what a fact is called, and what it says."""
    plain = name.replace("_", " ")
    if isinstance(value, bool):
        return plain, "yes" if value else "no"
    if not isinstance(value, int):
        return plain, value or "–"
    unit, said = next((one for one in _UNITS if name.endswith(one[0])), ("", str))
    if unit == _BYTES and memory:
        said = memory_size
    elif unit == _US and value >= _YEAR_2000_US:
        said = day
    # That it is an offset is a part of its name.
    return name.removesuffix("_s" if unit == _OFFSET else unit).replace("_", " ") or plain, said(value)


def memory_size(count: int) -> str:
    """Return a number of bytes as memory is counted."""
    for unit, one in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if count >= one:
            return f"{count / one:.1f} {unit}"
    return f"{count} bytes"


def lasting(seconds: int) -> str:
    """Return how long something lasts, such as *3 days 4:05:06*."""
    if seconds < 60:
        return f"{seconds} s"
    days, clock = divmod(seconds, 86_400)
    said = f"{clock // 3600}:{clock // 60 % 60:02}:{clock % 60:02}"
    return f"{days} day{'' if days == 1 else 's'} {said}" if days else said


def _offset(seconds: int) -> str:
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return f"{'−' if seconds < 0 else '+'}{hours}:{minutes:02}"


_BYTES: Final = "_bytes"
_US: Final = "_us"
_OFFSET: Final = "_offset_s"
_UNITS: Final[tuple[tuple[str, Callable[[int], str]], ...]] = (
    (_BYTES, size),
    (_OFFSET, _offset),
    ("_mbit_s", lambda value: f"{value} Mbit/s"),
    ("_s", lasting),
    (_US, lambda value: lasting(value // 1_000_000)),
    ("_px", lambda value: f"{value} px"),
    ("_mm", lambda value: f"{value} mm"),
    ("_mhz", lambda value: f"{value} MHz"),
    ("_hz", lambda value: f"{value} Hz"),
)
