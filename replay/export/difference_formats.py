"""The difference of two snapshots as text, JSON and HTML.  SPEC.md §3."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from recorder.format.diagnostics import TakenSnapshot
from recorder.format.diagnostics_text import item_text
from recorder.format.fact_words import Day, told
from recorder.format.markup import escaped
from recorder.format.quantities import counted, length
from recorder.format.snapshot import Item, Value
from recorder.format.visible import on_one_line
from recorder.format.wall_times import in_zone
from replay.export.diagnostics_json import snapshot_fields
from replay.export.difference import CategoryDifference, Change, difference
from replay.export.facts_page import END, SECTION_END, beginning, origin, section
from replay.export.json_text import as_json

_ALIKE: Final = "The two snapshots tell the same."


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two snapshots of a session; redacted says what was removed, in one sentence."""

    session: str
    before: TakenSnapshot
    after: TakenSnapshot
    redacted: str | None = None

    @property
    def categories(self) -> tuple[CategoryDifference, ...]:
        """What differs."""
        return difference(self.before.snapshot, self.after.snapshot)


def difference_text(compared: Compared, zone: tzinfo) -> Iterator[str]:
    """Give the difference as text: + has come, - is gone, ~ has changed."""
    yield f"Difference of snapshots {_pair(compared)} of session {on_one_line(compared.session)}\n"
    if compared.redacted:
        yield f"{on_one_line(compared.redacted)}\n"
    for word, taken in (("Before", compared.before), ("After", compared.after)):
        whose = f", machine of {on_one_line(taken.of)}" if taken.of else ""
        wall = in_zone(taken.snapshot.taken_us, zone)
        yield f"{word}: {wall}, {length(taken.time_us)} into the session{whose}\n"
    categories = compared.categories
    yield "" if categories else f"\n{_ALIKE}\n"
    for one in categories:
        yield from _category_text(one, lambda time_us: in_zone(time_us, zone))


def _category_text(one: CategoryDifference, day: Day) -> Iterator[str]:
    yield f"\n{on_one_line(one.name)}\n"
    for word, why in _not_told(one):
        yield f"  not told {word}: {on_one_line(why)}\n"
    for item in one.removed:
        yield f"  - {item_text(one.name, item, day=day)}\n"
    for item in one.added:
        yield f"  + {item_text(one.name, item, day=day)}\n"
    for change in one.changed:
        name, before, after = _change_words(one.name, change, day)
        key = f"{item_text(one.name, change.key, day=day)} · " if change.key else ""
        yield f"  ~ {key}{on_one_line(name)}: {on_one_line(before)} → {on_one_line(after)}\n"


def difference_json(compared: Compared) -> Iterator[str]:
    """Give the difference as a JSON document, with values as they were told."""
    about: dict[str, object] = {
        "format": "sealcast diagnostics difference", "version": 1, "session": compared.session,
        "before": snapshot_fields(compared.before), "after": snapshot_fields(compared.after),
    }  # fmt: skip
    if compared.redacted:
        about["redacted"] = compared.redacted
    yield f'{as_json(about)[:-1]}, "categories": ['
    for number, one in enumerate(compared.categories):
        yield ("," if number else "") + f"\n{as_json(_category_fields(one))}"
    yield "\n]}\n"


def _category_fields(one: CategoryDifference) -> dict[str, object]:
    return {
        "name": one.name,
        "missing_before": one.missing_before,
        "missing_after": one.missing_after,
        "removed": [dict(item) for item in one.removed],
        "added": [dict(item) for item in one.added],
        "changed": [
            {"key": dict(change.key), "fact": change.fact, "before": change.before, "after": change.after}
            for change in one.changed
        ],
    }


def difference_html(compared: Compared, zone: tzinfo) -> Iterator[str]:
    """Give the difference as an HTML document."""

    def day(time_us: int) -> str:
        return in_zone(time_us, zone)

    title = f"Difference of snapshots {_pair(compared)}"
    yield from beginning(title, session=compared.session, redacted=compared.redacted)
    for word, taken in (("Before", compared.before), ("After", compared.after)):
        yield f'<p><b>{word}</b> <span class="muted">{origin(taken, day(taken.snapshot.taken_us))}</span></p>\n'
    categories = compared.categories
    yield "" if categories else f"<p>{_ALIKE}</p>\n"
    for one in categories:
        yield from _category_html(one, day)
    yield END


def _category_html(one: CategoryDifference, day: Day) -> Iterator[str]:
    count = len(one.added) + len(one.removed) + len(one.changed)
    yield section(one.name, counted(count, "difference") if count else "")
    for word, why in _not_told(one):
        yield f'<p class="note">Not told {word}: <bdi>{escaped(why)}</bdi></p>\n'
    yield "<table><tbody>\n"
    for kind, items in (("removed", one.removed), ("added", one.added)):
        for item in items:
            yield f"<tr class={kind}><td>{kind}</td><td colspan=2>{_facts(one.name, item, day)}</td></tr>\n"
    for change in one.changed:
        name, before, after = _change_words(one.name, change, day)
        key = f"{_facts(one.name, change.key, day)} · " if change.key else ""
        yield f"<tr class=changed><td>changed</td><td>{key}{escaped(name)}</td>"
        yield f"<td><del><bdi>{escaped(before)}</bdi></del> → <ins><bdi>{escaped(after)}</bdi></ins></td></tr>\n"
    yield f"</tbody></table>\n{SECTION_END}"


def _facts(category: str, item: Item, day: Day) -> str:
    said = told(category, item, day=day)
    facts = (f'<span class="muted">{escaped(name)}</span> <bdi>{escaped(text)}</bdi>' for name, text in said)
    return " · ".join(facts) or "–"


def _change_words(category: str, change: Change, day: Day) -> tuple[str, str, str]:
    """Return what the fact is called, and what it said before and after."""
    name = change.fact.replace("_", " ")
    texts = []
    for value in (change.before, change.after):
        if value is None:
            texts.append("not told")
            continue
        ((name, text),) = told(category, _alone(change, value), day=day)[-1:]
        texts.append(text)
    before, after = texts
    if before == after:  # units hide what little differs
        return change.fact, str(change.before), str(change.after)
    return name, before, after


def _alone(change: Change, value: Value) -> Item:
    return {name: one for name, one in change.key.items() if name != change.fact} | {change.fact: value}


def _not_told(one: CategoryDifference) -> Iterator[tuple[str, str]]:
    if one.missing_before is not None and one.missing_before != one.missing_after:
        yield "before", one.missing_before
    if one.missing_after is not None and one.missing_before != one.missing_after:
        yield "after", one.missing_after


def _pair(compared: Compared) -> str:
    return f"{compared.before.number} and {compared.after.number}"
