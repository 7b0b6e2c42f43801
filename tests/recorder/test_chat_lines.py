import itertools
import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.chat_lines import MAX_LINE, BadLine, ChatLine, ChatParser, Participants
from recorder.format.events import Event, Joined, Line, to_payload
from recorder.format.pack import MAX_TEXT, MAX_TIME_US

Told = ChatLine | BadLine


def parsed(*portions: bytes) -> list[Told]:
    parser = ChatParser()
    told = [one for portion in portions for one in parser.feed(portion)]
    return [*told, *parser.finish()]


def the_line(**fields: object) -> Told:
    (told,) = parsed(json.dumps({"name": "Ada", "text": "Hello"} | fields).encode() + b"\n")
    return told


def line(number: int = 1, **changed: object) -> ChatLine:
    fields: dict[str, Any] = {"name": "Ada", "role": "customer", "text": "Hello", "audience": "all", "time_us": None}
    return ChatLine(number=number, **(fields | changed))


def test_a_line_has_text_and_name_and_may_have_more() -> None:
    assert the_line() == line()
    everything: dict[str, Any] = {"role": "agent", "audience": "agents", "text": "Hi 👋\n"}
    assert the_line(at_s=2.5, **everything) == line(time_us=2_500_000, **everything)
    assert the_line(colour="red") == line()


LINES = (
    b'{"name": "Ada", "text": "one"}\n'
    b"\n"
    b"no JSON\n"
    b'{"name": "B\xc3\xb6", "text": "two"}\r\n'
    b'  \t \n{"name": "Ada", "text": "\xff"}\n'
    b'{"name": "Ada", "text": "three, without an end of line"}'
)


def test_bad_lines_are_told_with_their_number_and_the_rest_goes_on() -> None:
    told = parsed(LINES)
    assert [one.number for one in told] == [1, 3, 4, 6, 7]
    assert [isinstance(one, BadLine) for one in told] == [False, True, False, True, False]
    assert [one.text for one in told if isinstance(one, ChatLine)] == ["one", "two", "three, without an end of line"]
    assert "line 3 of the chat" in str(told[1])


def test_it_comes_in_any_portions() -> None:
    assert parsed(*(LINES[at : at + 1] for at in range(len(LINES)))) == parsed(LINES)


@given(st.lists(st.integers(0, len(LINES)), max_size=5))
def test_it_comes_in_any_portions_of_any_size(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(LINES)]
    assert parsed(*(LINES[start:end] for start, end in itertools.pairwise(places))) == parsed(LINES)


def test_a_line_is_given_as_soon_as_it_ends() -> None:
    parser = ChatParser()
    assert list(parser.feed(b'{"name": "Ada", "text": "Hello"}')) == []
    assert list(parser.feed(b"\n")) == [line()]
    assert list(parser.finish()) == []


def test_at_a_line_without_end_is_not_wondered() -> None:
    assert parsed(b"") == []
    assert parsed(b"\n\n  ") == []


