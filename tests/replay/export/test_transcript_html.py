"""A transcript as HTML, read by Python's reader and by Chromium."""

import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

from hypothesis import given

from recorder.format.transcript import AGENTS, Entry, Transcript
from recorder.format.transcript_text import LINE, facts, happened
from recorder.format.visible import code_point, on_one_line, visible
from replay.export.transcript_html import as_html
from tests.replay.export.transcripts import EMPTY, HOSTILE, UNDATED, WHOLE, ZONE, hidden, transcripts

_TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "h1", "dl", "dt", "dd", "table", "thead", "tbody", "tr",
    "th", "td", "b", "small", "em", "time", "p",
}  # fmt: skip
_ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "class", "dir", "id", "colspan", "data-audience", "datetime",
    "title",
}  # fmt: skip
_VOID = {"meta"}


class Page(HTMLParser):
    """What a document holds: rows with their attributes and cells, facts, the heading."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows = list[tuple[dict[str, str | None], list[str]]]()
        self.told = list[str]()
        self.title = self.heading = ""
        self.tags, self.attributes = set[str](), set[str]()
        self.open = list[str]()
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in _VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append((dict(attrs), []))
        elif tag == "td":
            self.rows[-1][1].append("")
        elif tag == "dd":
            self.told.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "td" in self.open:
            self.rows[-1][1][-1] += data
        elif "dd" in self.open:
            self.told[-1] += data
        elif "title" in self.open:
            self.title += data
        elif "h1" in self.open:
            self.heading += data


def read(transcript: Transcript) -> Page:
    return Page("".join(as_html(transcript, ZONE)))


def shown(text: str) -> str:
    return "".join(code_point(one) if one in "\ufffe\uffff" else one for one in visible(text))


def test_it_is_a_table_of_what_happened() -> None:
    page = read(WHOLE)
    assert (page.title, page.heading) == ("Transcript: Blank pages", "Blank pages")
    assert page.told == [value for name, value in facts(WHOLE, ZONE) if name != "Title"]
    assert (
        {"id": "t-13000000", "class": "line", "data-audience": "agents"},
        ["00:00:13", "14:03:24", "Adaagentto agents only", "Broken driver?"],
    ) in page.rows
    assert ({"id": "t-40000000", "class": "paused"}, ["00:00:40", "14:03:51", "paused by Grace"]) in page.rows
    # At one time there are two; a name is given once.
    assert (
        {"class": "missing"},
        ["00:00:40", "14:03:51", "missing: the recording was paused, until 00:00:50"],
    ) in page.rows


def test_the_customers_copy_has_nothing_for_agents() -> None:
    text = "".join(as_html(WHOLE.for_customer(), ZONE))
    assert "Broken driver?" not in text
    assert "new driver" not in text
    assert 'data-audience="agents">' not in text


def test_of_nothing_it_says_so() -> None:
    text = "".join(as_html(EMPTY, ZONE))
    assert "Nothing was said." in text
    assert Page(text).heading == "Session 5e55"


def test_without_a_wall_clock_there_is_no_column_for_it() -> None:
    assert {len(cells) for _, cells in read(UNDATED).rows[1:]} == {2, 3}


@given(transcripts)
def test_texts_stay_texts_and_nothing_is_hidden(transcript: Transcript) -> None:
    text = "".join(as_html(transcript, ZONE))
    assert not hidden(text)
    page = Page(text)
    assert page.tags <= _TAGS
    assert page.attributes <= _ATTRIBUTES
    assert page.told == [shown(value) for name, value in facts(transcript, ZONE) if name != "Title"]
    rows = page.rows[1:]
    assert [row["class"] for row, _ in rows] == [one.kind for one in transcript.entries]
    ids = [row["id"] for row, _ in rows if "id" in row]
    assert ids == list(dict.fromkeys(f"t-{one.time_us}" for one in transcript.entries))
    for (row, cells), one in zip(rows, transcript.entries, strict=True):
        assert (row.get("data-audience") == AGENTS) == (one.audience == AGENTS)
        assert cells[-1] == shown(one.text if one.kind == LINE else happened(one))
        if one.kind == LINE:
            assert cells[-2].startswith(shown(on_one_line(one.who or "somebody")))


def test_in_a_browser_nothing_runs_nothing_loads_and_every_row_is_one(tmp_path: Path) -> None:
    hostile = [Entry(time_us=n, kind=LINE, who=text, role=text, text=text) for n, text in enumerate(HOSTILE)]
    loud = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    hostile.append(Entry(time_us=99, kind=LINE, who="Ada", role="agent", text=loud))
    transcript = replace(EMPTY, entries=tuple(hostile))
    path = tmp_path / "transcript.html"
    path.write_text("".join(as_html(transcript, ZONE)), encoding="utf-8")
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/profile"]
    done = subprocess.run(
        [*command, "--dump-dom", path.as_uri()], capture_output=True, encoding="utf-8", check=True, timeout=120
    )
    page = Page(done.stdout)
    assert page.title == "Transcript: Session 5e55"
    assert page.tags <= _TAGS
    assert len(page.rows) == len(hostile) + 1
    assert page.rows[-1][1][-1] == loud
