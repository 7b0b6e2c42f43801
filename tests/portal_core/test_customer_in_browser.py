"""The customer's page in a real browser: chat, questions, recording, lost connections, the end, and narrow windows."""

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, Download, Page, ViewportSize, expect

from portal_core.live.effects import RecordingIs, State
from recorder.format.snapshot import Snapshot
from tests.portal_core.browsers import browser_on
from tests.portal_core.customers_page import FINGERPRINT, PAGE, SEALED, Desk, customers_page, lines, write
from tests.portal_core.live_site import LiveSite
from tests.virtual_screen import VirtualScreen
from tests.waiting import until

PHONE: Final[ViewportSize] = {"width": 360, "height": 640}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with VirtualScreen(800, 600) as screen, browser_on(screen) as started:
        yield started


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def site(desk: Desk) -> Iterator[LiveSite]:
    pages = {PAGE: customers_page(), "/asking": customers_page(begins="request to share")}
    with LiveSite(pages, desk.serve) as started:
        yield started


@pytest.fixture
def page(browser: Browser, site: LiveSite) -> Iterator[Page]:
    opened = browser.new_page()
    complaints = list[str]()
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(site.url + PAGE)
    expect(opened.locator("#connection")).to_be_hidden()
    yield opened
    opened.close()
    assert complaints == []


def test_both_talk_and_nothing_written_is_taken_for_markup(site: LiveSite, page: Page) -> None:
    site.say("say", text="<img src=x onerror=alert(1)>")
    expect(lines(page)).to_have_text(["<img src=x onerror=alert(1)>"])
    page.get_by_label("Message", exact=True).fill("two")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("lines")
    page.keyboard.press("Enter")
    expect(lines(page)).to_have_text(["<img src=x onerror=alert(1)>", "two\nlines"])
    expect(page.locator(".chat-sending")).to_have_count(0)
    assert [one["text"] for one in site.entries("line")][1] == "two\nlines"
    expect(page.locator(".chat-name")).to_have_text(["Alex Agent", "You"])
    expect(page.locator(".session-portal")).to_have_text("Help <b>Desk</b>")


def test_who_is_writing_is_told_both_ways(site: LiveSite, page: Page) -> None:
    site.say("typing")
    expect(page.locator(".chat-typing")).to_have_text("Alex Agent is writing …")
    site.say("say", text="there")
    expect(page.locator(".chat-typing")).to_have_text("")
    page.get_by_label("Message", exact=True).press_sequentially("hello")
    until(lambda: {"is": "typing", "by": site.customer} in site.told)
    assert site.told.count({"is": "typing", "by": site.customer}) == 1


def test_what_is_written_without_a_connection_is_marked_and_sent_when_it_is_back(site: LiveSite, page: Page) -> None:
    site.reachable = False
    site.cut()
    expect(page.locator("#connection")).to_contain_text("The connection is lost")
    write(page, "from the tunnel")
    expect(page.locator(".chat-sending .chat-mark")).to_have_text("Will be sent when the connection is back")
    assert site.entries("line") == []
    site.reachable = True
    until(lambda: [one["text"] for one in site.entries("line")] == ["from the tunnel"])
    expect(lines(page)).to_have_text(["from the tunnel"])
    expect(page.locator("#connection")).to_be_hidden()
    expect(page.locator(".chat-sending")).to_have_count(0)


def test_a_text_too_long_for_a_chat_stays_where_it_was_written(site: LiveSite, page: Page) -> None:
    write(page, "x" * 100_000)
    expect(page.locator(".chat-trouble")).to_contain_text("too long")
    expect(page.get_by_label("Message", exact=True)).to_have_value("x" * 100_000)
    write(page, "y" * 20_000)
    until(lambda: "".join(str(one["text"]) for one in site.entries("line")) == "y" * 20_000)
    assert site.refused == []


def test_reading_back_is_not_disturbed_by_what_comes(site: LiveSite, page: Page) -> None:
    for number in range(60):
        site.say("say", text=f"line {number}")
        if number % 20 == 19:
            page.wait_for_timeout(1_000)  # faster is refused
    expect(lines(page)).to_have_count(60)
    log = page.locator(".chat-log")
    until(lambda: log.evaluate("one => one.scrollTop > 0 && one.scrollHeight - one.scrollTop - one.clientHeight < 2"))
    log.evaluate("one => { one.scrollTop = 0; }")
    site.say("say", text="newest")
    expect(page.get_by_role("button", name="New messages")).to_be_visible()
    assert log.evaluate("one => one.scrollTop") == 0
    page.get_by_role("button", name="New messages").click()
    until(lambda: log.evaluate("one => one.scrollHeight - one.scrollTop - one.clientHeight < 2"))
    expect(page.get_by_role("button", name="New messages")).to_be_hidden()


