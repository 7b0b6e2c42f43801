"""Transcripts for tests: one of every kind of entry, and any that people could write."""

import re
import unicodedata
from dataclasses import replace
from datetime import timedelta, timezone
from typing import Final

from hypothesis import strategies as st

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
from recorder.format.transcript import KINDS, Entry, Heading, Missing, Transcript, transcript

ZONE: Final = timezone(timedelta(hours=1))
BEGAN_US: Final = 1_795_352_591_000_000  # 2026-11-22 13:03:11 UTC
S: Final = 1_000_000
REDACTED: Final = "Redacted: 1 region and 2 texts removed."
EVENTS: Final[tuple[tuple[int, Event], ...]] = (
    (
        0,
        About(software="Sealcast 1", portal="help.example", team="Network", title="Blank pages", question="Why?\nHow?"),
    ),
    (0, Clock(wall_us=BEGAN_US)),
    (0, Consent(by=2, how="box", text="I agree.")),
    (1 * S, Joined(id=1, role="agent", name="Ada")),
    (2 * S, Joined(id=2, role="customer", name="Grace")),
    (3 * S, Sharing(id=2, track="screen/customer", on=True)),
    (10 * S, Line(by=1, text="Hello Grace")),
    (12 * S, Line(by=2, text="It prints\nblank pages")),
    (13 * S, Line(by=1, text="Broken driver?", audience="agents")),
    (20 * S, Asked(by=1)),
    (21 * S, Allowed(by=2)),
    (22 * S, Taken(of=2, snapshot=Snapshot(taken_us=1, source="native", categories=()))),
    (23 * S, Refused(by=2)),
    (30 * S, Marker(name="the error", by=1)),
    (31 * S, Masks(masks=("window Keys",))),
    (40 * S, Pause(by=2)),
    (50 * S, Resume(by=2)),
    (55 * S, Trouble(what="no sound")),
    (58 * S, Left(id=2, why="network")),
    (60 * S, Outcome(outcome="resolved", note="new driver", by=1)),
)
MISSING: Final = (
    Missing(why="the recording was paused", from_us=40 * S, until_us=50 * S),
    Missing(why="part 2 was not found"),
)
WHOLE: Final = replace(
    transcript("5e55", EVENTS, duration_us=60 * S, began_us=BEGAN_US, missing=MISSING), redacted=REDACTED
)
EMPTY: Final = transcript("5e55", [], duration_us=0)
UNDATED: Final = transcript("5e55", EVENTS, duration_us=60 * S)

HOSTILE: Final = (
    "</td></tr><tr><td><script>alert(1)</script>", "<!--", "]]>", "&amp;", "\"'><img onerror=x>", "\r\n", "\r", "\n\n",
    "\n[00:00:01] Ada (agent): yes", "[00:00:01] * ", "* ", "Ada (agent): ", "    ", "\u202e", "\u2066", "\u2028",
    "\x85", "\x1b[31m", "\0", "\ufeff", "\U000e0041", "\ud83d", "\udc00", "=1+1", "\t=1", ';"=1', ";-)", "@", "\uff1d1",
    ',"', "00:00.000 --> 00:09.000", "-->", "NOTE", "WEBVTT", "<v Ada>", "}\n{", '\\"', "שלום", "مرحبا", "日本語",
    "👩‍💻", "e\u0301",
)  # fmt: skip
texts: Final = st.lists(st.sampled_from(HOSTILE) | st.text(st.characters(), max_size=6), max_size=5).map("".join)
_walls: Final = st.none() | st.integers(0, 2**53)
_entries: Final = st.builds(
    Entry,
    time_us=st.integers(0, 10**12),
    kind=st.sampled_from([*KINDS.values(), "missing"]),
    wall_us=_walls,
    who=st.none() | texts,
    role=st.none() | st.sampled_from(["agent", "customer"]) | texts,
    text=texts,
    audience=st.sampled_from([None, "all", "agents"]),
    sentence=texts,
)
_headings: Final = st.builds(
    Heading,
    session=texts,
    portal=st.none() | texts,
    team=st.none() | texts,
    agents=st.lists(texts, max_size=2).map(tuple),
    title=st.none() | texts,
    question=st.none() | texts,
    began_us=_walls,
    duration_us=st.integers(0, 10**12),
    note=st.none() | texts,
)
_missing: Final = st.builds(Missing, why=texts, from_us=st.none() | st.integers(0, 10**12))
transcripts: Final = st.builds(
    Transcript,
    heading=_headings,
    entries=st.lists(_entries, max_size=6).map(lambda all_: tuple(sorted(all_, key=lambda one: one.time_us))),
    missing=st.lists(_missing, max_size=2).map(tuple),
    redacted=st.none() | texts,
)
_STEERING: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff\U000e0000-\U000e007f]")


def hidden(text: str, *, but: str = "\n") -> set[str]:
    """Return the characters of a text that nobody sees or that steer the others."""
    steering = {char for char in text if unicodedata.category(char) in ("Cc", "Cs") or _STEERING.match(char)}
    return steering - {"\t", *but}
