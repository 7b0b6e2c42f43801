"""What the portal raises on purpose.

The class says what a caller can do about it, the fields hold the facts, the text is for people, and what is Said of it
can be told in their language.  HINTS says by class what to try.  A text never holds a secret: no password, and no whole
code.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from portal_core.said import Said

_UNITS: Final = (
    (86_400, Said("in 1 day"), Said("in {count} days")),
    (3_600, Said("in 1 hour"), Said("in {count} hours")),
    (60, Said("in 1 minute"), Said("in {count} minutes")),
    (1, Said("in 1 second"), Said("in {count} seconds")),
)
_NO_SUCH_CODE: Final = Said("this code leads to no session")


class PortalError(Exception):
    """Root of what the portal raises on purpose."""

    def __init__(self, said: Said) -> None:
        super().__init__(said)
        self.said = said


class MalformedCodeError(PortalError):
    """What was typed cannot be a code, whichever codes there are: nothing was guessed."""

    def __init__(self, *, digits: int, others: bool = False) -> None:
        super().__init__(
            Said("a code has nothing but digits")
            if others
            else Said("a code has nine digits, and this has {digits}", digits=digits)
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
        super().__init__(Said("no more than {limit} codes may be active at a time", limit=limit))
        self.limit = limit


class TooManyMailsError(PortalError):
    """Somebody let the portal send as many messages as he may for now."""

    def __init__(self, *, limit: int) -> None:
        super().__init__(Said("the portal sends no more than {limit} messages an hour for one person", limit=limit))
        self.limit = limit


class TooManyGuessesError(PortalError):
    """Too much was tried and wrong: nothing is looked at before the wait is over."""

    def __init__(self, *, wait_us: int) -> None:
        super().__init__(Said("too much was tried; the next try is possible {when}", when=_in_words(wait_us)))
        self.wait_us = wait_us


class WrongPasswordError(PortalError):
    """Login and password do not go together; which of them is wrong is not told."""

    def __init__(self) -> None:
        super().__init__(Said("this login and this password do not go together"))


class NotSignedInError(PortalError):
    """Whoever asks must sign in before."""

    def __init__(self) -> None:
        super().__init__(Said("this is only for who has signed in"))


class FirstPasswordError(PortalError):
    """Whoever asks has the password that was handed out, and may do nothing before he chose one of his own."""

    def __init__(self) -> None:
        super().__init__(Said("the first password is only good for choosing one of your own"))


class WrongEmailCodeError(PortalError):
    """What was typed is not the code that was sent to the address."""

    def __init__(self) -> None:
        super().__init__(Said("this is not the code that was sent"))


class WeakPasswordError(PortalError):
    """A new password that cannot be one, or is guessed too easily."""

    def __init__(self, *, why: str) -> None:
        super().__init__(Said("this password is refused: {why}", why=as_said(why)))
        self.why = why


class NotAllowedError(PortalError):
    """Whoever asks may not do that."""

    def __init__(self, *, role: str, action: str) -> None:
        super().__init__(Said("the role {role} does not allow this: {action}", role=Said(role), action=Said(action)))
        self.role = role
        self.action = action


class NotFoundError(PortalError):
    """There is no such thing for whoever asks; things of other accounts are not there either."""

    def __init__(self, *, what: str) -> None:
        super().__init__(Said("there is no such {what}", what=Said(what)))
        self.what = what


class WrongStateError(PortalError):
    """Something happened to it before, so that this cannot happen any more, or not yet."""

    def __init__(self, *, what: str, state: str, event: str) -> None:
        super().__init__(
            Said(
                "the {what} is {state}; it cannot become {event}",
                what=Said(what),
                state=Said(state),
                event=Said(event),
            )
        )
        self.what = what
        self.state = state
        self.event = event


class TakenError(PortalError):
    """Somebody or something has that name already."""

    def __init__(self, *, what: str, name: str) -> None:
        super().__init__(Said("the {what} {name!r} is taken", what=Said(what), name=name))
        self.what = what
        self.name = name


class BadNameError(PortalError):
    """Text that cannot be a name."""

    def __init__(self, *, what: str, why: str) -> None:
        super().__init__(Said("the {what} is refused: {why}", what=Said(what), why=as_said(why)))
        self.what = what
        self.why = why


class BadSettingsError(PortalError):
    """Settings that cannot be; for each field that is wrong, faults says why.  Pages say it beside the field."""

    def __init__(self, *, faults: Mapping[str, str]) -> None:
        super().__init__(as_said("; ".join(f"{field}: {why}" for field, why in faults.items())))
        self.faults: Mapping[str, str] = MappingProxyType(dict(faults))


class OtherNoticeError(PortalError):
    """Whoever joins was told something else of the recording than what holds now; he is asked again."""

    def __init__(self) -> None:
        super().__init__(Said("what is recorded at this portal has changed"))


class CannotRecordError(PortalError):
    """Recording is required and impossible: no session begins."""

    def __init__(self, *, why: str) -> None:
        super().__init__(Said("this session must be recorded, and cannot be: {why}", why=as_said(why)))
        self.why = why


class BadBytesError(PortalError):
    """Bytes that are not what they should be; nothing of them is kept."""

    def __init__(self, *, what: str, why: str) -> None:
        super().__init__(Said("the {what} is refused: {why}", what=Said(what), why=as_said(why)))
        self.what = what
        self.why = why


class TooLargeError(PortalError):
    """More bytes than are taken at once, or at all."""

    def __init__(self, *, what: str, limit: int) -> None:
        super().__init__(Said("the {what} has more than {limit} bytes", what=Said(what), limit=limit))
        self.what = what
        self.limit = limit


class OffsetError(PortalError):
    """What was sent does not begin where the bytes that are here end."""

    def __init__(self, *, size: int) -> None:
        super().__init__(Said("it goes on at byte {size}", size=size))
        self.size = size


class CannotKeepError(PortalError):
    """The portal's disk does not take it; what was kept before stays."""

    def __init__(self, *, why: str) -> None:
        super().__init__(Said("the portal cannot keep it: {why}", why=as_said(why)))
        self.why = why


