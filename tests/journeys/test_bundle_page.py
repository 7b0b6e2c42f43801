"""The page of an evidence bundle in a real browser, from a disk and without a network."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from recorder.format.events import Line
from recorder.format.transcript import Transcript
from replay.export.bundle import SourceFile, write_bundle
from replay.export.bundle_page import bundle_page
from replay.export.cut import Cut
from replay.export.manifest import BundleFacts
from replay.timeline import Span
from tests.replay.export.samples import EVENTS, LENGTH_US, MADE_US, SESSION, WHOLE, S, hostile, told, video

ZONE: Final = timezone(timedelta(hours=1))
ARGUMENTS: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
PATIENCE_MS: Final = 20_000
expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Looked:
    """A page that is looked at, and what it did that nobody sees."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def now_s(self) -> float:
        return float(self.page.evaluate("document.getElementById('video').currentTime"))

    def seeks(self, seconds: float) -> None:
        self.page.evaluate(f"document.getElementById('video').currentTime = {seconds}")

    def waits_for_time(self, seconds: float) -> None:
        script = f"Math.abs(document.getElementById('video').currentTime - {seconds}) < 0.2"
        self.page.wait_for_function(script, timeout=PATIENCE_MS)

    def line(self, text: str) -> str:
        """Return how to find a row by its text."""
        return f"#list li:has-text({text!r})"

    def waits_for_view(self, *, there: bool) -> None:
        """Wait until the line of this moment is in view, or is not."""
        script = (
            "there => { const list = document.getElementById('list').getBoundingClientRect();"
            " const row = document.querySelector('.now').getBoundingClientRect();"
            " return there === (row.top >= list.top && row.bottom <= Math.min(list.bottom, innerHeight)) }"
        )
        self.page.wait_for_function(script, arg=there, timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as program:
        started = program.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS, timeout=60_000)
        yield started
        started.close()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return video(tmp_path_factory.mktemp("film") / "video.mp4")


def opened(browser: Browser, folder: Path, film: Path | None, transcript: Transcript, cut: Cut = WHOLE) -> Looked:
    """Make a bundle, unpack it with another program, and open its page without a network."""
    facts = BundleFacts(name="case", session=SESSION, made_us=MADE_US, software="Sealcast")
    files = {"video.mp4": SourceFile(path=film)} if film else {}
    texts = {"index.html": bundle_page(transcript, cut, zone=ZONE, files={"transcript.txt", *files})}
    texts["transcript.txt"] = iter(["told"])
    write_bundle(folder / "case.zip", facts, texts=texts, files=files)
    subprocess.run(["unzip", "-q", folder / "case.zip", "-d", folder], check=True)
    context = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True)
    context.set_default_timeout(PATIENCE_MS)
    looked = Looked(page=context.new_page())
    looked.page.on("request", lambda request: looked.requests.append(request.url))
    looked.page.on("console", lambda message: looked.complaints.append(message.text))
    looked.page.on("pageerror", lambda error: looked.complaints.append(str(error)))
    looked.page.goto((folder / "case/index.html").as_uri())
    if film:
        looked.page.wait_for_function("document.getElementById('video').readyState >= 2", timeout=PATIENCE_MS)
    return looked


def test_the_video_plays_and_the_list_follows_it(browser: Browser, tmp_path: Path, film: Path) -> None:
    looked = opened(browser, tmp_path, film, told())
    now = looked.page.locator("#list li.now")
    looked.seeks(11.9)
    looked.waits_for_time(11.9)
    expect(now).to_contain_text("old exporter")
    looked.page.evaluate("document.getElementById('video').play()")
    expect(now).to_contain_text("The error appears")
    looked.page.keyboard.press("k")
    looked.page.wait_for_function("document.getElementById('video').paused")
    assert looked.now_s < 14
    assert now.get_attribute("aria-current") == "true"
    assert {url.rpartition("/")[2] for url in looked.requests} == {"index.html", "video.mp4"}
    assert all(url.startswith("file://") for url in looked.requests)
    assert looked.complaints == []


def test_a_click_on_a_line_or_a_marker_goes_there(browser: Browser, tmp_path: Path, film: Path) -> None:
    looked = opened(browser, tmp_path, film, told())
    looked.page.click(looked.line("Which version do you use"))
    looked.waits_for_time(5)
    expect(looked.page.locator("#list li.now")).to_contain_text("Which version")
    looked.page.click("#markers button:has-text('Works again')")
    looked.waits_for_time(21)
    expect(looked.page.locator("#list li.now")).to_contain_text("Works again")
    box = looked.page.locator("#strip").bounding_box()
    assert box
    looked.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    looked.waits_for_time(15)
    assert looked.complaints == []


