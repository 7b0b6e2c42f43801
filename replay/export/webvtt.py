"""What was said as cues in the time of an export, and cues as WebVTT.  Pure.  SPEC.md §2.7, §4.2."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from recorder.format.events import Marker
from recorder.format.transcript import AGENTS, KINDS, Entry, Transcript
from recorder.format.transcript_text import LINE, missing
from recorder.format.visible import on_one_line, visible
from replay.export.cut import Cut

_LEAST_US: Final = 1_000_000
_BASE_US: Final = 2_000_000
_CHARACTER_US: Final = 60_000
_MOST_US: Final = 10_000_000
_BRACKETED: Final = (KINDS[Marker], "missing")
ENTITIES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


@dataclass(frozen=True, slots=True)
class Cue:
    """A text that is shown for a while.  Units: µs since the export began.

    Shapes: text and who are visible, text has no blank lines; no markup is escaped.
    """

    from_us: int
    until_us: int
    text: str
    who: str | None = None


def cues(transcript: Transcript, cut: Cut) -> list[Cue]:
    """Return the cues of lines, markers and gaps within a cut, in order."""
    shown = [one for one in transcript.entries if one.kind in (LINE, *_BRACKETED) and one.time_us in cut]
    begins = [*(cut.export_us(one.time_us) for one in shown), cut.length_us]
    return [
        _cue(one, from_us, next_us, end_us=cut.length_us)
        for one, (from_us, next_us) in zip(shown, pairwise(begins), strict=True)
    ]


def as_webvtt(cues: Iterable[Cue], *, notes: Sequence[str] = ()) -> Iterator[str]:
    """Give cues as WebVTT; notes are for whoever opens the file as text."""
    yield "WEBVTT\n"
    for note in notes:
        yield f"\nNOTE {on_one_line(note).translate(ENTITIES)}\n"
    for cue in cues:
        # The blank before the end is not a part of a name; without it a name may end an arrow.
        voice = f"<v {cue.who.translate(ENTITIES)}{' ' * cue.who.endswith('-')}>" if cue.who else ""
        # Down and up: what lasts no whole millisecond lasts one.
        yield f"\n{_time(cue.from_us // 1000)} --> {_time(-(-cue.until_us // 1000))}\n"
        yield f"{voice}{cue.text.translate(ENTITIES)}\n"


def notes_of(transcript: Transcript) -> list[str]:
    """Return what a file of cues must say of its transcript: what was removed, what is missing."""
    return [*filter(None, [transcript.redacted]), *(f"Missing: {missing(one)}" for one in transcript.missing)]


def _cue(one: Entry, from_us: int, next_us: int, *, end_us: int) -> Cue:
    lines = (line for line in visible(one.text).split("\n") if line.strip())
    text = "\n".join(lines)
    read_us = min(_MOST_US, _BASE_US + _CHARACTER_US * len(text))
    until_us = min(end_us, max(from_us + _LEAST_US, min(from_us + read_us, next_us)))
    if one.kind in _BRACKETED:
        return Cue(from_us, until_us, f"[{text}]")
    return Cue(from_us, until_us, text, _name(one))


def _name(one: Entry) -> str | None:
    name = on_one_line(one.who).strip() if one.who else ""
    return f"{name} (to agents)".strip() if one.audience == AGENTS else name or None


def _time(time_ms: int) -> str:
    seconds = time_ms // 1000
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{time_ms % 1000:03}"
