"""Session codes: typed, drawn, made by agents, used once."""

import logging
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_core.codes import (
    ACTIVE_CODES,
    LIFE_MINUTES,
    MAX_NAME,
    NEXT,
    SPACE,
    CodeState,
    IssuedCode,
    SessionCode,
    draw,
    issue,
    join_address,
    one_line,
    same_name,
)
from portal_core.errors import (
    BadNameError,
    ExpiredCodeError,
    MalformedCodeError,
    TakenError,
    TooManyCodesError,
    WrongStateError,
)

MINUTE_US = 60_000_000
CODE = SessionCode("012345678")


@pytest.mark.parametrize(
    "typed",
    [
        "012345678",
        "012 345 678",
        " 012-345-678\n",
        "012.345.678",
        "0 1 2 3 4 5 6 7 8",
        "012\u00a0345\u202f678",  # blanks of typesetting
        "012\u2013345\u2212678",  # a dash, a minus
        "\u200b012345678\u200e\ufeff",  # what comes along unseen when text is copied
        "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18",  # full width
        "\u0660\u0661\u0662 \u0663\u0664\u0665 \u0666\u0667\u0668",  # Arabic
        "\u0966\u0967\u0968 345 678",  # Devanagari
    ],
)
def test_what_people_type_is_the_code(typed: str) -> None:
    assert SessionCode.parse(typed) == CODE


@pytest.mark.parametrize(
    ("typed", "digits", "others"),
    [
        ("", 0, False),
        ("01234567", 8, False),
        ("0123456789", 10, False),
        ("012 345 67a", 8, True),
        ("012345678;", 9, True),
        ("+012345678", 0, True),
        ("\u00b2\u00b2\u00b2\u00b2\u00b2\u00b2\u00b2\u00b2\u00b2", 0, True),  # raised twos are no digits
        ("012345678" + " " * 100, 100, True),
    ],
)
def test_what_cannot_be_a_code_is_told_without_repeating_it(typed: str, digits: int, others: bool) -> None:  # noqa: FBT001
    with pytest.raises(MalformedCodeError) as caught:
        SessionCode.parse(typed)
    assert (caught.value.digits, caught.value.others) == (digits, others)
    assert not typed or typed not in str(caught.value)


@pytest.mark.parametrize("digits", ["", "12345678", "1234567890", "123456789\n", "12345678\u0669", "12345678x"])
def test_a_code_that_exists_is_nine_digits(digits: str) -> None:
    with pytest.raises(MalformedCodeError):
        SessionCode(digits)


@given(st.integers(0, SPACE - 1))
def test_a_code_that_is_shown_can_be_typed(number: int) -> None:
    code = SessionCode(f"{number:09d}")
    assert SessionCode.parse(str(code)) == code


def test_a_code_is_shown_in_groups_and_never_logged() -> None:
    assert str(CODE) == "012 345 678"
    issued = given_out()
    record = logging.LogRecord("any", logging.INFO, "", 0, "%r %r", (CODE, issued), None)
    assert "345" not in record.getMessage()


def numbers(*drawn: int) -> Callable[[int], int]:
    left = list(drawn)

    def randbelow(below: int) -> int:
        assert below == SPACE
        return left.pop(0)

    return randbelow


@pytest.mark.parametrize(("number", "digits"), [(0, "000000000"), (7, "000000007"), (SPACE - 1, "999999999")])
def test_every_code_can_be_drawn(number: int, digits: str) -> None:
    assert draw(set(), randbelow=numbers(number)).digits == digits


def test_active_codes_are_drawn_again() -> None:
    taken = {SessionCode("000000001"), SessionCode("000000002")}
    assert draw(taken, randbelow=numbers(1, 2, 1, 3)).digits == "000000003"


def test_chance_that_is_none_does_not_last_for_ever() -> None:
    with pytest.raises(RuntimeError):
        draw({CODE}, randbelow=lambda _: 12_345_678)


def test_codes_drawn_are_all_different() -> None:
    taken: set[SessionCode] = set()
    for _ in range(1000):
        taken.add(draw(taken))
    assert len(taken) == 1000


def given_out(state: CodeState = CodeState.ACTIVE, *, name: str = "Grace", code: SessionCode = CODE) -> IssuedCode:
    return IssuedCode(code=code, name=name, made_us=0, expires_us=30 * MINUTE_US, state=state)


ENDS = {CodeState.REDEEMED, CodeState.EXPIRED, CodeState.REVOKED}


@pytest.mark.parametrize("state", CodeState)
@pytest.mark.parametrize("later", CodeState)
def test_every_cell_of_the_table(state: CodeState, later: CodeState) -> None:
    assert (later in NEXT[state]) == (state is CodeState.ACTIVE and later in ENDS)


ENDED: list[tuple[CodeState, int]] = [
    *((state, 0) for state in sorted(ENDS, key=str)),
    (CodeState.ACTIVE, 30 * MINUTE_US),
    (CodeState.ACTIVE, 99 * MINUTE_US),
]


