"""Messages on their way out: what is in them, files, real mail servers, and when the next try is."""

import asyncio
import email
import socket
import ssl
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from hypothesis import given
from hypothesis import strategies as st

from portal_core import certificates
from portal_core.errors import BadNameError
from portal_core.mailing import (
    FIRST_PAUSE_US,
    GIVEN_UP_US,
    LONGEST_PAUSE_US,
    MINUTE_US,
    MailFolder,
    Mailing,
    MailServer,
    Message,
    NotDeliveredError,
    next_try_us,
)
from portal_core.setting_values import SmtpServer

NOW_US = 1_790_000_000_000_000
HERE = "127.0.0.1"
ELSEWHERE = "127.1"  # the same, and no address to Python: for the portal this is another machine


def message(*, subject: str = "Your code", body: str = "Hello,\nBob.\n", to: str = "bob@example.org") -> Message:
    return Message(id=7, made_us=NOW_US, sender="portal@example.com", to=to, subject=subject, body=body)


def read(data: bytes) -> EmailMessage:
    found = email.message_from_bytes(data, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def test_a_message_says_what_it_should() -> None:
    found = read(message(subject="Grüße & Code", body="Guten Tag,\n\n日本 123 456 789\n").to_bytes())
    assert dict(found.items()) == {
        "From": "portal@example.com",
        "To": "bob@example.org",
        "Subject": "Grüße & Code",
        "Date": "Mon, 21 Sep 2026 14:13:20 +0000",
        "Message-ID": "<1790000000000000.7@example.com>",
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "quoted-printable",
    }
    assert found.get_content() == "Guten Tag,\r\n\r\n日本 123 456 789\r\n"


@given(st.text(), st.text())
def test_nothing_in_subject_or_body_becomes_a_header(subject: str, body: str) -> None:
    data = message(subject=subject, body=body).to_bytes()
    found = read(data)
    assert found.keys() == read(message().to_bytes()).keys()
    assert (found["To"], found["From"]) == ("bob@example.org", "portal@example.com")
    assert not found.defects
    lines = data.split(b"\r\n")
    assert all(b"\r" not in line and b"\n" not in line and line.isascii() and len(line) < 998 for line in lines)


@pytest.mark.parametrize(
    "subject", ["Code\r\nBcc: all@example.org", "Code\nBcc: x", "Code\rBcc: x", "Code\u2028Bcc: x"]
)
def test_a_subject_stays_one_line(subject: str) -> None:
    found = read(message(subject=subject).to_bytes())
    assert found["Subject"].startswith("Code Bcc: ")
    assert found["Bcc"] is None


@pytest.mark.parametrize("to", ["bob@example.org\nBcc: all@example.org", "a@example.org, b@example.org", "bob", ""])
def test_there_is_no_message_to_what_is_no_address(to: str) -> None:
    with pytest.raises(BadNameError):
        message(to=to)


def test_addresses_come_in_as_they_are_kept() -> None:
    with pytest.raises(ValueError, match="as mail_address gives it"):
        message(to=" bob@example.org")


def deliver(mailing: Mailing, one: Message | None = None) -> None:
    asyncio.run(mailing.deliver(one or message()))


def refused(mailing: Mailing, one: Message | None = None) -> NotDeliveredError:
    with pytest.raises(NotDeliveredError) as caught:
        deliver(mailing, one)
    assert caught.value.why in str(caught.value)
    return caught.value


def test_a_message_becomes_a_file_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "mail"
    sent = message(body="Here it is, größer: https://portal.example.org/first?code=444872")
    deliver(MailFolder(folder), sent)
    deliver(MailFolder(folder), message(body="the same again"))
    (path,) = folder.iterdir()
    assert path.name == "1790000000000000.7.eml"
    assert path.read_bytes() == sent.to_bytes(encoding="8bit")
    assert sent.body in path.read_text()  # as people read it
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(folder.stat().st_mode)) == (0o600, 0o700)


def test_a_folder_that_cannot_be_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert refused(MailFolder(tmp_path / "file")).again
    assert refused(MailFolder(tmp_path / "file" / "mail")).again
    assert (tmp_path / "file").read_text() == ""


