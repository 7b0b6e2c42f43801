import json
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recorder.format.errors import FormatError, OversizeError
from recorder.format.pack import Fields, pack, unpack
from recorder.format.snapshot import Category, Snapshot

NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=64)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=300)
VALUES = TEXTS | st.booleans() | st.integers(-(2**63), 2**64 - 1)
ITEMS = st.lists(st.dictionaries(NAMES, VALUES, max_size=8), max_size=8).map(tuple)
CATEGORIES = st.builds(Category, name=NAMES, items=ITEMS, missing=st.none() | TEXTS)
SNAPSHOTS = st.builds(
    Snapshot,
    taken_us=st.integers(0, 2**53 - 1),
    source=NAMES,
    categories=st.lists(CATEGORIES, max_size=5).map(tuple),
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["taken_us", "source", "categories", "name", "items", "missing"])
            | st.text()
            | st.integers(),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)
LITTLE: Fields = {"taken_us": 1, "source": "native", "categories": []}


def with_category(**fields: object) -> Fields:
    return {**LITTLE, "categories": [{"name": "memory", "items": [], **fields}]}


def with_value(value: object) -> Fields:
    return with_category(items=[{"total_bytes": value}])


@given(SNAPSHOTS)
def test_what_was_written_is_read_the_same_and_in_the_same_order(snapshot: Snapshot) -> None:
    packed = pack(snapshot.to_fields())
    for fields in (unpack(packed, what="snapshot"), json.loads(json.dumps(snapshot.to_fields()))):
        again = Snapshot.read(fields)
        assert again == snapshot
        assert repr(again) == repr(snapshot)  # maps compare equal in any order, and True equals 1
    assert snapshot.size == len(packed)


@given(ANYTHING)
@example(with_value("\ud800"))
@example({**LITTLE, "source": "\udcff"})
def test_whatever_comes_is_read_or_refused_as_malformed(value: object) -> None:
    try:
        snapshot = Snapshot.read(value)
    except FormatError:
        return
    assert Snapshot.read(snapshot.to_fields()) == snapshot


@pytest.mark.parametrize(
    "fields",
    [
        None,
        [],
        {},
        {1: 2},
        {**LITTLE, "taken_us": None},
        {**LITTLE, "taken_us": True},
        {**LITTLE, "taken_us": -1},
        {**LITTLE, "taken_us": 2**53},
        {**LITTLE, "taken_us": 1.0},
        {**LITTLE, "source": ""},
        {**LITTLE, "source": b"native"},
        {**LITTLE, "categories": None},
        {**LITTLE, "categories": {}},
        {**LITTLE, "categories": ["memory"]},
        {**LITTLE, "categories": [{"items": []}]},
        {**LITTLE, "categories": [{"name": "memory"}]},
        with_category(name=""),
        with_category(items={}),
        with_category(items=[[]]),
        with_category(items=[{"": 1}]),
        with_category(items=[{2: 1}]),
        with_category(missing=1),
        with_value(None),
        with_value(1.5),
        with_value(b"1"),
        with_value([1]),
        with_value({"a": 1}),
        with_value(2**64),
        with_value("\ud83d"),
    ],
)
def test_what_is_no_snapshot_is_refused(fields: object) -> None:
    with pytest.raises(FormatError):
        Snapshot.read(fields)


def sized(count: int) -> Fields:
    """A snapshot of so many bytes, packed; an entry of n characters takes 10 bytes more than those."""
    entries = ["x" * 4096] * (count // 4106 - 1)
    left = count - len(pack(with_category(items=[{"entry": entry} for entry in entries])))
    entries += ["x" * (left // 2 - 10), "x" * (left - left // 2 - 10)]
    return with_category(items=[{"entry": entry} for entry in entries])


@pytest.mark.parametrize(
    ("most", "fields"),
    [
        (32, lambda count: {**LITTLE, "categories": [{"name": "memory", "items": []}] * count}),
        (10_000, lambda count: with_category(items=[{}] * count)),
        (64, lambda count: with_category(items=[{str(one): one for one in range(count)}])),
        (64, lambda count: with_category(items=[{"ä" * count: 1}])),
        (64, lambda count: with_category(name="ä" * count)),
        (64, lambda count: {**LITTLE, "source": "ä" * count}),
        (4096, lambda count: with_value("ä" * count)),
        (4096, lambda count: with_category(missing="ä" * count)),
        (4 << 20, sized),
    ],
    ids=["categories", "items", "facts", "fact", "name", "source", "value", "missing", "size"],
)
def test_limits_hold_at_their_edge(most: int, fields: Callable[[int], Fields]) -> None:
    Snapshot.read(fields(most))
    with pytest.raises(OversizeError):
        Snapshot.read(fields(most + 1))


def test_the_edge_of_the_size_is_where_it_says() -> None:
    assert len(pack(sized(4 << 20))) == 4 << 20


def test_fields_and_categories_of_later_releases_do_not_disturb() -> None:
    fields = {**with_category(later=[None], name="tea kettles", missing=None), "later": {"x": 1.5}}
    assert Snapshot.read(fields).categories == (Category(name="tea kettles"),)


def test_a_summary_has_snapshots_without_categories() -> None:
    assert Snapshot.read({"taken_us": 1, "source": "native"}) == Snapshot(taken_us=1, source="native", categories=())
