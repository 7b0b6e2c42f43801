"""JSON that steers no terminal."""

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from replay.export.json_text import as_json

anything = st.text(st.characters(codec=None, exclude_categories=()), max_size=30)


@given(
    st.recursive(
        anything | st.integers() | st.booleans() | st.none(), lambda one: st.lists(one) | st.dictionaries(anything, one)
    )
)
def test_every_value_is_what_it_was(value: object) -> None:
    text = as_json(value)
    assert json.loads(text) == value
    assert not {unicodedata.category(char) for char in text} & {"Cc", "Cs", "Zl", "Zp"}


def test_what_can_be_seen_stays_and_what_cannot_is_escaped() -> None:
    assert as_json("日本 שלום 👩‍👦") == '"日本 שלום 👩‍👦"'
    assert as_json("\u202e\x9b\ufeff\ud800\U000e0041\x7f") == '"\\u202e\\u009b\\ufeff\\ud800\\udb40\\udc41\\u007f"'
