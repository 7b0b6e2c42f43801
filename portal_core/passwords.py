"""Passwords, with which people sign in: which may be one, how one is kept, a first one to hand out.  SPEC.md A4.

The room's door to Argon2id and to zxcvbn.  A password never opens a recording; that is a passphrase.
"""

import binascii
import hmac
import re
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, Self

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from zxcvbn import zxcvbn

from portal_core.errors import WeakPasswordError, WrongPasswordError
from portal_core.said import Said

MIN_CHARS: Final = 8
MAX_CHARS: Final = 128
# The limit of guessing.py leaves a login 35 000 guesses a year: one in 3 000 such passwords falls.  It is zxcvbn's
# score 3, save that eight letters drawn by chance, which it counts as 10^8, are enough.
MIN_GUESSES_LOG10: Final = 8

# 57 ms on a core of a 2-core AMD EPYC; more than the 19 MiB and 2 passes that OWASP asks for.
MEMORY_KIB: Final = 32 * 1024
PASSES: Final = 2
LANES: Final = 1
# What a stored hash may cost, each from, to: whoever can write one must not stop the server with it.
_BOUNDS: Final = ((8 * 1024, 256 * 1024), (1, 8), (1, 4))
_SALT_SIZE: Final = 16
_DIGEST_SIZE: Final = 32
_STORED: Final = re.compile(
    r"\$argon2id\$v=19\$m=([1-9][0-9]{0,6}),t=([1-9]),p=([1-9])\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})"
)

_ZXCVBN_CHARS: Final = 72  # it reads no more; what is hard to guess so far stays so
_MAX_TYPED: Final = 4 * MAX_CHARS  # NFC makes at most one of four
_MIN_WORD: Final = 3
# No vowels, so no words; nothing that looks like something else.
_ALPHABET: Final = "bcdfghjkmnpqrstvwxyz23456789"
_GROUPS: Final = 3
_GROUP: Final = 4

_TOO_SHORT: Final = Said("it has fewer than {count} characters", count=MIN_CHARS)
_TOO_LONG: Final = Said("it has more than {count} characters", count=MAX_CHARS)
_NO_TEXT: Final = Said("it holds a control character or half a letter")
_OWN_NAME: Final = Said("it is little more than the login or the name")
_GUESSED: Final = Said("it is guessed easily")


