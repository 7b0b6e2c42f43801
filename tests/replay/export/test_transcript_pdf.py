"""A transcript as PDF, read back by pypdf."""

import io
import sys
import unicodedata
from dataclasses import replace

import pypdf
import pytest
from hypothesis import given, settings

from recorder.format.transcript import Entry, Transcript
from recorder.format.transcript_text import LINE
from replay.errors import ExportError
from replay.export.transcript_pdf import as_pdf
from replay.fonts import faces
from replay.fonts.faces import REGULAR
from tests.replay.export.transcripts import EMPTY, REDACTED, UNDATED, WHOLE, ZONE, transcripts

_A4_PT = (595, 842)


def read(transcript: Transcript) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(as_pdf(transcript, ZONE)), strict=True)


def text_of(transcript: Transcript) -> str:
    return "\n".join(page.extract_text() for page in read(transcript).pages)


def lines(*texts: str) -> Transcript:
    entries = tuple(
        Entry(time_us=number, kind=LINE, who="Ada", role="agent", text=text) for number, text in enumerate(texts)
    )
    return replace(EMPTY, entries=entries)


def test_it_says_what_happened() -> None:
    text = text_of(WHOLE)
    for told in (
        "Blank pages", "5e55", "help.example", "2026-11-22 14:03:11 UTC+01:00", "1 region and 2 texts removed.",
        "part 2 was not found", "00:00:10", "14:03:21", "Ada", "agent", "Hello Grace", "Broken driver?",
        "to agents only", "paused by Grace", "marker: the error", "outcome: resolved: new driver",
    ):  # fmt: skip
        assert told in text


def test_it_has_a_title_and_pages_of_paper() -> None:
    pdf = read(WHOLE)
    assert pdf.metadata
    assert (pdf.metadata.title, pdf.metadata.subject) == ("Transcript: Blank pages", REDACTED)
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in pdf.pages} == {_A4_PT}


def test_the_customers_copy_has_nothing_for_agents() -> None:
    text = text_of(WHOLE.for_customer())
    assert "Broken driver?" not in text
    assert "to agents only" not in text
    assert "new driver" not in text


def test_of_nothing_it_says_so() -> None:
    assert "Nothing was said." in text_of(EMPTY)


def test_without_a_wall_clock_there_are_times_of_the_session() -> None:
    text = text_of(UNDATED)
    assert "00:00:10" in text
    assert "14:03" not in text


@pytest.mark.parametrize(
    "word", ["Żółć", "мир", "κόσμος", "שלום", "مرحبا", "日本語", "한국어", "नमस्ते", "😀", "\U000f1234"]
)
def test_words_of_any_script_are_found_or_spelled_out(word: str) -> None:
    # Letters of Arabic are written, and so found, in the shape that they have beside others.
    text = unicodedata.normalize("NFKC", text_of(lines(f"a {word} z")))
    if all(faces.face_of(char, REGULAR) for char in word):
        right_to_left = unicodedata.bidirectional(word[0]) in ("R", "AL")
        assert word in text or (right_to_left and word[::-1] in text)
    else:
        assert all(f"U+{ord(char):04X}" in text for char in word if not faces.face_of(char, REGULAR))


def test_a_long_text_goes_over_pages_and_none_of_it_is_lost() -> None:
    words = [f"word{number}" for number in range(4000)]
    pdf = read(lines("before", " ".join(words), "after"))
    found = [word for page in pdf.pages for word in page.extract_text().split() if word.startswith("word")]
    assert found == words
    assert len(pdf.pages) == 10
    assert [page.extract_text().split().count(str(number)) for number, page in enumerate(pdf.pages, 1)] == [1] * len(
        pdf.pages
    )


def test_a_long_text_of_many_short_lines_or_of_none_is_all_there() -> None:
    short = text_of(lines("\n".join(f"row{number}" for number in range(3000))))
    assert [word for word in short.split() if word.startswith("row")] == [f"row{number}" for number in range(3000)]
    assert text_of(lines("x" * 30_000)).count("x") == 30_000


def test_a_long_title_goes_over_pages() -> None:
    text = text_of(replace(EMPTY, heading=replace(EMPTY.heading, title="q" * 9000)))
    assert text.count("q") == 9000


def test_a_name_that_is_longer_than_its_column_is_cut_and_that_is_seen() -> None:
    entry = Entry(time_us=0, kind=LINE, who="y" * 5000, role="agent", text="hello")
    text = text_of(replace(EMPTY, entries=(entry,)))
    assert (text.count("y"), "…" in text, "hello" in text) == (200, True, True)


@settings(max_examples=30, deadline=None)
@given(transcripts)
def test_any_text_makes_a_file_with_every_entry_in_it(transcript: Transcript) -> None:
    entries = tuple(
        replace(one, time_us=3600_000_000 + number * 1_000_000) for number, one in enumerate(transcript.entries)
    )
    text = text_of(replace(transcript, entries=entries))
    assert all(f"01:00:{number:02}" in text for number in range(len(entries)))


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    as_pdf(lines("日本語 😀 \U000f1234"), ZONE)
    assert capfd.readouterr() == ("", "")


def test_where_skia_cannot_be_loaded_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "skia", None)
    with pytest.raises(ExportError) as caught:
        as_pdf(WHOLE, ZONE)
    assert caught.value.advice
