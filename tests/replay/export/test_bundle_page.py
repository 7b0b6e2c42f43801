"""The page of a bundle, as another parser reads it; tests/journeys/test_bundle_page.py uses it."""

import base64
import hashlib
import json
import re
from datetime import UTC, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from recorder.format.events import About
from recorder.format.transcript import Missing, Transcript
from recorder.format.visible import visible
from replay.export.bundle_page import bundle_page
from replay.export.cut import Cut
from replay.timeline import Span
from tests.replay.export.reading import Page
from tests.replay.export.samples import EVENTS, HOSTILE, LENGTH_US, WHOLE, S, hostile, told

FILES = {"video.mp4", "transcript.html", "transcript.pdf", "README.txt", "manifest.json"}


def text_of(transcript: Transcript, cut: Cut = WHOLE, files: set[str] = FILES) -> str:
    return "".join(bundle_page(transcript, cut, zone=timezone(timedelta(hours=1)), files=files))


def inlined(page: Page) -> dict[str, list[dict[str, object]]]:
    ((_, text),) = [(tag, text) for tag, text in page.texts if tag == "script" and text.startswith("{")]
    return dict(json.loads(text))


def test_its_policy_lets_in_nothing_but_its_own_script_style_and_video() -> None:
    page = Page(text_of(told()))
    assert page.loads == {"video.mp4"}
    assert page.handlers == set()
    scripts = [(attributes.get("type"), text) for (tag, attributes), text in _with_text(page, "script")]
    ((_, script),) = [one for one in scripts if one[0] is None]
    ((_, style),) = _with_text(page, "style")
    assert (_policy(page)["script-src"], _policy(page)["style-src"]) == (_digest(script), _digest(style))
    assert _policy(page)["default-src"] == "'none'"
    assert len(scripts) == 2
    links = {attributes["href"] for tag, attributes in page.tags if tag == "a"}
    assert links <= FILES


def _with_text(page: Page, tag: str) -> list[tuple[tuple[str, dict[str, str | None]], str]]:
    texts = [text for name, text in page.texts if name == tag]
    tags = [one for one in page.tags if one[0] == tag]
    return list(zip(tags, texts, strict=True))


def _policy(page: Page) -> dict[str, str]:
    (content,) = (one["content"] or "" for tag, one in page.tags if tag == "meta" and "http-equiv" in one)
    return {part.split()[0]: part.strip().partition(" ")[2] for part in content.split(";")}


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_lines_and_events_stand_in_the_time_of_the_video() -> None:
    cut = Cut((Span(2 * S, 10 * S), Span(20 * S, 25 * S)))
    text = text_of(told(), cut)
    found = inlined(Page(text))
    assert [(one["ms"], one["kind"]) for one in found["entries"]] == [
        (1000, "line"), (3000, "line"), (7000, "line"), (8000, "resumed"), (9000, "marker"), (12000, "line"),
    ]  # fmt: skip
    assert '"length_ms": 13000' in text
    assert found["entries"][2] == {
        "ms": 7000, "kind": "line", "text": "Looks like the old exporter to me", "who": "Ada Lovelace",
        "role": "agent", "audience": "agents", "wall": "2026-11-18 11:50:09 UTC+01:00",
    }  # fmt: skip


def test_what_ends_the_session_is_in_it() -> None:
    assert inlined(Page(text_of(told())))["entries"][-1]["text"] == "outcome: resolved: updated to 4.3"


def test_what_is_missing_is_told() -> None:
    page = Page(text_of(told()))
    assert "00:00:16 – 00:00:20 the recording was paused" in page.said
    assert "a part of it is missing" in page.said
    assert inlined(page)["missing"] == [{"from_ms": 16_000, "until_ms": 20_000}]
    elsewhere = Page(text_of(told(), Cut((Span(0, 10 * S),))))
    assert "the recording was paused" not in elsewhere.said
    assert "a part of it is missing" in elsewhere.said
    left_out = told(missing=(Missing(why="cut here", from_us=5 * S),))
    assert inlined(Page(text_of(left_out)))["missing"] == [{"from_ms": 5000, "until_ms": 5000}]


def test_one_without_a_title_is_called_after_its_people() -> None:
    events = [(time_us, event) for time_us, event in EVENTS if not isinstance(event, About)]
    assert Page(text_of(told(events))).only("title") == "Grace Hopper"
    assert Page(text_of(told(()))).only("title").startswith("Session ")


def test_without_a_video_there_is_none_to_follow() -> None:
    page = Page(text_of(told(), files=set()))
    assert page.loads == set()
    assert not {"video", "button", "kbd"} & page.names
    assert len(inlined(page)["entries"]) == len(inlined(Page(text_of(told())))["entries"])


def test_a_redacted_one_says_so() -> None:
    redacted = Transcript(heading=told().heading, entries=(), redacted="Redacted: 1 region removed.")
    assert "Redacted: 1 region removed." in Page(text_of(redacted)).said


def test_hostile_text_stays_text() -> None:
    text = text_of(hostile())
    page = Page(text)
    assert text.count("</script") == 2
    assert page.handlers == set()
    assert not {"img"} & page.names
    assert page.loads == {"video.mp4"}
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]", text)
    assert [one["text"] for one in inlined(page)["entries"] if one["kind"] == "line"] == [
        visible(one) for one in HOSTILE
    ]


@given(st.text(), st.integers(0, LENGTH_US))
def test_no_text_leaves_its_place(text: str, time_us: int) -> None:
    missing = (Missing(why=text, from_us=time_us), Missing(why=text))
    page = Page("".join(bundle_page(told(missing=missing), WHOLE, zone=UTC, files=FILES)))
    told_missing = [str(one["text"]) for one in inlined(page)["entries"] if one["kind"] == "missing"]
    assert any(one.endswith(visible(text)) for one in told_missing)
    assert page.handlers == set()
    assert page.loads == {"video.mp4"}
