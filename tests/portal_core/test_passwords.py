"""Passwords: which may be one, how one is kept."""

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from portal_core import passwords
from portal_core.errors import WeakPasswordError, WrongPasswordError
from portal_core.passwords import DUMMY, MAX_CHARS, MIN_CHARS, Password, PasswordHash

GOOD = "vT9#kq2!mZ"


def refused(typed: str, *, login: str = "ada", name: str = "Ada Lovelace") -> str:
    with pytest.raises(WeakPasswordError) as caught:
        Password.parse(typed).require_strong(login=login, name=name)
    return caught.value.why


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", passwords._TOO_SHORT),
        ("x" * (MIN_CHARS - 1), passwords._TOO_SHORT),
        ("a\u0308" * (MIN_CHARS - 1), passwords._TOO_SHORT),  # fourteen, composed seven
        ("x" * (MAX_CHARS + 1), passwords._TOO_LONG),
        ("x" * 1_000_000, passwords._TOO_LONG),
        ("vT9#kq2!\n", passwords._NO_TEXT),
        ("vT9#kq2!\0", passwords._NO_TEXT),
        ("vT9#kq2!\ud800", passwords._NO_TEXT),
        ("password", passwords._GUESSED),
        ("12345678", passwords._GUESSED),
        ("Support1!", passwords._GUESSED),
        ("qwertzuiop", passwords._GUESSED),
        ("abcabcabcabc", passwords._GUESSED),
        ("x" * MAX_CHARS, passwords._GUESSED),
    ],
)
def test_what_cannot_be_a_password_is_told(typed: str, why: str) -> None:
    assert refused(typed) == why


@pytest.mark.parametrize(
    ("typed", "login", "name"),
    [
        ("xantippe.quargel", "xantippe.quargel", "Any One"),
        ("Xantippe Quargel 1", "any", "Xantippe Quargel"),
        ("xantippequargel77", "any", "Xantippe Quargel"),
        ("QuargelXantippe!", "any", "Xantippe Quargel"),
        ("legrauq-eppitnax", "any", "Xantippe Quargel"),
        ("1-xantippe@quargel.example-1", "xantippe@quargel.example", "Any One"),
        ("\uff58antippequargel", "any", "Xantippe Quargel"),
        ("Xöndippe Käßner1", "any", "XÖNDIPPE KÄSSNER"),
    ],
)
def test_a_password_that_is_little_but_login_or_name_is_refused(typed: str, login: str, name: str) -> None:
    Password.parse(typed).require_strong(login="somebody", name="Else")
    assert refused(typed, login=login, name=name) == passwords._OWN_NAME


@pytest.mark.parametrize(
    ("typed", "login", "name"),
    [
        (GOOD, "ada", "Ada Lovelace"),
        ("xkqzvwjp", "ada", "Ada Lovelace"),  # eight letters by chance
        ("zebra onyx kettle", "ada", "Ada Lovelace"),
        ("zebra adamant onyx kettle", "ada", "Ada Lovelace"),  # holds the login, and enough besides
        ("Käse Brot Türklinke", "li", "Li Wu"),
        ("vT9#kq2!" + "x" * (MAX_CHARS - 8), "ada", "Ada Lovelace"),
        ("a\u0308" * 8 + "vT9#kq2!mZ", "ada", "Ada Lovelace"),
        (GOOD, "", ""),
    ],
)
def test_what_is_hard_to_guess_is_taken(typed: str, login: str, name: str) -> None:
    Password.parse(typed).require_strong(login=login, name=name)


def test_nothing_of_a_password_is_shown() -> None:
    assert "xantippe" not in refused("xantippe77", name="Xantippe Quargel")
    stored = PasswordHash.of(Password.parse(GOOD))
    assert (repr(Password.parse(GOOD)), repr(stored)) == ("Password()", "PasswordHash()")


def test_a_password_fits_its_hash_and_no_other_does() -> None:
    stored = PasswordHash.of(Password.parse(GOOD))
    assert [stored.fits(typed) for typed in (GOOD, GOOD.lower(), GOOD + " ", "", "x", "x" * 1_000)] == [
        True, False, False, False, False, False,
    ]  # fmt: skip


def test_every_keyboard_types_the_same() -> None:
    assert PasswordHash.of(Password.parse("Ka\u0308sebrot")).fits("K\u00e4sebrot")


def test_two_hashes_of_a_password_differ() -> None:
    assert str(PasswordHash.of(Password.parse(GOOD))) != str(PasswordHash.of(Password.parse(GOOD)))


def test_a_hash_is_read_as_it_was_written() -> None:
    stored = PasswordHash.of(Password.parse(GOOD), random_bytes=lambda size: b"s" * size)
    assert PasswordHash.parse(str(stored)) == stored
    assert stored.salt == b"s" * 16
    assert str(stored).startswith("$argon2id$v=19$m=32768,t=2,p=1$c3Nzc3Nzc3Nzc3Nzc3Nzcw$")


