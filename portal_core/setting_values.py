"""What can stand in a setting: text in, values out.  Pure.

Each function reads one kind of setting and raises WrongValueError or BadNameError for what cannot be one.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from portal_core.codes import one_line
from portal_core.mail_addresses import mail_address

Network = IPv4Network | IPv6Network
LOOPBACK: Final[tuple[Network, ...]] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
SMTP_PORTS: Final = {"smtp": 25, "smtps": 465}  # RFC 5321, RFC 8314
_MAX_PORT: Final = 65_535
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST_NAME: Final = re.compile(rf"(?=.{{1,253}}\Z)(?:{_LABEL}\.)*(?![0-9]+\Z){_LABEL}")  # the last is no number
_LISTEN: Final = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+)):([1-9][0-9]{0,4})")
_DATABASE: Final = re.compile(r"sqlite:///[^?]+|postgresql(?:\+psycopg)?://[^\s]+")

_PATH: Final = "it is a whole path: it begins at the root, and holds no question mark"
_ADDRESS_AND_PORT: Final = "it is an address and a port, like 0.0.0.0:8443 or [::]:8443"
_HOSTS: Final = "they are host names and addresses, like portal.example.org, 192.0.2.1"
_NETWORKS: Final = "they are addresses and networks, like 192.0.2.1, 10.0.0.0/8"
_PUBLIC_URL: Final = "it is like https://portal.example.org, nothing behind it; http only for this machine itself"
_DATABASE_URL: Final = "it is like sqlite:////folder/portal.db or postgresql://user:password@host/name"
_MAIL: Final = (
    "it is: folder, or like smtps://user:password@mail.example.org; what is odd in a password is written as in URLs, "
    "@ as %40"
)


class WrongValueError(Exception):
    """Text that a setting cannot have.  It never quotes the text, which may hold a password."""

    def __init__(self, *, why: str) -> None:
        super().__init__(why)
        self.why = why


class Tls(Enum):
    """Who speaks HTTPS, and with which certificate."""

    OWN = "own"
    FILES = "files"
    PROXY = "proxy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """Where the portal listens."""

    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """Who takes messages to be sent on.  repr does not show the password."""

    host: str
    port: int
    tls: bool  # from the first byte
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def path(text: str) -> Path | None:
    """Read a path; None where there is no text."""
    if not text:
        return None
    # A question mark would end the path in the database's URL.
    if not Path(text).is_absolute() or not text.isprintable() or "?" in text:
        raise WrongValueError(why=_PATH)
    return Path(text)


def listen(text: str) -> Listen:
    """Read an address and a port."""
    found = _LISTEN.fullmatch(text)
    address = _ip(found[1] or found[2]) if found else None
    if not found or not address or (":" in address) != bool(found[1]) or int(found[3]) > _MAX_PORT:
        raise WrongValueError(why=_ADDRESS_AND_PORT)
    return Listen(host=address, port=int(found[3]))


def hosts(text: str) -> tuple[str, ...]:
    """Read host names and addresses, at least one; each once."""
    found = tuple(dict.fromkeys(_host(part, why=_HOSTS) for part in _parts(text)))
    if not found:
        raise WrongValueError(why=_HOSTS)
    return found


def networks(text: str) -> tuple[Network, ...]:
    """Read addresses and networks."""
    try:
        return tuple(ip_network(part) for part in _parts(text))
    except ValueError:
        raise WrongValueError(why=_NETWORKS) from None


def public_url(text: str) -> str:
    """Read what links begin with, without a slash at its end."""
    if not text:
        return ""
    url = _url(text, why=_PUBLIC_URL)
    host = _host(url.hostname or "", why=_PUBLIC_URL)
    if url.scheme not in ("https", "http") or "@" in url.netloc or (url.scheme == "http" and not local(host)):
        raise WrongValueError(why=_PUBLIC_URL)
    return url_of(url.scheme, host, url.port)


def tls(text: str) -> Tls:
    """Read who speaks HTTPS."""
    words = {one.value: one for one in Tls}
    if text not in words:
        raise WrongValueError(why=f"it is one of: {', '.join(words)}")
    return words[text]


def database(text: str) -> str:
    """Read a database's URL."""
    if text and not _DATABASE.fullmatch(text):
        raise WrongValueError(why=_DATABASE_URL)
    return text


def mail(text: str) -> SmtpServer | None:
    """Read a mail server; None where messages become files."""
    if text == "folder":
        return None
    url = _url(text, why=_MAIL)
    if url.scheme not in SMTP_PORTS or bool(url.username) != bool(url.password):
        raise WrongValueError(why=_MAIL)
    return SmtpServer(
        host=_host(url.hostname or "", why=_MAIL),
        port=url.port or SMTP_PORTS[url.scheme],
        tls=url.scheme == "smtps",
        user=unquote(url.username) if url.username else None,
        password=unquote(url.password) if url.password else None,
    )


def email(text: str) -> str:
    """Read an e-mail address; it may be missing."""
    return mail_address(text) if text else ""


def account(text: str) -> str:
    """Read an account's name."""
    return one_line(text, what="account")


def url_of(scheme: str, host: str, port: int | None) -> str:
    """Return the URL of a host; the scheme's own port is left out."""
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}" + ("" if port in (None, {"https": 443, "http": 80}[scheme]) else f":{port}")


def local(host: str) -> bool:
    """Say whether a host is this machine itself, whatever its name server says."""
    address = _ip(host)
    return host == "localhost" if address is None else any(ip_address(address) in one for one in LOOPBACK)


def _ip(text: str) -> str | None:
    try:
        return str(ip_address(text)) if "%" not in text else None
    except ValueError:
        return None


def _host(text: str, *, why: str) -> str:
    if address := _ip(text):
        return address
    if not _HOST_NAME.fullmatch(text.lower()):
        raise WrongValueError(why=why)
    return text.lower()


def _parts(text: str) -> Iterable[str]:
    return filter(None, re.split(r"[,\s]+", text))


def _url(text: str, *, why: str) -> SplitResult:
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        raise WrongValueError(why=why) from None
    odd = not text.isascii() or not text.isprintable() or " " in text
    if odd or port == 0 or url.path not in ("", "/") or any(char in text for char in "?#"):
        raise WrongValueError(why=why)
    return url