def test_an_active_code_is_used_once() -> None:
    used = given_out().redeem(now_us=30 * MINUTE_US - 1)
    assert used == replace(given_out(), state=CodeState.REDEEMED)
    with pytest.raises(ExpiredCodeError) as caught:
        used.redeem(now_us=0)
    assert caught.value.state == "redeemed"


def test_an_active_code_is_taken_back() -> None:
    assert given_out().revoke(now_us=0).state is CodeState.REVOKED


@pytest.mark.parametrize(("state", "now_us"), ENDED)
def test_what_has_ended_stays_so(state: CodeState, now_us: int) -> None:
    code, is_now = given_out(state), (CodeState.EXPIRED if state is CodeState.ACTIVE else state)
    assert code.at(now_us=now_us).state is is_now
    assert (code.active(now_us=now_us), code.left_us(now_us=now_us)) == (False, 0)
    with pytest.raises(ExpiredCodeError) as used:
        code.redeem(now_us=now_us)
    with pytest.raises(WrongStateError) as revoked:
        code.revoke(now_us=now_us)
    assert used.value.state == revoked.value.state == is_now.value


@pytest.mark.parametrize(("now_us", "left_us"), [(0, 30 * MINUTE_US), (MINUTE_US, 29 * MINUTE_US)])
def test_what_is_left_of_it_counts_down(now_us: int, left_us: int) -> None:
    assert given_out().left_us(now_us=now_us) == left_us


def new_one(*his: IssuedCode, name: str = "Ada", limit: int = 8, now_us: int = 0) -> IssuedCode:
    return issue(SessionCode("111111111"), name, his=his, limit=limit, life_minutes=30, now_us=now_us)


def test_a_code_lives_as_long_as_the_portal_says() -> None:
    code = issue(CODE, "  Grace \n Hopper ", his=[], limit=1, life_minutes=45, now_us=7)
    assert (code.name, code.made_us, code.expires_us) == ("Grace Hopper", 7, 7 + 45 * MINUTE_US)
    assert code.state is CodeState.ACTIVE


@pytest.mark.parametrize("limit", range(ACTIVE_CODES[0], ACTIVE_CODES[1] + 1))
def test_no_agent_has_more_active_codes_than_the_limit(limit: int) -> None:
    his = [given_out(name=str(number)) for number in range(limit)]
    assert new_one(*his[1:], limit=limit).name == "Ada"
    with pytest.raises(TooManyCodesError) as caught:
        new_one(*his, limit=limit)
    assert caught.value.limit == limit


@pytest.mark.parametrize(("state", "now_us"), ENDED)
def test_codes_that_ended_take_neither_room_nor_names(state: CodeState, now_us: int) -> None:
    assert new_one(given_out(state, name="Ada"), limit=1, now_us=now_us).name == "Ada"


@pytest.mark.parametrize("name", ["Ada", "ADA", " ada ", "\uff21da", "A\u200bda"])
def test_a_name_is_unique_among_his_active_codes(name: str) -> None:
    with pytest.raises(TakenError):
        new_one(given_out(name="Ada"), name=name)


@pytest.mark.parametrize(
    ("limit", "life_minutes"),
    [(0, 30), (9, 30), (8, LIFE_MINUTES[0] - 1), (8, LIFE_MINUTES[1] + 1)],
)
def test_settings_out_of_bounds_never_come_here(limit: int, life_minutes: int) -> None:
    with pytest.raises(AssertionError):
        issue(CODE, "Ada", his=[], limit=limit, life_minutes=life_minutes, now_us=0)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("Ada", "Ada"), ("  Ada   L.\t\n", "Ada L."), ("Ka\u0308se", "K\u00e4se"), ("日本", "日本"), ("x" * 80, "x" * 80)],
)
def test_a_name_is_one_line(typed: str, kept: str) -> None:
    assert one_line(typed, what="name") == kept


@pytest.mark.parametrize(
    "typed", ["", "  ", "\u200b", "a\0b", "a\x1bb", "\ud800", "x" * (MAX_NAME + 1), " " * 10_000 + "x"]
)
def test_what_cannot_be_a_name_is_told(typed: str) -> None:
    with pytest.raises(BadNameError) as caught:
        one_line(typed, what="name of a code")
    assert caught.value.what == "name of a code"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Straße", "STRASSE", True),
        ("Ada L", "ada\u00a0l", True),
        ("K\u00e4se", "Ka\u0308se", True),
        ("Ada", "Adam", False),
        ("Kase", "K\u00e4se", False),
    ],
)
def test_names_that_people_take_for_the_same(one: str, other: str, same: bool) -> None:  # noqa: FBT001
    assert same_name(one, other) is same_name(other, one) is same


@pytest.mark.parametrize("base", ["https://help.example.com", "https://help.example.com/", "http://[::1]:8080/portal/"])
def test_the_join_address_is_short_and_holds_the_code(base: str) -> None:
    assert join_address(base, CODE) == base.rstrip("/") + "/join/012345678"


@pytest.mark.parametrize(
    "base", ["", "help.example.com", "javascript:alert(1)", "https://", "https://a?b", "https://a/#b", "https://a b"]
)
def test_what_is_no_address_of_a_portal_is_our_mistake(base: str) -> None:
    with pytest.raises(ValueError, match="address"):
        join_address(base, CODE)
