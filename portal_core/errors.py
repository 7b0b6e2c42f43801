"""What the portal raises on purpose.

The class says what a caller can do about it, the fields hold the facts, the text is for people.  HINTS says by class
what to try.  A text never holds a secret: no password, and no whole code.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_UNITS: Final = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
_NO_SUCH_CODE: Final = "this code leads to no session"


class PortalError(Exception):
    """Root of what the portal raises on purpose."""


class MalformedCodeError(PortalError):
    """What was typed cannot be a code, whichever codes there are: nothing was guessed."""

    def __init__(self, *, digits: int, others: bool = False) -> None:
        super().__init__(
            "a code has nothing but digits" if others else f"a code has nine digits, and this has {digits}"
        )
        self.digits = digits
        self.others = others  # something that is neither a digit nor between digits


class UnknownCodeError(PortalError):
    """There is no such code: a wrong guess.  People are told the same as of one that has ended."""

    def __init__(self) -> None:
        super().__init__(_NO_SUCH_CODE)


class ExpiredCodeError(PortalError):
    """The code has ended: used, expired or revoked.  The text does not say so, for it would tell who guesses."""

    def __init__(self, *, state: str) -> None:
        super().__init__(_NO_SUCH_CODE)
        self.state = state


class TooManyCodesError(PortalError):
    """The agent has as many active codes as he may."""

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"no more than {limit} codes may be active at a time")
        self.limit = limit


class TooManyGuessesError(PortalError):
    """Too much was tried and wrong: nothing is looked at before the wait is over."""

    def __init__(self, *, wait_us: int) -> None:
        super().__init__(f"too much was tried; the next try is possible in {_in_words(wait_us)}")
        self.wait_us = wait_us


class WrongPasswordError(PortalError):
    """Login and password do not go together; which of them is wrong is not told."""

    def __init__(self) -> None:
        super().__init__("this login and this password do not go together")


class WeakPasswordError(PortalError):
    """A new password that cannot be one, or is guessed too easily."""

    def __init__(self, *, why: str) -> None:
        super().__init__(f"this password is refused: {why}")
        self.why = why


class NotAllowedError(PortalError):
    """Whoever asks may not do that."""

    def __init__(self, *, role: str, action: str) -> None:
        super().__init__(f"the role {role} does not allow this: {action}")
        self.role = role
        self.action = action


class NotFoundError(PortalError):
    """There is no such thing for whoever asks; things of other accounts are not there either."""

    def __init__(self, *, what: str) -> None:
        super().__init__(f"there is no such {what}")
        self.what = what


class WrongStateError(PortalError):
    """Something happened to it before, so that this cannot happen any more, or not yet."""

    def __init__(self, *, what: str, state: str, event: str) -> None:
        super().__init__(f"the {what} is {state}; it cannot become {event}")
        self.what = what
        self.state = state
        self.event = event


class TakenError(PortalError):
    """Somebody or something has that name already."""

    def __init__(self, *, what: str, name: str) -> None:
        super().__init__(f"the {what} {name!r} is taken")
        self.what = what
        self.name = name


class BadNameError(PortalError):
    """Text that cannot be a name."""

    def __init__(self, *, what: str, why: str) -> None:
        super().__init__(f"the {what} is refused: {why}")
        self.what = what
        self.why = why


class BadSettingsError(PortalError):
    """Settings that cannot be; for each field that is wrong, faults says why."""

    def __init__(self, *, faults: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {why}" for field, why in faults.items()))
        self.faults: Mapping[str, str] = MappingProxyType(dict(faults))


class CannotRecordError(PortalError):
    """Recording is required and impossible: no session begins."""

    def __init__(self, *, why: str) -> None:
        super().__init__(f"this session must be recorded, and cannot be: {why}")
        self.why = why


# A code that is unknown and one that has ended get one answer (SPEC D5), so one hint too.
_ASK_FOR_A_CODE: Final = "look whether all nine digits are right, or ask for a new code; each is good for one session"
HINTS: Final[Mapping[type[PortalError], str]] = {
    MalformedCodeError: "type the nine digits, with or without blanks, like 123 456 789",
    UnknownCodeError: _ASK_FOR_A_CODE,
    ExpiredCodeError: _ASK_FOR_A_CODE,
    TooManyCodesError: "revoke one that is not needed any more, or wait until one is used or has expired",
    TooManyGuessesError: "wait so long; a try before that is not looked at",
    WrongPasswordError: "capitals count; who has forgotten the password can set a new one by e-mail",
    WeakPasswordError: "use several words that do not belong together",
    NotAllowedError: "ask a company manager; your own settings say which role and rights you have",
    NotFoundError: "look whether it was deleted meanwhile",
    WrongStateError: "load the page again to see what happened meanwhile",
    TakenError: "choose another",
    BadNameError: "choose a plain name",
    BadSettingsError: "mend what is named; nothing was changed",
    CannotRecordError: "mend the cause, or let a company manager set recording to: when possible",
}


def _in_words(wait_us: int) -> str:
    """Return a wait in its largest unit, rounded up: whoever waits so long does not come too early."""
    seconds = max(1, -(-wait_us // 1_000_000))
    size, unit = next((size, unit) for size, unit in _UNITS if seconds >= size)
    count = -(-seconds // size)
    return f"{count} {unit}" + ("s" if count > 1 else "")
