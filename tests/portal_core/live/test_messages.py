import json
from collections.abc import Mapping
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_core.live.messages import MAX_TEXT, MESSAGES, Hello, Message, RefusedMessageError, Role, Say, Why, parse

# do → fields that are right, and who may say it: the law's table.
EVERYBODY: Final = set(Role)
TABLE: Final[dict[str, tuple[dict[str, object], set[Role]]]] = {
    "hello": ({"protocol": 1, "last": 0, "said": 0}, EVERYBODY),
    "say": ({"c": 1, "text": "hello"}, EVERYBODY),
    "typing": ({}, EVERYBODY),
    "ask_share": ({"c": 1}, {Role.AGENT}),
    "refuse_share": ({"c": 1}, {Role.CUSTOMER}),
    "cannot_share": ({"c": 1}, {Role.CUSTOMER}),
    "share": ({"c": 1, "track": "screen/customer"}, {Role.CUSTOMER}),
    "unshare": ({"c": 1, "track": "screen/agent"}, {Role.AGENT}),
    "keyframe": ({"track": "screen/agent"}, EVERYBODY),
    "ask_diagnostics": ({"c": 1}, {Role.AGENT}),
    "answer_diagnostics": ({"c": 1, "allowed": False}, {Role.CUSTOMER}),
    "diagnostics": ({"c": 1, "snapshot": {"taken_us": 5, "source": "browser", "categories": []}}, {Role.CUSTOMER}),
    "pause": ({"c": 1}, EVERYBODY),
    "resume": ({"c": 1}, EVERYBODY),
    "mark": ({"c": 1, "name": "here"}, {Role.AGENT}),
    "close": ({"c": 1, "outcome": "resolved", "note": ""}, {Role.AGENT}),
    "leave": ({"c": 1}, EVERYBODY),
}


def said(do: object, fields: Mapping[str, object], role: Role = Role.AGENT) -> Message | Why:
    try:
        return parse(json.dumps({"do": do, **fields}), role=role)
    except RefusedMessageError as refused:
        return refused.why


def test_the_table_is_the_laws() -> None:
    assert set(TABLE) == set(MESSAGES)


@pytest.mark.parametrize("do", TABLE)
@pytest.mark.parametrize("role", Role)
def test_each_message_is_taken_from_those_who_may_say_it(do: str, role: Role) -> None:
    fields, who = TABLE[do]
    found = said(do, fields, role)
    assert isinstance(found, MESSAGES[do]) if role in who else found is Why.NOT_YOURS


@pytest.mark.parametrize(("do", "name"), [(do, name) for do, (fields, _) in TABLE.items() for name in fields])
@pytest.mark.parametrize("value", [None, -1, 2**53, 1.0, "", "x" * 9_000, [], "screen/nobody", True, "\ud800"])
def test_a_field_is_what_it_must_be_or_the_message_is_refused(do: str, name: str, value: object) -> None:
    fields, who = TABLE[do]
    found = said(do, {**fields, name: value}, min(who))
    if isinstance(found, Why):
        assert found in {Why.MALFORMED, Why.TOO_MUCH}
    else:
        assert getattr(found, name) == value or (value is None and name == "note")


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '"do"', "[" * 60_000, "{}", '{"do": null}', '{"do": "Say"}'])
def test_what_is_no_message_is_refused(text: str) -> None:
    with pytest.raises(RefusedMessageError) as refused:
        parse(text, role=Role.AGENT)
    assert refused.value.why in {Why.MALFORMED, Why.UNKNOWN}


def test_what_is_too_large_is_refused_before_it_is_looked_at() -> None:
    for text in ("x" * (MAX_TEXT + 1), "é" * (MAX_TEXT // 2 + 1)):
        with pytest.raises(RefusedMessageError) as refused:
            parse(text, role=Role.CUSTOMER)
        assert refused.value.why is Why.TOO_MUCH


def test_what_agents_say_among_themselves_a_customer_cannot() -> None:
    fields = {"c": 4, "text": "psst", "audience": "agents"}
    assert said("say", fields) == Say(c=4, text="psst", audience="agents")
    assert said("say", fields, Role.CUSTOMER) is Why.NOT_YOURS


def test_a_refusal_says_which_message() -> None:
    with pytest.raises(RefusedMessageError) as refused:
        parse('{"do": "say", "c": 7}', role=Role.AGENT)
    assert (refused.value.c, refused.value.why) == (7, Why.MALFORMED)


def test_unknown_fields_are_skipped() -> None:
    assert said("hello", {"protocol": 1, "last": 3, "said": 2, "new": []}) == Hello(protocol=1, last=3, said=2)


@given(st.text(max_size=200))
def test_any_text_is_a_message_or_refused(text: str) -> None:
    for one in (text, json.dumps({"do": text}), json.dumps({"do": "say", "c": 1, "text": text})):
        try:
            parse(one, role=Role.CUSTOMER)
        except RefusedMessageError:
            continue
