"""Diagnostics as text for people.  Pure.  replay/export/SPEC.md §3."""

import re
from collections.abc import Iterator
from datetime import tzinfo
from typing import Final

from recorder.format.diagnostics import Diagnostics, TakenSnapshot
from recorder.format.fact_words import Day, told
from recorder.format.quantities import counted, length
from recorder.format.snapshot import Category, Item
from recorder.format.transcript_text import missing
from recorder.format.visible import code_point, hanging, on_one_line
from recorder.format.wall_times import in_zone

_BETWEEN: Final = " · "
_FORGED: Final = re.compile("(?<= )·(?= )")


def as_text(diagnostics: Diagnostics, zone: tzinfo) -> Iterator[str]:
    """Give diagnostics as text, a fact of a single thing a line, one of several things a line."""
    yield f"Diagnostics of session {on_one_line(diagnostics.session)}\n"
    if diagnostics.redacted:
        yield f"{on_one_line(diagnostics.redacted)}\n"
    for one in diagnostics.missing:
        yield f"Missing: {on_one_line(missing(one))}\n"
    if not diagnostics.snapshots:
        yield "\nNo snapshot was taken.\n"
    for taken in diagnostics.snapshots:
        yield from _snapshot(taken, zone)


def item_text(category: str, item: Item, *, day: Day) -> str:
    """Return an item as one line."""
    said = (f"{name}: {text}" for name, text in told(category, item, day=day))
    # No value can pass for two facts.
    return _BETWEEN.join(_FORGED.sub(code_point("·"), on_one_line(one)) for one in said) or "–"


def _snapshot(taken: TakenSnapshot, zone: tzinfo) -> Iterator[str]:
    yield f"\n\nSnapshot {taken.number}\n{'=' * len(f'Snapshot {taken.number}')}\n"
    yield f"Taken: {in_zone(taken.snapshot.taken_us, zone)}, {length(taken.time_us)} into the session\n"
    if taken.of:
        yield f"Machine of: {on_one_line(taken.of)}" + (f" ({on_one_line(taken.role)})" if taken.role else "") + "\n"
    yield f"Source: {on_one_line(taken.snapshot.source)}\n"
    for category in taken.snapshot.categories:
        yield from _category(category, lambda time_us: in_zone(time_us, zone))


def _category(category: Category, day: Day) -> Iterator[str]:
    count = len(category.items)
    yield f"\n{on_one_line(category.name)}" + (f", {counted(count, 'item')}" if count > 1 else "") + "\n"
    if category.missing is not None:
        yield f"  not told: {hanging(category.missing)}\n"
    elif not count:
        yield "  none\n"
    if count == 1:
        for name, text in told(category.name, category.items[0], day=day):
            yield f"  {on_one_line(name)}: {hanging(text)}\n"
        return
    for item in category.items:
        yield f"  - {item_text(category.name, item, day=day)}\n"