def test_others_read_the_hash() -> None:
    stored = PasswordHash.of(Password.parse(GOOD))
    Argon2id.verify_phc_encoded(GOOD.encode(), str(stored))
    theirs = Argon2id(salt=b"t" * 16, length=32, iterations=1, lanes=2, memory_cost=16 * 1024)
    assert PasswordHash.parse(theirs.derive_phc_encoded(GOOD.encode())).fits(GOOD)


SALT, DIGEST = "c3Nzc3Nzc3Nzc3Nzc3Nzcw", "A" * 43


@pytest.mark.parametrize(
    ("stored", "right"),
    [
        (f"$argon2id$v=19$m=32768,t=2,p=1${SALT}${DIGEST}", True),
        (f"$argon2id$v=19$m=8192,t=1,p=1${SALT}${DIGEST}", True),
        (f"$argon2id$v=19$m=262144,t=8,p=4${SALT}${DIGEST}", True),
        (f"$argon2id$v=19$m=8191,t=1,p=1${SALT}${DIGEST}", False),
        (f"$argon2id$v=19$m=262145,t=1,p=1${SALT}${DIGEST}", False),
        (f"$argon2id$v=19$m=99999999,t=1,p=1${SALT}${DIGEST}", False),
        (f"$argon2id$v=19$m=32768,t=9,p=1${SALT}${DIGEST}", False),
        (f"$argon2id$v=19$m=32768,t=0,p=1${SALT}${DIGEST}", False),
        (f"$argon2id$v=19$m=32768,t=2,p=5${SALT}${DIGEST}", False),
        (f"$argon2id$v=19$m=032768,t=2,p=1${SALT}${DIGEST}", False),
        (f"$argon2id$v=18$m=32768,t=2,p=1${SALT}${DIGEST}", False),
        (f"$argon2i$v=19$m=32768,t=2,p=1${SALT}${DIGEST}", False),
        (f"$argon2id$v=19$m=32768,t=2,p=1${SALT}AA${DIGEST}", False),
        (f"$argon2id$v=19$m=32768,t=2,p=1${SALT}${DIGEST}A", False),
        (f"$argon2id$v=19$m=32768,t=2,p=1${SALT}${DIGEST}\n", False),
        (f"$argon2id$v=19$m=32768,t=2,p=1${SALT}=${DIGEST}", False),
        ("", False),
        (GOOD, False),
    ],
)
def test_only_what_was_written_here_is_read(stored: str, right: bool) -> None:  # noqa: FBT001
    if right:
        assert str(PasswordHash.parse(stored)) == stored
    else:
        with pytest.raises(ValueError, match="password hash"):
            PasswordHash.parse(stored)


@pytest.mark.parametrize(("salt", "digest"), [(15, 32), (17, 32), (16, 31), (16, 33)])
def test_a_hash_has_its_lengths(salt: int, digest: int) -> None:
    with pytest.raises(ValueError, match="length"):
        PasswordHash(salt=bytes(salt), digest=bytes(digest))


@pytest.mark.parametrize(
    ("cost", "outdated"),
    [("m=32768,t=2,p=1", False), ("m=16384,t=2,p=1", True), ("m=32768,t=3,p=1", True), ("m=32768,t=2,p=2", True)],
)
def test_a_hash_of_another_cost_is_made_anew(cost: str, outdated: bool) -> None:  # noqa: FBT001
    assert PasswordHash.parse(f"$argon2id$v=19${cost}${SALT}${DIGEST}").outdated is outdated


def test_the_right_password_passes() -> None:
    passwords.require(GOOD, PasswordHash.of(Password.parse(GOOD)))


@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize("typed", [GOOD + "x", "", "x" * 1_000])
def test_what_is_wrong_is_told_in_one_way(typed: str, exists: bool) -> None:  # noqa: FBT001
    with pytest.raises(WrongPasswordError) as caught:
        passwords.require(typed, PasswordHash.of(Password.parse(GOOD)) if exists else None)
    assert str(caught.value) == str(WrongPasswordError())


def test_an_unknown_login_takes_the_same_work() -> None:
    made = PasswordHash.of(Password.parse(GOOD))
    assert (DUMMY.memory_kib, DUMMY.passes, DUMMY.lanes) == (made.memory_kib, made.passes, made.lanes)
    assert not DUMMY.outdated


def counting(step: int, asked: list[int]) -> Callable[[int], int]:
    def randbelow(below: int) -> int:
        asked.append(below)
        return len(asked) * step % below

    return randbelow


def test_a_first_password_can_be_read_out() -> None:
    asked: list[int] = []
    assert passwords.draw(randbelow=counting(5, asked)) == "hpv2-7dkr-x49g"
    assert asked == [28] * 12


def test_a_first_password_spells_nothing_and_is_not_misread() -> None:
    every = set("".join(passwords.draw() for _ in range(1_000)))
    assert len(every) == 28 + 1  # and the dash
    assert not every & set("aeiou01l")


def test_a_first_password_is_one_that_may_be_chosen() -> None:
    for _ in range(200):
        Password.parse(passwords.draw()).require_strong(login="ada", name="Ada Lovelace")
