"""Messages on their way out: as files in a folder, or to a mail server; and when the next try is.

The room's door to aiosmtplib and to Python's email.  A message may arrive twice, when its server took it and the answer
was lost; both have one Message-ID, so most mail programs show one.
"""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP as LINES_OF_SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Final, Literal, Protocol

import aiosmtplib

from portal_core.errors import PortalError
from portal_core.mail_addresses import mail_address
from portal_core.said import Said
from portal_core.setting_values import SmtpServer, local
from vault.durable import plain_errors, write_whole
from vault.errors import BlobExistsError, VaultError

MINUTE_US: Final = 60_000_000
FIRST_PAUSE_US: Final = MINUTE_US
LONGEST_PAUSE_US: Final = 6 * 60 * MINUTE_US
GIVEN_UP_US: Final = 3 * 24 * 60 * MINUTE_US  # RFC 5321 §4.5.4.1 wants four or five days; a link is dead long before
_ANSWER_S: Final = 60.0  # so long a server is waited for, at each step
_MAX_WHY: Final = 300
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# Of what a server refuses for good, only what is about this message: all else a company can mend meanwhile.
_FINAL: Final = (aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError)


class NotDeliveredError(PortalError):
    """The message did not leave; again says whether a later try may succeed."""

    def __init__(self, *, why: str, again: bool) -> None:
        super().__init__(Said("the message was not delivered: {why}", why=why))
        self.why = why
        self.again = again


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to one address.  Errors: BadNameError for an address that is none.

    Units: id and made_us, µs since 1970, are the message's own for ever; nobody else's are the same.
    """

    id: int
    made_us: int
    sender: str
    to: str
    subject: str
    body: str

    def __post_init__(self) -> None:
        for address in (self.sender, self.to):
            if mail_address(address) != address:
                raise ValueError("an address is kept as mail_address gives it")

    def __str__(self) -> str:
        return f"{self.made_us}.{self.id}"

    def to_bytes(self, *, encoding: Literal["quoted-printable", "8bit"] = "quoted-printable") -> bytes:
        """Return it as mail servers take it, ASCII, or with its text as people read it; lines end in CR LF."""
        message = EmailMessage(policy=LINES_OF_SMTP)
        message["From"], message["To"] = self.sender, self.to
        message["Subject"] = _one_line(self.subject)
        message["Date"] = format_datetime(_EPOCH + timedelta(microseconds=self.made_us))
        message["Message-ID"] = f"<{self}@{_domain(self.sender)}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence is told to it
        text = self.body.encode(errors="replace").decode()
        message.set_content(text, cte=encoding)
        return message.as_bytes()


class Mailing(Protocol):
    """A way out for messages."""

    async def deliver(self, message: Message) -> None:
        """Return when somebody else answers for the message.  Errors: NotDeliveredError."""


class MailFolder:
    """Messages as files, one each, for whoever has no mail server or looks at what is sent."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def deliver(self, message: Message) -> None:
        """Return when the file is there whole, and stays."""
        await asyncio.to_thread(self._save, message)

    def _save(self, message: Message) -> None:
        try:
            with plain_errors(str(self._folder)):
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with suppress(BlobExistsError):  # it was delivered before, and only that was not noted any more
                write_whole(self._folder / f"{message}.eml", message.to_bytes(encoding="8bit"), replace=False)
        except VaultError as error:
            raise NotDeliveredError(why=str(error), again=True) from error


class MailServer:
    """Messages to a mail server.  What it gets is encrypted where it can be, and always where there is a password."""

    def __init__(self, server: SmtpServer, *, trust: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._trust = trust or (_unchecked() if local(server.host) else ssl.create_default_context())

    async def deliver(self, message: Message) -> None:
        """Return when the server took it."""
        server = self._server
        # Whoever sits between could hide that the server offers encryption, and would get the password.
        must_encrypt = server.password is not None and not local(server.host)
        try:
            connecting = aiosmtplib.SMTP(
                hostname=server.host,
                port=server.port,
                username=server.user,
                password=server.password,
                local_hostname=_domain(message.sender),
                timeout=_ANSWER_S,
                use_tls=server.tls,
                start_tls=False if server.tls else must_encrypt or None,
                tls_context=self._trust,
            )
            async with AsyncExitStack() as ending, connecting as connection:
                assert isinstance(connection.transport, asyncio.WriteTransport)
                ending.callback(connection.transport.abort)  # TLS waits long for the other's goodbye, after all is said
                await connection.sendmail(message.sender, [message.to], message.to_bytes())
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _not_delivered(error) from error


def next_try_us(tries: int, *, made_us: int, now_us: int) -> int | None:
    """Return when to try again after so many tries, at least one; None when it is given up."""
    doubled = min(tries - 1, 32)  # 2^32 of anything is more than the longest
    next_us = now_us + min(FIRST_PAUSE_US << doubled, LONGEST_PAUSE_US)
    return next_us if next_us <= made_us + GIVEN_UP_US else None


def _unchecked() -> ssl.SSLContext:
    """Return what encrypts to this machine itself, whose mail server has a certificate that nobody signed."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _not_delivered(error: Exception) -> NotDeliveredError:
    refusals = list(_refusals(error))
    why = "; ".join(f"{one.code} {one.message}" for one in refusals) or str(error) or type(error).__name__
    final = any(isinstance(one, _FINAL) and one.code >= 500 for one in refusals)
    return NotDeliveredError(why=_one_line(why)[:_MAX_WHY], again=not final)


def _refusals(error: Exception) -> Iterator[aiosmtplib.SMTPResponseException]:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        yield from error.recipients
    elif isinstance(error, aiosmtplib.SMTPResponseException):
        yield error


def _one_line(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _domain(address: str) -> str:
    return address.partition("@")[2]
