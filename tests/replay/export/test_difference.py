"""What differs between two snapshots, as values and in its forms."""

import json
from collections import Counter
from datetime import UTC

import pytest
from hypothesis import given

from recorder.format.snapshot import Item, Snapshot, Value
from replay.export.difference import Change, difference
from replay.export.difference_formats import Compared, difference_html, difference_json, difference_text
from tests.recorder.format.arbitrary import snapshots
from tests.replay.export.reading import Page
from tests.replay.export.samples import SESSION, category, diagnostics, hostile_snapshot, machine, snapshot
from tests.replay.export.test_diagnostics_html import TAGS

Row = dict[str, Value]
Expected = tuple[list[Row], list[Row], list[tuple[Row, str, Value | None, Value | None]]]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([{"name": "a", "v": 1}], [{"name": "a", "v": 1}], ([], [], [])),
        ([{"name": "a", "v": 1}], [{"name": "a", "v": 2}], ([], [], [({"name": "a"}, "v", 1, 2)])),
        ([{"name": "a"}], [{"name": "b"}], ([{"name": "a"}], [{"name": "b"}], [])),
        # Two of a name: the next fact that tells them apart is the key.
        (
            [{"name": "a", "pid": 1, "v": 1}, {"name": "a", "pid": 2, "v": 1}],
            [{"name": "a", "pid": 2, "v": 5}],
            ([{"name": "a", "pid": 1, "v": 1}], [], [({"pid": 2}, "v", 1, 5)]),
        ),
        # One without a name: it is no key.
        ([{"name": "a", "id": 1}, {"id": 2}], [{"id": 2}], ([{"name": "a", "id": 1}], [], [])),
        # Nothing is a key: of one it is the same, of several what is alike is.
        ([{"v": 1}], [{"v": 2}], ([], [], [({}, "v", 1, 2)])),
        ([{"v": 1}, {"v": 1}, {"v": 2}], [{"v": 1}, {"v": 3}], ([{"v": 1}, {"v": 2}], [{"v": 3}], [])),
        # Things of different kinds may have one name.
        (
            [{"kind": "module", "name": "e1000", "v": 1}, {"kind": "driver", "name": "e1000", "v": 1}],
            [{"kind": "module", "name": "e1000", "v": 2}, {"kind": "driver", "name": "e1000", "v": 1}],
            ([], [], [({"name": "e1000"}, "v", 1, 2)]),
        ),
        # A fact that came, one that went, one that is another type.
        (
            [{"name": "a", "v": 1}],
            [{"name": "a", "w": 1}],
            ([], [], [({"name": "a"}, "w", None, 1), ({"name": "a"}, "v", 1, None)]),
        ),
        ([{"name": "a", "v": 1}], [{"name": "a", "v": True}], ([], [], [({"name": "a"}, "v", 1, True)])),
        ([], [{"name": "a"}, {"name": "a"}], ([], [{"name": "a"}, {"name": "a"}], [])),
        ([{"name": "a"}], [], ([{"name": "a"}], [], [])),
    ],
)  # fmt: skip
def test_what_comes_goes_and_changes(before: list[Row], after: list[Row], expected: Expected) -> None:
    removed, added, changed = expected
    found = difference(snapshot(category("things", *before)), snapshot(category("things", *after)))
    told = [
        (list(one.removed), list(one.added), [(dict(c.key), c.fact, c.before, c.after) for c in one.changed])
        for one in found
    ]
    assert told == ([(removed, added, changed)] if any(expected) else [])
    assert [type(change.after) for one in found for change in one.changed] == [type(row[3]) for row in changed]


def test_a_category_that_is_told_no_more_is_told_of() -> None:
    (one,) = difference(snapshot(category("log", {"entry": "a"})), snapshot(category("log", missing="no permission")))
    assert (one.missing_before, one.missing_after) == (None, "no permission")
    assert one.removed == ({"entry": "a"},)
    (gone,) = difference(snapshot(category("log", {"entry": "a"})), snapshot())
    assert gone.removed == ({"entry": "a"},)


def test_categories_of_one_name_are_one() -> None:
    twice = snapshot(category("log", {"entry": "a"}), category("log", {"entry": "b"}, missing="not all"))
    assert difference(twice, snapshot(category("log", {"entry": "b"}, {"entry": "a"}, missing="not all"))) == ()


