"""What is exported of a session, as values: transcript, diagnostics, events, what is missing."""

from collections.abc import Iterator

from recorder.format import event_words
from recorder.format.diagnostics import Diagnostics, TakenSnapshot
from recorder.format.events import Taken
from recorder.format.transcript import Missing, Transcript, transcript
from replay.opening import OpenSession
from replay.session import Session
from replay.snapshots import taken_at
from replay.timeline import Gap, GapKind

_WORDS = {
    GapKind.PAUSE: "the recording was paused",
    GapKind.INTERRUPTION: "the recorder was interrupted",
    GapKind.DAMAGE: "the file is damaged here",
}


def session_id(opened: OpenSession) -> str:
    """Return the session's id as text."""
    return opened.parts[0].header.about.session_id.hex()


def transcript_of(opened: OpenSession) -> Transcript:
    """Return the transcript of a session.  Errors: StoreUnavailableError."""
    opened.session.list_all()
    timeline = opened.session.timeline
    return transcript(
        session_id(opened),
        [(one.time_us, one.event) for one in timeline.happenings],
        duration_us=timeline.duration_us,
        began_us=timeline.began_wall_us,
        missing=missing_of(opened),
    )


def diagnostics_of(opened: OpenSession) -> Diagnostics:
    """Return the snapshots of a session.  Errors: StoreUnavailableError."""
    return Diagnostics(session=session_id(opened), snapshots=tuple(_snapshots(opened.session)))


def missing_of(opened: OpenSession) -> tuple[Missing, ...]:
    """Return what should be there and is not.  SPEC.md §6."""
    gaps = [
        Missing(why=words(gap), from_us=gap.span.from_us, until_us=gap.span.until_us)
        for gap in opened.session.timeline.gaps
    ]
    left_out = [Missing(why=one) for one in opened.left_out]
    return (*gaps, *left_out, *([Missing(why=opened.missing)] if opened.missing else []))


def words(gap: Gap) -> str:
    """Return why there are no pictures."""
    return _WORDS[gap.kind]


def _snapshots(session: Session) -> Iterator[TakenSnapshot]:
    people = session.timeline.people
    names = {number: one.name for number, one in people.items()}
    times = dict.fromkeys(one.time_us for one in session.timeline.of(Taken))
    found = ((time_us, taken) for time_us in times for taken in taken_at(session, time_us))
    for number, (time_us, taken) in enumerate(found, 1):
        yield TakenSnapshot(
            number=number,
            time_us=time_us,
            snapshot=taken.snapshot,
            of=event_words.name_of(taken.of, names),
            role=people[taken.of].role if taken.of in people else None,
        )
