"""What was said and noted in a recording, as text with times: chat, diagnostics, markers, participants, notes.

What a summary leaves out (long lists, and what snapshots hold) is read from the segments; where the index tells where
it lies, only there.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from recorder.format.errors import RecordingError
from recorder.format.event_words import name_of, text_of, whose
from recorder.format.events import EVENT_TRACKS, About, Event, Joined, Taken, read_event
from replay.recording import Break, Placed, Recording
from replay.search import Saying
from replay.snapshots import taken_at

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
    breaks: int = 0


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


def _events(found: Iterable[Placed | Break], tracks: Sequence[str], heard: Heard) -> Iterator[Timed]:
    for one in found:
        if heard.stopped():
            return
        if isinstance(one, Break):
            heard.breaks += 1
        elif one.packet.track in tracks:
            try:
                event = read_event(one.packet.track, one.packet.payload)
            except RecordingError:
                heard.breaks += 1
                continue
            if event is not None:
                yield one.packet.time_us, event


def _snapshots(recording: Recording, times: Sequence[int], heard: Heard) -> Iterator[Timed]:
    if not recording.indexed or len(times) > _WORTH_JUMPING:
        yield from _from_segments(recording, [Taken.TRACK], heard)
        return
    for time_us in dict.fromkeys(times):
        found = list(taken_at(recording, time_us, stopped=heard.stopped))
        if len(found) < times.count(time_us):
            heard.breaks += 1
        yield from ((time_us, taken) for taken in found)


def _said(events: Iterable[Timed], heard: Heard) -> Iterator[Saying]:
    for time_us, event in events:
        _note(event, heard)
        number = whose(event)
        who = None if number is None else name_of(number, heard.people)
        for text in _texts(event):
            yield Saying(time_us=time_us, track=event.TRACK, who=who, text=text)


def _note(event: Event, heard: Heard) -> None:
    if isinstance(event, Joined) and len(heard.people) < MAX_PEOPLE:
        heard.people[event.id] = event.name[:MAX_NAME]


def _texts(event: Event) -> Iterator[str]:
    """Give what it says; a snapshot has much to say."""
    match event:
        case Joined():
            yield " ".join(filter(None, (event.name, event.email, event.role)))
        case Taken():
            yield from _facts(event)
        case About():
            told = ((role, getattr(event, role)) for role in _ROLES)
            yield from (f"{role}: {text}" for role, text in told if text)
        case _ if text := text_of(event):
            yield text


def _facts(event: Taken) -> Iterator[str]:
    for category in event.snapshot.categories:
        items = (", ".join(f"{name} {value}" for name, value in item.items()) for item in category.items)
        missing = () if category.missing is None else (category.missing,)
        yield from (f"{category.name}: {text}" for text in chain(items, missing))
