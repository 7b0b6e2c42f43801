"""What is exported of a session, as values: transcript, diagnostics, events, what is missing."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

from recorder.format import event_words
from recorder.format.diagnostics import Diagnostics, TakenSnapshot
from recorder.format.errors import RecordingError
from recorder.format.events import Taken, read_event
from recorder.format.transcript import Missing, Transcript, transcript
from replay.opening import OpenSession
from replay.recording import Placed
from replay.session import Session
from replay.snapshots import taken_at
from replay.timeline import Gap, GapKind
from vault.verify import State, Verdict

MAX_SNAPSHOTS: Final = 64 * 1024 * 1024  # bytes of all of them, packed
_WORTH_JUMPING: Final = 50  # snapshots; more are read through
_WHY: Final = {
    State.OPEN: "the rest: the recording{part} was still being written",
    State.INTERRUPTED: "the end{part}: the recorder was interrupted, and what came after is not here",
    State.CUT: "the end{part}, which was there once",
    State.FORGED: "proof: parts of it{part} contradict each other; do not rely on it",
}
_WORDS: Final = {
    GapKind.PAUSE: "the recording was paused",
    GapKind.INTERRUPTION: "the recorder was interrupted",
    GapKind.DAMAGE: "the file is damaged here",
}


def session_id(opened: OpenSession) -> str:
    """Return the session's id as text."""
    return opened.parts[0].header.about.session_id.hex()


def transcript_of(opened: OpenSession, verdicts: Sequence[Verdict]) -> Transcript:
    """Return the transcript of a session.  Errors: StoreUnavailableError."""
    opened.session.list_all()
    timeline = opened.session.timeline
    return transcript(
        session_id(opened),
        [(one.time_us, one.event) for one in timeline.happenings],
        duration_us=timeline.duration_us,
        began_us=timeline.began_wall_us,
        missing=missing_of(opened, verdicts),
        whole=all(one.state is State.COMPLETE for one in verdicts) and not opened.missing,
    )


def diagnostics_of(opened: OpenSession, verdicts: Sequence[Verdict]) -> Diagnostics:
    """Return the snapshots of a session.  Errors: StoreUnavailableError."""
    snapshots, size = list[TakenSnapshot](), 0
    for one in _snapshots(opened.session):
        size += one.snapshot.size
        if size > MAX_SNAPSHOTS:
            break
        snapshots.append(one)
    missing = list(missing_of(opened, verdicts))
    if size > MAX_SNAPSHOTS:
        missing.append(Missing(why=f"snapshots after the first {len(snapshots)}: they are too large together"))
    return Diagnostics(session=session_id(opened), snapshots=tuple(snapshots), missing=tuple(missing))


def missing_of(opened: OpenSession, verdicts: Sequence[Verdict]) -> tuple[Missing, ...]:
    """Return what should be there and is not.  SPEC.md §6."""
    gaps = [
        Missing(why=words(gap), from_us=gap.span.from_us, until_us=gap.span.until_us)
        for gap in opened.session.timeline.gaps
    ]
    left_out = [Missing(why=one) for one in opened.left_out]
    unfinished = [Missing(why=why) for why in _unfinished(opened, verdicts)]
    return (*gaps, *left_out, *unfinished, *([Missing(why=opened.missing)] if opened.missing else []))


def _unfinished(opened: OpenSession, verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Give what verifying found, beside gaps that have a time."""
    for number, verdict in enumerate(verdicts, 1):
        part = f" of part {number}" if len(verdicts) > 1 else ""
        if why := _WHY.get(verdict.state):
            yield why.format(part=part)
        elif verdict.state is State.DAMAGED and not opened.session.timeline.gaps:
            yield f"something{part} is damaged"


def words(gap: Gap) -> str:
    """Return why there are no pictures."""
    return _WORDS[gap.kind]


def _snapshots(session: Session) -> Iterator[TakenSnapshot]:
    people = session.timeline.people
    names = {number: one.name for number, one in people.items()}
    for number, (time_us, taken) in enumerate(_taken(session), 1):
        yield TakenSnapshot(
            number=number,
            time_us=time_us,
            snapshot=taken.snapshot,
            of=event_words.name_of(taken.of, names),
            role=people[taken.of].role if taken.of in people else None,
        )


def _taken(session: Session) -> Iterator[tuple[int, Taken]]:
    """Give the snapshots with their times, jumping to each or, when they are many, reading through."""
    times = dict.fromkeys(one.time_us for one in session.timeline.of(Taken))
    if len(times) <= _WORTH_JUMPING:
        yield from ((time_us, taken) for time_us in times for taken in taken_at(session, time_us))
        return
    for found in session.packets():
        if isinstance(found, Placed) and found.packet.track == Taken.TRACK:
            with suppress(RecordingError):
                event = read_event(found.packet.track, found.packet.payload)
                if isinstance(event, Taken):
                    yield found.packet.time_us, event
