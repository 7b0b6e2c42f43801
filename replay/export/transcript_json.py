"""A transcript as JSON, with texts as they were written.  Pure.  SPEC.md §2.3."""

from collections.abc import Iterator

from recorder.format.transcript import Entry, Heading, Missing, Transcript
from recorder.format.wall_times import in_utc
from replay.export.json_text import as_json


def as_json_text(transcript: Transcript) -> Iterator[str]:
    """Give a transcript as a JSON document, an entry a line."""
    about = {
        "format": "sealcast transcript",
        "version": 1,
        "header": _header(transcript.heading),
        "redacted": transcript.redacted,
        "missing": [missing_fields(one) for one in transcript.missing],
    }
    yield f'{as_json(_known(about))[:-1]}, "entries": ['
    for number, entry in enumerate(transcript.entries):
        yield f"{',' if number else ''}\n{as_json(_fields(entry))}"
    yield "\n]}\n"


def missing_fields(one: Missing) -> dict[str, object]:
    """Return what is missing.  SPEC.md §6."""
    return _known({"from_us": one.from_us, "until_us": one.until_us, "why": one.why})


def _header(heading: Heading) -> dict[str, object]:
    return _known(
        {
            "session": heading.session,
            "portal": heading.portal,
            "team": heading.team,
            "agents": heading.agents,
            "customers": heading.customers,
            "title": heading.title,
            "question": heading.question,
            "began": _wall(heading.began_us),
            "ended": _wall(heading.ended_us),
            "duration_us": heading.duration_us,
            "outcome": heading.outcome,
            "note": heading.note,
            "software": heading.software,
        }
    )


def _fields(entry: Entry) -> dict[str, object]:
    return _known(
        {
            "time_us": entry.time_us,
            "wall": _wall(entry.wall_us),
            "kind": entry.kind,
            "who": entry.who,
            "role": entry.role,
            "audience": entry.audience,
            "text": entry.text,
        }
    )


def _wall(wall_us: int | None) -> str | None:
    return None if wall_us is None else in_utc(wall_us)


def _known(fields: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}
