"""What is known of a recording, in words and as JSON."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Self

from recorder.format.event_words import text_of
from recorder.format.events import (
    About,
    Consent,
    Event,
    Joined,
    Marker,
    Masks,
    Outcome,
    Pause,
    Resume,
    Taken,
    Trouble,
    to_fields,
)
from recorder.format.quantities import counted, length, size
from recorder.format.summary import Summary, TrackFacts
from replay.shapes import Shape, Shapes
from replay.states import RecordingState, recording_state
from vault.ask import date, shown
from vault.verdict_text import signer_words
from vault.verify import State, Verdict

_MOST: Final = 8  # of each list; --json has all
_TITLES: Final[dict[type[Event], str]] = {
    Marker: "marker",
    Taken: "snapshot",
    Pause: "paused",
    Resume: "resumed",
    Consent: "consent",
    Masks: "masked",
    Trouble: "trouble",
    Outcome: "outcome",
}
_HOLLOW: Final = (State.NOT_A_RECORDING, State.UNSUPPORTED_VERSION, State.FORGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """A file, what the vault says of it, and what is inside if it was opened."""

    path: Path
    size: int = 0
    verdict: Verdict | None = None
    summary: Summary | None = None
    shapes: Shapes = field(default_factory=dict)
    error: str | None = None
    lacks: str | None = None  # what would open it, where nobody tried

    def opened(self, summary: Summary, shapes: Shapes) -> Self:
        """Return it with what is inside."""
        return replace(self, summary=summary, shapes=shapes)

    def locked(self, lacks: str) -> Self:
        """Return it with what would open it."""
        return replace(self, lacks=lacks)

    def closed(self, why: str) -> Self:
        """Return it with why nobody can look inside."""
        return replace(self, error=why)

    @property
    def readable(self) -> bool:
        """Whether it is a recording, and opened if that was wanted."""
        return self.error is None and self.verdict is not None and self.verdict.state not in _HOLLOW

    @property
    def state(self) -> RecordingState | None:
        """Its state in the product's words."""
        return recording_state(self.verdict) if self.verdict else None


def as_lines(found: Contents) -> Iterator[str]:
    """Give what is known as lines for people."""
    name = shown(found.path)
    if found.verdict is None:
        yield f"{name}: {shown(found.error)}"
        return
    yield f"{name}: {found.state}"
    for title, text in _rows(found, found.verdict):
        yield f"  {title:<17} {shown(text)}"
    if found.error:
        yield f"  {'inside':<17} {shown(found.error)}"
    elif found.lacks:
        yield f"  {'inside':<17} not looked at: {shown(found.lacks)}"


def as_json(found: Contents) -> dict[str, Any]:
    """Return what is known for programs."""
    state, verdict = found.state, found.verdict
    row: dict[str, Any] = {
        "file": str(found.path),
        "state": state.word if state else None,
        "why": state.why if state else None,
        "size": found.size,
        "error": found.error,
        "lacks": found.lacks,
    }
    if verdict and verdict.facts.header:
        about = verdict.facts.header.about
        row |= {
            "recording": about.recording_id.hex(),
            "session": about.session_id.hex(),
            "part": about.part,
            "created_us": about.created_us,
            "signer_name": verdict.signer_name,
        }
    return row | (_inside_json(found.summary, found.shapes) if found.summary else {})


def _inside_json(summary: Summary, shapes: Shapes) -> dict[str, Any]:
    return {
        "duration_us": summary.duration_us,
        "began_wall_us": summary.began_wall_us,
        "tracks": [
            track.to_fields() | ({"shapes": list(map(asdict, shapes[track.name]))} if track.name in shapes else {})
            for track in summary.tracks
        ],
        "events": {
            track: {
                "count": listed.count,
                "list": None
                if listed.events is None
                else [{"time_us": time_us} | to_fields(event) for time_us, event in listed.events],
            }
            for track, listed in summary.events.items()
        },
        "thumbnails": len(summary.thumbnails),
    }


def _rows(found: Contents, verdict: Verdict) -> Iterator[tuple[str, str]]:
    header, summary = verdict.facts.header, found.summary
    if header:
        yield "signer", signer_words(verdict)
        yield "begun", f"{date(header.about.created_us)}, as its writer says"
        yield "size", f"{size(found.size)} in {counted(verdict.facts.good_blocks, 'good block')}"
        yield "part", f"{header.about.part} of session {header.about.session_id.hex()}"
    if summary:
        yield "length", length(summary.duration_us)
        yield from _about(summary)
        for track in summary.tracks:
            yield track.name, _track(track, found.shapes.get(track.name, ()))
        yield from _events(summary)


def _about(summary: Summary) -> Iterator[tuple[str, str]]:
    for _, event in summary.of(About)[:1]:
        for title, text in to_fields(event).items():
            if title != "kind":
                yield title, str(text)


def _track(track: TrackFacts, shapes: Sequence[Shape]) -> str:
    size_text = size(track.size)
    if track.keyframes is None:
        return f"{counted(track.packets, 'packet')}, {size_text}"
    pictures = f"{counted(track.packets, 'picture')} ({counted(track.keyframes, 'keyframe')})"
    codecs = dict.fromkeys(one.codec for one in shapes)
    sizes = dict.fromkeys(f"{one.width_px} × {one.height_px}" for one in shapes)
    return f"{pictures}, {size_text}" + (f"; {_in_turn(codecs)}, {_in_turn(sizes)}" if shapes else "")


def _in_turn(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _events(summary: Summary) -> Iterator[tuple[str, str]]:
    people = [event for _, event in summary.of(Joined) if isinstance(event, Joined)]
    if people:
        yield "took part", _some([f"{one.name} ({one.role})" for one in people])
    for kind, title in _TITLES.items():
        found = summary.of(kind)
        for time_us, event in found[:_MOST]:
            yield title, f"{length(time_us)} {_words(event)}".rstrip()
        if len(found) > _MOST:
            yield title, f"… and {len(found) - _MOST} more"


def _words(event: Event) -> str:
    match event:
        case Consent():
            return f"{event.how}: {event.text}"
        case Masks():
            return _some(event.masks)
        case _:
            return text_of(event)


def _some(words: Sequence[str]) -> str:
    return ", ".join(words[:_MOST]) + (f" and {len(words) - _MOST} more" if len(words) > _MOST else "")
