"""Why a recording cannot be shown, or what to know first, as a page says it: a title, the sentence, what to do."""

from typing import Final

from replay.errors import NoKeyError
from replay.window.ask_page import Telling
from vault import errors

_TOLD: Final[dict[type[Exception], tuple[str, str]]] = {
    NoKeyError: ("Nothing here opens it", ""),
    errors.WrongIdentityError: ("These keys do not open it", "Use the keyring of the portal it was recorded for."),
    errors.NotOurFormatError: ("This is not a recording", "Recordings of Sealcast are called NAME.sealcast."),
    errors.UnsupportedVersionError: ("A newer file", "Update Sealcast; newer releases read all older files."),
    errors.HeaderIncompleteError: ("Only its very beginning is here", "Copy it again from where it was recorded."),
    errors.HeaderDamagedError: ("Its beginning is damaged", "Look for another copy: on the server, or with others."),
    errors.TamperedError: ("It is not what was sealed", "Do not rely on this file; copies elsewhere may be whole."),
    errors.MalformedError: ("It cannot be read", "Look whether it was copied whole."),
    errors.OlderKeyringError: ("An older keyring", "Fetch the present one: sealcast key fetch."),
    errors.BlobNotFoundError: ("It is not there", "Look whether the file was moved or renamed."),
    errors.StoreUnavailableError: ("The file cannot be read", "Mend the cause, then open it again."),
}


def telling(error: Exception) -> Telling:
    """Return what the page says of an expected failure."""
    title, hint = next((_TOLD[kind] for kind in type(error).__mro__ if kind in _TOLD), ("It cannot be shown", ""))
    if isinstance(error, NoKeyError):
        hint = f"{error.advice[:1].upper()}{error.advice[1:]}."
    why = error.why if isinstance(error, NoKeyError) else str(error)
    return Telling(title=title, why=f"{why[:1].upper()}{why[1:]}.", hint=hint)


def noted(told: str) -> Telling:
    """Return what the page says of something that somebody should know before he goes on."""
    return Telling(title="Before it is shown", why=f"{told[:1].upper()}{told[1:]}", hint="", going_on="Show it")
