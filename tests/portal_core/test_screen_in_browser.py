"""A watched screen in a real browser: packets as sharers send them, and what is on the canvas then."""

import base64
from collections.abc import Iterator
from typing import Final

import numpy as np
import pytest
from playwright.sync_api import Page, Route, sync_playwright

from portal_core.live.frames import HEAD
from portal_core.live.messages import AGENT_SCREEN, CUSTOMER_SCREEN
from tests.portal_core.test_javascript import ARGUMENTS, PATIENCE_MS, SITE, WEB
from tests.portal_core.watched import GROUNDS, Codec, Coded, Sharer, Watcher, coded, pictures

POLICY: Final = "default-src 'none'; script-src 'self'; style-src 'self'; worker-src 'self'"
STYLES: Final = "".join(
    f'<link rel="stylesheet" href="/static/css/{name}.css">' for name in ("tokens", "base", "screen")
)
TYPES: Final = {"js": "text/javascript", "css": "text/css"}
LATER: Final = """
(track) => {
  views[track] = screens.view(track, "Later");
  document.body.append(views[track].element);
  screens.shared(track, true);
}
"""


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    """Give a page that has nothing but what its own site serves, under a strict policy."""

    def serve(route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        if path == "/":
            body = f"<!doctype html><html lang=en><title>A screen</title>{STYLES}<body>"
            route.fulfill(body=body, headers={"content-type": "text/html", "content-security-policy": POLICY})
        else:
            kind = TYPES[path.rpartition(".")[2]]
            route.fulfill(body=(WEB / path[1:]).read_bytes(), headers={"content-type": kind})

    with sync_playwright() as program:
        browser = program.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS, timeout=PATIENCE_MS)
        context = browser.new_context()
        context.route("**/*", serve)
        opened = context.new_page()
        opened.set_default_timeout(PATIENCE_MS)
        opened.goto(SITE + "/")
        yield opened
        browser.close()


CODECS: Final[tuple[Codec, ...]] = ("vp8", "vp9", "h264", "av1", "tiles")
DELTAS: Final[tuple[Codec, ...]] = ("vp9", "h264", "tiles")
WISH: Final = {"do": "keyframe", "track": CUSTOMER_SCREEN}


@pytest.mark.parametrize("codec", CODECS)
def test_every_picture_is_shown_at_once_and_the_last_as_it_was(browser_page: Page, codec: Codec) -> None:
    shown = pictures(6)
    watcher = Watcher(browser_page)
    watcher.feed(Sharer().all(codec, shown))
    watcher.wait_for_pictures(6)
    watcher.wait_for(shown[-1], most=0 if codec == "tiles" else 3)
    # As bright and as coloured as it was: another matrix makes other colours.
    assert np.abs(watcher.picture()[8:24, 8:24].mean(axis=(0, 1)) - GROUNDS[5]).max() < 4
    assert watcher.wishes() == []
    assert browser_page.locator(".screen-word").text_content() == ""


@pytest.mark.parametrize("codec", DELTAS)
def test_after_a_gap_nothing_is_decoded_until_the_keyframe_that_is_asked_for(browser_page: Page, codec: Codec) -> None:
    shown = pictures(6)
    sharer, watcher = Sharer(), Watcher(browser_page)
    packets = sharer.all(codec, shown)
    watcher.feed(packets[:4])  # the configuration and three pictures
    watcher.wait_for_pictures(3)
    watcher.feed(packets[5:])
    watcher.wait_for_wishes(1)
    watcher.wait_for_word("Waiting")
    assert watcher.wishes() == [WISH]
    watcher.wait_for(shown[2], most=3)
    (keyframe,) = coded(codec, shown[5:])
    watcher.feed([sharer.picture(keyframe)])
    watcher.wait_for_pictures(4)
    watcher.wait_for(shown[5], most=3)
    assert watcher.shown() == 4
    assert watcher.wishes() == [WISH]


