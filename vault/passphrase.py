"""Passphrases: how they become bytes, seven generated words, and how hard one is to guess.

The door to zxcvbn.  Source: SPEC.md §4.8; the odds are worked out in THREATS.md.
"""

import secrets
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Final

from zxcvbn import zxcvbn

from vault.errors import WeakPassphraseError

MAX_BYTES: Final = 1024
WORDS: Final = 7
# A keyring can be guessed at away from any server that counts; THREATS.md says how long so many guesses take.
MIN_GUESSES_LOG10: Final = 12
_ZXCVBN_CHARS: Final = 72  # it reads no more; what is hard to guess so far stays so


def to_bytes(text: str) -> bytes:
    """Return the bytes that Argon2id takes: UTF-8 of the NFC, so that every keyboard types the same.

    Errors: WeakPassphraseError for what cannot be a passphrase.
    """
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in text):
        raise WeakPassphraseError(why="it holds a control character or half a letter")
    data = unicodedata.normalize("NFC", text).encode()
    if not 1 <= len(data) <= MAX_BYTES:
        raise WeakPassphraseError(why=f"it must have 1 to {MAX_BYTES} bytes")
    return data


def require_strong(text: str) -> None:
    """Refuse what is guessed too easily.  Errors: WeakPassphraseError."""
    to_bytes(text)
    found = zxcvbn(text[:_ZXCVBN_CHARS])
    if found["guesses_log10"] < MIN_GUESSES_LOG10:
        warning = found["feedback"]["warning"] or "it is short or predictable"
        raise WeakPassphraseError(
            why=f"about 10^{int(found['guesses_log10'])} guesses find it; {warning.rstrip('.').lower()}"
        )


def generate(*, randbelow: Callable[[int], int] = secrets.randbelow) -> str:
    """Return seven words drawn from 7 776: 90 bits."""
    words = _words()
    return " ".join(words[randbelow(len(words))] for _ in range(WORDS))


@cache
def _words() -> tuple[str, ...]:
    return tuple(resources.files("vault").joinpath("words.txt").read_text("utf-8").split())
