"""Cues in the time of an export, and WebVTT read back by a strict reader and by webvtt-py."""

import html
import re
from collections.abc import Iterator
from io import StringIO

import pytest
import webvtt
from hypothesis import example, given
from hypothesis import strategies as st

from recorder.format.transcript import Entry, Transcript
from recorder.format.visible import on_one_line, visible
from replay.export.cut import Cut
from replay.export.webvtt import Cue, as_webvtt, cues, notes_of
from replay.timeline import Span
from tests.replay.export.transcripts import EMPTY, WHOLE, S, hidden, texts, transcripts

ALL = Cut((Span(0, 60 * S + 1),))
_TIMES = re.compile(r"(\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3}) --> (\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3})")
_MS = (3_600_000, 60_000, 1000, 1)


def lines(*said: tuple[int, str], who: str = "Ada") -> Transcript:
    entries = tuple(Entry(time_us=time_us, kind="line", who=who, text=text) for time_us, text in said)
    return Transcript(heading=EMPTY.heading, entries=entries)


def read(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Give from, until in ms, voice, text, as the W3C's reader does: blocks between empty lines."""
    first, *blocks = re.split("\n\n+", text.removesuffix("\n"))
    assert first == "WEBVTT"
    for block in blocks:
        if block.startswith("NOTE "):
            assert "-->" not in block
            continue
        head, _, payload = block.partition("\n")
        times = _TIMES.fullmatch(head)
        assert times
        assert "-->" not in payload
        numbers = [int(one) for one in times.groups()]
        from_ms, until_ms = (
            sum(one * ms for one, ms in zip(part, _MS, strict=True)) for part in (numbers[:4], numbers[4:])
        )
        voice = re.match("<v ([^<>\n]*)>", payload)
        rest = payload[voice.end() :] if voice else payload
        assert not re.search("[<>]", rest)
        yield from_ms, until_ms, html.unescape(voice[1].strip(" ")) if voice else "", html.unescape(rest)


def test_lines_markers_and_gaps_are_cues() -> None:
    assert cues(WHOLE, ALL) == [
        Cue(10 * S, 12 * S, "Hello Grace", "Ada"),
        Cue(12 * S, 13 * S, "It prints\nblank pages", "Grace"),
        Cue(13 * S, 15_840_000, "Broken driver?", "Ada (to agents)"),
        Cue(30 * S, 32_540_000, "[the error]"),
        Cue(40 * S, 43_440_000, "[the recording was paused]"),
    ]


@pytest.mark.parametrize(
    ("said", "until_us"),
    [
        ([(0, "")], [2 * S]),
        ([(0, "x" * 50)], [5 * S]),
        ([(0, "x" * 5000)], [10 * S]),
        ([(0, "x" * 50), (3 * S, "")], [3 * S, 5 * S]),
        ([(0, "x"), (S // 2, "x"), (S // 2, "x")], [S, S * 3 // 2, S // 2 + 2_060_000]),
        ([(59 * S, "x" * 50)], [60 * S + 1]),
        ([(60 * S, "x")], [60 * S + 1]),
    ],
)
def test_how_long_a_cue_stays(said: list[tuple[int, str]], until_us: list[int]) -> None:
    assert [cue.until_us for cue in cues(lines(*said), ALL)] == until_us


def test_what_is_left_out_of_the_export_has_no_cue_and_takes_no_time() -> None:
    cut = Cut((Span(5 * S, 11 * S), Span(30 * S, 35 * S)))
    assert [(cue.from_us, cue.text) for cue in cues(WHOLE, cut)] == [(5 * S, "Hello Grace"), (6 * S, "[the error]")]


def test_the_customers_copy_has_nothing_for_agents() -> None:
    assert "Broken driver?" not in [cue.text for cue in cues(WHOLE.for_customer(), ALL)]


def test_it_is_written_for_players() -> None:
    text = "".join(as_webvtt(cues(WHOLE, ALL), notes=notes_of(WHOLE)))
    assert text.startswith(
        "WEBVTT\n\nNOTE Redacted: 1 region and 2 texts removed.\n\n"
        "NOTE Missing: 00:00:40 to 00:00:50: the recording was paused\n\nNOTE Missing: part 2 was not found\n\n"
        "00:00:10.000 --> 00:00:12.000\n<v Ada>Hello Grace\n\n"
        "00:00:12.000 --> 00:00:13.000\n<v Grace>It prints\nblank pages\n\n"
    )
    assert text.endswith("\n00:00:40.000 --> 00:00:43.440\n[the recording was paused]\n")
    others = webvtt.from_buffer(StringIO(text)).captions
    assert [(one.start, one.voice, one.text) for one in others[:2]] == [
        ("00:00:10.000", "Ada", "Hello Grace"),
        ("00:00:12.000", "Grace", "It prints\nblank pages"),
    ]
    assert len(others) == 5


def test_of_nothing_there_is_a_head() -> None:
    assert "".join(as_webvtt(cues(EMPTY, ALL))) == "WEBVTT\n"


def test_what_lasts_a_moment_lasts_a_millisecond() -> None:
    assert list(read("".join(as_webvtt([Cue(1_999, 2_000, "x"), Cue(3_600_000_000, 3_600_000_001, "y")])))) == [
        (1, 2, "", "x"),
        (3_600_000, 3_600_001, "", "y"),
    ]


@given(transcripts)
@example(lines((0, "x"), who="<!--"))
def test_no_line_passes_for_another_cue_and_nothing_is_hidden(transcript: Transcript) -> None:
    made = cues(transcript, Cut((Span(0, 10**12 + 1),)))
    text = "".join(as_webvtt(made, notes=notes_of(transcript)))
    assert not hidden(text)
    found = list(read(text))
    assert [(one[2], one[3]) for one in found] == [(cue.who or "", cue.text) for cue in made]
    assert all(from_ms < until_ms for from_ms, until_ms, _, _ in found)
    assert [from_ms for from_ms, *_ in found] == sorted(from_ms for from_ms, *_ in found)


@given(texts, texts)
def test_a_cue_has_the_visible_text_without_blank_lines(who: str, text: str) -> None:
    line = Entry(time_us=0, kind="line", who=who, text=text)
    (cue,) = cues(Transcript(heading=EMPTY.heading, entries=(line,)), ALL)
    assert cue.text.split("\n") == ([one for one in visible(text).split("\n") if one.strip()] or [""])
    assert (cue.who or "") == on_one_line(who).strip()


@given(st.lists(st.integers(0, 59 * S), max_size=20).map(sorted), st.integers(0, 200))
def test_every_cue_is_shown_for_a_while_within_the_export(times_us: list[int], length: int) -> None:
    made = cues(lines(*((time_us, "x" * length) for time_us in times_us)), ALL)
    assert all(S <= cue.until_us - cue.from_us <= 10 * S and cue.until_us <= ALL.length_us for cue in made)
