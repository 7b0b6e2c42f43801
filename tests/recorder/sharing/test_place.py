"""Where a customer is led, as people type and paste it."""

import pytest

from recorder.sharing.place import invited
from vault.errors import MalformedError


@pytest.mark.parametrize(
    ("code", "portal", "where"),
    [
        ("123 456 789", "example.org", ("https://example.org", "123 456 789")),
        ("123456789", " https://example.org/ ", ("https://example.org", "123456789")),
        ("https://example.org/join/123456789", None, ("https://example.org", "123456789")),
        (" https://example.org:8443/join/123456789/\n", None, ("https://example.org:8443", "123456789")),
        ("https://[::1]:8443/join/123456789", None, ("https://[::1]:8443", "123456789")),
        ("https://example.org/join/123456789", "localhost:1", ("https://localhost:1", "123456789")),
    ],
)
def test_a_link_says_both(code: str, portal: str | None, where: tuple[str, str]) -> None:
    found, digits = invited(code, portal)
    assert (str(found), digits) == where


@pytest.mark.parametrize("code", ["123456789", "https://example.org/console", "join/123456789"])
def test_without_a_link_nothing_says_of_which_portal_a_code_is(code: str) -> None:
    assert invited(code, None) == (None, code)


@pytest.mark.parametrize(
    ("code", "portal"),
    [("http://example.org/join/123456789", None), ("https://a@b/join/123456789", None), ("123456789", "a b")],
)
def test_nobody_is_led_elsewhere_than_to_a_portal_of_https(code: str, portal: str | None) -> None:
    with pytest.raises(MalformedError):
        invited(code, portal)
