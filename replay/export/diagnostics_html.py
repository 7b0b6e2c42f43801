"""Diagnostics as a page for people.  SPEC.md §3."""

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from itertools import groupby
from typing import Final

from recorder.format.diagnostics import Diagnostics, TakenSnapshot
from recorder.format.fact_words import Day, fact, told
from recorder.format.markup import escaped
from recorder.format.quantities import counted
from recorder.format.snapshot import MAX_FACTS, Category, Item, Value
from recorder.format.transcript_text import missing
from recorder.format.wall_times import in_zone
from replay.export.facts_page import END, SECTION_END, beginning, origin, section

_NONE: Final = "<td></td>"


def as_html(diagnostics: Diagnostics, zone: tzinfo) -> Iterator[str]:
    """Give diagnostics as an HTML document, a section for each category."""
    yield from beginning("Diagnostics", session=diagnostics.session, redacted=diagnostics.redacted)
    for one in diagnostics.missing:
        yield f'<p class="note">Missing: <bdi>{escaped(missing(one))}</bdi></p>\n'
    if not diagnostics.snapshots:
        yield '<p class="note">No snapshot was taken.</p>\n'
    for taken in diagnostics.snapshots:
        yield from _snapshot(taken, zone)
    yield END


def _snapshot(taken: TakenSnapshot, zone: tzinfo) -> Iterator[str]:
    def day(time_us: int) -> str:
        return in_zone(time_us, zone)

    yield f'<h2 id="s{taken.number}">Snapshot {taken.number}</h2>\n'
    yield f'<p class="muted">{origin(taken, day(taken.snapshot.taken_us))}</p>\n<nav>'
    for number, category in enumerate(taken.snapshot.categories):
        yield f'<a href="#s{taken.number}-{number}"><bdi>{escaped(category.name)}</bdi></a>'
    yield "</nav>\n"
    for number, category in enumerate(taken.snapshot.categories):
        yield from _category(category, day, at=f"s{taken.number}-{number}")


def _category(category: Category, day: Day, *, at: str) -> Iterator[str]:
    count = len(category.items)
    yield section(category.name, counted(count, "item") if count > 1 else "", at=at)
    if category.missing is not None:
        yield f'<p class="note">Not told: <bdi>{escaped(category.missing)}</bdi></p>\n'
    elif not count:
        yield '<p class="muted">none</p>\n'
    for kind, together in groupby(category.items, key=lambda item: item.get("kind")):
        yield from _table(category.name, kind, list(together), day)
    yield SECTION_END


def _table(category: str, kind: Value | None, items: Sequence[Item], day: Day) -> Iterator[str]:
    """Give things of one kind as a table: one with a line for each fact, several with a line for each thing."""
    yield "<table>\n"
    if isinstance(kind, str) and kind:
        yield f"<caption><bdi>{escaped(kind)}</bdi></caption>\n"
    columns = dict.fromkeys(name for item in items for name in item if name != "kind" or not isinstance(kind, str))
    if len(items) == 1:
        yield "<tbody>\n"
        for (name, text), key in zip(told(category, items[0], day=day), items[0], strict=True):
            if key in columns:
                yield f"<tr><th scope=row><bdi>{escaped(name)}</bdi></th>{_cell(items[0][key], text)}</tr>\n"
    elif len(columns) <= MAX_FACTS:
        heads = "".join(f"<th scope=col><bdi>{escaped(fact(one, 0, day=day)[0])}</bdi></th>" for one in columns)
        yield f"<thead><tr>{heads}</tr></thead>\n<tbody>\n"
        for item in items:
            texts = dict(zip(item, (text for _, text in told(category, item, day=day)), strict=True))
            cells = (_cell(item[one], texts[one]) if one in item else _NONE for one in columns)
            yield f"<tr>{''.join(cells)}</tr>\n"
    else:  # no two have much in common
        yield "<tbody>\n"
        for item in items:
            facts = (f"{escaped(name)}: <bdi>{escaped(text)}</bdi>" for name, text in told(category, item, day=day))
            yield f"<tr><td>{' · '.join(facts)}</td></tr>\n"
    yield "</tbody></table>\n"


def _cell(value: Value, text: str) -> str:
    number = ' class="number"' if isinstance(value, int) and not isinstance(value, bool) else ""
    return f"<td{number}><bdi>{escaped(text)}</bdi></td>"
