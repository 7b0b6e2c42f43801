"""What the portal raises: a hint for each, one answer for codes, no secrets."""

import pytest

from portal_core.errors import HINTS, ExpiredCodeError, PortalError, TooManyGuessesError, UnknownCodeError

S = 1_000_000


def kinds(root: type[PortalError]) -> set[type[PortalError]]:
    return {one for below in root.__subclasses__() for one in (below, *kinds(below))}


def test_every_error_has_a_hint() -> None:
    assert {one for one in kinds(PortalError) if one.__module__ == "portal_core.errors"} == set(HINTS)


@pytest.mark.parametrize("state", ["redeemed", "expired", "revoked"])
def test_who_guesses_is_not_told_which_codes_there_were(state: str) -> None:
    assert str(ExpiredCodeError(state=state)) == str(UnknownCodeError())
    assert HINTS[ExpiredCodeError] == HINTS[UnknownCodeError]


@pytest.mark.parametrize(
    ("wait_us", "words"),
    [
        (0, "1 second"),
        (1, "1 second"),
        (S, "1 second"),
        (S + 1, "2 seconds"),
        (59 * S, "59 seconds"),
        (60 * S, "1 minute"),
        (61 * S, "2 minutes"),
        (3_600 * S, "1 hour"),
        (86_400 * S, "1 day"),
        (86_401 * S, "2 days"),
    ],
)
def test_a_wait_is_never_told_too_short(wait_us: int, words: str) -> None:
    error = TooManyGuessesError(wait_us=wait_us)
    assert str(error) == f"too much was tried; the next try is possible in {words}"
    assert error.wait_us == wait_us
