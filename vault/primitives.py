"""The door to the cryptography library, for everything but HPKE (portal_key.py).  Source: SPEC.md §4.1.

No choices are left to a caller: one suite, zero nonces under keys that seal once, lengths fixed.
"""

import hashlib
import hmac
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

Buffer = bytes | bytearray | memoryview

MAX_INTEGER: Final = 2**53  # every number on disk is below; exact in JavaScript, SPEC.md §7
KEY_SIZE: Final = 32
HASH_SIZE: Final = 32
SIGNATURE_SIZE: Final = 64
SALT_SIZE: Final = 16
TAG_SIZE: Final = 16
KEY_ID_SIZE: Final = 16

LABEL_FILE_KEY: Final = b"sealcast/1 file key"
LABEL_HEADER: Final = b"sealcast/1 header"
LABEL_BLOCK: Final = b"sealcast/1 block"
LABEL_SLOT: Final = b"sealcast/1 slot"
LABEL_KEYRING: Final = b"sealcast/1 keyring"
LABEL_REPLACE: Final = b"sealcast/1 replace"
LABEL_KEY: Final = b"sealcast/1 key"
LABEL_ENROLMENT: Final = b"sealcast/1 enrolment"

# Each key seals one message only, so a zero nonce can never repeat under it (SPEC.md §4.1).
ZERO_NONCE: Final = bytes(12)


class BadTagError(Exception):
    """Wrong key or altered bytes; the caller knows which and says so."""


def key_id(public_key: bytes) -> bytes:
    """Return the 16-byte id of any public key; of a signer it is the fingerprint."""
    return hashlib.sha256(LABEL_KEY + public_key).digest()[:KEY_ID_SIZE]


def grouped(identity: bytes) -> str:
    """Return an id as people compare it: groups of four digits (SPEC.md §4.11)."""
    digits = identity.hex()
    return "-".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def derive(key: Buffer, *, salt: bytes, label: bytes) -> bytes:
    """Return a 32-byte key for one purpose.  Source: HKDF-SHA256, RFC 5869."""
    return HKDF(algorithm=SHA256(), length=KEY_SIZE, salt=salt, info=label).derive(key)


def mac(key: bytes, message: Buffer) -> bytes:
    """Return the HMAC-SHA256 of the message."""
    return hmac.digest(key, message, "sha256")


def equal(one: Buffer, other: Buffer) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(one, other)


def seal_once(one_time_key: bytes, plaintext: Buffer, *, bound_to: bytes) -> bytes:
    """Seal with AES-256-GCM; the result is 16 bytes longer."""
    return AESGCM(one_time_key).encrypt(ZERO_NONCE, plaintext, bound_to)


def seal_once_into(one_time_key: bytes, plaintext: Buffer, *, bound_to: Buffer, target: memoryview) -> None:
    """Seal into a buffer of exactly the plaintext's length and 16 bytes."""
    AESGCM(one_time_key).encrypt_into(ZERO_NONCE, plaintext, bound_to, target)


def open_once(one_time_key: bytes, sealed: Buffer, *, bound_to: Buffer) -> bytes:
    """Open what seal_once made.  Errors: BadTagError."""
    try:
        return AESGCM(one_time_key).decrypt(ZERO_NONCE, sealed, bound_to)
    except InvalidTag:
        raise BadTagError from None


def stretch(passphrase: bytes, *, salt: bytes, memory_kib: int, passes: int, lanes: int) -> bytes:
    """Return 64 bytes from a passphrase.  The caller has checked the limits.  Source: Argon2id, RFC 9106."""
    return Argon2id(salt=salt, length=64, iterations=passes, lanes=lanes, memory_cost=memory_kib).derive(passphrase)


class SigningKey:
    """An Ed25519 key pair from its 32-byte seed."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature."""
        return self._key.sign(message)


class VerifyingKey:
    """An Ed25519 public key, 32 bytes as they come; bytes that are no point verify nothing."""

    def __init__(self, public: bytes) -> None:
        self._key = Ed25519PublicKey.from_public_bytes(public)

    def verifies(self, signature: Buffer, message: bytes) -> bool:
        """Say whether the signature is right."""
        try:
            self._key.verify(bytes(signature), message)
        except InvalidSignature:
            return False
        return True
