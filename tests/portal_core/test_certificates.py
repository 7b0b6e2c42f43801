"""Certificates: real handshakes with what was made, and when it is made anew."""

import hashlib
import socket
import ssl
import stat
import threading
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from portal_core import certificates
from portal_core.certificates import DAYS, FILE, RENEW_DAYS, Served
from portal_core.errors import BadSettingsError
from vault.errors import BlobNotFoundError, MalformedError

DAY_US = 86_400_000_000
NOW_US = time.time_ns() // 1000
NAMES = ("portal.example", "127.0.0.1", "::1", "x" * 63 + ".example")


def handshake(served: Served, *, name: str, trust: Path) -> bytes:
    """Connect as a browser would that trusts one certificate; return the server's, as bytes."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(served.certificate, served.key)
    client = ssl.create_default_context(cafile=trust)
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            accepted, _ = listening.accept()
            try:
                with server.wrap_socket(accepted, server_side=True) as connection:
                    connection.sendall(b"!")
                    connection.recv(1)
            except OSError:
                accepted.close()

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            with (
                socket.create_connection(listening.getsockname()) as plain,
                client.wrap_socket(plain, server_hostname=name) as connection,
            ):
                assert connection.recv(1) == b"!"
                found = connection.getpeercert(binary_form=True)
                assert found
                return found
        finally:
            thread.join()


@pytest.mark.parametrize("name", NAMES)
def test_who_trusts_it_reaches_the_portal_under_each_of_its_names(tmp_path: Path, name: str) -> None:
    served = certificates.own(tmp_path, NAMES, now_us=NOW_US)
    found = handshake(served, name=name, trust=served.certificate)
    digits = hashlib.sha256(found).hexdigest().upper()
    assert served.fingerprint.split(":") == [digits[at : at + 2] for at in range(0, 64, 2)]


@pytest.mark.parametrize("name", ["other.example", "127.0.0.2", "sub.portal.example"])
def test_under_another_name_it_is_refused(tmp_path: Path, name: str) -> None:
    served = certificates.own(tmp_path, NAMES, now_us=NOW_US)
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        handshake(served, name=name, trust=served.certificate)


def test_another_installations_is_refused(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    served = certificates.own(tmp_path, NAMES, now_us=NOW_US)
    theirs = certificates.own(tmp_path / "theirs", NAMES, now_us=NOW_US)
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(served, name=NAMES[0], trust=theirs.certificate)
    assert served.fingerprint != theirs.fingerprint


def test_its_file_is_its_owners_alone_and_there_is_no_other(tmp_path: Path) -> None:
    served = certificates.own(tmp_path, NAMES, now_us=NOW_US)
    assert served.certificate == served.key == tmp_path / FILE
    assert stat.S_IMODE(served.key.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize(
    ("later_us", "names", "stays"),
    [
        (0, NAMES, True),
        (0, NAMES[::-1], True),
        (0, NAMES[1:], False),
        (0, (*NAMES, "more.example"), False),
        ((DAYS - 1 - RENEW_DAYS) * DAY_US - 1_000_000, NAMES, True),
        ((DAYS - 1 - RENEW_DAYS) * DAY_US + 1_000_000, NAMES, False),
        (2 * DAYS * DAY_US, NAMES, False),
        (-2 * DAY_US, NAMES, False),
    ],
)
def test_it_is_made_anew_for_other_names_and_before_it_ends(
    tmp_path: Path,
    later_us: int,
    names: tuple[str, ...],
    stays: bool,  # noqa: FBT001 - a column of the table
) -> None:
    before = certificates.own(tmp_path, NAMES, now_us=NOW_US)
    after = certificates.own(tmp_path, names, now_us=NOW_US + later_us)
    assert (before.fingerprint == after.fingerprint) is stays
    assert after == certificates.own(tmp_path, names, now_us=NOW_US + later_us)


@pytest.mark.parametrize("content", [b"", b"notes", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_what_else_lies_there_is_not_overwritten(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(MalformedError):
        certificates.own(tmp_path, NAMES, now_us=NOW_US)
    assert (tmp_path / FILE).read_bytes() == content


RSA = generate_private_key(public_exponent=65537, key_size=2048)
MADE = certificates.make(NAMES, now_us=NOW_US)
SECRET = MADE[MADE.index(b"-----BEGIN PRIVATE") :]
PUBLIC = MADE.removesuffix(SECRET)


def test_a_given_certificate_is_served_as_it_is(tmp_path: Path) -> None:
    certificate, key = tmp_path / "c.pem", tmp_path / "k.pem"
    certificate.write_bytes(PUBLIC + certificates.make(["root.example"], now_us=NOW_US))
    key.write_bytes(SECRET)
    served = certificates.given(certificate, key)
    found = handshake(served, name=NAMES[0], trust=certificate)
    assert served.fingerprint.replace(":", "").lower() == hashlib.sha256(found).hexdigest()


def rsa_key(encryption: KeySerializationEncryption) -> bytes:
    return RSA.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


# Content of the two files, and which of them is named.
UNFIT: dict[str, tuple[bytes, bytes, str]] = {
    "no certificate": (b"", MADE, "certificate"),
    "only a key": (SECRET, MADE, "certificate"),
    "the next one is cut": (PUBLIC + PUBLIC[:-40], MADE, "certificate"),
    "no key": (MADE, b"", "certificate_key"),
    "only a certificate": (MADE, PUBLIC, "certificate_key"),
    "another key": (MADE, certificates.make(NAMES, now_us=NOW_US), "certificate_key"),
    "another kind of key": (MADE, rsa_key(NoEncryption()), "certificate_key"),
    "a key with a password": (MADE, rsa_key(BestAvailableEncryption(b"password")), "certificate_key"),
}


@pytest.mark.parametrize("what", UNFIT)
def test_given_files_that_do_not_fit_are_named(tmp_path: Path, what: str) -> None:
    certificate, key, fault = UNFIT[what]
    (tmp_path / "c.pem").write_bytes(certificate)
    (tmp_path / "k.pem").write_bytes(key)
    with pytest.raises(BadSettingsError) as caught:
        certificates.given(tmp_path / "c.pem", tmp_path / "k.pem")
    assert list(caught.value.faults) == [fault]


def test_given_files_that_are_missing_are_named(tmp_path: Path) -> None:
    with pytest.raises(BlobNotFoundError):
        certificates.given(tmp_path / "c.pem", tmp_path / "k.pem")
