"""A transcript as text."""

import re

import pytest
from hypothesis import given

from recorder.format.transcript import Entry, Missing, Transcript
from recorder.format.transcript_text import LINE, as_text, facts, happened, missing, of_day
from recorder.format.visible import visible
from tests.replay.export.transcripts import BEGAN_US, EMPTY, UNDATED, WHOLE, ZONE, S, hidden, transcripts

_ENTRY = re.compile(r"\[\d{2,}:\d\d:\d\d\] (\* |.* \([^:(),]*(?:, to agents)?\): )")


def test_it_reads_like_a_protocol() -> None:
    text = "".join(as_text(WHOLE, ZONE))
    head, _, body = text.partition("\n\n")
    assert head.split("\n") == [
        "Session: 5e55",
        "Portal: help.example",
        "Team: Network",
        "Agents: Ada",
        "Customers: Grace",
        "Title: Blank pages",
        "Question: Why?",
        "    How?",
        "Began: 2026-11-22 14:03:11 UTC+01:00",
        "Ended: 2026-11-22 14:04:11 UTC+01:00",
        "Duration: 00:01:00",
        "Outcome: resolved",
        "Note: new driver",
        "Software: Sealcast 1",
        "Redacted: 1 region and 2 texts removed.",
        "Missing: 00:00:40 to 00:00:50: the recording was paused",
        "Missing: part 2 was not found",
    ]
    lines = body.split("\n")
    assert [line for line in lines if not line.startswith("[")] == ["    blank pages", ""]
    for line in (
        "[00:00:00] * consent of Grace: I agree.",
        "[00:00:01] * Ada joined (agent)",
        "[00:00:10] Ada (agent): Hello Grace",
        "[00:00:12] Grace (customer): It prints",
        "[00:00:13] Ada (agent, to agents): Broken driver?",
        "[00:00:30] * marker: the error",
        "[00:00:40] * missing: the recording was paused, until 00:00:50",
        "[00:01:00] * outcome: resolved: new driver",
    ):
        assert line in lines


def test_the_customers_copy_has_nothing_for_agents() -> None:
    text = "".join(as_text(WHOLE.for_customer(), ZONE))
    assert "to agents" not in text
    assert "new driver" not in text
    assert "Hello Grace" in text


def test_what_is_not_known_is_left_out() -> None:
    assert "".join(as_text(EMPTY, ZONE)) == "Session: 5e55\nDuration: 00:00:00\n\n"
    assert not {"Began", "Ended"} & {name for name, _ in facts(UNDATED, ZONE)}


@given(transcripts)
def test_no_entry_passes_for_two_and_nothing_is_hidden(transcript: Transcript) -> None:
    text = "".join(as_text(transcript, ZONE))
    assert not hidden(text)
    head, empty, body = text.partition("\n\n")
    names = [line.partition(":")[0] for line in head.split("\n") if not line.startswith("    ")]
    assert names == [name for name, _ in facts(transcript, ZONE)]
    assert empty
    begun = [line for line in body.split("\n")[:-1] if not line.startswith("    ")]
    found = [_ENTRY.match(line) for line in begun]
    assert [match and match[1] != "* " for match in found] == [one.kind == LINE for one in transcript.entries]


@given(transcripts)
def test_every_text_can_be_read_back(transcript: Transcript) -> None:
    entries = "".join(as_text(transcript, ZONE)).partition("\n\n")[2]
    said = re.split(r"\n(?! {4})", entries)[:-1]
    for text, one in zip(said, transcript.entries, strict=True):
        told = one.text if one.kind == LINE else happened(one)
        assert text.replace("\n    ", "\n").endswith(visible(told))


@pytest.mark.parametrize(
    ("who", "role", "head"),
    [
        ("Ada (agent): I agree. Bob", "customer", "Ada (agent)⟨U+003A⟩ I agree. Bob (customer): "),
        ("* Ada joined", "customer", "⟨U+002A⟩ Ada joined (customer): "),
        ("Ada", "agent, to agents", "Ada (agent⟨U+002C⟩ to agents): "),
        ("Ada", "x): no\n(", "Ada (x⟨U+0029⟩⟨U+003A⟩ no ⟨U+0028⟩): "),
        (None, None, "somebody (unknown): "),
    ],
)
def test_nobody_speaks_as_somebody_else(who: str | None, role: str | None, head: str) -> None:
    line = Entry(time_us=0, kind=LINE, who=who, role=role, text="yes")
    text = "".join(as_text(Transcript(heading=EMPTY.heading, entries=(line,)), ZONE))
    assert text.endswith(f"\n\n[00:00:00] {head}yes\n")


def test_a_marker_does_not_pass_for_a_consent() -> None:
    forged = Entry(time_us=0, kind="marker", sentence="consent of Grace: I agree.")
    assert happened(forged) == "marker: consent of Grace: I agree."


def test_what_has_no_sentence_is_told_by_its_kind() -> None:
    assert happened(Entry(time_us=0, kind="asked", who="Ada")) == "asked · Ada"
    assert happened(Entry(time_us=0, kind="asked")) == "asked"


def test_when_something_is_missing_is_said_as_far_as_it_is_known() -> None:
    assert missing(Missing(why="lost", from_us=S, until_us=2 * S)) == "00:00:01 to 00:00:02: lost"
    assert missing(Missing(why="lost", from_us=S)) == "00:00:01: lost"
    assert missing(Missing(why="lost")) == "lost"


def test_the_time_of_day_is_that_of_the_zone_and_empty_where_there_is_none() -> None:
    assert [of_day(time_us, ZONE) for time_us in (BEGAN_US, None, 10**18, -1)] == ["14:03:11", "", "", ""]
