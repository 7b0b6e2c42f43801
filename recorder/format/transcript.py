"""A transcript: what was said and what happened, in order, with names.  Pure.  replay/export/SPEC.md §2."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from recorder.format import event_words
from recorder.format.events import (
    RECORDER,
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
from recorder.format.quantities import length

AGENTS: Final = "agents"  # the audience of what customers do not get
KINDS: Final[dict[type[Event], str]] = {
    Line: "line", Joined: "joined", Left: "left", Sharing: "sharing", Asked: "asked", Allowed: "allowed",
    Refused: "refused", Taken: "snapshot", Pause: "paused", Resume: "resumed", Consent: "consent", Marker: "marker",
    Masks: "masked", Trouble: "trouble", Outcome: "outcome",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry.  Units: µs; wall_us since 1970 UTC.  sentence is what happened, as people read it."""

    time_us: int
    kind: str
    wall_us: int | None = None
    who: str | None = None
    role: str | None = None
    text: str = ""
    audience: str | None = None
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Whose session it is.  Units: µs; began_us and ended_us since 1970 UTC."""

    session: str
    portal: str | None = None
    team: str | None = None
    agents: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    title: str | None = None
    question: str | None = None
    began_us: int | None = None
    ended_us: int | None = None
    duration_us: int = 0
    outcome: str | None = None
    note: str | None = None
    software: str | None = None

    @property
    def name(self) -> str:
        """What the session is called."""
        return self.title or " – ".join(filter(None, [self.portal, *self.customers])) or f"Session {self.session}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Something that should be in a session and is not.  Units: µs; None where nobody knows when."""

    why: str
    from_us: int | None = None
    until_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A heading, entries in order of time, what is missing; redacted says what was removed, in one sentence."""

    heading: Heading
    entries: tuple[Entry, ...]
    missing: tuple[Missing, ...] = ()
    redacted: str | None = None

    def for_customer(self) -> Self:
        """Return the customer's copy: without what was said among agents."""
        entries = [one if one.kind != KINDS[Outcome] else _without_note(one) for one in self.entries]
        return replace(
            self,
            heading=replace(self.heading, note=None),
            entries=tuple(one for one in entries if one.audience != AGENTS),
        )


def transcript(
    session: str,
    events: Iterable[tuple[int, Event]],
    *,
    duration_us: int,
    began_us: int | None = None,
    missing: Sequence[Missing] = (),
    whole: bool = True,
) -> Transcript:
    """Return the transcript of events with their times, in order.

    Shapes: session is the session's id as text.  Units: µs, began_us since 1970 UTC.  Of what is not whole nobody knows
    when it ended.
    """
    known = list(events)
    people = {event.id: event for _, event in known if isinstance(event, Joined)}
    names = {number: one.name for number, one in people.items()}
    entries = [
        Entry(
            time_us=time_us,
            wall_us=None if began_us is None else began_us + time_us,
            kind=KINDS[type(event)],
            who=None if (number := event_words.whose(event)) is None else event_words.name_of(number, names),
            role=people[number].role if number in people else ("recorder" if number == RECORDER else None),
            text=_text(event),
            audience=event.audience if isinstance(event, Line) else None,
            sentence=event_words.sentence(event, names),
        )
        for time_us, event in known
        if not isinstance(event, About | Clock)
    ]
    entries += _gaps(missing, began_us)
    entries.sort(key=lambda one: one.time_us)
    heading = _heading(session, [event for _, event in known], duration_us=duration_us, began_us=began_us, whole=whole)
    return Transcript(
        heading=heading,
        entries=tuple(entries),
        missing=tuple(missing),
    )


def _until(one: Missing) -> str:
    return one.why if one.until_us is None else f"{one.why}, until {length(one.until_us)}"


def _text(event: Event) -> str:
    if isinstance(event, Sharing):
        return f"{'started' if event.on else 'stopped'} {event.track}"
    return event_words.text_of(event)


def _gaps(missing: Sequence[Missing], began_us: int | None) -> Iterator[Entry]:
    for one in missing:
        if one.from_us is not None:
            yield Entry(
                time_us=one.from_us,
                wall_us=None if began_us is None else began_us + one.from_us,
                kind="missing",
                text=one.why,
                sentence=_until(one),
            )


def _heading(session: str, events: Sequence[Event], *, duration_us: int, began_us: int | None, whole: bool) -> Heading:
    about = next((one for one in events if isinstance(one, About)), About(software=""))
    outcome = next((one for one in reversed(events) if isinstance(one, Outcome)), None)
    joined = [one for one in events if isinstance(one, Joined)]
    agents = dict.fromkeys(one.name for one in joined if one.role != "customer")
    customers = dict.fromkeys(one.name for one in joined if one.role == "customer")
    return Heading(
        session=session,
        portal=about.portal,
        team=about.team,
        agents=tuple(agents) or tuple(filter(None, [about.agent])),
        customers=tuple(customers) or tuple(filter(None, [about.customer])),
        title=about.title,
        question=about.question,
        began_us=began_us,
        ended_us=None if began_us is None or not whole else began_us + duration_us,
        duration_us=duration_us,
        outcome=outcome.outcome if outcome else None,
        note=outcome.note if outcome else None,
        software=about.software or None,
    )


def _without_note(one: Entry) -> Entry:
    outcome = one.text.partition(":")[0]
    return replace(one, text=outcome, sentence=outcome)