class ChangedFirstError(PortalError):
    """Somebody else changed the keyring, after it was read and before it was written."""

    def __init__(self, *, by: str) -> None:
        super().__init__(Said("{by} changed the portal's keyring first; nothing was changed now", by=by))
        self.by = by


class CannotListenError(PortalError):
    """The portal's address cannot be listened on."""

    def __init__(self, *, address: str, why: str) -> None:
        super().__init__(Said("the portal cannot listen on {address}: {why}", address=address, why=why))
        self.address = address


class AlreadyServedError(PortalError):
    """Another portal runs on the same folder."""

    def __init__(self, *, folder: str) -> None:
        super().__init__(Said("another portal runs on {folder}", folder=folder))
        self.folder = folder


# A code that is unknown and one that has ended get one answer (SPEC D5), so one hint too.
_ASK_FOR_A_CODE: Final = "look whether all nine digits are right, or ask for a new code; each is good for one session"
HINTS: Final[Mapping[type[PortalError], str]] = {
    MalformedCodeError: "type the nine digits, with or without blanks, like 123 456 789",
    UnknownCodeError: _ASK_FOR_A_CODE,
    ExpiredCodeError: _ASK_FOR_A_CODE,
    TooManyCodesError: "revoke one that is not needed any more, or wait until one is used or has expired",
    TooManyMailsError: "send it with your own mail program, or wait until an hour is over",
    TooManyGuessesError: "wait so long; a try before that is not looked at",
    WrongPasswordError: "look whether both are spelled right; capitals count",
    NotSignedInError: "sign in, and try again",
    FirstPasswordError: "open the portal's pages, sign in there, and choose a password",
    WrongEmailCodeError: "type the six digits of the newest message, or let another be sent",
    WeakPasswordError: "use several words that do not belong together",
    OtherNoticeError: "read what holds now, and join again if you agree; the code is still good",
    NotAllowedError: "ask a company manager; your own settings say which role and rights you have",
    NotFoundError: "look whether its name or address is right, and whether it was deleted meanwhile",
    WrongStateError: "load the page again to see what happened meanwhile",
    TakenError: "choose another",
    BadNameError: "choose a plain name",
    BadSettingsError: "mend what is named; nothing was changed",
    BadBytesError: "look whether it is whole and unchanged where it comes from: sealcast verify FILE",
    TooLargeError: "send less at a time",
    OffsetError: "ask how far it is, and go on there",
    CannotKeepError: "tell whoever runs the portal; what was sent is kept up to there, and goes on when that is mended",
    ChangedFirstError: "find out what was changed, then do it again",
    CannotListenError: Said("end the other program, or choose another address or port with --listen"),
    AlreadyServedError: Said("end the other one, or choose another folder with --folder"),
    CannotRecordError: "mend the cause, or let a company manager set recording to: when possible",
}


def as_said(text: str) -> Said:
    """Return a text as Said; one that is not is a whole sentence without facts."""
    return text if isinstance(text, Said) else Said(text)


def _in_words(wait_us: int) -> Said:
    """Return a wait in its largest unit, rounded up: whoever waits so long does not come too early."""
    seconds = max(1, -(-wait_us // 1_000_000))
    size, one, several = next(unit for unit in _UNITS if seconds >= unit[0])
    count = -(-seconds // size)
    return one if count == 1 else Said(several.template, count=count)
