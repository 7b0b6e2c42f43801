"""Browsers by the names that people know."""

import pytest

from portal_core.browsers import browser_name

_MOZILLA = "Mozilla/5.0"
_KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (f"{_MOZILLA} (X11; Linux x86_64) {_KIT} Chrome/156.0.0.0 Safari/537.36", "Chrome on Linux"),
        (
            f"{_MOZILLA} (Windows NT 10.0; Win64; x64) {_KIT} Chrome/156.0.0.0 Safari/537.36 Edg/156.0",
            "Edge on Windows",
        ),
        (f"{_MOZILLA} (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0", "Firefox on Windows"),
        (f"{_MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) {_KIT} Version/19.0 Safari/605.1.15", "Safari on macOS"),
        (
            f"{_MOZILLA} (iPhone; CPU iPhone OS 19_0 like Mac OS X) {_KIT} CriOS/156.0 Mobile Safari/604.1",
            "Chrome on iPhone",
        ),
        (f"{_MOZILLA} (Linux; Android 16; K) {_KIT} Chrome/156.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        ("sealcast/0.1", "sealcast/0.1"),
        ("{x} <b>", "{x} <b>"),
        ("x" * 100, "x" * 60),
        ("", "unknown"),
    ],
)
def test_a_browser_is_called_by_its_name(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name
