"""Session codes: nine digits that lead a customer into a session.  SPEC.md D1 to D6.

Nothing else says whether a code may be made, leads somewhere or has ended.  A code finds a session; it never becomes
a key.  A billion codes are few: they are enough only together with their short life and with guessing.py.
"""

import re
import secrets
import unicodedata
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final, Self

from portal_core.errors import (
    BadNameError,
    ExpiredCodeError,
    MalformedCodeError,
    TakenError,
    TooManyCodesError,
    WrongStateError,
)
from portal_core.said import Said

DIGITS: Final = 9
SPACE: Final = 10**DIGITS
# Of the portal's settings, each from, to.
LIFE_MINUTES: Final = (5, 24 * 60)
ACTIVE_CODES: Final = (1, 8)  # SPEC.md D3
DEFAULT_LIFE_MINUTES: Final = 30
DEFAULT_ACTIVE_CODES: Final = 8
MAX_NAME: Final = 80

_MINUTE_US: Final = 60_000_000
SHARE_LIFE_US: Final = 10 * _MINUTE_US  # it is typed at once, on another machine
_OF_A_SCREEN: Final = " (screen)"
_TOO_LONG: Final = Said("it has more than {count} characters", count=MAX_NAME)
_MAX_TYPED: Final = 100
_MAX_DRAWS: Final = 100  # with a tenth of all codes taken, so many fail once in 10^100 times
_BETWEEN: Final = ("Zs", "Zl", "Zp", "Pd", "Cf")  # categories: blanks, dashes, what is invisible
_ALSO_BETWEEN: Final = "\t\r\n.·\u2212"
_BASE: Final = re.compile(r"https?://[^/?#\s]+(/[^?#\s]*)?")


@dataclass(frozen=True, slots=True)
class SessionCode:
    """Nine digits of ASCII.  It is not shown by repr, so that no log holds one."""

    digits: str = field(repr=False)

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9]{9}", self.digits):  # not \d, which also takes digits of other scripts
            raise MalformedCodeError(digits=len(self.digits), others=True)

    @classmethod
    def parse(cls, typed: str) -> Self:
        """Accept what people type and paste: digits of any script; blanks, dashes and dots anywhere.

        Errors: MalformedCodeError.
        """
        if len(typed) > _MAX_TYPED:
            raise MalformedCodeError(digits=_MAX_TYPED, others=True)
        digits = ""
        for char in typed:
            value = unicodedata.decimal(char, None)
            if value is not None:
                digits += str(value)
            elif unicodedata.category(char) not in _BETWEEN and char not in _ALSO_BETWEEN:
                raise MalformedCodeError(digits=len(digits), others=True)
        if len(digits) != DIGITS:
            raise MalformedCodeError(digits=len(digits))
        return cls(digits)

    def __str__(self) -> str:
        return f"{self.digits[:3]} {self.digits[3:6]} {self.digits[6:]}"


def draw(taken: Container[SessionCode], *, randbelow: Callable[[int], int] = secrets.randbelow) -> SessionCode:
    """Return a code that is none of the installation's active ones.

    Each is as likely as any other, 111 111 111 too: leaving some out would only help who guesses.
    """
    for _ in range(_MAX_DRAWS):
        code = SessionCode(f"{randbelow(SPACE):0{DIGITS}d}")
        if code not in taken:
            return code
    raise RuntimeError("no free code was drawn; the randomness is broken")


class CodeState(Enum):
    """What became of a code."""

    ACTIVE = "active"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    REVOKED = "revoked"


