"""The pages of people who sign in, in a real browser: wide and narrow, light and dark."""

from collections.abc import Iterator
from typing import Final, Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from portal_core.db import models as rows
from tests.portal_core.served import HASH, PASSWORD, Portal

PATIENCE_MS: Final = 30_000
ARGUMENTS: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
PATHS: Final = (
    "/me", "/manage", "/manage/people", "/manage/people/new", "/manage/portals", "/manage/portals/new",
    "/manage/portals/1", "/nothing",
)  # fmt: skip
LONG: Final = "Kundendienst-Abteilungs-Leitungs-Vertretungs-Beauftragte " + "W" * 22
# What somebody who does not see the page needs; and what must fit.
LACKING: Final = """() => {
  const named = (one) => one.labels?.length || one.ariaLabel || one.type === "hidden" || one.hidden;
  const lacking = [...document.querySelectorAll("input, select, textarea")].filter((one) => !named(one));
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  return {
    unnamed: lacking.map((one) => one.outerHTML),
    headings: document.querySelectorAll("h1").length,
    twice: ids.filter((id, at) => ids.indexOf(id) !== at),
    nowhere: [...document.querySelectorAll("[aria-describedby]")]
      .flatMap((one) => one.getAttribute("aria-describedby").split(" "))
      .filter((id) => !document.getElementById(id)),
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    language: document.documentElement.lang,
  };
}"""


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    made = Portal(tmp_path_factory.mktemp("served") / "portal")
    made.start()
    made.add_portal(LONG)
    with made.data() as database, database.begin() as tx:
        for login, role, first in (("eve", "company manager", False), ("new", "agent", True)):
            tx.add(
                rows.Person(
                    account_id=1,
                    login=login,
                    name=LONG,
                    email=f"{login}@example.org",
                    role=role,
                    password=HASH,
                    made_us=1,
                    first_password=first,
                )
            )
    yield made
    made.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as program:
        opened = program.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS, timeout=PATIENCE_MS)
        yield opened
        opened.close()


def sign_in(page: Page, portal: Portal, login: str) -> None:
    page.goto(f"{portal.base}/sign-in")
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: not url.endswith("/sign-in"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_every_page_fits_and_can_be_read_aloud(
    portal: Portal, browser: Browser, scheme: Literal["light", "dark"], width: int
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 740}, color_scheme=scheme, ignore_https_errors=True, locale="en-GB"
    )  # fmt: skip
    page = context.new_page()
    sign_in(page, portal, "eve")  # quicker than its page can move the focus, of which Chromium complains
    complaints = list[str]()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in PATHS:
        page.goto(portal.base + path)
        found = page.evaluate(LACKING)
        assert found == {"unnamed": [], "headings": 1, "twice": [], "nowhere": [], "wide": 0, "language": "en"}, path
    assert [one for one in complaints if "404" not in one] == []
    context.close()


def test_a_password_is_judged_while_it_is_typed(portal: Portal, browser: Browser) -> None:
    context = browser.new_context(ignore_https_errors=True, locale="en-GB")
    page = context.new_page()
    sign_in(page, portal, "new")
    assert page.url.endswith("/first")
    meter, said = page.locator("meter"), page.locator("#password-strength p")
    assert not meter.is_visible()
    page.get_by_label("New password").press_sequentially("annie")
    said.get_by_text("fewer than 8 characters").wait_for(timeout=PATIENCE_MS)
    weak = meter.evaluate("meter => meter.value")
    page.get_by_label("New password").fill("seven quiet lamps burn")
    said.get_by_text("Hard to guess.").wait_for(timeout=PATIENCE_MS)
    assert weak < 8
    assert meter.evaluate("meter => meter.value >= meter.high")
    page.get_by_label("New password").fill("")
    meter.wait_for(state="hidden", timeout=PATIENCE_MS)
    context.close()


def test_a_keyboard_reaches_the_content_first(portal: Portal, browser: Browser) -> None:
    context = browser.new_context(ignore_https_errors=True, locale="en-GB")
    page = context.new_page()
    page.goto(f"{portal.base}/nothing")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    context.close()
