"""HTTPS to a portal: trusted as the system trusts it, or by its own certificate, accepted once by fingerprint.

The door to http.client and ssl.  A certificate that changed is shown and never followed by itself.
"""

import http.client
import json
import re
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self
from urllib.parse import urlsplit

from vault.errors import (
    CertificateChangedError,
    MalformedError,
    PortalRefusedError,
    StoreUnavailableError,
    UnknownCertificateError,
)
from vault.pinned import fingerprint, pin, pinned

PATIENCE_S: Final = 30
MAX_ANSWER: Final = 16 * 1024 * 1024
_WHAT: Final = "address of the portal"
_BROKEN: Final = (http.client.HTTPException, OSError)

# The first that fits.
_PLAIN: Final[Mapping[type[Exception], str]] = {
    ssl.SSLCertVerificationError: "its certificate is another one now",
    ssl.SSLError: "what answers there does not speak HTTPS as it should",
    TimeoutError: "it does not answer",
    ConnectionRefusedError: "nothing answers there",
    socket.gaierror: "there is no such host, or no network",
    http.client.RemoteDisconnected: "the connection was lost",
    ConnectionError: "the connection was lost",
}

# Asks whether a certificate of that fingerprint is the portal's.
Accept = Callable[["Site", str], bool]


@dataclass(frozen=True, slots=True)
class Site:
    """Where a portal is."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an address as people type it: https://support.example.org, or without what goes without saying.

        Errors: MalformedError.
        """
        scheme, separator, _ = text.partition("://")
        if not text.isprintable() or " " in text:
            raise MalformedError(what=_WHAT, why="there is a blank in it, or something invisible")
        if separator and scheme.lower() != "https":
            raise MalformedError(what=_WHAT, why="it must begin with https://")
        try:
            parts = urlsplit(text if separator else f"https://{text}")
            host, port = parts.hostname, parts.port or 443
        except ValueError as error:
            raise MalformedError(what=_WHAT, why=str(error)) from None
        if not host or not re.fullmatch(r"[^\s/\\@\x00-\x1f]+", host) or parts.username is not None:
            raise MalformedError(what=_WHAT, why="it names no host, as in https://support.example.org")
        if parts.path not in ("", "/") or parts.query or parts.fragment:
            raise MalformedError(
                what=_WHAT, why="it goes on behind the host; give only https://HOST or https://HOST:PORT"
            )
        return cls(host, port)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"https://{host}" if self.port == 443 else f"https://{host}:{self.port}"


def trust(site: Site, pins: Path, *, accept: Accept, wanted: str | None = None) -> ssl.SSLContext:
    """Return what connections to the portal trust; makes one connection to see.  pins is the file of what was accepted.

    A certificate that was accepted before counts alone.  Else, where nobody vouches for the one the portal has, accept
    is asked, unless wanted is its fingerprint; it is remembered then.  wanted is also how a change is followed.
    Errors: CertificateChangedError, UnknownCertificateError, StoreUnavailableError, MalformedError.
    """
    known = pinned(pins, str(site))
    if known is None and wanted is None and (system := _as_the_system_does(site)):
        return system
    found = _shown(site)
    _require(site, found, known=known, wanted=wanted, accept=accept)
    context = _only(found)
    try:
        _handshake(site, context)
    except ssl.SSLCertVerificationError as error:  # it has expired, say
        raise StoreUnavailableError(name=str(site), why=f"its certificate is no good: {error.verify_message}") from None
    if found != known:
        pin(pins, str(site), found)
    return context


def _as_the_system_does(site: Site) -> ssl.SSLContext | None:
    context = ssl.create_default_context()
    try:
        _handshake(site, context)
    except ssl.SSLCertVerificationError:
        return None
    return context


