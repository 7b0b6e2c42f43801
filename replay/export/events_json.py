"""All events but chat and snapshots as JSON, with all their fields.  Pure.  SPEC.md §7."""

from collections.abc import Iterable, Iterator

from recorder.format.events import Event, Line, Taken, to_fields
from recorder.format.wall_times import in_utc
from replay.export.json_text import as_json


def events_json(
    session: str, events: Iterable[tuple[int, Event]], *, began_us: int | None = None, redacted: str | None = None
) -> Iterator[str]:
    """Give events with their times as a JSON document, an event a line.

    Units: µs, began_us since 1970 UTC.  A redacted export gives redacted events.
    """
    about: dict[str, object] = {"format": "sealcast events", "version": 1, "session": session}
    if redacted:
        about["redacted"] = redacted
    yield f'{as_json(about)[:-1]}, "events": ['
    between = "\n"
    for time_us, event in events:
        if isinstance(event, Line | Taken):
            continue
        wall = {} if began_us is None else {"wall": in_utc(began_us + time_us)}
        yield between + as_json({"time_us": time_us, **wall, "track": event.TRACK, "event": to_fields(event)})
        between = ",\n"
    yield "\n]}\n"