@dataclass(frozen=True, slots=True)
class Password:
    """What somebody typed, as it is compared: NFC, so that every keyboard types the same.  repr does not show it."""

    _text: str

    def __repr__(self) -> str:
        return "Password()"

    @classmethod
    def parse(cls, typed: str) -> Self:
        """Return what can be a password.  Errors: WeakPasswordError."""
        if len(typed) > _MAX_TYPED:
            raise WeakPasswordError(why=_TOO_LONG)
        text = unicodedata.normalize("NFC", typed)
        if any(unicodedata.category(char) in ("Cc", "Cs") for char in text):
            raise WeakPasswordError(why=_NO_TEXT)
        if len(text) < MIN_CHARS:
            raise WeakPasswordError(why=_TOO_SHORT)
        if len(text) > MAX_CHARS:
            raise WeakPasswordError(why=_TOO_LONG)
        return cls(text)

    def guesses_log10(self) -> float:
        """Return about how many guesses it takes, as a power of ten."""
        return _guesses_log10(self._text)

    def require_strong(self, *, login: str, name: str) -> None:
        """Refuse what is guessed too easily, also by somebody who knows whose it is.  Errors: WeakPasswordError."""
        if _guesses_log10(self._text) < MIN_GUESSES_LOG10:
            raise WeakPasswordError(why=_GUESSED)
        folded = _fold(self._text)
        rest = folded
        for word in sorted(_own_words(login) | _own_words(name), key=len, reverse=True):
            rest = rest.replace(word, "").replace(word[::-1], "")
        if rest != folded and _guesses_log10(rest) < MIN_GUESSES_LOG10:
            raise WeakPasswordError(why=_OWN_NAME)

    def to_bytes(self) -> bytes:
        """Return what Argon2id takes."""
        return self._text.encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordHash:
    """What is kept of a password: Argon2id with its cost and salt.  Source: RFC 9106.  repr does not show it."""

    memory_kib: int = MEMORY_KIB
    passes: int = PASSES
    lanes: int = LANES
    salt: bytes
    digest: bytes

    def __post_init__(self) -> None:
        costs = (self.memory_kib, self.passes, self.lanes)
        if not all(least <= cost <= most for cost, (least, most) in zip(costs, _BOUNDS, strict=True)):
            raise ValueError("a stored password hash has a cost out of bounds")
        if (len(self.salt), len(self.digest)) != (_SALT_SIZE, _DIGEST_SIZE):
            raise ValueError("a stored password hash has a salt or digest of another length")

    def __repr__(self) -> str:
        return "PasswordHash()"

    @classmethod
    def parse(cls, stored: str) -> Self:
        """Read what str wrote; nothing is computed before its cost is known to be bounded.

        Errors: ValueError: nobody types a hash, so the database is not what this release wrote.
        """
        found = _STORED.fullmatch(stored)
        if found is None:
            raise ValueError("a stored password hash is malformed")
        memory_kib, passes, lanes, salt, digest = found.groups()
        return cls(
            memory_kib=int(memory_kib),
            passes=int(passes),
            lanes=int(lanes),
            salt=_from_base64(salt),
            digest=_from_base64(digest),
        )

    @classmethod
    def of(cls, password: Password, *, random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> Self:
        """Hash a password at the present cost."""
        derive = partial(_derive, password, memory_kib=MEMORY_KIB, passes=PASSES, lanes=LANES)
        salt = random_bytes(_SALT_SIZE)
        return cls(salt=salt, digest=derive(salt=salt))

    def __str__(self) -> str:
        cost = f"m={self.memory_kib},t={self.passes},p={self.lanes}"
        return f"$argon2id$v=19${cost}${_to_base64(self.salt)}${_to_base64(self.digest)}"

    @property
    def outdated(self) -> bool:
        """Whether it is made anew after the next right password, because the cost is another one now."""
        return (self.memory_kib, self.passes, self.lanes) != (MEMORY_KIB, PASSES, LANES)

    def fits(self, typed: str) -> bool:
        """Say whether that is the password.  How long it takes tells nothing of the digest."""
        try:
            password = Password.parse(typed)
        except WeakPasswordError:  # nobody has such a password, so it tells nothing about this one
            return False
        found = _derive(password, salt=self.salt, memory_kib=self.memory_kib, passes=self.passes, lanes=self.lanes)
        return hmac.compare_digest(found, self.digest)


# What a password is compared with where there is no such login: it takes as long, and none fits.
DUMMY: Final = PasswordHash(salt=bytes(_SALT_SIZE), digest=bytes(_DIGEST_SIZE))


def require(typed: str, stored: PasswordHash | None) -> None:
    """Let whoever typed the right password pass; None where the login does not exist.  Errors: WrongPasswordError."""
    fits = (stored or DUMMY).fits(typed)
    if stored is None or not fits:
        raise WrongPasswordError


def draw(*, randbelow: Callable[[int], int] = secrets.randbelow) -> str:
    """Return a first password to hand out, such as bt7k-mp3w-9xqz; 57 bits, to be changed at the first sign-in."""
    letters = [_ALPHABET[randbelow(len(_ALPHABET))] for _ in range(_GROUPS * _GROUP)]
    return "-".join("".join(letters[at : at + _GROUP]) for at in range(0, len(letters), _GROUP))


def _derive(password: Password, *, salt: bytes, memory_kib: int, passes: int, lanes: int) -> bytes:
    kdf = Argon2id(salt=salt, length=_DIGEST_SIZE, iterations=passes, lanes=lanes, memory_cost=memory_kib)
    return kdf.derive(password.to_bytes())


def _guesses_log10(text: str) -> float:
    # What is one's own is not given to zxcvbn: it would keep that in a dictionary that all threads share.
    return float(zxcvbn(text[:_ZXCVBN_CHARS])["guesses_log10"]) if text else 0.0


def _own_words(text: str) -> set[str]:
    """Return what of a login or a name stands in passwords: the whole, its words, and these without what is between."""
    folded = _fold(text)
    words = re.findall(r"[^\W_]+", folded)
    return {word for word in (folded, "".join(words), *words) if len(word) >= _MIN_WORD}


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _to_base64(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode().rstrip("=")


def _from_base64(text: str) -> bytes:
    return binascii.a2b_base64(text + "=" * (-len(text) % 4), strict_mode=True)
