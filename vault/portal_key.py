"""Portal keys: the hybrid key pair that recordings are wrapped for.  Source: SPEC.md §4.1.

The door to HPKE.  A key pair is made from a 32-byte seed as X-Wing does it; public keys are 1 216 bytes.
"""

import hashlib
from functools import cached_property
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey, Suite

from vault.errors import MalformedError
from vault.primitives import BadTagError, key_id

SEED_SIZE: Final = 32
MLKEM_PUBLIC_SIZE: Final = 1184
PUBLIC_SIZE: Final = 1216
WRAPPED_SIZE: Final = 1168  # enc 1 120, ct 48

_SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class Wrap(Protocol):
    """Wrap 32 bytes for a public key; the real one is wrap(), vectors hand in a recorded one."""

    def __call__(self, key: bytes, *, public: bytes, info: bytes) -> bytes:
        """Return 1 168 bytes.  Errors: MalformedError if the public key is none."""


def wrap(key: bytes, *, public: bytes, info: bytes) -> bytes:
    """Wrap 32 bytes to the 1 168 bytes that only the public key's owner unwraps.

    Errors: MalformedError.  Source: HPKE single shot, RFC 9180 §6.1.
    """
    try:
        mlkem = MLKEM768PublicKey.from_public_bytes(public[:MLKEM_PUBLIC_SIZE])
        x25519 = X25519PublicKey.from_public_bytes(public[MLKEM_PUBLIC_SIZE:])
        return _SUITE.encrypt(key, MLKEM768X25519PublicKey(mlkem, x25519), info)
    except ValueError as error:
        raise MalformedError(what="public key", why="its bytes are no key") from error


class PortalKey:
    """A key pair, made from its seed.  Errors: ValueError for a seed that is not 32 bytes."""

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_SIZE:
            raise ValueError("a seed is 32 bytes")
        self.seed = seed
        expanded = hashlib.shake_256(seed).digest(96)
        self._mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        self._x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])

    @cached_property
    def public(self) -> bytes:
        """The 1 216-byte public key."""
        return self._mlkem.public_key().public_bytes_raw() + self._x25519.public_key().public_bytes_raw()

    @cached_property
    def key_id(self) -> bytes:
        """The 16-byte id of the public key."""
        return key_id(self.public)

    def unwrap(self, wrapped: bytes, *, info: bytes) -> bytes:
        """Return the 32 bytes that were wrapped.  Errors: BadTagError."""
        try:
            return _SUITE.decrypt(wrapped, MLKEM768X25519PrivateKey(self._mlkem, self._x25519), info)
        except (InvalidTag, ValueError):
            raise BadTagError from None