def test_a_page_loaded_anew_has_the_history_and_goes_on(site: LiveSite, page: Page) -> None:
    write(page, "one")
    expect(page.locator(".chat-sending")).to_have_count(0)
    page.reload()
    expect(lines(page)).to_have_text(["one"])
    write(page, "two")
    expect(lines(page)).to_have_text(["one", "two"])
    until(lambda: [one["text"] for one in site.entries("line")] == ["one", "two"])


def test_the_recording_is_always_shown_and_can_be_paused(site: LiveSite, page: Page) -> None:
    sign = page.locator("#recording")
    expect(sign).to_contain_text("Recording")
    page.get_by_role("button", name="Pause the recording").click()
    expect(sign).to_contain_text("Recording paused")
    until(lambda: site.hub.recording is RecordingIs.PAUSED)
    expect(page.get_by_role("button", name="Let the recording go on")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Pause the recording")).to_be_focused()
    until(lambda: [one["state"] for one in site.entries("recording")] == ["paused", "on"])


def test_a_request_to_share_is_a_question_and_can_be_refused(site: LiveSite, page: Page) -> None:
    site.say("ask_share")
    expect(page.get_by_role("heading", name="Alex Agent would like to see your screen")).to_be_visible()
    page.get_by_role("button", name="Not now").click()
    until(lambda: len(site.entries("share_refused")) == 1)
    expect(page.locator(".question:visible")).to_have_count(0)


def test_who_chooses_is_seen_and_can_pause_and_stop(site: LiveSite, page: Page) -> None:
    site.say("ask_share")
    page.get_by_role("button", name="Choose what to show").click()
    expect(page.locator("#sharing")).to_contain_text("Your screen is seen")
    expect(page.locator(".question:visible")).to_have_count(0)
    until(lambda: len(site.packets) > 1)
    page.locator("#sharing").get_by_role("button", name="Pause").click()
    expect(page.locator("#sharing")).to_contain_text("Your screen is not seen now")
    page.locator("#sharing").get_by_role("button", name="Go on").click()
    expect(page.locator("#sharing")).to_contain_text("Your screen is seen")
    page.get_by_role("button", name="Stop showing the screen").click()
    expect(page.get_by_role("button", name="Show my screen")).to_be_visible()
    until(lambda: [one["on"] for one in site.entries("sharing")] == [True, False, True, False])
    assert site.refused == []
    assert site.entries("cannot_share") == []


def test_without_a_connection_nobody_is_said_to_see_the_screen(site: LiveSite, page: Page) -> None:
    site.say("ask_share")
    page.get_by_role("button", name="Choose what to show").click()
    expect(page.locator("#sharing")).to_contain_text("Your screen is seen")
    site.reachable = False
    site.cut()
    expect(page.locator("#sharing")).to_contain_text("Your screen is not seen now")
    site.reachable = True
    expect(page.locator("#connection")).to_be_hidden()
    expect(page.locator("#sharing")).to_contain_text("Your screen is seen")


def test_a_portal_may_begin_with_the_question(browser: Browser, site: LiveSite) -> None:
    page = browser.new_page()
    page.goto(site.url + "/asking")
    expect(page.get_by_role("heading", name="would like to see your screen")).to_be_visible()
    page.get_by_role("button", name="Not now").click()
    until(lambda: len(site.entries("share_refused")) == 1)
    page.reload()
    expect(page.locator(".chat-event")).to_have_count(3)
    expect(page.locator(".question:visible")).to_have_count(0)
    page.close()


def test_where_the_browser_cannot_the_command_is_told(site: LiveSite, page: Page) -> None:
    page.add_init_script("delete MediaDevices.prototype.getDisplayMedia;")
    for _ in range(2):  # it is told once
        page.reload()
        until(lambda: len(site.entries("cannot_share")) == 1)
        expect(page.locator(".chat-event").last).to_contain_text("The browser of Carla Customer cannot show a screen")
    site.say("ask_share")
    page.get_by_role("button", name="Get a code for it").click()
    command = page.locator(".command")
    expect(command.first).to_have_text("sealcast share 123456789 --portal https://portal.example")
    page.get_by_text("Sealcast is not on that computer").click()
    wheel = "https://portal.example/client/sealcast-1-py3-none-any.whl"
    expect(command.last).to_have_text(f"python3 -m pip install {wheel}")
    expect(page.get_by_role("link", name="sealcast-1-py3-none-any.whl")).to_have_attribute("href", wheel)
    expect(page.get_by_role("button", name="Choose what to show")).to_have_count(0)
    expect(page.get_by_role("button", name="Show my screen")).to_have_count(0)
    page.get_by_role("button", name="Not now").click()
    until(lambda: len(site.entries("share_refused")) == 1)


def test_facts_are_sent_when_allowed_and_are_a_snapshot(site: LiveSite, page: Page) -> None:
    site.say("ask_diagnostics")
    page.get_by_role("button", name="Allow", exact=True).click()
    until(lambda: len(site.entries("snapshot")) == 1)
    snapshot = Snapshot.read(site.entries("snapshot")[0]["snapshot"])
    names = [category.name for category in snapshot.categories]
    assert names == [
        "browser", "system", "languages", "screen", "hardware", "graphics", "connection", "permissions", "storage",
    ]  # fmt: skip
    told = {category.name: category for category in snapshot.categories}
    assert "Chrom" in str(told["browser"].items[0]["name"])
    assert told["hardware"].items[0]["cores"]
    assert told["screen"].items[0]["page_width_px"] == 1280
    assert all(category.items or category.missing for category in snapshot.categories)
    assert site.refused == []


def test_facts_can_be_looked_at_first_and_what_was_seen_is_sent(site: LiveSite, page: Page) -> None:
    site.say("ask_diagnostics")
    page.get_by_role("button", name="Look first").click()
    view = page.get_by_label("What would be sent")
    expect(view).to_contain_text("user agent")
    assert site.entries("diagnostics_allowed") == []
    seen = view.inner_text()
    page.get_by_role("button", name="Send this").click()
    until(lambda: len(site.entries("snapshot")) == 1)
    snapshot = Snapshot.read(site.entries("snapshot")[0]["snapshot"])
    assert str(snapshot.categories[0].items[0]["user_agent"]) in seen


def test_facts_can_be_refused(site: LiveSite, page: Page) -> None:
    site.say("ask_diagnostics")
    page.get_by_role("button", name="Do not allow").click()
    until(lambda: len(site.entries("diagnostics_refused")) == 1)
    assert site.entries("snapshot") == []


def test_leaving_is_asked_first(site: LiveSite, page: Page) -> None:
    page.get_by_role("button", name="Leave").click()
    page.get_by_role("button", name="Cancel").click()
    assert site.hub.state is State.LIVE
    page.get_by_role("button", name="Leave").click()
    page.get_by_role("dialog").get_by_role("button", name="Leave").click()
    until(lambda: site.hub.state is State.ENDED)
    expect(page.get_by_role("heading", name="The session has ended")).to_be_focused()


def test_at_the_end_the_copy_is_saved_proved_and_explained(site: LiveSite, page: Page, desk: Desk) -> None:
    saved = list[Download]()
    page.on("download", lambda one: saved.append(one))  # noqa: PLW0108 - Playwright wants a function
    site.say("say", text="goodbye")
    desk.ended = True
    site.say("close", outcome="resolved", note="")
    expect(page.get_by_text("Handed to the browser's downloads.")).to_be_visible()
    until(lambda: bool(page.evaluate("1")) and len(saved) == 2)
    # What opens it comes first.
    assert [one.suggested_filename for one in saved] == ["a session.key", "a session.sealcast"]
    assert saved[1].path().read_bytes() == SEALED
    assert desk.copies == []  # no page hears whether a download was written
    expect(lines(page)).to_have_text(["goodbye"])
    page.reload()
    page.get_by_role("button", name="They are there").click()
    expect(page.get_by_text("Everything is saved.")).to_be_visible()
    assert desk.copies == [{"part": 1, "fingerprint": FINGERPRINT}]
    page.reload()
    expect(page.get_by_text("Everything is saved.")).to_be_visible()
    expect(page.get_by_text("You can close this page.")).to_be_visible()
    assert len(saved) == 2
    page.get_by_role("link", name="a session.sealcast").click()  # and once more, by hand
    until(lambda: bool(page.evaluate("1")) and len(saved) == 3)
    expect(page.locator("#end")).to_contain_text("a session.key opens it")
    expect(page.locator("#end")).to_contain_text(FINGERPRINT)
    expect(page.get_by_role("link", name="Save the chat log")).to_have_attribute("href", f"{PAGE}/chat.txt")
    expect(page.get_by_label("Message", exact=True)).to_be_hidden()
    expect(page.get_by_role("button", name="Leave")).to_be_hidden()


def test_with_a_passphrase_it_is_told_who_can_open_the_copy(site: LiveSite, page: Page, desk: Desk) -> None:
    desk.ended, desk.keys = True, False
    site.say("close", outcome="resolved", note="")
    expect(page.locator("#end")).to_contain_text("It opens with the company's passphrase.")


def test_how_it_was_is_told_with_stars_and_words(site: LiveSite, page: Page, desk: Desk) -> None:
    desk.ended = True
    site.say("close", outcome="resolved", note="")
    survey = page.get_by_role("region", name="How was it?")
    survey.get_by_role("button", name="Send").click()
    expect(survey).to_contain_text("Choose one to five stars first.")
    survey.get_by_role("radio", name="4 stars").check()
    survey.get_by_label("What do you want to tell us?").fill("fast")
    survey.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Thank you for telling us.")).to_be_visible()
    assert desk.surveys == [{"stars": 4, "comment": "fast"}]


def test_a_session_that_ended_while_the_page_was_away_is_told(site: LiveSite, page: Page, desk: Desk) -> None:
    site.reachable = False
    desk.ended = True  # before the page, whose connection is cut, asks
    site.cut()
    expect(page.get_by_role("heading", name="The session has ended")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="The session has ended")).to_be_visible()


