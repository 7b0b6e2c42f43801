"""The library of what lies on a portal's server."""

from dataclasses import replace
from pathlib import Path

import pytest

from replay.hosted_loading import HostedLoading
from tests.vault.test_portal_source import RECORDING
from tests.waiting import until
from vault.errors import StoreUnavailableError, VaultError
from vault.portal import HostedRecording

STATES = {
    ("complete", "complete"): ("complete (not verified yet)", True),
    ("recording", "recording"): ("recording", True),
    ("recovered", "recovered"): ("recovered", True),
    ("partial", "partial (its end is gone)"): ("partial (its end is gone)", True),
    ("refused", "refused (forged)"): ("refused (forged)", True),
    ("purged", "purged (2026-01-31)"): ("unreadable (purged (2026-01-31))", False),
    ("none", "none (recording is off)"): ("unreadable (none (recording is off))", False),
    ("new word", "new word"): ("unreadable (new word)", False),
}


class Lists:
    """A portal with a list, or one that is not reached."""

    def __init__(self, *listed: HostedRecording, trouble: VaultError | None = None) -> None:
        self.all, self.trouble = listed, trouble

    def __str__(self) -> str:
        return "https://support.example.org"

    def listed(self) -> list[tuple[Path, HostedRecording]]:
        if self.trouble:
            raise self.trouble
        return [(Path(f"{at}.sealcast"), one) for at, one in enumerate(self.all)]


def loaded(lists: Lists) -> HostedLoading:
    loading = HostedLoading(lists)  # type: ignore[arg-type] # it lists, and does no more
    until(lambda: loading.loaded)
    return loading


@pytest.mark.parametrize("said", STATES)
def test_what_the_portal_says_is_its_word_until_it_is_verified(said: tuple[str, str]) -> None:
    loading = loaded(Lists(replace(RECORDING, state=said[0], state_in_words=said[1], size=7, customer="Bob")))
    (entry,) = loading.library.entries
    assert (str(entry.state), entry.playable) == STATES[said]
    assert (entry.customer, entry.size) == ("Bob", 7)
    loading.close()


def test_parts_of_a_session_are_one_entry_and_one_that_is_not_reached_says_why() -> None:
    parts = [replace(RECORDING, part=number, recording_id=bytes([number] * 16), size=1) for number in (1, 2)]
    lists = Lists(*parts)
    loading = loaded(lists)
    (entry,) = loading.library.entries
    assert [part.number for part in entry.parts] == [1, 2]
    lists.trouble = StoreUnavailableError(name="https://support.example.org", why="nothing answers there")
    loading.look_again()
    until(lambda: loading.loaded)
    assert loading.library.missing == "https://support.example.org: nothing answers there"
    loading.close()
