"""The portal's pages in a real browser: python -m tests.bench.portal_pages [ready] [glass] [--changes N]

- ready: a customer's page in a browser that has nothing of it yet: from going there to being able to write, and the
  bytes of JavaScript that were sent.
- glass: from a change on the customer's screen, 1080p, to the same change on the agent's page; customer, agent, portal
  and screen all on this machine.  A patch changes its colour at random times; the agent's page notes when it sees it.
"""

import argparse
import gzip
import json
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import Final

import httpx
import psutil
from playwright.sync_api import Page
from Xlib.display import Display

from tests.bench.report import heading, machine, row
from tests.journeys.meeting import Meeting, meeting
from tests.portal_core.served import Portal
from tests.waiting import until

CHANGES: Final = 60
TIMES: Final = 7
PATCH: Final = (800, 400, 200, 200)  # px of the screen
READY_S: Final = 1.0
JAVASCRIPT: Final = 150 * 1024
GLASS_MS: Final = 120.0
GZIP: Final = b"\x1f\x8b"
# Notes the wall time at which the patch had another colour than before; reads it as often as the page is painted.
WATCH: Final = """
([x, y]) => {
  const seen = (window.seen = []);
  const small = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  let before = "";
  const look = () => {
    const canvas = document.querySelector(".screen canvas");
    small.drawImage(canvas, x, y, 1, 1, 0, 0, 1, 1);
    const now = [...small.getImageData(0, 0, 1, 1).data].map((one) => one >> 6).join();
    if (now !== before) seen.push([performance.timeOrigin + performance.now(), now]);
    before = now;
    requestAnimationFrame(look);
  };
  look();
}
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("which", nargs="*", default=["ready", "glass"])
    options.add_argument("--changes", type=int, default=CHANGES)
    given = options.parse_args()
    print(machine())
    if "ready" in given.which:
        with tempfile.TemporaryDirectory() as home, meeting(Path(home)) as met:
            ready(met)
    if "glass" in given.which:
        with tempfile.TemporaryDirectory() as home, meeting(Path(home), size=(1920, 1080)) as met:
            glass(met, given.changes)


def ready(met: Meeting) -> None:
    heading("the customer's page, nothing of it there yet", "median s", "max s", "KiB sent")
    took, sent = [], 0
    for number in range(TIMES):
        page = met.join(met.make_code(f"Customer {number}"), "Bob")
        address = page.url
        cookies = page.context.cookies()
        page.close()
        cold = met.context()
        cold.add_cookies(cookies)  # type: ignore[arg-type] # as they were given
        page = cold.new_page()
        began = time.perf_counter()
        page.goto(address, wait_until="commit")
        while not page.evaluate("document.querySelector('#connection')?.hidden"):  # Playwright looks twice a second
            time.sleep(0.005)
        page.get_by_label("Message", exact=True).fill("Hello")
        took.append(time.perf_counter() - began)
        sent = scripts(page, met.portal)
        cold.close()
    row(f"ready (goal {READY_S:.1f} s)", f"{statistics.median(took):.2f}", f"{max(took):.2f}")
    row(f"JavaScript (goal {JAVASCRIPT // 1024})", "", "", f"{sent / 1024:.0f}")


def scripts(page: Page, portal: Portal) -> int:
    """Return the bytes of JavaScript that were sent for a page and its workers, as they were sent."""
    names = page.evaluate(
        "performance.getEntriesByType('resource').map((one) => one.name).filter((one) => one.endsWith('.js'))"
    )
    seen, left = set[str](), {*names, *(worker.url for worker in page.workers)}
    total = 0
    while left:
        name = left.pop()
        seen.add(name)
        path = name.removeprefix(portal.base)
        with httpx.stream(
            "GET", f"https://127.0.0.1:{portal.port}{path}", verify=False, headers={"Accept-Encoding": "gzip"}
        ) as answer:
            sent = b"".join(answer.iter_raw())
        total += len(sent)
        # Workers' own imports are in no list of the page's.
        for line in (gzip.decompress(sent) if sent[:2] == GZIP else sent).decode().splitlines():
            if line.startswith("import ") and '"./' in line:
                imported = name.rsplit("/", 1)[0] + "/" + line.split('"./')[1].split('"')[0]
                left |= {imported} - seen
    return total


def glass(met: Meeting, changes: int) -> None:
    heading("from screen to screen, 1080p", "p50 ms", "p95 ms", "max ms", "seen", "server", "browsers")
    met.customer = met.join(met.make_code("Bob"), "Bob")
    met.agent.get_by_role("button", name="Join Bob").click()
    met.agent.get_by_role("button", name="Ask to see the screen").click()
    met.customer.get_by_role("button", name="Choose what to show").click()
    met.customer.get_by_text("Your screen is seen").wait_for()
    until(lambda: bool(met.agent.evaluate("document.querySelector('.screen canvas')?.width === 1920")))
    patch = Patch(met.screen.display)
    met.agent.evaluate(WATCH, [PATCH[0] + 100, PATCH[1] + 100])
    time.sleep(2)
    assert met.portal.process
    server = psutil.Process(met.portal.process.pid)
    before, browsers, began = server.cpu_times(), cpu_of_browsers(), time.perf_counter()
    changed = []
    for number in range(changes):
        changed.append(patch.show(number % 2 == 0))
        met.agent.evaluate("1")
        time.sleep(0.4 + random.random() * 0.4)
    after, took_s = server.cpu_times(), time.perf_counter() - began
    used = cpu_of_browsers() - browsers
    seen = [at_ms for at_ms, _ in json.loads(met.agent.evaluate("JSON.stringify(window.seen)"))]
    took = []
    for at_ms, next_ms in zip(changed, [*changed[1:], float("inf")], strict=True):
        found = [one - at_ms for one in seen if at_ms <= one < next_ms]
        took += found[:1]
    row(
        f"a patch changes (goal: p50 {GLASS_MS:.0f})",
        *(f"{value:.0f}" for value in (statistics.median(took), statistics.quantiles(took, n=20)[18], max(took))),
        f"{len(took)}/{changes}",
        f"{(after.user + after.system - before.user - before.system) / took_s:.1%}",
        f"{used / took_s:.0%}",
    )


def cpu_of_browsers() -> float:
    """Return the CPU seconds of this process's browsers."""
    total = 0.0
    for process in psutil.Process().children(recursive=True):
        if "chromium" in process.name():
            times = process.cpu_times()
            total += times.user + times.system
    return total


class Patch:
    """A window without a frame, of one colour or another."""

    def __init__(self, display: str) -> None:
        self._display = Display(display)
        screen = self._display.screen()
        left, top, width, height = PATCH
        self._window = screen.root.create_window(
            left, top, width, height, 0, screen.root_depth, background_pixel=screen.black_pixel, override_redirect=True
        )
        self._colours = (screen.black_pixel, screen.white_pixel)
        self._window.map()
        self._display.sync()

    def show(self, light: bool) -> float:  # noqa: FBT001 - one of two
        """Change it; return when, in ms since 1970."""
        self._window.change_attributes(background_pixel=self._colours[light])
        self._window.clear_area()
        self._display.sync()
        return time.time() * 1000


if __name__ == "__main__":
    main()
