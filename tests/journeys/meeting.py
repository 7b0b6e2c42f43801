"""A customer and an agent in a real browser, before a real portal, by HTTPS and a name that is not localhost."""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.portal_core.browsers import ARGUMENTS, PATIENCE_MS
from tests.portal_core.served import PASSWORD, Portal
from tests.virtual_screen import Pixels, VirtualScreen
from tests.waiting import until

NAME: Final = "support.example"
SIZE: Final = {"width": 1280, "height": 800}


@dataclass
class Meeting:
    """Who meets, and where."""

    portal: Portal
    screen: VirtualScreen
    browser: Browser
    agent: Page
    customer: Page
    downloads: Path

    def context(self, **more: object) -> BrowserContext:
        settings: dict[str, object] = {"viewport": SIZE, "accept_downloads": True, "locale": "en-GB", **more}
        context = self.browser.new_context(**settings)  # type: ignore[arg-type] # as they are named there
        context.set_default_timeout(PATIENCE_MS)
        return context

    def join(self, code: str, name: str, **more: object) -> Page:
        """Let a customer type his code and join."""
        page = self.context(**more).new_page()
        page.goto(self.portal.base + "/")
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name="Continue").click()
        page.get_by_label("Your name").fill(name)
        if page.get_by_label("I agree").count():
            page.get_by_label("I agree").check()
        page.get_by_role("button", name="Join").click()
        page.wait_for_url("**/session/*")
        return page

    def make_code(self, name: str) -> str:
        """Let the agent make a code; return its digits."""
        self.agent.keyboard.press("Alt+c")
        self.agent.get_by_label("For whom").fill(name)
        self.agent.get_by_role("button", name="Make a code").click()
        digits = self.agent.locator("li.code .digits").first.inner_text()
        self.agent.keyboard.press("Escape")
        return digits

    def say(self, page: Page, text: str) -> None:
        """Let somebody write a line, until the other one sees it."""
        page.get_by_label("Message", exact=True).fill(text)
        page.keyboard.press("Enter")
        other = self.agent if page is self.customer else self.customer
        expect(other.get_by_text(text)).to_be_visible()

    def close_session(self, note: str) -> None:
        """Let the agent close it, and the customer's page hear of it."""
        self.close_at_console(note)
        expect(self.customer.get_by_text("The session has ended").first).to_be_visible()

    def close_at_console(self, note: str) -> None:
        """Let the agent close it."""
        self.agent.get_by_role("button", name="Close …").click()
        self.agent.get_by_label("Resolved", exact=True).check()
        self.agent.get_by_label("Note").fill(note)
        self.agent.get_by_role("button", name="Close the session").click()

    def copies(self) -> list[Path]:
        """Return what the agent's browser saved by itself: recordings in their order, and what opens them."""
        expect(self.agent.get_by_text("Handed to the browser's downloads.")).to_be_visible()
        count = self.agent.locator(".copy-list li").count()
        # Playwright tells of downloads only while it is asked something.
        until(lambda: bool(self.agent.evaluate("1")) and len(list(self.downloads.iterdir())) >= count)
        self.agent.get_by_role("button", name="They are there").click()
        expect(self.agent.get_by_text("Everything is saved.")).to_be_visible()
        return sorted(self.downloads.iterdir(), key=lambda one: (len(one.name), one.name))


@contextmanager
def meeting(folder: Path, *, size: tuple[int, int] = (1280, 720), **settings: object) -> Iterator[Meeting]:
    """Let an agent sign in, make a code, and a customer join with it; nobody shows anything yet."""
    places = ["server", "agent", "customer"]
    with (
        VirtualScreen(*size) as screen,
        Portal(folder / "portal", name=NAME) as portal,
        sync_playwright() as program,
    ):
        portal.add_agent("ann", "Ann Agent")
        portal.add_portal("Help", **{"places": places, **settings})
        environment: dict[str, str | float | bool] = dict(screen.environment)
        browser = program.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=[*ARGUMENTS, f"--host-resolver-rules=MAP {NAME} 127.0.0.1", trusting(folder)],
            env=environment,
            timeout=PATIENCE_MS,
            downloads_path=str(folder),
        )  # fmt: skip
        meeting = Meeting(portal, screen, browser, None, None, folder / "saved")  # type: ignore[arg-type] # in a moment
        meeting.downloads.mkdir(parents=True)
        meeting.agent = meeting.context().new_page()
        meeting.agent.on("download", lambda one: one.save_as(meeting.downloads / one.suggested_filename))
        meeting.agent.goto(portal.base + "/sign-in")
        meeting.agent.get_by_label("Login").fill("ann")
        meeting.agent.get_by_label("Password").fill(PASSWORD)
        meeting.agent.get_by_role("button", name="Sign in").click()
        meeting.agent.wait_for_url("**/console")
        yield meeting
        browser.close()


def trusting(folder: Path) -> str:
    """Return the option with which Chromium trusts the portal's certificate: by the hash of its key."""
    found = x509.load_pem_x509_certificate((folder / "portal/certificate.pem").read_bytes())
    key = found.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"--ignore-certificate-errors-spki-list={base64.b64encode(hashlib.sha256(key).digest()).decode()}"


def screen_now(screen: VirtualScreen) -> Pixels:
    """Return what the X server shows."""
    return screen.screenshot()[..., ::-1]
