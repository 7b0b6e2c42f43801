"""E-mail addresses: what is taken, and that none of it ends a line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_core.errors import BadNameError
from portal_core.mail_addresses import MAX_CHARS, mail_address

LONG = ".".join(["x" * 60] * 4)


@pytest.mark.parametrize(
    "address",
    [
        "ann@example.org",
        "Ann.O'Neil+portal@Sub.Example.org",
        "a@localhost",
        "a_b-c=d@x-y.example",
        "x" * 64 + "@example.org",
        f"{'x' * (MAX_CHARS - 1 - len(LONG))}@{LONG}",
    ],
)
def test_an_address_is_kept_without_the_blanks_around_it(address: str) -> None:
    assert mail_address(address) == mail_address(f" {address}\n") == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ann",
        "@example.org",
        "ann@",
        "ann@@example.org",
        "ann@example..org",
        ".ann@example.org",
        "ann.@example.org",
        "an n@example.org",
        "ann@exam ple.org",
        "ann@-example.org",
        "ann@example.org.",
        "Ann <ann@example.org>",
        "ann@example.org, bob@example.org",
        '"ann"@example.org',
        "ann@[192.0.2.1]",
        "änn@example.org",
        "ann@exämple.org",
        "ann@example.org\nBcc: all@example.org",
        "ann\r\n@example.org",
        "ann@example.org\0",
        "x" * 65 + "@example.org",
        f"{'x' * (MAX_CHARS - len(LONG))}@{LONG}",
        "a@" + "x" * 64,
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(BadNameError):
        mail_address(typed)


@given(st.text(st.sampled_from("a.@-+\r\n \t\0:<>,ä\u2028"), max_size=12))
def test_whatever_is_taken_is_one_line_with_two_sides(typed: str) -> None:
    try:
        address = mail_address(typed)
    except BadNameError:
        return
    assert address.isascii()
    assert address.isprintable()
    assert [bool(side) for side in address.split("@")] == [True, True]
    assert not set(address) & set(" ,<>:")
