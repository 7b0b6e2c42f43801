import struct
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.index import (
    BadIndexError,
    Ending,
    Entry,
    Leaf,
    final_payload,
    leaf_payload,
    read_final,
    read_leaf,
    read_root,
    root_payload,
)

labels = st.binary(min_size=24, max_size=24)
entries = st.lists(
    st.builds(Entry, st.integers(0, 2**53 - 1), st.integers(400, 2**24), st.integers(0, 255), labels), max_size=70
)
ROOT = Entry(1444, 400, 2)


@given(st.integers(1, 2**32 - 1), entries)
def test_leaf_and_root_come_back_as_they_went(first: int, found: list[Entry]) -> None:
    numbered = [replace(entry, number=number) for number, entry in enumerate(found, first)]
    leaf = Leaf(first_number=first, entries=numbered)
    assert read_leaf(memoryview(leaf_payload(leaf))) == leaf
    assert read_root(memoryview(root_payload(found))) == found


@given(st.binary(max_size=200))
def test_any_bytes_are_an_index_or_none(data: bytes) -> None:
    for read in (read_leaf, read_root, read_final):
        try:
            read(memoryview(data))
        except BadIndexError:
            continue


@pytest.mark.parametrize("summary", [None, Entry(1844, 400, 3)])
def test_an_ending_comes_back_and_may_have_grown(summary: Entry | None) -> None:
    ending = Ending(count=7, reason=1, root=ROOT, summary=summary)
    assert read_final(memoryview(final_payload(ending) + b"a later field")) == ending


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        leaf_payload(Leaf(first_number=1, entries=[ROOT]))[:-1],
        root_payload([ROOT]),
        leaf_payload(Leaf(first_number=1, entries=[Entry(2**53, 400, 1)])),
        leaf_payload(Leaf(first_number=1, entries=[Entry(0, 399, 1)])),
        leaf_payload(Leaf(first_number=1, entries=[Entry(0, 2**25, 1)])),
    ],
)
def test_a_leaf_that_leads_nowhere_is_none(payload: bytes) -> None:
    with pytest.raises(BadIndexError):
        read_leaf(memoryview(payload))


def test_an_ending_longer_than_its_block_is_none() -> None:
    with pytest.raises(BadIndexError):
        read_final(memoryview(final_payload(Ending(count=1, reason=1, root=ROOT, summary=None)) + bytes(900)))
    with pytest.raises(BadIndexError):
        read_final(memoryview(struct.pack("<IB3sQI", 1, 1, b"", 0, 0) + bytes(20)))
