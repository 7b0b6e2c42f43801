"""Somebody at the agent's console in a real browser, before a real portal."""

from typing import Final

from playwright.sync_api import Browser, ConsoleMessage, Locator, expect

from tests.portal_core.served import PASSWORD, Portal, Talker

ZONE: Final = "Europe/Berlin"
# What the portal refuses is told to the agent; and when a screen is shown the browser looks for a camera, too.
NO_COMPLAINTS: Final = ("status of 4", "camera is not allowed")


class Agent:
    """Somebody at the console."""

    def __init__(self, browser: Browser, portal: Portal, login: str) -> None:
        portal.add_agent(login)
        self.portal = portal
        self.session = ""  # of the last customer
        self.complaints = list[str]()
        context = browser.new_context(
            ignore_https_errors=True, timezone_id=ZONE, permissions=["clipboard-read", "clipboard-write"],
            viewport={"width": 1280, "height": 900},
        )  # fmt: skip
        self.page = context.new_page()
        self.page.set_default_timeout(20_000)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)
        self.page.goto(portal.base + "/sign-in")
        self.page.locator("[name=login]").fill(login)
        self.page.locator("[name=password]").fill(PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/console")
        expect(self.page.locator("#no-session")).to_be_visible()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(one in message.text for one in NO_COMPLAINTS):
            self.complaints.append(message.text)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def clipboard(self) -> str:
        return str(self.page.evaluate("navigator.clipboard.readText()"))

    def make_code(self, name: str) -> Locator:
        """Make a code; return its line."""
        self.page.get_by_label("For whom").fill(name)
        self.press("Make a code")
        line = self.page.locator(".code", has_text=name)
        line.wait_for()
        return line

    def customer(self, name: str = "Bob") -> Talker:
        """Let a customer join with a code, and join him."""
        talker = self.waiting_customer(name)
        self.press(f"Join {name}")
        talker.entry("joined", role="agent")
        return talker

    def waiting_customer(self, name: str) -> Talker:
        """Let a customer join with a code."""
        self.page.keyboard.press("Alt+C")
        digits = str(self.make_code(name).locator(".digits").text_content()).replace(" ", "")
        self.page.keyboard.press("Escape")
        client = self.portal.client()
        answer = client.post(f"/join/{digits}", data={"name": name, "agreed": "on"})
        self.session = answer.headers["location"].rpartition("/")[2]
        return self.portal.talk(client, answer.headers["location"])
