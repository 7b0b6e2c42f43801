"""A snapshot of a machine as titles and texts, with units and times as people read them.  Pure.

Which unit a number has stands at the end of its name (recorder/format/SPEC.md §4.7); who does not know one keeps it.
"""

from recorder.format.fact_words import Day, told
from recorder.format.snapshot import Snapshot

Rows = tuple[tuple[str, str], ...]


def machine_rows(snapshot: Snapshot, *, day: Day) -> Rows:
    """Return a snapshot as titles and texts; a title without a text is that of a category."""
    found: list[tuple[str, str]] = []
    for category in snapshot.categories:
        count = len(category.items)
        found.append((f"{category.name}  {count}" if count > 1 else category.name, ""))
        if category.missing:
            found.append(("not told", category.missing))
        if count == 1:
            facts = told(category.name, category.items[0], day=day)
            found += [(f"{name[:1].upper()}{name[1:]}", text) for name, text in facts]
        else:
            found += [_item(told(category.name, item, day=day)) for item in category.items]
    return tuple(found)


def _item(facts: list[tuple[str, str]]) -> tuple[str, str]:
    """Return one of several things: what it is called, and all else that is known of it."""
    if len(facts) < 2:
        return facts[0] if facts else ("–", "–")
    kind = facts[0][0] == "kind"
    title = f"{facts[0][1]} {facts[1][1]}" if kind else facts[0][1]
    rest = facts[2:] if kind else facts[1:]
    if not rest:
        return facts[0][1], facts[1][1]
    return title, " · ".join(text if name == "version" else f"{name} {text}" for name, text in rest)
