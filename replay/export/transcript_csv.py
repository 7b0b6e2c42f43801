"""A transcript as CSV, harmless in a spreadsheet.  Pure.  SPEC.md §2.4.  Source: RFC 4180."""

import csv
import re
from collections.abc import Iterator
from io import StringIO
from typing import Final

from recorder.format.quantities import length
from recorder.format.transcript import Transcript
from recorder.format.visible import visible
from recorder.format.wall_times import in_utc

COLUMNS: Final = ("time", "wall", "kind", "who", "role", "audience", "text")
_ROWS: Final = 1000  # of one chunk
# Where a spreadsheet sees the beginning of a cell, also one that takes other characters for separators, and what makes
# it compute.
_BEGINS: Final = re.compile(r"(?:^|[;\t\n])[\s\"]*([=+@\uff1d\uff0b\uff20\uff0d-])?")
_SMILE: Final = ")"  # no formula begins with -), but smileys do behind a semicolon


def as_csv(transcript: Transcript) -> Iterator[str]:
    """Give a transcript as CSV with a byte order mark; what has no time comes first."""
    file = StringIO(newline="")
    put = csv.writer(file).writerow  # its lines end with CR LF
    file.write("\ufeff")
    put(COLUMNS)
    if transcript.redacted:
        put(("", "", "redacted", "", "", "", _harmless(transcript.redacted)))
    for gap in transcript.missing:
        if gap.from_us is None:
            put(("", "", "missing", "", "", "", _harmless(gap.why)))
    for number, one in enumerate(transcript.entries, 1):
        wall = "" if one.wall_us is None else in_utc(one.wall_us) or ""
        said = one.sentence if one.kind == "missing" else one.text  # with its end
        people = (_harmless(text or "") for text in (one.who, one.role, one.audience, said))
        put((f"{length(one.time_us)}.{one.time_us // 1000 % 1000:03}", wall, one.kind, *people))
        if number % _ROWS == 0:
            yield file.getvalue()
            file.seek(0)
            file.truncate()
    yield file.getvalue()


def _harmless(text: str) -> str:
    return _BEGINS.sub(_told_apart, visible(text))


def _told_apart(found: re.Match[str]) -> str:
    told, sign, first = found[0], found[1], found.start() == 0
    if sign and (first or sign != "-" or not found.string.startswith(_SMILE, found.end())):
        told = f"{told[:-1]}'{sign}"
    return f"'{told}" if first and told.startswith("\t") else told
