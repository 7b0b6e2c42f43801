"""Diagnostics as XML 1.0, with values as they were told.  Pure.  replay/export/SPEC.md §3."""

from collections.abc import Iterator

from recorder.format.diagnostics import Diagnostics, TakenSnapshot
from recorder.format.markup import attribute, escaped
from recorder.format.snapshot import Category, Value
from recorder.format.transcript_text import missing
from recorder.format.wall_times import in_utc


def as_xml(diagnostics: Diagnostics) -> Iterator[str]:
    """Give diagnostics as an XML document."""
    about = {"version": "1", "session": diagnostics.session, "redacted": diagnostics.redacted}
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<diagnostics{_attributes(about)}>\n'
    for one in diagnostics.missing:
        yield f"  <missing>{escaped(missing(one))}</missing>\n"
    for taken in diagnostics.snapshots:
        yield from _snapshot(taken)
    yield "</diagnostics>\n"


def _snapshot(taken: TakenSnapshot) -> Iterator[str]:
    about = {
        "number": str(taken.number),
        "time_us": str(taken.time_us),
        "taken": in_utc(taken.snapshot.taken_us),
        "source": taken.snapshot.source,
        "of": taken.of,
        "role": taken.role,
    }
    yield f"  <snapshot{_attributes(about)}>\n"
    for category in taken.snapshot.categories:
        yield from _category(category)
    yield "  </snapshot>\n"


def _category(category: Category) -> Iterator[str]:
    yield f"    <category{_attributes({'name': category.name, 'missing': category.missing})}>\n"
    for item in category.items:
        facts = "".join(_fact(name, value) for name, value in item.items())
        yield f"      <item>{facts}</item>\n"
    yield "    </category>\n"


def _fact(name: str, value: Value) -> str:
    if isinstance(value, bool):
        return f'<fact name="{attribute(name)}" type="boolean">{str(value).lower()}</fact>'
    if isinstance(value, int):
        return f'<fact name="{attribute(name)}" type="integer">{value}</fact>'
    return f'<fact name="{attribute(name)}">{escaped(value)}</fact>'


def _attributes(values: dict[str, str | None]) -> str:
    return "".join(f' {name}="{attribute(value)}"' for name, value in values.items() if value is not None)
