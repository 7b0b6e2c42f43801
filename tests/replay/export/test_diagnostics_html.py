"""Diagnostics as a page."""

from datetime import UTC

from hypothesis import given

from recorder.format.fact_words import told
from recorder.format.markup import escaped
from recorder.format.snapshot import MAX_FACTS, Category, Item, Snapshot
from recorder.format.visible import visible
from recorder.format.wall_times import in_zone
from replay.export.diagnostics_html import as_html
from tests.recorder.format.arbitrary import snapshots
from tests.replay.export.reading import Page
from tests.replay.export.samples import HOSTILE, category, diagnostics, hostile_snapshot, machine, snapshot

TAGS = {
    "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "nav", "a", "details", "summary", "div",
    "table", "caption", "thead", "tbody", "tr", "th", "td", "bdi", "span",
}  # fmt: skip


def page(*found: Snapshot, redacted: str | None = None) -> Page:
    return Page("".join(as_html(diagnostics(*found, redacted=redacted), UTC)))


def day(time_us: int) -> str:
    return in_zone(time_us, UTC)


def test_each_category_is_a_section_that_folds_and_is_found() -> None:
    found = page(machine(), machine(later=True), redacted="Redacted: 2 texts removed.")
    sections = [attributes for tag, attributes in found.tags if tag == "details"]
    assert len(sections) == 14
    assert all("open" in attributes for attributes in sections)
    links = {attributes["href"] for tag, attributes in found.tags if tag == "a"}
    assert links == {f"#{attributes['id']}" for attributes in sections}
    for text in ("3 days 4:05:06", "16.0 GiB", "Ryzen 7 5850U", "Not told: ", "Redacted: 2 texts removed.", "none"):
        assert text in found.said
    assert "No snapshot was taken." in page().said


def test_it_loads_nothing_and_runs_nothing() -> None:
    found = page(machine(), hostile_snapshot())
    assert found.names <= TAGS
    assert found.handlers == set()
    assert found.loads == set()
    for text in HOSTILE:
        assert visible(text).replace("\ufffe", "⟨U+FFFE⟩") in found.said
    assert not {"\x1b", "\u202e", "\u2028", "\ufeff"} & set(found.said)


def test_things_without_a_fact_in_common_make_no_table_that_bursts() -> None:
    items: list[Item] = [{f"fact {number} {one}": one for one in range(MAX_FACTS)} for number in range(200)]
    text = "".join(as_html(diagnostics(snapshot(Category(name="odd", items=tuple(items)))), UTC))
    assert "fact 199 63: " in Page(text).said
    assert text.count("<td") == 200


def test_one_that_lacks_a_fact_leaves_its_cell_empty() -> None:
    found = page(snapshot(category("log", {"a": "1", "b": "2"}, {"b": "3"})))
    text = "".join(as_html(diagnostics(snapshot(category("log", {"a": "1", "b": "2"}, {"b": "3"}))), UTC))
    assert "<tr><td></td><td><bdi>3</bdi></td></tr>" in text
    assert [tag for tag, _ in found.tags].count("td") == 4


@given(snapshots)
def test_every_fact_of_every_snapshot_is_there(found: Snapshot) -> None:
    text = "".join(as_html(diagnostics(found), UTC))
    assert Page(text).names <= TAGS
    for one in found.categories:
        for item in one.items:
            for _, words in told(one.name, item, day=day):
                assert f"<bdi>{escaped(words)}</bdi>" in text