def test_a_second_page_of_the_same_seat_stops_the_first(site: LiveSite, page: Page) -> None:
    site.over("elsewhere")
    expect(page.locator("#connection")).to_contain_text("This session is open on another page.")
    page.get_by_role("button", name="Go on here").click()
    expect(page.locator("#connection")).to_be_hidden()
    write(page, "here")
    until(lambda: [one["text"] for one in site.entries("line")] == ["here"])


def test_the_agents_screen_is_seen(site: LiveSite, page: Page) -> None:
    packets = page.evaluate(PICTURE)
    site.show_as_agent(bytes(packets[0]), bytes(packets[1]))
    canvas = page.locator(".screen canvas")
    expect(canvas).to_be_visible()
    expect(page.locator(".screen")).to_have_attribute("aria-label", "Screen of Alex Agent")
    site.say("unshare", track="screen/agent")
    expect(page.locator("#screen")).to_be_hidden()


PICTURE: Final = """
async () => {
  const { CONFIGURATION, PICTURE, writePacket } = await import("/static/js/frames.js");
  const chunks = [];
  const encoder = new VideoEncoder({ output: (chunk) => chunks.push(chunk), error: console.error });
  encoder.configure({ codec: "vp8", width: 320, height: 200 });
  const canvas = new OffscreenCanvas(320, 200);
  canvas.getContext("2d").fillRect(0, 0, 100, 100);
  const frame = new VideoFrame(canvas, { timestamp: 0 });
  encoder.encode(frame, { keyFrame: true });
  await encoder.flush();
  const payload = new Uint8Array(chunks[0].byteLength);
  chunks[0].copyTo(payload);
  const said = new TextEncoder().encode(JSON.stringify({ codec: "vp8", width: 320, height: 200 }));
  const head = { track: "screen/agent", atUs: 0 };
  return [
    Array.from(writePacket({ ...head, kind: CONFIGURATION, keyframe: false, seq: 0, payload: said })),
    Array.from(writePacket({ ...head, kind: PICTURE, keyframe: true, seq: 1, payload })),
  ];
}
"""


