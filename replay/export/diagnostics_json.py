"""Diagnostics as JSON, with values as they were told.  Pure.  SPEC.md §3."""

from collections.abc import Iterator

from recorder.format.diagnostics import Diagnostics, TakenSnapshot
from recorder.format.snapshot import Category
from recorder.format.wall_times import in_utc
from replay.export.json_text import as_json
from replay.export.transcript_json import missing_fields


def as_json_text(diagnostics: Diagnostics) -> Iterator[str]:
    """Give diagnostics as a JSON document, an item a line."""
    about: dict[str, object] = {"format": "sealcast diagnostics", "version": 1, "session": diagnostics.session}
    if diagnostics.redacted:
        about["redacted"] = diagnostics.redacted
    if diagnostics.missing:
        about["missing"] = [missing_fields(one) for one in diagnostics.missing]
    yield f'{as_json(about)[:-1]}, "snapshots": ['
    for number, taken in enumerate(diagnostics.snapshots):
        yield "," if number else ""
        yield from _snapshot(taken)
    yield "\n]}\n"


def snapshot_fields(taken: TakenSnapshot) -> dict[str, object]:
    """Return which snapshot it is."""
    return {
        "number": taken.number,
        "time_us": taken.time_us,
        "taken": in_utc(taken.snapshot.taken_us),
        "source": taken.snapshot.source,
        "of": taken.of,
        "role": taken.role,
    }


def _snapshot(taken: TakenSnapshot) -> Iterator[str]:
    yield f'\n{as_json(snapshot_fields(taken))[:-1]}, "categories": ['
    for number, category in enumerate(taken.snapshot.categories):
        yield "," if number else ""
        yield from _category(category)
    yield "\n]}"


def _category(category: Category) -> Iterator[str]:
    yield f'\n{as_json({"name": category.name, "missing": category.missing})[:-1]}, "items": ['
    for number, item in enumerate(category.items):
        yield ("," if number else "") + f"\n{as_json(dict(item))}"
    yield "]}"
