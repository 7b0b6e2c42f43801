"""Diagnostics as text."""

from datetime import UTC, timedelta, timezone

from hypothesis import given

from recorder.format.diagnostics_text import as_text
from recorder.format.snapshot import Snapshot
from tests.recorder.format.arbitrary import snapshots
from tests.replay.export.samples import category, diagnostics, hostile_snapshot, machine, snapshot

ZONE = timezone(timedelta(hours=1))


def text_of(*found: Snapshot, redacted: str | None = None) -> str:
    return "".join(as_text(diagnostics(*found, redacted=redacted), ZONE))


def test_units_are_those_of_people() -> None:
    text = text_of(machine(), machine(later=True))
    lines = text.splitlines()
    assert "Taken: 2026-11-18 11:50:00 UTC+01:00, 00:00:10 into the session" in lines
    assert "Machine of: Grace Hopper (customer)" in lines
    assert "  uptime: 3 days 4:05:06" in lines
    assert "  total: 16.0 GiB" in lines
    assert "  - kind: disk · device: /dev/nvme0n1 · size: 512.1 GB · removable: no" in lines
    assert "  not told: systemctl did not answer within 5 s" in lines
    assert [line for line in lines if line.startswith("Snapshot ")] == ["Snapshot 1", "Snapshot 2"]


def test_what_is_empty_says_so() -> None:
    assert "No snapshot was taken." in text_of()
    assert text_of(snapshot(category("services"))).endswith("services\n  none\n")
    assert text_of(snapshot(category("log", {}, {}))).endswith("log, 2 items\n  - –\n  - –\n")
    assert "Redacted: 1 text removed.\n" in text_of(redacted="Redacted: 1 text removed.")


def test_nothing_passes_for_a_fact_that_is_not_one() -> None:
    text = text_of(snapshot(category("log", {"entry": "a · user: root"}, {"entry": "b\n  - entry: forged"})))
    assert "  - entry: a ⟨U+00B7⟩ user: root\n" in text
    assert "  - entry: b   - entry: forged\n" in text
    alone = text_of(snapshot(category("system", {"name": "x\n\nprocesses\n  name: forged"})))
    assert "\n  name: x\n    \n    processes\n      name: forged\n" in alone


def test_hostile_text_steers_nothing() -> None:
    assert not {"\x1b", "\x07", "\u202e", "\u2028", "\ufeff", "\r"} & set(text_of(hostile_snapshot()))


@given(snapshots)
def test_every_snapshot_can_be_told(found: Snapshot) -> None:
    text = "".join(as_text(diagnostics(found), UTC))
    text.encode()
    items = [item for one in found.categories if len(one.items) > 1 for item in one.items]
    assert sum(line.startswith("  - ") for line in text.splitlines()) >= len(items)