@pytest.mark.parametrize("language", ["en", "de"])
def test_on_a_phone_everything_fits(language: str, browser: Browser, site: LiveSite) -> None:
    page = browser.new_page(viewport=PHONE, locale=language)
    page.goto(site.url + PAGE)
    site.say("say", text="a" * 500)
    site.say("ask_share")
    site.say("ask_diagnostics")
    expect(page.locator(".question:visible")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="Look first").click()
    expect(page.get_by_label("What would be sent")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="Do not allow").click()
    page.get_by_role("button", name="Not now").click()
    box = page.get_by_role("button", name="Send").bounding_box()
    assert box
    assert box["y"] + box["height"] <= PHONE["height"]
    page.close()


def test_the_page_says_its_texts_in_its_language(browser: Browser, desk: Desk) -> None:
    german = {"Send": "Senden", "{name} has joined": "{name} ist da", "Recording": "Wird aufgezeichnet"}
    with LiveSite({PAGE: customers_page(texts=german, language="de")}, desk.serve) as site:
        page = browser.new_page()
        page.goto(site.url + PAGE)
        expect(page.get_by_role("button", name="Senden")).to_be_visible()
        expect(page.locator(".chat-event").first).to_contain_text("Alex Agent ist da")
        expect(page.locator("#recording")).to_contain_text("Wird aufgezeichnet")
        page.close()