@given(snapshots, snapshots)
def test_it_leads_from_one_to_the_other(before: Snapshot, after: Snapshot) -> None:
    assert difference(before, before) == ()
    for one in difference(before, after):
        olds, news = (
            [item for other in found.categories if other.name == one.name for item in other.items]
            for found in (before, after)
        )
        pairs = len(olds) - len(one.removed)
        assert pairs == len(news) - len(one.added)
        assert not Counter(map(_whole, one.removed)) - Counter(map(_whole, olds))
        assert not Counter(map(_whole, one.added)) - Counter(map(_whole, news))
        assert len({_whole(change.key) for change in one.changed}) <= pairs


def _whole(item: Item) -> frozenset[tuple[str, type, Value]]:
    return frozenset((name, type(value), value) for name, value in item.items())


def compared(before: Snapshot, after: Snapshot, *, redacted: str | None = None) -> Compared:
    first, second = diagnostics(before, after).snapshots
    return Compared(session=SESSION, before=first, after=second, redacted=redacted)


def test_as_text() -> None:
    text = "".join(difference_text(compared(machine(), machine(later=True), redacted="Redacted."), UTC))
    for line in (
        f"Difference of snapshots 1 and 2 of session {SESSION}",
        "Redacted.",
        "Before: 2026-11-18 10:50:00 UTC, 00:00:10 into the session, machine of Grace Hopper",
        "  ~ name: grace-laptop · uptime: 3 days 4:05:06 → 3 days 4:06:06",
        "  ~ available: 8.0 GiB → 7.9 GiB",
        "  ~ device: /dev/nvme0n1p2 · free_bytes: 20000000000 → 19999999995",
        "  - pid: 5000 · name: bash · user: grace · memory: 5.0 MiB",
        "  ~ name: northwind · version: 4.1 → 4.3",
        "  not told after: systemctl did not answer within 5 s",
    ):
        assert line in text.splitlines()
    assert "tell the same" in "".join(difference_text(compared(machine(), machine()), UTC))


def test_as_json() -> None:
    root = json.loads("".join(difference_json(compared(machine(), machine(later=True), redacted="Redacted."))))
    assert (root["format"], root["version"], root["session"]) == ("sealcast diagnostics difference", 1, SESSION)
    assert (root["before"]["number"], root["after"]["number"], root["redacted"]) == (1, 2, "Redacted.")
    by_name = {one.pop("name"): one for one in root["categories"]}
    assert list(by_name) == ["system", "memory", "disks", "processes", "software", "services"]
    assert by_name["memory"] == {
        "missing_before": None, "missing_after": None, "removed": [], "added": [],
        "changed": [{"key": {}, "fact": "available_bytes", "before": 8_589_934_592, "after": 8_499_934_592}],
    }  # fmt: skip
    assert by_name["processes"]["removed"][0]["pid"] == 5000


def test_as_html() -> None:
    found = Page("".join(difference_html(compared(machine(), machine(later=True), redacted="Redacted."), UTC)))
    for text in ("Difference of snapshots 1 and 2", "Redacted.", "3 days 4:05:06", "Not told after: ", "removed"):
        assert text in found.said
    assert "tell the same" in Page("".join(difference_html(compared(machine(), machine()), UTC))).said


@given(snapshots, snapshots)
def test_every_pair_can_be_told(before: Snapshot, after: Snapshot) -> None:
    pair = compared(before, after)
    "".join(difference_text(pair, UTC)).encode()
    assert len(json.loads("".join(difference_json(pair)))["categories"]) == len(pair.categories)
    assert Page("".join(difference_html(pair, UTC))).names <= TAGS | {"b", "del", "ins"}


def test_hostile_text_runs_nothing() -> None:
    pair = compared(hostile_snapshot(), machine())
    found = Page("".join(difference_html(pair, UTC)))
    assert (found.handlers, found.loads) == (set(), set())
    assert not {"\x1b", "\u202e", "\r"} & set("".join(difference_text(pair, UTC)))


def test_a_fact_that_came_and_one_that_went_are_told_as_such() -> None:
    before, after = (snapshot(category("power", {fact: 90})) for fact in ("left_s", "charge"))
    lines = "".join(difference_text(compared(before, after), UTC)).splitlines()
    assert lines[-2:] == ["  ~ charge: not told → 90", "  ~ left: 0:01:30 → not told"]


def test_a_change_that_its_unit_hides_is_told_exactly() -> None:
    change = Change(key={}, fact="size_bytes", before=10**12, after=10**12 + 1)
    before, after = (snapshot(category("disks", {"size_bytes": 10**12 + more})) for more in (0, 1))
    assert difference(before, after)[0].changed == (change,)
    assert "size_bytes: 1000000000000 → 1000000000001" in "".join(difference_text(compared(before, after), UTC))
