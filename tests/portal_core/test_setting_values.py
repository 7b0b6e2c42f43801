"""What can stand in a setting."""

from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path

import pytest

from portal_core import setting_values as read
from portal_core.errors import BadNameError
from portal_core.setting_values import Listen, SmtpServer, Tls, WrongValueError

RIGHT: list[tuple[Callable[[str], object], str, object]] = [
    (read.path, "", None),
    (read.path, "/var/lib/sealcast", Path("/var/lib/sealcast")),
    (read.path, "/with blanks/ä", Path("/with blanks/ä")),
    (read.listen, "0.0.0.0:8443", Listen(host="0.0.0.0", port=8443)),
    (read.listen, "127.0.0.1:1", Listen(host="127.0.0.1", port=1)),
    (read.listen, "[::]:65535", Listen(host="::", port=65535)),
    (read.listen, "[2001:DB8::0:1]:443", Listen(host="2001:db8::1", port=443)),
    (read.hosts, "Portal.Example.org", ("portal.example.org",)),
    (read.hosts, "b, a,,b 192.0.2.1\n::1", ("b", "a", "192.0.2.1", "::1")),
    (read.hosts, "0:0::1", ("::1",)),
    (read.hosts, "1a.2b", ("1a.2b",)),
    (read.hosts, "x" * 63 + ".example", ("x" * 63 + ".example",)),
    (read.networks, "", ()),
    (read.networks, "192.0.2.1, 10.0.0.0/8 fd00::/8", tuple(map(ip_network, ("192.0.2.1", "10.0.0.0/8", "fd00::/8")))),
    (read.public_url, "", ""),
    (read.public_url, "https://portal.example.org", "https://portal.example.org"),
    (read.public_url, "HTTPS://Portal.Example.org:8443/", "https://portal.example.org:8443"),
    (read.public_url, "https://portal.example.org:443", "https://portal.example.org"),
    (read.public_url, "https://[::1]:8443", "https://[::1]:8443"),
    (read.public_url, "http://localhost:8080", "http://localhost:8080"),
    (read.public_url, "http://127.0.0.1", "http://127.0.0.1"),
    (read.public_url, "http://[::1]:80", "http://[::1]"),
    (read.tls, "own", Tls.OWN),
    (read.tls, "files", Tls.FILES),
    (read.tls, "proxy", Tls.PROXY),
    (read.database, "", ""),
    (read.database, "sqlite:////data/portal.db", "sqlite:////data/portal.db"),
    (read.database, "postgresql://u:p@h/db", "postgresql://u:p@h/db"),
    (read.database, "postgresql+psycopg://h/db", "postgresql+psycopg://h/db"),
    (read.mail, "folder", None),
    (read.mail, "smtp://mail.example.org", SmtpServer(host="mail.example.org", port=25, tls=False)),
    (read.mail, "smtps://mail.example.org", SmtpServer(host="mail.example.org", port=465, tls=True)),
    (read.mail, "smtp://[::1]:2525", SmtpServer(host="::1", port=2525, tls=False)),
    (
        read.mail,
        "smtps://me%40example.org:p%40ss%3A%2F%25@mail.example.org:4650/",
        SmtpServer(host="mail.example.org", port=4650, tls=True, user="me@example.org", password="p@ss:/%"),
    ),
    (read.email, "", ""),
    (read.email, "ann@example.org", "ann@example.org"),
    (read.account, "  Example \t Ltd ", "Example Ltd"),
]
WRONG: list[tuple[Callable[[str], object], list[str]]] = [
    (read.path, ["data", "./data", "~/data", "/data\n", "/data\0", "/data?x"]),
    (
        read.listen,
        [
            "", "8443", ":8443", "0.0.0.0", "0.0.0.0:", "0.0.0.0:0", "0.0.0.0:65536", "0.0.0.0:08443", "::1:8443",
            "[0.0.0.0]:8443", "[::]", "[::g]:1", "[fe80::1%eth0]:1", "portal:8443", "0.0.0.0:8443 ", "0.0.0.0:\uff18",
            "256.0.0.1:1",
        ],
    ),
    (
        read.hosts,
        [
            "", ",", "*.example.org", "https://x", "x:8443", "exämple.org", "-x", "x-", "x..y", "x.", "_x", "1.2.3",
            "1.2.3.456", "x" * 64, ".".join(["x" * 63] * 4), "[::1]", "fe80::1%eth0", "ok, n/o",
        ],
    ),
    (read.networks, ["localhost", "10.0.0.1/8", "*", "10.0.0.0/33"]),
    (
        read.public_url,
        [
            "portal.example.org", "http://portal.example.org", "http://192.0.2.1", "http://localhost.example.org",
            "ftp://localhost", "https://", "https://:8443", "https://x/portal", "https://x?", "https://x/#y",
            "https://me@x", "https://@x", "https://x:0", "https://x:99999", "https://x:y", "https://x y", "https://x\ty",
            "https://[::1", "https://exämple.org", "//x",
        ],
    ),
    (read.tls, ["", "Own", "none"]),
    (read.database, ["portal.db", "sqlite://", "sqlite:///", "sqlite:///x?mode=ro", "mysql://h/db", "postgresql://",
                     "postgresql+asyncpg://h/db"]),
    (
        read.mail,
        [
            "", "Folder", "mail.example.org", "http://mail.example.org", "smtp://", "smtp://me@mail.example.org",
            "smtp://me:@mail.example.org", "smtp://:pw@mail.example.org", "smtp://x/y", "smtp://x?tls=no",
            "smtp://me:p#ss@x", "smtp://me:p ss@x", "smtp://x:0", "smtp://x:port", "smtp://x_y",
        ],
    ),
    (read.email, ["ann", "ann@example.org\nBcc: x@example.org"]),
    (read.account, ["", " ", "a\0b", "x" * 81]),
]  # fmt: skip


@pytest.mark.parametrize(("parse", "text", "value"), RIGHT)
def test_what_is_right_is_taken(parse: Callable[[str], object], text: str, value: object) -> None:
    assert parse(text) == value


@pytest.mark.parametrize(("parse", "text"), [(parse, text) for parse, texts in WRONG for text in texts])
def test_what_is_wrong_is_refused(parse: Callable[[str], object], text: str) -> None:
    with pytest.raises((WrongValueError, BadNameError)):
        parse(text)


@pytest.mark.parametrize("parse", [read.mail, read.database])
def test_nothing_of_what_may_be_a_password_is_told(parse: Callable[[str], object]) -> None:
    told = set()
    for text in dict(WRONG)[parse]:
        with pytest.raises(WrongValueError) as caught:
            parse(text)
        told.add(str(caught.value))
    assert len(told) == 1


def test_a_password_of_a_mail_server_is_not_shown() -> None:
    assert "opensesame" not in repr(read.mail("smtps://me:opensesame@mail.example.org"))


@pytest.mark.parametrize(
    ("host", "is_local"),
    [("localhost", True), ("127.8.9.1", True), ("::1", True), ("0.0.0.0", False), ("example.localhost", False)],
)
def test_only_this_machine_itself_is_local(host: str, is_local: bool) -> None:  # noqa: FBT001 - a column of the table
    assert read.local(host) is is_local
