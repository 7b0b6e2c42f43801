"""Events in words."""

from typing import get_args

import pytest

from recorder.format.event_words import name_of, sentence, text_of, whose
from recorder.format.events import (
    About,
    Allowed,
    Asked,
    Clock,
    Consent,
    Event,
    Joined,
    Left,
    Line,
    Marker,
    Masks,
    Outcome,
    Pause,
    Refused,
    Resume,
    Sharing,
    Taken,
    Trouble,
)
from recorder.format.snapshot import Snapshot

PEOPLE = {1: "Grace", 2: ""}
TABLE: list[tuple[Event, int | None, str, str]] = [
    (Joined(id=1, role="customer", name="Grace"), 1, "", "Grace joined (customer)"),
    (Left(id=1), 1, "", "Grace left"),
    (Left(id=1, why="network"), 1, "network", "Grace left: network"),
    (Line(by=1, text="hello"), 1, "hello", "hello"),
    (
        Taken(of=1, snapshot=Snapshot(taken_us=1, source="test", categories=())),
        1,
        "",
        "snapshot of the machine of Grace",
    ),
    (Asked(by=1), 1, "", "Grace asked for diagnostics"),
    (Allowed(by=1), 1, "", "Grace allowed diagnostics"),
    (Refused(by=2), 2, "", "participant 2 refused diagnostics"),
    (Sharing(id=1, track="screen/customer", on=True), 1, "", "Grace began to show a screen"),
    (Sharing(id=1, track="screen/left", on=False), 1, "", "Grace no longer shows the screen left"),
    (Sharing(id=0, track="screen/customer", on=False), 0, "", "a screen is recorded no more"),
    (Marker(name="the error"), None, "the error", "the error"),
    (Marker(name="the error", by=1), 1, "the error", "the error"),
    (Consent(by=0, how="operator", text="{text} yes"), 0, "{text} yes", "consent of the recorder: {text} yes"),
    (Pause(by=2), 2, "", "paused by participant 2"),
    (Resume(by=7), 7, "", "resumed by participant 7"),
    (Masks(masks=("window Keys", "0,0 9x9")), None, "window Keys, 0,0 9x9", "painted over: window Keys, 0,0 9x9"),
    (Trouble(what="no sound"), None, "no sound", "no sound"),
    (Outcome(outcome="resolved", note=""), None, "resolved", "resolved"),
    (Outcome(outcome="resolved", note="new cable", by=1), 1, "resolved: new cable", "resolved: new cable"),
]
UNTOLD: list[Event] = [About(software="test"), Clock(wall_us=1)]


@pytest.mark.parametrize(("event", "number", "text", "said"), TABLE, ids=lambda one: type(one).__name__)
def test_what_an_event_says_and_whose_it_is(event: Event, number: int | None, text: str, said: str) -> None:
    assert (whose(event), text_of(event), sentence(event, PEOPLE)) == (number, text, said)


@pytest.mark.parametrize("event", UNTOLD, ids=lambda one: type(one).__name__)
def test_what_nobody_needs_to_be_told_is_not_said(event: Event) -> None:
    assert (text_of(event), sentence(event, PEOPLE)) == ("", "")


def test_of_every_kind_it_is_known_whether_it_is_told() -> None:
    known = {type(event) for event, *_ in TABLE} | {type(event) for event in UNTOLD}
    assert set(get_args(Event)) == known


def test_who_joined_unseen_or_without_a_name_is_a_number() -> None:
    assert [name_of(number, PEOPLE) for number in range(4)] == [
        "the recorder",
        "Grace",
        "participant 2",
        "participant 3",
    ]
