"""The certificate of the portal's HTTPS: its own, made for the names it is reached by, or a given one.  SPEC.md J5.

The room's door to X.509.  Nobody vouches for the own certificate but people, who compare its fingerprint once.
"""

import hashlib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from portal_core.errors import BadSettingsError
from vault.durable import read_bounded, write_whole
from vault.errors import BlobNotFoundError, MalformedError

FILE: Final = "certificate.pem"
DAYS: Final = 825  # browsers and Apple's systems take none that is valid longer
RENEW_DAYS: Final = 30
_EARLIER: Final = timedelta(days=1)  # clocks of others may be behind
_MAX_SIZE: Final = 256 * 1024
_MAX_COMMON_NAME: Final = 64  # RFC 5280, appendix A.1
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_WHAT: Final = "certificate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What a server's TLS takes: PEM files, which may be the same; and what people compare."""

    certificate: Path
    key: Path
    fingerprint: str


def own(folder: Path, names: Sequence[str], *, now_us: int) -> Served:
    """Give the own certificate, one file with its key; made anew when names changed or it soon ends.

    Errors: MalformedError if something else lies there; StoreUnavailableError, BlobNotFoundError without the folder.
    """
    path = folder / FILE
    try:
        certificate = _read(read_bounded(path, limit=_MAX_SIZE, what=_WHAT))
    except BlobNotFoundError:
        certificate = None
    if certificate is None or not _fits(certificate, names, now=_time(now_us)):
        pem = make(names, now_us=now_us)
        write_whole(path, pem, replace=True)
        certificate = _read(pem)
    return Served(certificate=path, key=path, fingerprint=_fingerprint(certificate))


def given(certificate: Path, key: Path) -> Served:
    """Give a certificate that somebody else made.

    Errors: BadSettingsError if one of the two is no such thing, or they do not belong together; BlobNotFoundError,
        StoreUnavailableError.
    """
    pem, key_pem = (read_bounded(path, limit=_MAX_SIZE, what=_WHAT) for path in (certificate, key))
    try:
        found = _read(pem)
    except MalformedError:
        raise BadSettingsError(faults={"certificate": "there is no certificate in PEM in this file"}) from None
    try:
        public = load_pem_private_key(key_pem, password=None).public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm):  # TypeError: it has a password
        why = "there is no private key in PEM without a password in this file"
        raise BadSettingsError(faults={"certificate_key": why}) from None
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if public.public_bytes(*form) != found.public_key().public_bytes(*form):
        raise BadSettingsError(faults={"certificate_key": "this is the key of another certificate"})
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    except ssl.SSLError as error:  # what is behind the first, or too weak
        raise BadSettingsError(faults={"certificate": f"it cannot be served: {error.reason}"}) from None
    return Served(certificate=certificate, key=key, fingerprint=_fingerprint(found))


def make(names: Sequence[str], *, now_us: int) -> bytes:
    """Make a key and a certificate that signs itself, for host names and addresses; both as PEM."""
    key, now = ec.generate_private_key(ec.SECP256R1()), _time(now_us)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:_MAX_COMMON_NAME])])
    public = key.public_key()
    certificate = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now - _EARLIER + timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName([_general(one) for one in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_signing_only(), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
        .sign(key, SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return certificate.public_bytes(Encoding.PEM) + secret


def _read(pem: bytes) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(pem)
    except ValueError:
        raise MalformedError(what=_WHAT, why="there is none in PEM") from None


def _fits(certificate: x509.Certificate, names: Sequence[str], *, now: datetime) -> bool:
    kinds = [one.value for one in certificate.extensions if isinstance(one.value, x509.SubjectAlternativeName)]
    same = {name for kind in kinds for name in kind} == {_general(one) for one in names}
    left = certificate.not_valid_after_utc - now
    return same and timedelta(days=RENEW_DAYS) <= left and certificate.not_valid_before_utc <= now


def _fingerprint(certificate: x509.Certificate) -> str:
    """Return what browsers show: SHA-256 as pairs of digits with colons between."""
    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest().hex(":").upper()


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _signing_only() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _time(now_us: int) -> datetime:
    return (_EPOCH + timedelta(microseconds=now_us)).replace(microsecond=0)
