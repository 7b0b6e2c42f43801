"""Hits in what was said: when, who, and a snippet in which the matches are marked."""

from hypothesis import given
from hypothesis import strategies as st

from replay.query import Query
from replay.search import Hit, Saying, search


def said(text: str, time_us: int = 0, who: str | None = "Grace") -> Saying:
    return Saying(time_us=time_us, track="chat", who=who, text=text)


def marked(hit: Hit) -> list[str]:
    return [hit.snippet[start:end] for start, end in hit.matches]


def test_a_hit_says_when_who_and_what() -> None:
    (hit,) = search(Query.parse("printer"), [said("The Printer is on fire", 7), said("nothing")])
    assert hit == Hit(
        time_us=7, track="chat", who="Grace", snippet="The Printer is on fire", matches=((4, 11),)
    )  # fmt: skip


def test_hits_are_in_order_of_time_whatever_track_they_are_of() -> None:
    hits = search(Query.parse("a"), [said("a", 5), said("a", 1), said("a b", 3)])
    assert [hit.time_us for hit in hits] == [1, 3, 5]


def test_of_too_many_the_first_are_there() -> None:
    hits = search(Query.parse("a"), (said("a", 1000 - number) for number in range(1000)), most=3)
    assert [hit.time_us for hit in hits] == [1, 2, 3]


def test_a_long_text_is_shown_around_the_first_match() -> None:
    text = "word " * 100 + "the needle and the other needle " + "tail " * 100
    (hit,) = search(Query.parse("needle"), [said(text)])
    assert hit.snippet.startswith("… word ")
    assert hit.snippet.endswith(" …")
    assert len(hit.snippet) <= 124
    assert marked(hit) == ["needle", "needle"]


def test_a_long_word_is_cut_and_still_marked() -> None:
    (hit,) = search(Query.parse("b" * 150), [said("a" * 500 + "b" * 150 + "c" * 500)])
    assert set(marked(hit)[0]) == {"b"}
    assert len(hit.snippet) <= 124


def test_nothing_in_a_snippet_steers_where_it_is_shown() -> None:
    (hit,) = search(Query.parse("red"), [said("\x1b[31mred\u202e\r\n\tend\ud800")])
    assert hit.snippet == "\ufffd[31mred\ufffd   end\ufffd"
    assert marked(hit) == ["red"]


@given(st.text(), st.text(max_size=30), st.text())
def test_whatever_was_said_matches_lie_in_the_snippet(before: str, word: str, after: str) -> None:
    for hit in search(Query.parse("é"), [said(f"{before}É{word}e\u0301{after}")]):
        assert hit.snippet.isprintable()
        assert hit.matches
        last = 0
        for start, end in hit.matches:
            assert last <= start < end <= len(hit.snippet)
            last = end