# From a state, what may come of it: a code ends once, and stays so.
NEXT: Final[Mapping[CodeState, frozenset[CodeState]]] = {
    CodeState.ACTIVE: frozenset({CodeState.REDEEMED, CodeState.EXPIRED, CodeState.REVOKED}),
    CodeState.REDEEMED: frozenset(),
    CodeState.EXPIRED: frozenset(),
    CodeState.REVOKED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCode:
    """A code that an agent made, under a name that tells him whose it is."""

    code: SessionCode
    name: str
    made_us: int
    expires_us: int
    state: CodeState = CodeState.ACTIVE  # as it was noted last; at() knows what time made of it

    def at(self, *, now_us: int) -> Self:
        """Return the code as it is now: one whose time is over has expired, whether that was noted or not."""
        over = self.state is CodeState.ACTIVE and now_us >= self.expires_us
        return replace(self, state=CodeState.EXPIRED) if over else self

    def active(self, *, now_us: int) -> bool:
        """Say whether it still leads into a session."""
        return self.at(now_us=now_us).state is CodeState.ACTIVE

    def left_us(self, *, now_us: int) -> int:
        """Return how long it stays active if nobody uses it; 0 when it has ended."""
        return self.expires_us - now_us if self.active(now_us=now_us) else 0

    def redeem(self, *, now_us: int) -> Self:
        """Use it, once.  Errors: ExpiredCodeError when it has ended in whatever way."""
        try:
            return self._become(CodeState.REDEEMED, now_us=now_us)
        except WrongStateError as error:
            raise ExpiredCodeError(state=error.state) from None

    def revoke(self, *, now_us: int) -> Self:
        """Take it back.  Errors: WrongStateError when it has ended."""
        return self._become(CodeState.REVOKED, now_us=now_us)

    def _become(self, state: CodeState, *, now_us: int) -> Self:
        present = self.at(now_us=now_us)
        if state not in NEXT[present.state]:
            raise WrongStateError(what="code", state=present.state.value, event=state.value)
        return replace(present, state=state)


def issue(
    code: SessionCode, name: str, *, his: Iterable[IssuedCode], limit: int, life_minutes: int, now_us: int
) -> IssuedCode:
    """Return one code more for an agent who has these, of whichever portals; limit and life are this portal's.

    Errors: TooManyCodesError, BadNameError, TakenError when one of his active codes has the name.
    """
    assert ACTIVE_CODES[0] <= limit <= ACTIVE_CODES[1]
    assert LIFE_MINUTES[0] <= life_minutes <= LIFE_MINUTES[1]
    active = [one for one in his if one.active(now_us=now_us)]
    if len(active) >= limit:
        raise TooManyCodesError(limit=limit)
    name = one_line(name, what="name of a code")
    if any(same_name(name, one.name) for one in active):
        raise TakenError(what="name of a code", name=name)
    return IssuedCode(code=code, name=name, made_us=now_us, expires_us=now_us + life_minutes * _MINUTE_US)


def share_name(customer: str) -> str:
    """Return the name of a customer's second seat, from which he shows a screen."""
    return customer[: MAX_NAME - len(_OF_A_SCREEN)].rstrip() + _OF_A_SCREEN


def join_address(base: str, code: SessionCode) -> str:
    """Return the address that starts the session when it is opened.

    Mail programs open addresses before their readers do: the page behind it asks, and only its button redeems.
    """
    if not _BASE.fullmatch(base):
        raise ValueError("the portal's own address is http(s)://host, with a path at most")
    return f"{base.rstrip('/')}/join/{code.digits}"


def one_line(text: str, *, what: str) -> str:
    """Return a name as it is kept: NFC, single blanks.  Errors: BadNameError."""
    if len(text) > 10 * MAX_NAME:
        raise BadNameError(what=what, why=_TOO_LONG)
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in name):
        raise BadNameError(what=what, why=Said("it holds a control character or half a letter"))
    if not _key(name):
        raise BadNameError(what=what, why=Said("it is empty"))
    if len(name) > MAX_NAME:
        raise BadNameError(what=what, why=_TOO_LONG)
    return name


def same_name(one: str, other: str) -> bool:
    """Say whether people would take two names for the same: capitals, widths and what is invisible do not count."""
    return _key(one) == _key(other)


def _key(name: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join("".join(char for char in folded if unicodedata.category(char) != "Cf").split())
