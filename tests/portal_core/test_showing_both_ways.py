"""Screens in a session both ways, page to page before a real portal: what one shows is on the other's canvas."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from tests.portal_core.at_console import Agent
from tests.portal_core.browsers import browser_on
from tests.portal_core.served import Portal
from tests.virtual_screen import VirtualScreen
from tests.waiting import until

WIDTH, HEIGHT = 1280, 720
COLOURS: Final = {  # as X calls them
    "navy": (0, 0, 128),
    "maroon": (176, 48, 96),
    "dark cyan": (0, 139, 139),
}
LIKE: Final = 12  # of 255, of each channel: a browser's encoder is not exact
MIDDLE: Final = """
(place) => {
  const canvas = document.querySelector(`${place} .screen canvas`);
  const page = new OffscreenCanvas(canvas?.width ?? 1, canvas?.height ?? 1).getContext("2d");
  if (canvas) page.drawImage(canvas, 0, 0);
  return [...page.getImageData(page.canvas.width >> 1, page.canvas.height >> 1, 1, 1).data].slice(0, 3);
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
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with Portal(tmp_path_factory.mktemp("portal")) as running:
        running.add_portal(places=["server"])
        yield running


def customer_page(browser: Browser, agent: Agent) -> Page:
    """Let a customer join with his own page."""
    agent.page.keyboard.press("Alt+C")
    digits = str(agent.make_code("Bob").locator(".digits").text_content()).replace(" ", "")
    agent.page.keyboard.press("Escape")
    page = browser.new_context(ignore_https_errors=True).new_page()
    page.goto(f"{agent.portal.base}/join/{digits}")
    page.locator("[name=name]").fill("Bob")
    if page.locator("[name=agreed]").count() and page.locator("[name=agreed]").is_visible():
        page.locator("[name=agreed]").check()
    page.locator("form button").last.click()
    page.wait_for_url("**/session/*")
    return page


def shows(page: Page, colour: str, place: str) -> bool:
    return bool(np.abs(np.array(page.evaluate(MIDDLE, place)) - COLOURS[colour]).max() < LIKE)


def test_each_sees_the_screen_that_the_other_shows(browser: Browser, portal: Portal, screen: VirtualScreen) -> None:
    agent = Agent(browser, portal, "ann")
    customer = customer_page(browser, agent)
    agent.press("Join Bob")
    screen.tell("xsetroot", "-solid", "navy")
    agent.press("Ask to see the screen")
    customer.get_by_role("button", name="Show").first.click()
    until(lambda: shows(agent.page, "navy", ".session-side"), patience_s=60)
    screen.tell("xsetroot", "-solid", "maroon")
    until(lambda: shows(agent.page, "maroon", ".session-side"), patience_s=60)
    agent.press("Show my screen …")
    until(lambda: shows(customer, "maroon", ".session-screen"), patience_s=60)
    screen.tell("xsetroot", "-solid", "dark cyan")
    until(lambda: shows(customer, "dark cyan", ".session-screen"), patience_s=60)
    until(lambda: shows(agent.page, "dark cyan", ".session-side"), patience_s=60)
    agent.press("Stop showing my screen")
    customer.wait_for_function("() => !document.querySelector('.session-screen canvas')?.checkVisibility()")
    agent.page.reload()
    until(lambda: shows(agent.page, "dark cyan", ".session-side"), patience_s=60)
    assert agent.complaints == []
    customer.context.close()
    agent.page.context.close()
