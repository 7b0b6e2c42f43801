"""A screen, shown by a real browser: what leaves it is what is seen, only when it changes, and only when it may."""

import json
from collections.abc import Iterator
from typing import Final

import av
import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from portal_core.live.frames import Kind, ScreenPacket
from tests.portal_core.browsers import browser_on
from tests.portal_core.live_site import SESSION, LiveSite
from tests.virtual_screen import Pixels, VirtualScreen
from tests.waiting import until

WIDTH, HEIGHT = 1280, 720
DECODERS: Final = {"av1": "libdav1d", "vp9": "vp9", "h264": "h264", "vp8": "vp8"}
LIKE: Final = 28.0  # dB; a wrong colour or place is below 20
FORBIDDEN: Final = (
    "The system does not let the browser see the screen. Allow screen recording in its settings, then start it again."
)
PAGE: Final = "<!doctype html><title>a page</title><button>Show</button>"
JOIN: Final = """
async ([session, codecs]) => {
  const { Live, liveUrl } = await import("/static/js/live.js");
  const { ScreenShare } = await import("/static/js/share.js");
  window.told = { states: [], connection: [] };
  let share;
  window.live = new Live(liveUrl(session), {
    welcome: (one) => share.welcome(one),
    entry: (one) => share.entry(one),
    refused: (key) => share.refused(key),
    sharing: (is) => share.sharing(is),
    connection: (is) => told.connection.push(is.state),
  });
  share = window.share = new ScreenShare(
    live, "screen/customer", (state, why) => told.states.push(why ? `${state}: ${why}` : state), codecs,
  );
  document.querySelector("button").onclick = () => share.start();
}
"""


@pytest.fixture(scope="module")
def screen() -> Iterator[VirtualScreen]:
    with VirtualScreen(WIDTH, HEIGHT) as started:
        started.xdotool("mousemove", WIDTH - 1, HEIGHT - 1)
        yield started


@pytest.fixture(scope="module")
def browser(screen: VirtualScreen) -> Iterator[Browser]:
    with browser_on(screen) as started:
        yield started


@pytest.fixture
def site(screen: VirtualScreen) -> Iterator[LiveSite]:
    paint(screen, "navy")
    with LiveSite({"/": PAGE}) as started:
        yield started


@pytest.fixture
def page(browser: Browser, site: LiveSite) -> Iterator[Page]:
    opened = browser.new_page()
    opened.goto(site.url)
    yield opened
    opened.close()


def paint(screen: VirtualScreen, colour: str) -> None:
    screen.tell("xsetroot", "-solid", colour)


def show(page: Page, codecs: tuple[str, ...] = ("av1", "vp9", "h264", "vp8")) -> None:
    page.evaluate(JOIN, [SESSION, codecs])
    page.click("button")


def pictures(site: LiveSite) -> list[Pixels]:
    """Decode all that was recorded, as a reader does: from keyframes on, without gaps."""
    shown = list[Pixels]()
    codec, decoder = "", None
    for packet in tuple(site.packets):
        if packet.kind is Kind.CONFIGURATION:
            said = json.loads(packet.payload)
            codec, size = said["codec"], (said["height"], said["width"])
            made = av.CodecContext.create(DECODERS[codec], "r")
            assert isinstance(made, av.VideoCodecContext)
            made.thread_count = 1
            decoder = made
            continue
        assert decoder
        for frame in decoder.decode(av.Packet(packet.payload)):
            shown.append(np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)[: size[0], : size[1]])
    return shown


def likeness(one: Pixels, other: Pixels) -> float:
    """Return the PSNR in dB."""
    error = float(np.mean((one.astype(np.float64) - other.astype(np.float64)) ** 2))
    return float(10 * np.log10(255**2 / max(error, 1e-9)))


def shows(site: LiveSite, screen: VirtualScreen) -> bool:
    seen = pictures(site)
    return bool(seen) and likeness(seen[-1], screen.screenshot()) > LIKE


def quiet(site: LiveSite, page: Page) -> int:
    """Wait until nothing comes any more; return how many packets there are."""
    before = -1
    while before != len(site.packets):
        before = len(site.packets)
        page.wait_for_timeout(2_000)
    return before


