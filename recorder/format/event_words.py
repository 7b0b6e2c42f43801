"""Events in words: what one says, whose it is, and both as a sentence, the same everywhere.  Pure."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from recorder.format.events import (
    RECORDER,
    Allowed,
    Asked,
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

_MOST_NAME: Final = 200  # characters of a name; it stands in every sentence
# What each kind says in the words of whoever put it in; the others have none.
_TEXTS: Final[dict[type[Event], Callable[[Any], str]]] = {
    Line: lambda event: event.text,
    Marker: lambda event: event.name,
    Consent: lambda event: event.text,
    Left: lambda event: event.why or "",
    Masks: lambda event: ", ".join(event.masks),
    Trouble: lambda event: event.what,
    Outcome: lambda event: f"{event.outcome}: {event.note}" if event.note else event.outcome,
}
# What happened, of the event, its participant's name and its text; of others the text says it.
_SENTENCES: Final[dict[type[Event], Callable[[Any, str, str], str]]] = {
    Joined: lambda event, _, __: f"{event.name} joined ({event.role})",
    Left: lambda _, name, text: f"{name} left: {text}" if text else f"{name} left",
    Pause: lambda _, name, __: f"paused by {name}",
    Resume: lambda _, name, __: f"resumed by {name}",
    Consent: lambda _, name, text: f"consent of {name}: {text}",
    Taken: lambda _, name, __: f"snapshot of the machine of {name}",
    Sharing: lambda event, name, _: _shared(event, name),
    Asked: lambda _, name, __: f"{name} asked for diagnostics",
    Allowed: lambda _, name, __: f"{name} allowed diagnostics",
    Refused: lambda _, name, __: f"{name} refused diagnostics",
    Masks: lambda _, __, text: f"painted over: {text}",
}


def text_of(event: Event) -> str:
    """Return what an event says; empty where it says nothing."""
    say = _TEXTS.get(type(event))
    return say(event) if say else ""


def whose(event: Event) -> int | None:
    """Return the number of the participant whose it is; None where it is nobody's."""
    match event:
        case Line() | Marker() | Consent() | Outcome() | Pause() | Resume() | Asked() | Allowed() | Refused():
            return event.by
        case Joined() | Left() | Sharing():
            return event.id
        case Taken():
            return event.of
        case _:
            return None


def name_of(number: int, people: Mapping[int, str]) -> str:
    """Return what a participant is called."""
    return people.get(number, "")[:_MOST_NAME] or ("the recorder" if number == RECORDER else f"participant {number}")


def sentence(event: Event, people: Mapping[int, str]) -> str:
    """Return what happened; empty for what nobody needs to be told."""
    number, text, say = whose(event), text_of(event), _SENTENCES.get(type(event))
    return say(event, "" if number is None else name_of(number, people), text) if say else text


def _shared(event: Sharing, name: str) -> str:
    screen = event.track.partition("/")[2]
    shown = "a screen" if screen in ("customer", "agent", "") else f"the screen {screen}"
    if event.id == RECORDER:
        return f"{shown} is {'recorded' if event.on else 'recorded no more'}"
    return f"{name} {'began to show' if event.on else 'no longer shows'} {shown}"
