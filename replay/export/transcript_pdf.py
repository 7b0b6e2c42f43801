"""A transcript as PDF: A4, text that can be searched, in any script that a font here has.  SPEC.md §2.6."""

from datetime import tzinfo
from functools import lru_cache
from typing import Final

from recorder.format.quantities import length
from recorder.format.transcript import AGENTS, Entry, Transcript
from recorder.format.transcript_text import LINE, facts, happened, of_day
from recorder.format.visible import on_one_line
from replay.export.sheets import LEFT, RIGHT, Block, Ink, Sheets

_TIME: Final = 49.0  # width of a time and the space behind it
_WHO: Final = 98.0
_GAP: Final = 10.0
_LABEL: Final = 70.0
_MOST_NAME: Final = 200  # characters; who joined under a longer one is written whole where he joined


def as_pdf(transcript: Transcript, zone: tzinfo) -> bytes:
    """Return a transcript as a PDF document.

    Errors: ExportError where what makes PDF cannot be loaded.
    """
    heading = transcript.heading
    title = on_one_line(heading.name)
    with Sheets(
        title=f"Transcript: {_short(title)}", subject=transcript.redacted or "", foot=_short(heading.session)
    ) as sheets:
        sheets.put_long([], title, Ink.TITLE, (LEFT, RIGHT))
        for name, value in facts(transcript, zone):
            if name == "Title":
                continue
            ink = Ink.ALARM if name in ("Redacted", "Missing") else Ink.TEXT
            sheets.put_long([(LEFT, sheets.block([(name, Ink.SOFT)], _LABEL))], value, ink, (LEFT + _LABEL, RIGHT))
        sheets.rule()
        _Entries(sheets, zone, dated=heading.began_us is not None).put(transcript)
    return sheets.data


class _Entries:
    """The rows of a transcript."""

    def __init__(self, sheets: Sheets, zone: tzinfo, *, dated: bool) -> None:
        self._sheets, self._dated = sheets, dated
        self._who_left = LEFT + _TIME * (2 if dated else 1)
        self._who = lru_cache(1024)(self._who_block)
        self._day = lru_cache(16)(lambda second: of_day(second * 1_000_000, zone))

    def put(self, transcript: Transcript) -> None:
        if not transcript.entries:
            block = self._sheets.block([("Nothing was said.", Ink.SOFT)], RIGHT - LEFT)
            self._sheets.put([(LEFT, block)])
        for entry in transcript.entries:
            self._put(entry)

    def _put(self, entry: Entry) -> None:
        labels = [(LEFT, length(entry.time_us), Ink.TEXT)]
        if self._dated and entry.wall_us is not None:
            labels.append((LEFT + _TIME, self._day(entry.wall_us // 1_000_000), Ink.SOFT))
        if entry.kind != LINE:
            ink = {"missing": Ink.ALARM, "trouble": Ink.ALARM, "marker": Ink.STRONG}.get(entry.kind, Ink.SOFT)
            self._sheets.put_long([], happened(entry), ink, (self._who_left, RIGHT), labels=labels)
            return
        only = entry.audience == AGENTS
        who = self._who(_short(entry.who or "somebody"), _short(entry.role or "unknown"), only)
        self._sheets.put_long(
            [(self._who_left, who)],
            entry.text,
            Ink.TEXT,
            (self._who_left + _WHO + _GAP, RIGHT),
            labels=labels,
            tinted=only,
        )

    def _who_block(self, who: str, role: str, only: bool) -> Block:  # noqa: FBT001 - a key of the cache
        said = [(on_one_line(who), Ink.STRONG), (f"  {on_one_line(role)}", Ink.SOFT)]
        return self._sheets.block([*said, *([("\nto agents only", Ink.INSIDE)] if only else [])], _WHO)


def _short(name: str) -> str:
    return name if len(name) <= _MOST_NAME else f"{name[:_MOST_NAME]}…"
