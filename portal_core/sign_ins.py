"""Signing in: what a login looks like, what a browser keeps, how long it is good, and the code that proves an e-mail.

SPEC.md A2, A6.  Pure, but for the randomness that comes in.
"""

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Callable
from typing import Final

from portal_core.errors import BadNameError
from portal_core.guessing import DAY_US, HOUR_US, SECOND_US
from portal_core.said import Said

IDLE_US: Final = 12 * HOUR_US
LIFE_US: Final = 30 * DAY_US
SEEN_AGAIN_US: Final = 60 * SECOND_US  # so often at most it is noted that somebody is still there
CODE_DIGITS: Final = 6
CODE_LIFE_US: Final = HOUR_US  # at least; up to twice as long

_TOKEN_SIZE: Final = 32
_MAX_LOGIN: Final = 64
# Plain letters, so that no two logins look alike, and none is typed in two ways.
_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._@+-]*")
_LABEL: Final = b"sealcast e-mail code 1"


def login_name(typed: str) -> str:
    """Return a login as it is kept and compared: small letters, without blanks around it.  Errors: BadNameError."""
    login = same_login(typed)
    if not login:
        raise BadNameError(what="login", why=Said("it is empty"))
    if len(login) > _MAX_LOGIN:
        raise BadNameError(what="login", why=Said("it has more than {count} characters", count=_MAX_LOGIN))
    if not _LOGIN.fullmatch(login):
        raise BadNameError(what="login", why=Said("it has other characters than a to z, 0 to 9 and . _ @ + -"))
    return login


def same_login(typed: str) -> str:
    """Return what of a typed login is looked for, whatever it is."""
    # Half a letter, which a program may send, is in no login.
    whole = typed[: 4 * _MAX_LOGIN].encode(errors="replace").decode()
    return unicodedata.normalize("NFKC", whole).strip().casefold()


def draw_token(*, random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """Return what a browser or a program keeps of a sign-in."""
    return random_bytes(_TOKEN_SIZE).hex()


def digest_of(token: str) -> bytes:
    """Return what is kept of a token here.  It has 256 bits, so nothing slower than a hash is needed."""
    return hashlib.sha256(token.encode()).digest()


def over(*, made_us: int, seen_us: int, now_us: int) -> bool:
    """Say whether a sign-in has ended by itself."""
    return now_us - seen_us >= IDLE_US or now_us - made_us >= LIFE_US


def email_code(*, email: str, password_hash: str, person_id: int, now_us: int) -> str:
    """Return six digits to be sent to an address, and typed by whoever reads what comes there.

    Nothing of it is kept: it is computed again.  The key is the stored hash of the password, which nobody sees and
    which holds 16 random bytes; with a new password earlier codes are worth nothing.
    """
    return _code(email, password_hash, person_id, now_us // CODE_LIFE_US)


def email_proven(typed: str, *, email: str, password_hash: str, person_id: int, now_us: int) -> bool:
    """Say whether that is the code of this hour or of the one before."""
    digits = "".join(char for char in typed[:100] if char.isascii() and char.isdigit())
    hour = now_us // CODE_LIFE_US
    return any(
        hmac.compare_digest(digits, _code(email, password_hash, person_id, one)) for one in (hour, hour - 1)
    )  # fmt: skip


def _code(email: str, password_hash: str, person_id: int, hour: int) -> str:
    parts = (str(person_id).encode(), str(hour).encode(), email.encode())
    digest = hmac.digest(password_hash.encode(), b"\0".join((_LABEL, *parts)), "sha256")
    return f"{int.from_bytes(digest, 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}d}"
