"""Values without what is removed: a transcript, diagnostics.  Pure.  SPEC.md §5."""

from dataclasses import fields, replace
from typing import Any

from recorder.format.diagnostics import Diagnostics, TakenSnapshot
from recorder.format.events import Event
from recorder.format.snapshot import Category, Item
from recorder.format.transcript import Entry, Heading, Transcript
from replay.export.redaction import Redaction


def redacted_transcript(transcript: Transcript, redaction: Redaction) -> Transcript:
    """Return a transcript without what is removed, that says so."""
    entries = tuple(_entry(one, redaction) for one in transcript.entries)
    heading = _heading(transcript.heading, redaction)
    missing = tuple(replace(one, why=redaction.text(one.why)) for one in transcript.missing)
    return replace(transcript, heading=heading, entries=entries, missing=missing, redacted=redaction.sentence)


def redacted_diagnostics(diagnostics: Diagnostics, redaction: Redaction) -> Diagnostics:
    """Return diagnostics without what is removed, that say so."""
    snapshots = tuple(_taken(one, redaction) for one in diagnostics.snapshots)
    return replace(diagnostics, snapshots=snapshots, redacted=redaction.sentence)


def redacted_event(event: Event, redaction: Redaction) -> Event:
    """Return an event without what is removed from its texts."""
    changed: dict[str, Any] = {}
    for field in fields(event):
        value = getattr(event, field.name)
        if isinstance(value, str):
            changed[field.name] = redaction.text(value)
        elif isinstance(value, tuple):
            changed[field.name] = tuple(redaction.text(one) for one in value)
    return replace(event, **changed)


def _entry(one: Entry, redaction: Redaction) -> Entry:
    who = None if one.who is None else redaction.text(one.who)
    return replace(one, who=who, text=redaction.text(one.text), sentence=redaction.text(one.sentence))


def _heading(heading: Heading, redaction: Redaction) -> Heading:
    def hidden(text: str | None) -> str | None:
        return None if text is None else redaction.text(text)

    return replace(
        heading,
        portal=hidden(heading.portal), team=hidden(heading.team), title=hidden(heading.title),
        question=hidden(heading.question), note=hidden(heading.note),
        agents=tuple(redaction.text(one) for one in heading.agents),
        customers=tuple(redaction.text(one) for one in heading.customers),
    )  # fmt: skip


def _taken(one: TakenSnapshot, redaction: Redaction) -> TakenSnapshot:
    categories = tuple(_category(category, redaction) for category in one.snapshot.categories)
    of = None if one.of is None else redaction.text(one.of)
    snapshot = replace(one.snapshot, source=redaction.text(one.snapshot.source), categories=categories)
    return replace(one, of=of, snapshot=snapshot)


def _category(category: Category, redaction: Redaction) -> Category:
    missing = None if category.missing is None else redaction.text(category.missing)
    items = tuple(_item(item, redaction) for item in category.items)
    return replace(category, name=redaction.text(category.name), missing=missing, items=items)


def _item(item: Item, redaction: Redaction) -> Item:
    return {
        redaction.text(name): redaction.text(value) if isinstance(value, str) else value for name, value in item.items()
    }
