"""Diagnostics as JSON."""

import json

from hypothesis import given

from recorder.format.snapshot import Category, Snapshot
from replay.export.diagnostics_json import as_json_text
from tests.recorder.format.arbitrary import snapshots
from tests.replay.export.samples import SESSION, diagnostics, hostile_snapshot, machine


def read(*found: Snapshot, redacted: str | None = None) -> dict[str, object]:
    return dict(json.loads("".join(as_json_text(diagnostics(*found, redacted=redacted)))))


def fields(one: Category) -> dict[str, object]:
    return {"name": one.name, "missing": one.missing, "items": [dict(item) for item in one.items]}


def told(*found: Snapshot) -> list[dict[str, object]]:
    return [
        {"number": number, "time_us": number * 10_000_000, "of": "Grace Hopper", "role": "customer",
         "source": one.source, "categories": [fields(category) for category in one.categories]}
        for number, one in enumerate(found, 1)
    ]  # fmt: skip


def test_values_stay_as_they_were_told() -> None:
    root = read(machine(), machine(later=True), redacted="Redacted.")
    snapshots = root.pop("snapshots")
    assert root == {"format": "sealcast diagnostics", "version": 1, "session": SESSION, "redacted": "Redacted."}
    assert isinstance(snapshots, list)
    assert [one.pop("taken") for one in snapshots] == ["2026-11-18T10:50:00.000000Z", "2026-11-18T10:51:00.000000Z"]
    assert snapshots == told(machine(), machine(later=True))
    assert "redacted" not in read()


def test_hostile_text_is_escaped_and_stays_what_it_was() -> None:
    text = "".join(as_json_text(diagnostics(hostile_snapshot())))
    assert not {"\x1b", "\u202e", "\u2028", "\ufeff"} & set(text)
    snapshots = json.loads(text)["snapshots"]
    assert snapshots[0]["categories"] == told(hostile_snapshot())[0]["categories"]


@given(snapshots)
def test_every_snapshot_can_be_read_again(found: Snapshot) -> None:
    snapshots = read(found)["snapshots"]
    assert isinstance(snapshots, list)
    assert snapshots[0]["categories"] == told(found)[0]["categories"]
