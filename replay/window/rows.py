"""The list beside the picture: what was said and what happened, a row each.  Pure."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from recorder.format.events import Line, Marker
from recorder.format.quantities import size
from recorder.format.snapshot import Item, Snapshot, Value
from recorder.format.event_words import name_of, sentence
from replay.timeline import Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row.  who is there for a line of the chat; note is said of it, such as who may read it."""

    time_us: int
    text: str
    who: str = ""
    role: str = ""
    note: str = ""


def rows(timeline: Timeline) -> tuple[Row, ...]:
    """Return what the list shows, in order of time."""
    return tuple(_rows(timeline))


def _rows(timeline: Timeline) -> Iterator[Row]:
    people = timeline.people
    names = {id_: one.name for id_, one in people.items()}
    for happening in timeline.happenings:
        event, time_us = happening.event, happening.time_us
        if isinstance(event, Line):
            role = people[event.by].role if event.by in people else ""
            note = "agents only" if event.audience == "agents" else ""
            yield Row(time_us=time_us, text=event.text, who=name_of(event.by, names), role=role, note=note)
        elif words := sentence(event, names):
            yield Row(time_us=time_us, text=words, role="marker" if isinstance(event, Marker) else "")


def row_at(found: Sequence[Row], time_us: int) -> int:
    """Return the number of the last row at a time; -1 before the first."""
    return bisect_right(found, time_us, key=lambda row: row.time_us) - 1


def snapshot_rows(snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
    """Return a snapshot as titles and texts; a title without a text is that of a category."""
    found: list[tuple[str, str]] = []
    for category in snapshot.categories:
        found.append((f"{category.name}  {len(category.items)}" if len(category.items) > 1 else category.name, ""))
        if category.missing:
            found.append(("not told", category.missing))
        if len(category.items) == 1:
            found += [_fact(key, value) for key, value in category.items[0].items()]
        else:
            found += [_item(item) for item in category.items]
    return tuple(found)


def _item(item: Item) -> tuple[str, str]:
    facts = [_fact(key, value) for key, value in item.items()]
    if len(facts) == 1:
        return facts[0]
    title = facts[0][1] if facts[0][0] != "kind" or len(facts) < 3 else f"{facts[0][1]} {facts[1][1]}"
    rest = facts[2:] if facts[0][0] == "kind" and len(facts) >= 3 else facts[1:]
    return title, rest[0][1] if len(rest) == 1 else " · ".join(f"{key} {value}" for key, value in rest)


def _fact(key: str, value: Value) -> tuple[str, str]:
    if isinstance(value, bool):
        return key.replace("_", " "), "yes" if value else "no"
    if isinstance(value, int) and key.endswith("_bytes"):
        return key.removesuffix("_bytes").replace("_", " "), size(value)
    return key.replace("_", " "), str(value)
