"""What can be said of a recording, cell by cell."""

from itertools import combinations, product

import pytest

from portal_core.errors import CannotRecordError, WrongStateError
from portal_core.portals import Place, Recording
from portal_core.recording_state import (
    CANNOT_SHARE,
    NEXT,
    OFF,
    WAITS_US,
    Event,
    OnServer,
    RecordingState,
    State,
    begin,
    missing,
    of_parts,
    of_session,
    on_server,
)

NOW_US = 1_700_000_000_000_000
REASONED = {State.PARTIAL, State.REFUSED, State.NONE}
# The table once more: each state, and what BEGAN, WHOLE, INTERRUPTED, LOST, FALSE, EMPTY, PURGED make of it.
TABLE = {
    State.RECORDING: "recording complete recovered partial refused none -",
    State.COMPLETE: "- complete - partial refused - purged",
    State.RECOVERED: "recording complete recovered partial refused - purged",
    State.PARTIAL: "recording complete recovered partial refused - purged",
    State.REFUSED: "- complete recovered partial refused - purged",
    State.PURGED: "- - - - - - purged",
    State.NONE: "recording - - - - none purged",
}


def in_state(state: State, *, why: str = "why", missing: frozenset[Place] = frozenset()) -> RecordingState:
    return RecordingState(
        state=state,
        why=why if state in REASONED else "",
        purged_us=5 if state is State.PURGED else None,
        missing=missing,
    )


def test_the_table_is_whole() -> None:
    assert set(TABLE) == set(NEXT) == set(State)
    assert all(len(row.split()) == len(Event) for row in TABLE.values())


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", Event)
def test_every_cell(state: State, event: Event) -> None:
    word = TABLE[state].split()[list(Event).index(event)]
    before = in_state(state, missing=frozenset({Place.AGENT}))
    if word == "-":
        with pytest.raises(WrongStateError) as caught:
            before.after(event, why="later", now_us=NOW_US)
        assert (caught.value.state, caught.value.event) == (state.value, event.value)
        return
    after = before.after(event, why="later", now_us=NOW_US)
    assert after.state.value == word
    assert after.why == ("later" if after.state in REASONED else "")
    purged_us = 5 if state is State.PURGED else NOW_US  # it goes once
    assert after.purged_us == (purged_us if after.state is State.PURGED else None)
    assert after.missing == before.missing


@pytest.mark.parametrize("state", State)
def test_a_state_tells_why_and_when_exactly_where_it_must(state: State) -> None:
    told, timed = state in REASONED, state is State.PURGED
    for why, purged_us in product(("", "why"), (None, 5)):
        if (why != "", purged_us is not None) == (told, timed):
            assert RecordingState(state=state, why=why, purged_us=purged_us).state is state
        else:
            with pytest.raises(ValueError, match="exactly"):
                RecordingState(state=state, why=why, purged_us=purged_us)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (in_state(State.RECORDING), "recording"),
        (in_state(State.COMPLETE), "complete"),
        (in_state(State.RECOVERED), "recovered"),
        (in_state(State.PARTIAL), "partial (why)"),
        (in_state(State.REFUSED), "refused (why)"),
        (in_state(State.PURGED), "purged (day 5)"),
        (in_state(State.NONE), "none (why)"),
        (
            in_state(State.COMPLETE, missing=frozenset({Place.CUSTOMER, Place.AGENT})),
            "complete; not confirmed: the agent's copy and the customer's copy",
        ),
        (
            in_state(State.PURGED, missing=frozenset({Place.SERVER})),
            "purged (day 5); not confirmed: the server's copy",
        ),
    ],
)
def test_it_is_said_in_the_specs_words(state: RecordingState, words: str) -> None:
    assert state.in_words(date=lambda time_us: f"day {time_us}") == words


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ("complete", "complete"),
        ("none", "none"),
        ("none none", "none"),
        ("complete complete", "complete"),
        ("recovered complete", "recovered"),
        ("partial complete recovered", "partial"),
        ("complete refused partial", "refused"),
        ("recovered recording", "recording"),
        ("refused recording", "recording"),
        ("complete purged", "purged"),
        ("none complete", "partial"),
        ("recovered none", "partial"),
        ("none recording", "recording"),
        ("none refused", "refused"),
    ],
)
def test_a_session_is_as_good_as_its_worst_part(parts: str, whole: str) -> None:
    states = [in_state(State(word)) for word in parts.split()]
    assert of_parts(states) == of_parts(states[::-1]) == in_state(State(whole))


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ("complete", "none"),
        ("recovered complete", "none"),
        ("recording", "recording"),
        ("complete partial", "partial"),
        ("none complete", "partial"),
        ("complete refused", "refused"),
        ("complete purged", "purged"),
    ],
)
def test_where_no_browser_could_share_there_is_none_but_what_went_wrong_is_told_first(parts: str, whole: str) -> None:
    lacking = frozenset({Place.AGENT})
    states = [in_state(State(word), missing=lacking) for word in parts.split()]
    found = of_session(states, screenless=True)
    assert found.state is State(whole)
    assert (found.why == CANNOT_SHARE) == (whole == "none")
    assert found.missing == lacking
    assert of_session(states, screenless=False) == of_parts(states)


def test_a_copy_that_one_part_lacks_the_session_lacks() -> None:
    lacking = in_state(State.COMPLETE, missing=frozenset({Place.AGENT}))
    parts = [in_state(State.RECOVERED), lacking, in_state(State.COMPLETE, missing=frozenset({Place.CUSTOMER}))]
    assert of_parts(parts).missing == {Place.AGENT, Place.CUSTOMER}


@pytest.mark.parametrize(
    ("recording", "obstacle", "state"),
    [
        (Recording.OFF, None, RecordingState(state=State.NONE, why=OFF)),
        (Recording.OFF, "disk full", RecordingState(state=State.NONE, why=OFF)),
        (Recording.WHEN_POSSIBLE, None, RecordingState(state=State.RECORDING)),
        (Recording.WHEN_POSSIBLE, "disk full", RecordingState(state=State.NONE, why="disk full")),
        (Recording.REQUIRED, None, RecordingState(state=State.RECORDING)),
        (Recording.REQUIRED, "disk full", None),
    ],
)
def test_what_a_session_begins_with(recording: Recording, obstacle: str | None, state: RecordingState | None) -> None:
    if state:
        assert begin(recording, obstacle=obstacle) == state
    else:
        with pytest.raises(CannotRecordError) as caught:
            begin(recording, obstacle=obstacle)
        assert caught.value.why == obstacle


SOME = [frozenset(places) for size in range(4) for places in combinations(Place, size)]


@pytest.mark.parametrize(("places", "confirmed"), list(product(SOME, SOME)))
def test_the_server_keeps_what_is_not_yet_elsewhere(places: frozenset[Place], confirmed: frozenset[Place]) -> None:
    copies_lack = places - confirmed
    assert missing(places, confirmed=confirmed) == copies_lack
    for over in (True, False):
        now_us = NOW_US + WAITS_US - (0 if over else 1)
        becomes = on_server(places, confirmed=confirmed, ended_us=NOW_US, now_us=now_us)
        if Place.SERVER in places:
            assert becomes is OnServer.STAYS
        elif copies_lack and not over:
            assert becomes is OnServer.WAITS
        else:
            assert becomes is OnServer.GOES
