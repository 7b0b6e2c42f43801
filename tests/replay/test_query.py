"""What is searched for, and where it stands in a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replay.errors import BadQueryError
from replay.query import MAX_QUERY, Query, fold


def stands(query: str, text: str) -> list[str]:
    return [text[start:end] for start, end in Query.parse(query).spans(text)]


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("disk", "The Disk is full", ["Disk"]),
        ("disk full", "The disk is full", ["disk", "full"]),
        ("full disk", "The disk is full", ["disk", "full"]),
        ("disk empty", "The disk is full", []),
        ('"disk full"', "The disk is full", []),
        ('"disk is"', "The disk\n \t is full", ["disk\n \t is"]),
        ("“disk is” full", "The disk is full", ["disk is", "full"]),
        ('"disk is', "The disk is full", ["disk is"]),
        ("error", "errors, terrors", ["error", "error"]),
        ("muller", "Frau Müller", ["Müller"]),
        ("MÜLLER", "frau mu\u0308ller", ["mu\u0308ller"]),
        ("strasse", "Große Straße", ["Straße"]),
        ("ﬁle", "the file", ["file"]),
        ("file", "the ﬁle", ["ﬁle"]),
        ("istanbul", "İstanbul", ["İstanbul"]),
        ("naïve café", "CAFE NAIVE", ["CAFE", "NAIVE"]),
        ("Αθήνα", "αθηνα", ["αθηνα"]),
        ("c:\\temp", "in C:\\Temp here", ["C:\\Temp"]),
        ("日本", "在日本語", ["日本"]),
        ("aa aab", "xaabx", ["aab"]),
        ("cafe", "un cafe\u0301 noir", ["cafe\u0301"]),
        ("cafe", "un cafe\u0301", ["cafe\u0301"]),
        ("stras", "Straße", ["Straß"]),
    ],
)
def test_words_are_found_in_any_case_with_and_without_accents(query: str, text: str, found: list[str]) -> None:
    assert stands(query, text) == found
    assert Query.parse(query).in_text(text) == bool(found)


@pytest.mark.parametrize("query", ["", "   ", '""', '" "', "\u0301", "x" * (MAX_QUERY + 1)])
def test_what_is_no_query_is_refused(query: str) -> None:
    with pytest.raises(BadQueryError):
        Query.parse(query)


def test_a_text_of_one_letter_is_searched_in_linear_time() -> None:
    assert len(Query.parse("a").spans("a b" * 1_000_000)) == 100


@given(st.text())
def test_folding_keeps_every_place(text: str) -> None:
    folded = fold(text)
    assert len(folded.places) == len(folded.text)
    assert list(folded.places) == sorted(folded.places)
    assert fold(folded.text).text == folded.text


@given(st.text(min_size=1, max_size=50), st.text(), st.text())
def test_what_stands_there_is_found(word: str, before: str, after: str) -> None:
    try:
        query = Query.parse(f'"{word}"')
    except BadQueryError:
        return
    for start, end in query.spans(f"{before} {word} {after}"):
        assert 0 <= start < end <= len(before) + len(word) + len(after) + 2
    if '"' not in word and not set("“”„") & set(word):
        assert query.in_text(f"{before} {word} {after}")