def _require(site: Site, found: bytes, *, known: bytes | None, wanted: str | None, accept: Accept) -> None:
    shown = fingerprint(found)
    if wanted is not None:
        if _digits(wanted) != _digits(shown):
            raise UnknownCertificateError(site=str(site), fingerprint=shown, wanted=wanted)
    elif known is not None:
        if found != known:
            raise CertificateChangedError(site=str(site), before=fingerprint(known), now=shown)
    elif not accept(site, shown):
        raise UnknownCertificateError(site=str(site), fingerprint=shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a portal answered; headers by name in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, object]:
        """Return its one JSON object.  Errors: MalformedError."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise MalformedError(what="answer of the portal", why="it is no JSON object")
        return found

    def required(self) -> Self:
        """Return it if the portal did as it was asked.  Errors: PortalRefusedError."""
        if self.status < 400:
            return self
        told: Mapping[str, object] = {}
        with suppress(MalformedError):
            told = self.json()
        why, hint = (str(told.get(name) or "") for name in ("why", "hint"))
        raise PortalRefusedError(why=why or f"the portal answered {self.status}", hint=hint, status=self.status)


@dataclass(slots=True)
class Connection:
    """What speaks with a portal; it keeps its lines open, one for each thread that speaks at a time.

    Errors: StoreUnavailableError when the portal cannot be reached.
    """

    site: Site
    trusted: ssl.SSLContext
    token: str | None = field(default=None, repr=False)  # of who signed in
    _idle: list[http.client.HTTPSConnection] = field(default_factory=list, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask for something."""
        return self.send("GET", path, headers=headers)

    def send_json(self, method: str, path: str, fields: Mapping[str, object]) -> Answer:
        """Send one JSON object."""
        return self.send(method, path, json.dumps(fields).encode(), {"Content-Type": "application/json"})

    def send(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a request and return the whole answer."""
        sent = {"Accept": "application/json", **(headers or {})}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        # The portal may have closed a line meanwhile; what only asks is asked again, what changes something is not.
        line = self._kept() if method == "GET" else None
        if line:
            with suppress(*_BROKEN):
                return self._once(line, method, path, body, sent)
        try:
            return self._once(self._new(), method, path, body, sent)
        except _BROKEN as error:
            raise StoreUnavailableError(name=str(self.site), why=plain(error)) from error

    def close(self) -> None:
        """Let go of all lines that nobody uses."""
        while line := self._kept():
            line.close()

    def _kept(self) -> http.client.HTTPSConnection | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _new(self) -> http.client.HTTPSConnection:
        return http.client.HTTPSConnection(self.site.host, self.site.port, timeout=PATIENCE_S, context=self.trusted)

    def _once(
        self, line: http.client.HTTPSConnection, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        try:
            line.request(method, path, body, dict(headers))
            with line.getresponse() as response:
                data = response.read(MAX_ANSWER + 1)
                told = {name.lower(): value for name, value in response.getheaders()}
        except BaseException:
            line.close()
            raise
        if len(data) > MAX_ANSWER:
            line.close()
            raise http.client.HTTPException("it answers with more than was asked for")
        with self._lock:
            self._idle.append(line)
        return Answer(status=response.status, headers=told, body=data)


def plain(error: Exception) -> str:
    """Return why a portal was not reached, for people."""
    for kind, why in _PLAIN.items():
        if isinstance(error, kind):
            return why
    if isinstance(error, OSError):
        return (error.strerror or "the network reports an error").lower()
    return str(error) or "what answers there does not speak HTTP as it should"


def _handshake(site: Site, context: ssl.SSLContext) -> bytes:
    """Return the certificate of whoever answers.  Errors: SSLCertVerificationError, StoreUnavailableError."""
    try:
        with (
            socket.create_connection((site.host, site.port), timeout=PATIENCE_S) as line,
            context.wrap_socket(line, server_hostname=site.host) as safe,
        ):
            certificate = safe.getpeercert(binary_form=True)
    except ssl.SSLCertVerificationError:
        raise
    except (OSError, UnicodeError) as error:
        raise StoreUnavailableError(name=str(site), why=plain(error)) from error
    assert certificate
    return certificate


def _shown(site: Site) -> bytes:
    """Return the certificate of whoever answers; nothing is said to him."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return _handshake(site, context)


def _only(certificate: bytes) -> ssl.SSLContext:
    """Return what trusts this certificate and no other; whoever accepted it said whose it is, whatever it names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(cadata=certificate)
    return context


def _digits(text: str) -> str:
    return re.sub(r"[\s:]", "", text).lower().removeprefix("sha256").removeprefix("sha-256")
