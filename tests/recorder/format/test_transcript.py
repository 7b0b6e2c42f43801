"""A transcript from events: every kind, the customer's copy, what is missing, an unknown clock."""

from typing import get_args

from recorder.format.events import About, Clock, Event
from recorder.format.transcript import KINDS, Heading
from tests.replay.export.transcripts import BEGAN_US, EMPTY, EVENTS, MISSING, REDACTED, UNDATED, WHOLE, S


def test_every_event_is_an_entry_but_what_stands_in_the_heading() -> None:
    assert set(KINDS) == set(get_args(Event)) - {About, Clock}
    assert {type(event) for _, event in EVENTS} == set(get_args(Event))
    assert {one.kind for one in WHOLE.entries} == {*KINDS.values(), "missing"}


def test_entries_are_in_order_and_have_wall_times() -> None:
    times_us = [one.time_us for one in WHOLE.entries]
    assert times_us == sorted(times_us)
    assert all(one.wall_us == BEGAN_US + one.time_us for one in WHOLE.entries)


def test_the_heading_says_whose_session_it_was() -> None:
    assert WHOLE.heading == Heading(
        session="5e55",
        portal="help.example",
        team="Network",
        agents=("Ada",),
        customers=("Grace",),
        title="Blank pages",
        question="Why?\nHow?",
        began_us=BEGAN_US,
        ended_us=BEGAN_US + 60 * S,
        duration_us=60 * S,
        outcome="resolved",
        note="new driver",
        software="Sealcast 1",
    )


def test_the_customers_copy_has_nothing_that_was_meant_for_agents() -> None:
    copy = WHOLE.for_customer()
    assert [one.text for one in WHOLE.entries if one not in copy.entries] == ["Broken driver?", "resolved: new driver"]
    assert "new driver" not in repr(copy)
    assert "Broken" not in repr(copy)
    assert (copy.heading.outcome, copy.entries[-1].text, copy.entries[-1].sentence) == ("resolved",) * 3
    assert (copy.missing, copy.redacted) == (MISSING, REDACTED)


def test_what_is_missing_at_a_time_is_an_entry_and_the_rest_is_listed() -> None:
    assert [(one.time_us, one.text) for one in WHOLE.entries if one.kind == "missing"] == [
        (40 * S, "the recording was paused")
    ]
    assert WHOLE.missing == MISSING


def test_without_a_wall_clock_nothing_has_a_wall_time() -> None:
    assert {one.wall_us for one in UNDATED.entries} == {None}
    assert (UNDATED.heading.began_us, UNDATED.heading.ended_us) == (None, None)


def test_of_a_session_without_events_only_its_id_is_known() -> None:
    assert EMPTY.entries == ()
    assert EMPTY.heading == Heading(session="5e55")