def test_what_is_searched_for_is_shown_and_nothing_else(browser: Browser, tmp_path: Path, film: Path) -> None:
    looked = opened(browser, tmp_path, film, told())
    rows = looked.page.locator("#list li:visible")
    looked.page.keyboard.press("/")
    looked.page.keyboard.type("BUTTON grace")
    expect(rows).to_have_count(1)
    expect(looked.page.locator("#count")).to_have_text(f"1 of {looked.page.locator('#list li').count()}")
    assert looked.page.evaluate("CSS.highlights.get('found').size") == 2
    looked.page.keyboard.press("Enter")
    looked.waits_for_time(3)
    looked.page.fill("#query", "nobody said this")
    expect(looked.page.locator("#nothing")).to_be_visible()
    looked.page.keyboard.press("Escape")
    expect(looked.page.locator("#nothing")).to_be_hidden()
    looked.page.select_option("#kinds", "marker")
    expect(rows).to_have_count(2)
    assert looked.complaints == []


def test_the_keyboard_is_enough(browser: Browser, tmp_path: Path, film: Path) -> None:
    looked = opened(browser, tmp_path, film, told())
    page = looked.page
    page.keyboard.press("ArrowRight")
    looked.waits_for_time(5)
    # The video has its new time a moment before the list hears of it.
    expect(page.locator("#list li.now")).to_contain_text("Which version")
    page.focus("#follow")
    page.keyboard.press("Tab")
    # One line of the list is reached by Tab, the others by arrows.
    assert "Which version" in page.evaluate("document.activeElement.closest('li').textContent")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert "The error appears" in page.evaluate("document.activeElement.closest('li').textContent")
    assert page.get_attribute("#follow", "aria-pressed") == "false"
    page.keyboard.press("Enter")
    looked.waits_for_time(12)
    assert looked.complaints == []


def test_a_long_list_follows_until_somebody_scrolls(browser: Browser, tmp_path: Path, film: Path) -> None:
    many = [(number * S // 100, Line(by=1, text=f"line number {number};")) for number in range(3000)]
    events = sorted([*EVENTS, *many], key=lambda one: one[0])
    looked = opened(browser, tmp_path, film, told(events))
    looked.seeks(20)
    expect(looked.page.locator("#list li.now")).to_contain_text("line number 2000;")
    looked.waits_for_view(there=True)
    looked.page.hover("#list")
    looked.page.mouse.wheel(0, -50_000)
    expect(looked.page.locator("#follow")).to_have_attribute("aria-pressed", "false")
    looked.seeks(29)
    expect(looked.page.locator("#list li.now")).to_contain_text("line number 2900;")
    looked.waits_for_view(there=False)
    looked.page.click("#follow")
    looked.waits_for_view(there=True)


def test_without_a_video_it_is_a_list_that_can_be_searched(browser: Browser, tmp_path: Path) -> None:
    looked = opened(browser, tmp_path, None, told())
    assert looked.page.locator("video").count() == 0
    looked.page.fill("#query", "4.3")
    expect(looked.page.locator("#list li:visible")).to_have_count(2)
    looked.page.click("#list li:visible >> nth=0")
    assert looked.complaints == []


def test_a_video_that_is_not_beside_it_is_told_of(browser: Browser, tmp_path: Path, film: Path) -> None:
    looked = opened(browser, tmp_path, film, told())
    expect(looked.page.locator("#broken")).to_be_hidden()
    (tmp_path / "case/video.mp4").unlink()
    looked.page.reload()
    expect(looked.page.locator("#broken")).to_contain_text("Unpack the whole ZIP")


def test_hostile_text_is_shown_and_runs_nothing(browser: Browser, tmp_path: Path, film: Path) -> None:
    looked = opened(browser, tmp_path, film, hostile(), Cut((Span(0, LENGTH_US),)))
    expect(looked.page.locator("#list li").first).to_be_visible()
    assert looked.page.title() == "</script><script>document.title='owned'</script>"
    assert looked.page.locator("img").count() == 0
    assert looked.page.evaluate("document.scripts.length") == 2
    assert {url.rpartition("/")[2] for url in looked.requests} == {"index.html", "video.mp4"}
    assert looked.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 800), (390, 844), (320, 568)])
def test_it_fits_every_screen(browser: Browser, tmp_path: Path, film: Path, scheme: str, size: tuple[int, int]) -> None:
    looked = opened(browser, tmp_path, film, told())
    looked.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    looked.page.set_viewport_size({"width": size[0], "height": size[1]})
    looked.seeks(24)
    expect(looked.page.locator("#list li.now")).to_contain_text("You need 4.3")
    assert looked.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    if size[0] > 1000:  # the list scrolls, and not the page
        assert looked.page.evaluate("document.documentElement.scrollHeight") <= size[1]
    for what in ("video", "#list li.now"):
        box = looked.page.locator(what).bounding_box()
        assert box
        assert 0 <= box["y"] < box["y"] + box["height"] <= size[1]
    looked.page.screenshot(path=tmp_path / f"{scheme} {size[0]}.png")