@pytest.mark.parametrize(
    "fields",
    [
        {"text": ""}, {"text": None}, {"text": 7}, {"text": ["Hello"]}, {"name": ""}, {"name": 1}, {"name": None},
        {"role": "manager"}, {"role": None}, {"role": ["agent"]}, {"audience": "nobody"}, {"audience": {}},
        {"at_s": "1"}, {"at_s": True}, {"at_s": -0.001}, {"at_s": -1}, {"at_s": float("nan")}, {"at_s": float("inf")},
        {"at_s": float("-inf")}, {"at_s": 1e300}, {"at_s": 10**400}, {"at_s": MAX_TIME_US}, {"at_s": [1]},
        {"text": "a" * (MAX_TEXT + 1)}, {"name": "ä" * (MAX_TEXT // 2 + 1)},
    ],
    ids=lambda fields: str(fields)[:40],
)  # fmt: skip
def test_a_field_that_is_wrong_is_told(fields: dict[str, Any]) -> None:
    assert isinstance(the_line(**fields), BadLine)


@pytest.mark.parametrize(
    "raw",
    [
        b"[]", b"7", b'"text"', b"null", b"{", b'{"text": "a"}', b'{"name": "a"}', b"{} {}", b"\xff\xfe", b"\x00",
        b'{"name": "a", "text": "b", "at_s": NaNa}', b"[" * 100_000, b'{"a":' * 50_000, b"1" * 5000,
        b'{"name": "a", "text": "b", "at_s": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda raw: repr(raw[:30]),
)  # fmt: skip
def test_what_is_no_line_is_told(raw: bytes) -> None:
    (told,) = parsed(raw + b"\n")
    assert isinstance(told, BadLine)
    assert len(str(told)) < 300


def test_the_latest_times_are_times() -> None:
    for at_s in (0, 0.0, 9_007_199_253, 9_007_199_253.999_999, 1e-9):
        told = the_line(at_s=at_s)
        assert isinstance(told, ChatLine)
        assert told.time_us is not None
        assert 0 <= told.time_us < MAX_TIME_US


def test_a_line_too_long_is_told_once_and_the_next_one_is_taken() -> None:
    good = b'{"name": "Ada", "text": "Hello"}\n'
    for size in (MAX_LINE + 1, 3 * MAX_LINE + 7):
        raw = b"a" * size + b"\n" + good
        for portion in (1000, 65_536, len(raw)):
            bad, taken = parsed(*(raw[at : at + portion] for at in range(0, len(raw), portion)))
            assert isinstance(bad, BadLine)
            assert (bad.number, "longer" in bad.why) == (1, True)
            assert taken == line(2)
    (bad,) = parsed(b"a" * MAX_LINE, b"a" * MAX_LINE)
    assert isinstance(bad, BadLine)
    blank = b" " * (MAX_LINE - len(good)) + good
    assert parsed(blank) == [line()]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (r"a\ud83d", "a\ufffd"),
        (r"\ude00b", "\ufffdb"),
        (r"\ud83d\ude00", "😀"),
        (r"\ud83dA\ude00", "\ufffdA\ufffd"),
        (r"\ufeffa", "\ufeffa"),
        (r"\u0000", "\0"),
    ],
)
def test_half_characters_become_question_marks(written: str, shown: str) -> None:
    (told,) = parsed(b'{"name": "' + written.encode() + b'", "text": "' + written.encode() + b'"}')
    assert told == line(name=shown, text=shown)


@settings(max_examples=200)
@given(st.lists(st.binary(max_size=60)))
def test_any_bytes_are_lines_or_bad_lines(portions: list[bytes]) -> None:
    numbers = [one.number for one in parsed(*portions)]
    assert numbers == sorted(set(numbers))
    assert len(numbers) <= b"".join(portions).count(b"\n") + 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ("name", "text", "role", "audience", "at_s")
GOOD = st.sampled_from(["Ada", "agent", "all", "agents", 1, 2.5])


@given(st.dictionaries(st.sampled_from(FIELDS), GOOD | json_values))
def test_what_is_taken_can_be_recorded(fields: dict[str, Any]) -> None:
    for told in parsed(json.dumps(fields).encode()):
        if isinstance(told, ChatLine):
            assert [to_payload(event) for event in Participants().events(told)]


def happened(lines: Iterable[ChatLine]) -> list[Event]:
    participants = Participants()
    return [event for one in lines for event in participants.events(one)]


def test_everybody_joins_with_his_first_line() -> None:
    told = [
        line(text="one"), line(name="Bo", role="agent", text="two", audience="agents"), line(text="three"),
        line(role="agent", text="four"),
    ]  # fmt: skip
    assert happened(told) == [
        Joined(id=1, role="customer", name="Ada"),
        Line(by=1, text="one"),
        Joined(id=2, role="agent", name="Bo"),
        Line(by=2, text="two", audience="agents"),
        Line(by=1, text="three"),
        Joined(id=3, role="agent", name="Ada"),
        Line(by=3, text="four"),
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"no JSON", "it is no JSON from character 1 on"),
        (b'{"name": "Ada", text}', "it is no JSON from character 17 on"),
        (b'{"name": "\xff"}', "it is not UTF-8"),
        (b"[" * 100_000, "it is nested too deep"),
    ],
)
def test_why_a_line_was_not_taken_is_said_in_words_of_our_own(line: bytes, why: str) -> None:
    (bad,) = parsed(line)
    assert isinstance(bad, BadLine)
    assert bad.why == why