class OnFreePort(Controller):
    """A mail server on a port that nobody had."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call] # theirs has no types


class Post:
    """What a mail server got, and what it answers instead of yes."""

    def __init__(self, answers: Mapping[str, str] | None = None) -> None:
        self.answers = answers or {}
        self.got: list[tuple[str | None, list[str], bytes, bool]] = []
        self.logins: list[tuple[bytes, bytes]] = []

    async def handle_MAIL(  # noqa: N802 - as aiosmtpd calls it
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802 - as aiosmtpd calls it
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        self.got.append((envelope.mail_from, envelope.rcpt_tos, content, session.ssl is not None))
        return self.answers.get("DATA", "250 OK")

    def let_in(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword
    ) -> AuthResult:
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"opens\xc3\xa4same", handled=False)


@contextmanager
def running(post: Post, *, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None) -> Iterator[int]:
    controller = OnFreePort(
        post,
        hostname=HERE,
        port=0,
        ssl_context=tls,
        tls_context=starttls,
        authenticator=post.let_in,
        auth_require_tls=False,
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificates.own(tmp_path_factory.mktemp("tls"), [ELSEWHERE, HERE], now_us=NOW_US).certificate


@pytest.fixture
def speaks_tls(pem: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


@pytest.fixture
def trust(pem: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=pem)


def server(host: str, port: int, *, tls: bool = False, password: str | None = None) -> SmtpServer:
    return SmtpServer(host=host, port=port, tls=tls, user="me" if password else None, password=password)


GOT = ("portal@example.com", ["bob@example.org"], message().to_bytes())


def test_a_mail_server_gets_it_as_it_is() -> None:
    post = Post()
    with running(post) as port:
        deliver(MailServer(server(HERE, port)))
    assert post.got == [(*GOT, False)]
    assert post.logins == []


@pytest.mark.parametrize("from_the_first_byte", [False, True])
@pytest.mark.parametrize("password", [None, "opensäsame"])
def test_it_is_encrypted_where_the_server_can(
    *, from_the_first_byte: bool, password: str | None, speaks_tls: ssl.SSLContext, trust: ssl.SSLContext
) -> None:
    post = Post()
    offered = {"tls" if from_the_first_byte else "starttls": speaks_tls}
    with running(post, **offered) as port:
        deliver(MailServer(server(ELSEWHERE, port, tls=from_the_first_byte, password=password), trust=trust))
        deliver(MailServer(server(HERE, port, tls=from_the_first_byte, password=password)))
    assert [one[:3] for one in post.got] == [GOT, GOT]
    assert from_the_first_byte or all(encrypted for *_, encrypted in post.got)
    assert post.logins == ([(b"me", "opensäsame".encode())] * 2 if password else [])


def test_a_password_never_goes_elsewhere_in_the_clear() -> None:
    post = Post()
    with running(post) as port:
        assert refused(MailServer(server(ELSEWHERE, port, password="opensäsame"))).again
        assert (post.logins, post.got) == ([], [])
        deliver(MailServer(server(ELSEWHERE, port)))
        deliver(MailServer(server(HERE, port, password="opensäsame")))
    assert len(post.logins) == 1
    assert len(post.got) == 2


@pytest.mark.parametrize("from_the_first_byte", [False, True])
def test_elsewhere_a_certificate_must_be_trusted(*, from_the_first_byte: bool, speaks_tls: ssl.SSLContext) -> None:
    post = Post()
    offered = {"tls" if from_the_first_byte else "starttls": speaks_tls}
    with running(post, **offered) as port:
        assert refused(MailServer(server(ELSEWHERE, port, tls=from_the_first_byte))).again
    assert post.got == []


def test_a_wrong_password_can_be_mended_and_is_not_told() -> None:
    post = Post()
    with running(post) as port:
        error = refused(MailServer(server(HERE, port, password="opensesame")))
    assert error.again
    assert error.why.startswith("535 ")
    assert "opensesame" not in str(error)
    assert post.got == []


@pytest.mark.parametrize(
    ("command", "answer", "again"),
    [
        ("MAIL", "451 later", True),
        ("MAIL", "550 not from you", True),
        ("RCPT", "450 mailbox busy", True),
        ("RCPT", "550 no such mailbox", False),
        ("RCPT", "552 mailbox full", False),
        ("DATA", "452 disk full", True),
        ("DATA", "554 looks like spam", False),
    ],
)
def test_who_is_refused_for_good_is_not_tried_again(command: str, answer: str, again: bool) -> None:  # noqa: FBT001 - a column
    with running(Post({command: answer})) as port:
        error = refused(MailServer(server(HERE, port)))
    assert (error.why, error.again) == (answer, again)


def test_what_a_server_says_is_kept_short_and_plain() -> None:
    with running(Post({"RCPT": "550 " + "no\x00 " * 100})) as port:
        error = refused(MailServer(server(HERE, port)))
    assert len(error.why) <= 300
    assert error.why.isprintable()


def test_a_server_that_is_not_there_is_tried_again() -> None:
    with socket.create_server((HERE, 0)) as listening:
        port = listening.getsockname()[1]
    assert refused(MailServer(server(HERE, port))).again


def test_the_pauses_double_and_end() -> None:
    pauses_min, now_us, tries = list[int](), NOW_US, 1
    while (next_us := next_try_us(tries, made_us=NOW_US, now_us=now_us)) is not None:
        pauses_min.append((next_us - now_us) // MINUTE_US)
        now_us, tries = next_us, tries + 1
    assert pauses_min == [1, 2, 4, 8, 16, 32, 64, 128, 256] + [360] * 10
    assert now_us + LONGEST_PAUSE_US > NOW_US + GIVEN_UP_US >= now_us


@pytest.mark.parametrize("tries", [1, 2, 9, 10, 1_000, 10**9])
def test_a_pause_is_never_out_of_bounds(tries: int) -> None:
    next_us = next_try_us(tries, made_us=NOW_US, now_us=NOW_US)
    assert next_us is not None
    assert FIRST_PAUSE_US <= next_us - NOW_US <= LONGEST_PAUSE_US


def test_after_three_days_it_is_given_up() -> None:
    last_us = NOW_US + GIVEN_UP_US - FIRST_PAUSE_US
    assert next_try_us(1, made_us=NOW_US, now_us=last_us) == NOW_US + GIVEN_UP_US
    assert next_try_us(1, made_us=NOW_US, now_us=last_us + 1) is None