def keyframes(packets: list[ScreenPacket]) -> int:
    return sum(packet.keyframe for packet in packets)


@pytest.mark.parametrize("codec", DECODERS)
def test_what_is_shown_is_what_is_on_the_screen_in_every_codec(
    codec: str, site: LiveSite, page: Page, screen: VirtualScreen
) -> None:
    show(page, (codec,))
    until(lambda: shows(site, screen))
    paint(screen, "forestgreen")
    until(lambda: shows(site, screen))
    first = site.packets[0]
    assert first.kind is Kind.CONFIGURATION
    said = json.loads(first.payload)
    assert (said["codec"], said["width"], said["height"]) == (codec, WIDTH, HEIGHT)
    assert said["colour"]["matrix"]
    assert [packet.seq for packet in site.packets] == list(range(len(site.packets)))
    assert site.packets[1].keyframe
    assert site.refused == []


def test_the_first_of_the_codecs_that_can_be_watched_is_taken(site: LiveSite, page: Page) -> None:
    show(page, ("tiles", "vp8", "av1"))
    until(lambda: bool(site.packets))
    assert json.loads(site.packets[0].payload)["codec"] == "vp8"


def test_a_screen_on_which_nothing_happens_sends_nothing_and_yet_a_keyframe_when_asked(
    site: LiveSite, page: Page, screen: VirtualScreen
) -> None:
    show(page)
    until(lambda: shows(site, screen))
    still = quiet(site, page)
    site.say("keyframe", track="screen/customer")
    until(lambda: keyframes(site.packets) == 2)
    assert site.packets[still].keyframe, "with the same configuration"
    assert shows(site, screen)


def test_in_a_pause_nothing_leaves_and_afterwards_what_is_then_there(
    site: LiveSite, page: Page, screen: VirtualScreen
) -> None:
    show(page)
    until(lambda: shows(site, screen))
    page.evaluate("share.pause()")
    until(lambda: len(site.entries("sharing")) == 2)
    before = len(site.packets)
    paint(screen, "crimson")
    page.wait_for_timeout(1_500)
    assert len(site.packets) == before
    paint(screen, "teal")
    page.evaluate("share.resume()")
    until(lambda: shows(site, screen))
    after = site.packets[before:]
    assert (after[0].kind, after[1].keyframe) == (Kind.CONFIGURATION, True)
    crimson = np.array([60, 20, 220])
    assert all(np.abs(one[100, 100] - crimson).max() > 40 for one in pictures(site)), "what was there in the pause"
    assert site.refused == []


def test_a_cut_connection_comes_back_with_a_keyframe(site: LiveSite, page: Page, screen: VirtualScreen) -> None:
    show(page)
    until(lambda: shows(site, screen))
    before = quiet(site, page)
    site.cut()
    paint(screen, "olive")
    until(lambda: site.connections == 2)
    until(lambda: shows(site, screen))
    after = site.packets[before:]
    assert (after[0].kind, after[1].keyframe) == (Kind.CONFIGURATION, True)
    assert site.refused == []
    assert page.evaluate("told.connection") == ["connecting", "open", "away", "open"]


def test_a_page_that_is_loaded_anew_shows_no_longer_and_says_so(
    site: LiveSite, page: Page, screen: VirtualScreen
) -> None:
    show(page)
    until(lambda: shows(site, screen))
    page.reload()
    page.evaluate(JOIN, [SESSION, ["av1"]])
    until(lambda: [one["on"] for one in site.entries("sharing")] == [True, False])
    page.click("button")
    until(lambda: [one["on"] for one in site.entries("sharing")] == [True, False, True])
    until(lambda: shows(site, screen))


def test_the_browsers_own_bar_ends_it(site: LiveSite, page: Page, screen: VirtualScreen) -> None:
    page.evaluate("""() => {
      const ask = navigator.mediaDevices.getDisplayMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getDisplayMedia = async (wish) => {
        window.stream = await ask(wish);
        return stream;
      };
    }""")
    show(page)
    until(lambda: shows(site, screen))
    # The bar stops the capture where it is, so that the track is told.
    page.evaluate("const track = stream.getVideoTracks()[0]; track.stop(); track.dispatchEvent(new Event('ended'));")
    until(lambda: [one["on"] for one in site.entries("sharing")] == [True, False])
    assert page.evaluate("told.states") == ["choosing", "starting", "on", "off"]
    assert site.refused == []


