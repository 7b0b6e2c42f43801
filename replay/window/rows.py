"""The list beside the picture: what was said and what happened, a row each.  Pure."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from recorder.format.events import (
    Consent,
    Event,
    Joined,
    Left,
    Line,
    Marker,
    Masks,
    Outcome,
    Pause,
    Resume,
    Taken,
    Trouble,
)
from recorder.format.quantities import size
from recorder.format.snapshot import Item, Snapshot, Value
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
    people = timeline.people
    return tuple(_rows(timeline, {id_: (one.name, one.role) for id_, one in people.items()}))


def _rows(timeline: Timeline, people: dict[int, tuple[str, str]]) -> Iterator[Row]:
    for happening in timeline.happenings:
        event, time_us = happening.event, happening.time_us
        if isinstance(event, Line):
            who, role = people.get(event.by, (f"participant {event.by}", ""))
            note = "agents only" if event.audience == "agents" else ""
            yield Row(time_us=time_us, text=event.text, who=who, role=role, note=note)
        elif words := _words(event, people):
            yield Row(time_us=time_us, text=words, role="marker" if isinstance(event, Marker) else "")


def _words(event: Event, people: dict[int, tuple[str, str]]) -> str:
    say = _WORDS.get(type(event))
    return say(event, lambda id_: _name(people, id_)) if say else ""


_Named = Callable[[int], str]
_WORDS: Final[dict[type[Event], Callable[[Any, _Named], str]]] = {
    Joined: lambda event, _: f"{event.name} joined ({event.role})",
    Left: lambda event, name: f"{name(event.id)} left" + (f": {event.why}" if event.why else ""),
    Marker: lambda event, _: event.name,
    Pause: lambda event, name: f"paused by {name(event.by)}",
    Resume: lambda event, name: f"resumed by {name(event.by)}",
    Consent: lambda event, name: f"consent of {name(event.by)}: {event.text}",
    Taken: lambda event, name: f"snapshot of the machine of {name(event.of)}",
    Masks: lambda event, _: "painted over: " + ", ".join(event.masks),
    Trouble: lambda event, _: event.what,
    Outcome: lambda event, _: f"{event.outcome}: {event.note}" if event.note else event.outcome,
}


def _name(people: dict[int, tuple[str, str]], id_: int) -> str:
    return people[id_][0] if id_ in people else ("the recorder" if id_ == 0 else f"participant {id_}")


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
