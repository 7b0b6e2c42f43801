"""A snapshot of a machine as titles and texts, with units and times as people read them.  Pure.

Which unit a number has stands at the end of its name (recorder/format/SPEC.md §4.7); who does not know one keeps it.
"""

from collections.abc import Callable
from typing import Final

from recorder.format.quantities import size
from recorder.format.snapshot import Category, Item, Snapshot, Value

Rows = tuple[tuple[str, str], ...]
Day = Callable[[int], str]  # from µs since 1970 to what people read

_YEAR_2000_US: Final = 946_684_800_000_000  # what counts from 1970 is later, and no program works for so long


def machine_rows(snapshot: Snapshot, *, day: Day) -> Rows:
    """Return a snapshot as titles and texts; a title without a text is that of a category."""
    found: list[tuple[str, str]] = []
    for category in snapshot.categories:
        count = len(category.items)
        found.append((f"{category.name}  {count}" if count > 1 else category.name, ""))
        if category.missing:
            found.append(("not told", category.missing))
        if count == 1:
            told = _told(category, category.items[0], day)
            found += [(f"{name[:1].upper()}{name[1:]}", text) for name, text in told]
        else:
            found += [_item(_told(category, item, day)) for item in category.items]
    return tuple(found)


def _item(told: list[tuple[str, str]]) -> tuple[str, str]:
    """Return one of several things: what it is called, and all else that is known of it."""
    if len(told) < 2:
        return told[0] if told else ("–", "–")
    kind = told[0][0] == "kind"
    title = f"{told[0][1]} {told[1][1]}" if kind else told[0][1]
    rest = told[2:] if kind else told[1:]
    if not rest:
        return told[0][1], told[1][1]
    return title, " · ".join(text if name == "version" else f"{name} {text}" for name, text in rest)


def _told(category: Category, item: Item, day: Day) -> list[tuple[str, str]]:
    memory = "memory" in (category.name, item.get("kind"))
    return [_fact(key, value, day, memory=memory or key.startswith("memory")) for key, value in item.items()]


def _fact(key: str, value: Value, day: Day, *, memory: bool) -> tuple[str, str]:
    plain = key.replace("_", " ")
    if isinstance(value, bool):
        return plain, "yes" if value else "no"
    if not isinstance(value, int):
        return plain, value or "–"
    unit, said = next((one for one in _UNITS if key.endswith(one[0])), ("", str))
    if unit == _BYTES and memory:
        said = memory_size
    elif unit == _US and value >= _YEAR_2000_US:
        said = day
    # That it is an offset is a part of its name.
    return key.removesuffix("_s" if unit == _OFFSET else unit).replace("_", " "), said(value)


def memory_size(count: int) -> str:
    """Return a number of bytes as memory is counted."""
    for unit, one in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if count >= one:
            return f"{count / one:.1f} {unit}"
    return f"{count} bytes"


def lasting(seconds: int) -> str:
    """Return how long something lasts: the two largest units of it."""
    if seconds < 0:
        return f"{seconds} s"
    days, hours, minutes = seconds // 86_400, seconds // 3600 % 24, seconds // 60 % 60
    if days:
        return f"{days} {'day' if days == 1 else 'days'}" + (f" {hours} h" if hours else "")
    if hours:
        return f"{hours} h" + (f" {minutes} min" if minutes else "")
    if minutes:
        return f"{minutes} min" + (f" {seconds % 60} s" if seconds % 60 else "")
    return f"{seconds} s"


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
