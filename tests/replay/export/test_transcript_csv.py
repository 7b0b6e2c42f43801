"""A transcript as CSV, read back by Python's own reader and as a spreadsheet does that takes other separators."""

import csv
import re
from io import StringIO

import pytest
from hypothesis import given

from recorder.format.transcript import Entry, Transcript
from recorder.format.visible import visible
from replay.export.transcript_csv import as_csv
from tests.replay.export.transcripts import EMPTY, UNDATED, WHOLE, hidden, texts, transcripts

_COMPUTED = re.compile(r"\s*[=+@\uff1d\uff0b\uff20\uff0d-]")


def read(transcript: Transcript, delimiter: str = ",") -> list[list[str]]:
    text = "".join(as_csv(transcript))
    assert text.startswith("\ufeff")
    return list(csv.reader(StringIO(text[1:], newline=""), delimiter=delimiter))


def of_text(text: str) -> Transcript:
    return Transcript(heading=EMPTY.heading, entries=(Entry(time_us=0, kind="line", text=text),))


def test_it_is_a_table() -> None:
    rows = read(WHOLE)
    assert rows[:3] == [
        ["time", "wall", "kind", "who", "role", "audience", "text"],
        ["", "", "redacted", "", "", "", "Redacted: 1 region and 2 texts removed."],
        ["", "", "missing", "", "", "", "part 2 was not found"],
    ]
    assert [row[2] for row in rows[3:]] == [one.kind for one in WHOLE.entries]
    assert [
        "00:00:13.000", "2026-11-22T13:03:24.000000Z", "line", "Ada", "agent", "agents", "Broken driver?",
    ] in rows  # fmt: skip
    assert [
        "00:00:40.000",
        "2026-11-22T13:03:51.000000Z",
        "missing",
        "",
        "",
        "",
        "the recording was paused, until 00:00:50",
    ] in rows


def test_lines_end_with_cr_lf_and_no_others_do() -> None:
    text = "".join(as_csv(WHOLE))
    assert text.count("\r\n") == text.count("\r") == len(WHOLE.entries) + 3


def test_the_customers_copy_has_nothing_for_agents() -> None:
    rows = read(WHOLE.for_customer())
    assert "agents" not in {row[5] for row in rows}
    assert rows[-1][-1] == "resolved"


def test_of_nothing_there_is_a_first_line() -> None:
    assert read(EMPTY) == [["time", "wall", "kind", "who", "role", "audience", "text"]]
    assert {row[1] for row in read(UNDATED)[1:]} == {""}


def test_many_entries_come_in_chunks_and_none_is_lost() -> None:
    many = Transcript(
        heading=EMPTY.heading, entries=tuple(Entry(time_us=n * 1000, kind="line", text=str(n)) for n in range(2500))
    )
    assert len(list(as_csv(many))) == 3
    assert [row[6] for row in read(many)[1:]] == [str(n) for n in range(2500)]
    assert read(many)[-1][0] == "00:00:02.499"


@given(transcripts)
def test_every_entry_is_one_row_and_nothing_is_hidden(transcript: Transcript) -> None:
    assert not hidden("".join(as_csv(transcript))[1:], but="\r\n")
    untimed = bool(transcript.redacted) + sum(one.from_us is None for one in transcript.missing)
    rows = read(transcript)[1 + untimed :]
    for row, entry in zip(rows, transcript.entries, strict=True):
        assert (row[2], row[5]) == (entry.kind, entry.audience or "")
        said = entry.sentence if entry.kind == "missing" else entry.text
        for found, meant in ((row[3], entry.who), (row[4], entry.role), (row[6], said)):
            assert found.replace("'", "") == visible(meant or "").replace("'", "")
            assert not _COMPUTED.match(found)
            assert not found.startswith("\t")


@given(texts)
@pytest.mark.parametrize("delimiter", ";\t")
def test_no_cell_is_computed_where_other_characters_separate(delimiter: str, text: str) -> None:
    cells = [cell for row in read(of_text(text), delimiter) for cell in row]
    assert not [cell for cell in cells if _COMPUTED.match(cell.lstrip('" ')) and not cell.lstrip('" ').startswith("-)")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("=1+1", "'=1+1"),
        (" \n=1", " \n'=1"),
        ("\t=1", "'\t'=1"),
        ("\tx", "'\tx"),
        ("\uff1d1", "'\uff1d1"),
        ("-) x", "'-) x"),
        ('a;"=1', "a;\"'=1"),
        ("a\n- b", "a\n'- b"),
        ("thanks ;-)", "thanks ;-)"),
        ("a = b - c", "a = b - c"),
    ],
)
def test_formulas_get_an_apostrophe(text: str, told: str) -> None:
    assert read(of_text(text))[1][6] == told


def test_endless_beginnings_are_looked_at_once() -> None:
    text = "\n" * 60_000 + ";" * 60_000
    assert read(of_text(text))[1][6] == text
