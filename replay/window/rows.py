"""The list beside the picture: what was said and what happened, a row each.  Pure."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from recorder.format.event_words import name_of, sentence
from recorder.format.events import Line, Marker
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
