"""A snapshot that is sent: as much as the law takes, and what was left out is said."""

import json

import pytest

from portal_core.live.messages import MAX_FACTS, Diagnostics, Role, parse
from recorder.format.snapshot import Category, Snapshot
from recorder.sharing.facts import sendable, shown


def machine(letters: str, count: int) -> Snapshot:
    items = tuple({"name": f"package {number} {letters * 30}", "version": "1.2"} for number in range(count))
    software = Category(name="software", items=items)
    return Snapshot(taken_us=1, source="native", categories=(Category(name="system", items=({"name": "x"},)), software))


@pytest.mark.parametrize("letters", ["plain", 'quoted "\\" \x1b', "ünïcödé", "\U0001f600"])
@pytest.mark.parametrize("count", [3, 9_000])
def test_the_portal_takes_what_is_sent(letters: str, count: int) -> None:
    snapshot = sendable(machine(letters, count))
    said = json.dumps(
        {"do": "diagnostics", "c": 2**53 - 1, "snapshot": snapshot.to_fields()},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    assert len(said.encode()) <= MAX_FACTS
    message = parse(said, role=Role.CUSTOMER, most=MAX_FACTS)
    assert isinstance(message, Diagnostics)
    system, software = message.snapshot.categories
    assert system == machine(letters, count).categories[0]
    left_out = len(software.items) < count
    assert left_out == (software.missing is not None)
    assert left_out == (count > 3)


def test_what_is_looked_at_is_what_is_sent() -> None:
    text = shown(machine("plain", 3))
    assert "package 2 plainplain" in text
