"""What was said and noted in a recording, as text with times: chat, diagnostics, markers, participants, notes.

What a summary leaves out (long lists, and what snapshots hold) is read from the segments; where the index tells where
it lies, only there.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from recorder.format.errors import RecordingError
from recorder.format.events import (
    EVENT_TRACKS,
    RECORDER,
    About,
    Consent,
    Event,
    Joined,
    Left,
    Line,
    Marker,
    Outcome,
    Taken,
    Trouble,
    read_event,
)
from replay.recording import Gap, Placed, Recording
from replay.search import Saying

Timed = tuple[int, Event]
MAX_PEOPLE: Final = 10_000
MAX_NAME: Final = 200  # characters that are kept of a name
_WORTH_JUMPING: Final = 50  # snapshots; more are read through
_ROLES: Final = ("portal", "team", "agent", "customer", "question", "title")


@dataclass(kw_only=True)
class Heard:
    """What is known of a session while its parts are read one after the other: names, and how often something lacked.

    It owns both; a part names people who joined in one before it only by number.  stopped is asked now and then: what
    is true ends the reading.
    """

    stopped: Callable[[], bool] = lambda: False
    people: dict[int, str] = field(default_factory=dict)
    gaps: int = 0


def sayings(recording: Recording, heard: Heard) -> Iterator[Saying]:
    """Give what was said and noted in a part; in order of time only on each track.

    Errors: StoreUnavailableError from whatever reads.
    """
    summary = recording.written()
    if summary is None:
        yield from _said(_from_segments(recording, EVENT_TRACKS, heard), heard)
        return
    listed = [one for track in summary.events.values() for one in track.events or ()]
    cut = [track for track, its in summary.events.items() if its.events is None]
    snapshots = [time_us for time_us, event in listed if isinstance(event, Taken)]
    for _, event in listed:
        _note(event, heard)
    yield from _said([one for one in listed if not isinstance(one[1], Taken)], heard)
    if cut:
        wanted = [*cut, Taken.TRACK] if snapshots else cut
        found = _from_segments(recording, wanted, heard)
        yield from _said((one for one in found if one[1].TRACK in cut or isinstance(one[1], Taken)), heard)
    elif snapshots:
        yield from _said(_snapshots(recording, snapshots, heard), heard)


def _from_segments(recording: Recording, tracks: Sequence[str], heard: Heard) -> Iterator[Timed]:
    return _events(recording.packets(), tracks, heard)


def _events(found: Iterable[Placed | Gap], tracks: Sequence[str], heard: Heard) -> Iterator[Timed]:
    for one in found:
        if heard.stopped():
            return
        if isinstance(one, Gap):
            heard.gaps += 1
        elif one.packet.track in tracks:
            try:
                event = read_event(one.packet.track, one.packet.payload)
            except RecordingError:
                heard.gaps += 1
                continue
            if event is not None:
                yield one.packet.time_us, event


def _snapshots(recording: Recording, times: Sequence[int], heard: Heard) -> Iterator[Timed]:
    if not recording.indexed or len(times) > _WORTH_JUMPING:
        yield from _from_segments(recording, [Taken.TRACK], heard)
        return
    for time_us in dict.fromkeys(times):
        found = _taken_at(recording, time_us, Heard(stopped=heard.stopped))
        if len(found) < times.count(time_us):
            heard.gaps += 1
        yield from found


def _taken_at(recording: Recording, time_us: int, heard: Heard) -> list[Timed]:
    # The last segment that begins at the time may not be the first one that does.
    packets = recording.packets_from(time_us - 1)() if time_us else recording.packets()
    found = list[Timed]()
    for one in _events(_until(packets, time_us), [Taken.TRACK], heard):
        if one[0] == time_us and isinstance(one[1], Taken):
            found.append(one)
    return found


def _until(found: Iterable[Placed | Gap], time_us: int) -> Iterator[Placed | Gap]:
    for one in found:
        if isinstance(one, Placed) and one.packet.time_us > time_us:
            return
        yield one


def _said(events: Iterable[Timed], heard: Heard) -> Iterator[Saying]:
    for time_us, event in events:
        _note(event, heard)
        for who, text in _texts(event, heard.people):
            yield Saying(time_us=time_us, track=event.TRACK, who=who, text=text)


def _note(event: Event, heard: Heard) -> None:
    if isinstance(event, Joined) and len(heard.people) < MAX_PEOPLE:
        heard.people[event.id] = event.name[:MAX_NAME]


def _texts(event: Event, people: dict[int, str]) -> Iterator[tuple[str | None, str]]:
    """Give who said it, and what; a snapshot has much to say."""
    match event:
        case Line():
            yield _name(event.by, people), event.text
        case Marker():
            yield None if event.by is None else _name(event.by, people), event.name
        case Joined():
            yield event.name[:MAX_NAME], " ".join(filter(None, (event.name, event.email, event.role)))
        case Left() if event.why:
            yield _name(event.id, people), event.why
        case Taken():
            yield from ((_name(event.of, people), text) for text in _facts(event))
        case About():
            told = ((role, getattr(event, role)) for role in _ROLES)
            yield from ((None, f"{role}: {text}") for role, text in told if text)
        case Consent():
            yield _name(event.by, people), event.text
        case Trouble():
            yield None, event.what
        case Outcome():
            yield None if event.by is None else _name(event.by, people), f"{event.outcome} {event.note}".strip()
        case _:
            pass  # the others have no text


def _facts(event: Taken) -> Iterator[str]:
    for category in event.snapshot.categories:
        items = (", ".join(f"{name} {value}" for name, value in item.items()) for item in category.items)
        missing = () if category.missing is None else (category.missing,)
        yield from (f"{category.name}: {text}" for text in chain(items, missing))


def _name(number: int, people: dict[int, str]) -> str:
    return people.get(number) or ("the recorder" if number == RECORDER else f"participant {number}")
