"""Logins, how long a sign-in is good, and the six digits that prove an address."""

import pytest

from portal_core.errors import BadNameError
from portal_core.sign_ins import (
    CODE_LIFE_US,
    IDLE_US,
    LIFE_US,
    digest_of,
    draw_token,
    email_code,
    email_proven,
    login_name,
    over,
)

NOW_US = 500_000 * CODE_LIFE_US + 7


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ann", "ann"),
        ("  Ann.Lee@Example.org ", "ann.lee@example.org"),
        ("\uff41\uff4e\uff4e", "ann"),
        ("0-_+", "0-_+"),
        ("x" * 64, "x" * 64),
    ],
)
def test_a_login_is_kept_in_one_way(typed: str, kept: str) -> None:
    assert login_name(typed) == login_name(kept) == kept


@pytest.mark.parametrize(
    "typed", ["", " ", "x" * 65, "a b", "-a", ".a", "änn", "\u0430nn", "a\u200bb", "a\nb", "<a>", "a/b"]
)
def test_what_two_people_could_type_differently_is_no_login(typed: str) -> None:
    with pytest.raises(BadNameError):
        login_name(typed)


@pytest.mark.parametrize(
    ("made_us", "seen_us", "ended"),
    [
        (0, 0, False), (IDLE_US - 1, IDLE_US - 1, False), (IDLE_US, IDLE_US, True), (IDLE_US, 0, False),
        (LIFE_US - 1, 0, False), (LIFE_US, 0, True),
    ],
)  # fmt: skip
def test_a_sign_in_ends_by_itself(made_us: int, seen_us: int, *, ended: bool) -> None:
    assert over(made_us=NOW_US - made_us, seen_us=NOW_US - seen_us, now_us=NOW_US) is ended


def test_a_token_has_256_bits_and_another_digest() -> None:
    token = draw_token(random_bytes=lambda size: bytes(range(size)))
    assert bytes.fromhex(token) == bytes(range(32))
    assert len(digest_of(token)) == 32
    assert digest_of(token) != bytes.fromhex(token)


def code(**other: str | int) -> str:
    fields = {"email": "ann@example.org", "password_hash": "hash", "person_id": 1, "now_us": NOW_US} | other
    return email_code(**fields)  # type: ignore[arg-type] # fields of the function


def proven(typed: str, now_us: int) -> bool:
    return email_proven(typed, email="ann@example.org", password_hash="hash", person_id=1, now_us=now_us)


def test_a_code_is_good_for_this_hour_and_the_next() -> None:
    assert proven(code(), NOW_US)
    assert proven(f" {code()[:3]} {code()[3:]} ", NOW_US + CODE_LIFE_US)
    assert not proven(code(), NOW_US + 2 * CODE_LIFE_US)
    assert not proven("", NOW_US)
    assert not proven(code()[:5], NOW_US)


@pytest.mark.parametrize("other", [{"email": "bob@example.org"}, {"password_hash": "other"}, {"person_id": 2}])
def test_a_code_is_one_persons_for_one_address_until_the_password_changes(other: dict[str, str | int]) -> None:
    assert code(**other) != code()
    assert len(code(**other)) == 6
