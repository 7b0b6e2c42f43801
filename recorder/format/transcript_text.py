"""A transcript as text for people, and the words all its forms for people share.  Pure.  replay/export/SPEC.md §2.2."""

import re
from collections.abc import Iterator
from datetime import tzinfo
from typing import Final

from recorder.format.events import Line
from recorder.format.quantities import length
from recorder.format.transcript import AGENTS, KINDS, Entry, Missing, Transcript
from recorder.format.visible import code_point, hanging, on_one_line
from recorder.format.wall_times import in_zone

LINE: Final = KINDS[Line]
# Their sentences are whatever somebody wrote, such as that somebody else consented.
_FREE: Final = ("marker", "outcome", "trouble", "missing")
# What would end a name or a role early, or make a line pass for an event.
_IN_NAMES: Final = re.compile(r"^\*|:")
_IN_ROLES: Final = re.compile("[:(),]")


def as_text(transcript: Transcript, zone: tzinfo) -> Iterator[str]:
    """Give a transcript as text, an entry a line; further lines of an entry are set in."""
    for name, value in facts(transcript, zone):
        yield f"{name}: {hanging(value)}\n"
    yield "\n"
    for entry in transcript.entries:
        yield f"[{length(entry.time_us)}] {_said(entry)}\n"


def facts(transcript: Transcript, zone: tzinfo) -> Iterator[tuple[str, str]]:
    """Give what is known of a session, what was removed and what is missing, as people read it: name, value."""
    heading = transcript.heading
    known = {
        "Session": heading.session,
        "Portal": heading.portal,
        "Team": heading.team,
        "Agents": ", ".join(heading.agents),
        "Customers": ", ".join(heading.customers),
        "Title": heading.title,
        "Question": heading.question,
        "Began": None if heading.began_us is None else in_zone(heading.began_us, zone),
        "Ended": None if heading.ended_us is None else in_zone(heading.ended_us, zone),
        "Duration": length(heading.duration_us),
        "Outcome": heading.outcome,
        "Note": heading.note,
        "Software": heading.software,
        "Redacted": transcript.redacted and transcript.redacted.removeprefix("Redacted: "),
    }
    yield from ((name, value) for name, value in known.items() if value)
    yield from (("Missing", missing(one)) for one in transcript.missing)


def missing(one: Missing) -> str:
    """Return what is missing, and when."""
    if one.from_us is None:
        return one.why
    until = "" if one.until_us is None else f" to {length(one.until_us)}"
    return f"{length(one.from_us)}{until}: {one.why}"


def happened(entry: Entry) -> str:
    """Return what an entry tells that is no line; it cannot pass for one of another kind."""
    if not entry.sentence:
        return " · ".join(filter(None, (entry.kind, entry.who)))
    return f"{entry.kind}: {entry.sentence}" if entry.kind in _FREE else entry.sentence


def of_day(wall_us: int | None, zone: tzinfo) -> str:
    """Return the time of day, such as *14:03:11*; empty where nobody knows it."""
    parts = [] if wall_us is None else in_zone(wall_us, zone).split(" ")
    return parts[1] if len(parts) == len(("day", "clock", "zone")) else ""


def _said(entry: Entry) -> str:
    if entry.kind != LINE:
        return f"* {hanging(happened(entry))}"
    name = _IN_NAMES.sub(_as_code_point, on_one_line(entry.who or "somebody"))
    role = _IN_ROLES.sub(_as_code_point, on_one_line(entry.role or "unknown"))
    only = ", to agents" if entry.audience == AGENTS else ""
    return f"{name} ({role}{only}): {hanging(entry.text)}"


def _as_code_point(found: re.Match[str]) -> str:
    return code_point(found[0])