@pytest.mark.parametrize("codec", ["vp9", "av1", "tiles"])
def test_what_does_not_decode_is_told_and_the_next_keyframe_goes_on(browser_page: Page, codec: Codec) -> None:
    shown = pictures(4)
    sharer, watcher = Sharer(), Watcher(browser_page)
    configuration, first, second, *_ = sharer.all(codec, shown)
    watcher.feed([configuration, first])
    watcher.wait_for_pictures(1)
    sharer.seq = 2
    cut = second[HEAD.size : HEAD.size + (len(second) - HEAD.size) // 2]
    watcher.feed([sharer.picture(Coded(payload=cut, keyframe=False))])
    watcher.wait_for_wishes(1)
    (keyframe,) = coded(codec, shown[3:])
    watcher.feed([sharer.picture(keyframe)])
    watcher.wait_for_pictures(2)
    watcher.wait_for(shown[3], most=3)


def test_a_keyframe_is_asked_for_once_a_second_at_most(browser_page: Page) -> None:
    shown = pictures(6)
    sharer, watcher = Sharer(), Watcher(browser_page)
    packets = sharer.all("tiles", shown)
    watcher.feed([packets[0], packets[1]])
    watcher.wait_for_pictures(1)
    began_ms = watcher.page.evaluate("performance.now()")
    watcher.feed([packets[3], packets[4], packets[5], packets[6]])
    watcher.wait_for_wishes(1)
    watcher.feed([packets[3], packets[5]])
    watcher.wait_for_wishes(2)
    assert watcher.page.evaluate("performance.now()") - began_ms > 900
    assert watcher.wishes() == [WISH, WISH]


def test_another_size_is_another_canvas(browser_page: Page) -> None:
    sharer, watcher = Sharer(), Watcher(browser_page)
    small = pictures(2, width=202, height=98)
    watcher.feed(sharer.all("vp9", pictures(2)))
    watcher.wait_for_pictures(2)
    watcher.feed(sharer.all("vp9", small))
    watcher.wait_for_pictures(4)
    assert browser_page.get_by_role("img", name="202 × 98 pixels").is_visible()
    browser_page.wait_for_function("() => views['screen/customer'].canvas.width === 202")
    watcher.wait_for(small[-1], most=4)


@pytest.mark.parametrize(
    ("codec", "more"),
    [("vvc", {}), ("h264", {"description": base64.b64encode(b"\x01\xff\xff\xff").decode()}), ("av1", {"width": 0})],
)
def test_what_this_browser_cannot_decode_is_told_once_and_the_next_is_shown(
    browser_page: Page, codec: str, more: dict[str, object]
) -> None:
    shown = pictures(2)
    sharer, watcher = Sharer(), Watcher(browser_page)
    nothing = Coded(payload=b"nothing", keyframe=True)
    configuration = sharer.configuration(codec, shown[0], **more)
    watcher.feed([configuration, sharer.picture(nothing), sharer.picture(nothing)])
    watcher.wait_for_word("This browser cannot show this screen")
    assert watcher.wishes() == []
    watcher.feed(sharer.all("tiles", shown))
    watcher.wait_for_pictures(1)
    browser_page.wait_for_function("() => !document.querySelector('.screen-word').textContent")
    watcher.wait_for(shown[-1])


def test_two_screens_do_not_mix(browser_page: Page) -> None:
    watcher = Watcher(browser_page, CUSTOMER_SCREEN, AGENT_SCREEN)
    one, other = pictures(2), pictures(3, width=160, height=128)
    watcher.feed([*Sharer().all("vp9", one), *Sharer(AGENT_SCREEN).all("tiles", other), b"what is no packet at all"])
    watcher.wait_for_pictures(2)
    watcher.wait_for_pictures(3, AGENT_SCREEN)
    watcher.wait_for(one[-1], most=3)
    watcher.wait_for(other[-1], track=AGENT_SCREEN)


def test_a_screen_that_is_looked_at_later_shows_what_came_before(browser_page: Page) -> None:
    shown = pictures(3)
    watcher = Watcher(browser_page)
    watcher.feed([*Sharer(AGENT_SCREEN).all("tiles", shown), *Sharer().all("tiles", shown[:1])])
    watcher.wait_for_pictures(1)
    browser_page.evaluate(LATER, AGENT_SCREEN)
    browser_page.wait_for_function("() => !document.querySelector('.screen:last-child .screen-word').textContent")
    watcher.wait_for(shown[-1], track=AGENT_SCREEN)


def test_how_it_stands_is_said(browser_page: Page) -> None:
    watcher = Watcher(browser_page)
    watcher.wait_for_word("Waiting for the first picture")
    watcher.feed(Sharer().all("tiles", pictures(1)))
    watcher.wait_for_pictures(1)
    browser_page.wait_for_function("() => !document.querySelector('.screen-word').textContent")
    assert str(browser_page.locator(".screen-delay").text_content()).startswith("Delay 0.00")
    browser_page.evaluate("screens.connected(false)")
    watcher.wait_for_word("The connection is interrupted")
    browser_page.evaluate("screens.connected(true)")
    browser_page.evaluate("views['screen/customer'].is({ away: true })")
    watcher.wait_for_word("Whoever shares this screen lost the connection")
    browser_page.evaluate("screens.shared('screen/customer', false)")
    watcher.wait_for_word("No screen is being shown")
    assert not browser_page.locator("canvas").is_visible()


def test_pictures_from_before_one_came_tell_no_delay(browser_page: Page) -> None:
    shown = pictures(2)
    watcher = Watcher(browser_page)
    browser_page.evaluate("screens.welcome(3_600_000_000)")
    watcher.feed(Sharer().all("tiles", shown))
    watcher.wait_for(shown[-1])
    assert browser_page.locator(".screen-delay").text_content() == ""


def test_keys_change_how_large_it_is(browser_page: Page) -> None:
    watcher = Watcher(browser_page)
    large = pictures(1, width=3000, height=2000)
    watcher.feed(Sharer().all("tiles", large))
    watcher.wait_for_pictures(1)
    canvas, stage = browser_page.locator("canvas"), browser_page.locator(".screen-stage")
    stage.focus()

    def width() -> float:
        box = canvas.bounding_box()
        assert box
        return box["width"]

    def fits() -> bool:
        room = stage.bounding_box()
        assert room
        return width() <= room["width"]

    assert fits()
    browser_page.keyboard.press("1")
    assert width() == pytest.approx(3000)
    browser_page.keyboard.press("ArrowRight")
    browser_page.wait_for_function("() => document.querySelector('.screen-stage').scrollLeft > 0")
    assert browser_page.get_by_role("button", name="Actual size").get_attribute("aria-pressed") == "true"
    browser_page.keyboard.press("0")
    assert fits()
    browser_page.keyboard.press("f")
    browser_page.wait_for_function("() => document.fullscreenElement?.classList.contains('screen')")
    browser_page.keyboard.press("f")
    browser_page.wait_for_function("() => !document.fullscreenElement")


def test_pictures_that_come_before_the_entry_of_their_sharing_are_shown(browser_page: Page) -> None:
    shown = pictures(2)
    sharer, watcher = Sharer(), Watcher(browser_page)
    watcher.feed(sharer.all("tiles", shown[:1]))
    watcher.wait_for_pictures(1)
    second_us = 1_000_000 + 33_000 * sharer.seq
    watcher.feed(sharer.all("tiles", shown))
    watcher.wait_for_pictures(2)
    browser_page.evaluate("screens.shared('screen/customer', false, 1)")
    watcher.wait_for_word("No screen is being shown")
    browser_page.evaluate("(atUs) => screens.shared('screen/customer', true, atUs)", second_us)
    assert browser_page.locator(".screen-word").text_content() == ""
    assert browser_page.locator("canvas").is_visible()
    watcher.wait_for(shown[-1])
    browser_page.evaluate("(atUs) => screens.shared('screen/customer', true, atUs)", second_us + 10**6)
    watcher.wait_for_word("Waiting for the first picture")
    assert not browser_page.locator("canvas").is_visible()