def test_stopping_lets_the_capture_go(site: LiveSite, page: Page, screen: VirtualScreen) -> None:
    show(page)
    until(lambda: shows(site, screen))
    page.evaluate("share.stop()")
    until(lambda: [one["on"] for one in site.entries("sharing")] == [True, False])
    before = len(site.packets)
    paint(screen, "gold")
    page.wait_for_timeout(1_000)
    assert len(site.packets) == before
    assert site.refused == []


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (("", "NotAllowedError"), "The screen is not shown: nothing was chosen, or the browser may not."),
        (("Permission denied by system", "NotAllowedError"), FORBIDDEN),
        (("Could not start video source", "NotReadableError"), FORBIDDEN),
        (("", "NotFoundError"), "There is no screen that could be shown."),
        (("", "AbortError"), "The screen cannot be shown."),
    ],
)
def test_why_nothing_is_shown_is_said(error: tuple[str, str], words: str, site: LiveSite, page: Page) -> None:
    page.evaluate(
        "(error) => { navigator.mediaDevices.getDisplayMedia = () => Promise.reject(new DOMException(...error)); }",
        error,
    )
    show(page)
    until(lambda: page.evaluate("told.states") == ["choosing", f"off: {words}"])
    assert site.entries("sharing") == []


def test_a_browser_that_never_says_what_was_chosen_is_not_waited_for(site: LiveSite, page: Page) -> None:
    page.clock.install()
    page.evaluate("() => { navigator.mediaDevices.getDisplayMedia = () => new Promise(() => {}); }")
    show(page)
    page.clock.fast_forward(200_000)
    until(lambda: page.evaluate("told.states.at(-1)").startswith("off: The browser did not say"))
    assert site.entries("sharing") == []


def test_a_browser_that_cannot_says_so(site: LiveSite, page: Page) -> None:
    page.evaluate("() => { delete window.MediaStreamTrackProcessor; }")
    show(page)
    assert "cannot send its screen" in page.evaluate("told.states.at(-1)")
    page.evaluate("() => { MediaDevices.prototype.getDisplayMedia = undefined; }")
    page.evaluate("share.start()")
    assert "as on phones" in page.evaluate("told.states.at(-1)")
    assert site.entries("sharing") == []


FRAMES: Final = """
async (sizes) => {
  const frames = new ReadableStream({
    async pull(controller) {
      const [width, height, colour] = await next();
      const canvas = new OffscreenCanvas(width, height);
      const page = canvas.getContext("2d");
      page.fillStyle = colour;
      page.fillRect(0, 0, width, height);
      controller.enqueue(new VideoFrame(canvas, { timestamp: 0 }));
    },
  }, { highWaterMark: 0 });
  const waiting = [];
  let arrived = () => {};
  window.push = (...size) => { waiting.push(size); arrived(); };
  const next = async () => {
    while (!waiting.length) await new Promise((resolve) => { arrived = resolve; });
    return waiting.shift();
  };
  live.show(frames, "screen/customer", ["av1"]);
  live.say({ do: "share", track: "screen/customer" });
}
"""


def test_another_size_is_another_configuration_and_odd_ones_lose_a_row(site: LiveSite, page: Page) -> None:
    page.evaluate(JOIN, [SESSION, ["av1"]])
    page.evaluate(FRAMES)
    page.evaluate("push(641, 361, 'rgb(200, 200, 200)')")
    until(lambda: len(pictures(site)) >= 4)  # one picture alone, as of a tab on which nothing moves, and its repeats
    page.evaluate("push(320, 200, 'rgb(40, 40, 40)')")
    until(lambda: pictures(site)[-1].shape == (200, 320, 3))
    said = [json.loads(packet.payload) for packet in site.packets if packet.kind is Kind.CONFIGURATION]
    assert [(one["width"], one["height"]) for one in said] == [(640, 360), (320, 200)]
    shown = pictures(site)
    assert shown[0].shape == (360, 640, 3)
    assert np.abs(shown[0][359, 639].astype(int) - 200).max() < 12
    assert np.abs(shown[-1][199, 319].astype(int) - 40).max() < 12
    assert site.refused == []
