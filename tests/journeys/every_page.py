"""Every page of the portal, in every state that people meet, on a walk through a whole day of it.

Whoever walks looks at each page when it is given, and must leave it as it was.  The walk reads in the language of its
people: what is pressed is found by the words on it.
"""

import signal
from collections.abc import Iterator
from typing import Final

from playwright.sync_api import Page, expect

from tests.journeys.reader import Reader, mailed_code
from tests.portal_core.served import PASSWORD

Look = tuple[str, Page]
WRONG: Final = "no such password"


class Walk(Reader):
    """One walk, in one language."""

    def everywhere(self) -> Iterator[Look]:
        """Give every page."""
        yield from self.manager()
        yield from self.agent()
        yield from self.session()

    def manager(self) -> Iterator[Look]:
        """Give what a company manager sees from his first sign-in on."""
        page = self._page()
        page.goto(self._base + "/sign-in")
        yield "sign-in", page
        self._sign_in(page, "manager", WRONG)
        yield "sign-in-refused", page
        self._sign_in(page, "manager", self._first_password())
        page.wait_for_url("**/first")
        yield "first", page
        self._fill(page, "E-mail address", "boss@example.org")
        self._press(page, "Send the code")
        expect(self._button(page, "Send a new code")).to_be_visible()
        yield "first-sent", page
        self._fill(page, "Code from the message", "000000")
        self._fill(page, "New password", PASSWORD)
        self._fill(page, "The same again", PASSWORD)
        self._press(page, "Save and go on")
        yield "first-refused", page
        self._fill(page, "Code from the message", mailed_code(self._met.portal.folder / "mail", "boss@example.org"))
        self._fill(page, "New password", PASSWORD)
        self._fill(page, "The same again", PASSWORD)
        self._press(page, "Save and go on")
        page.wait_for_url("**/manage")
        yield "manage", page
        page.goto(self._base + "/me")
        yield "me", page
        self._fill(page, "Present password", WRONG)
        self._fill(page, "New password", "short")
        page.locator("#password").evaluate("field => field.removeAttribute('minlength')")
        self._fill(page, "The same again", "shorter")
        self._press(page, "Change the password")
        yield "me-refused", page
        yield from self._people(page)
        yield from self._portals(page)
        page.goto(self._base + "/nowhere")
        yield "not-found", page
        page.context.close()

    def _people(self, page: Page) -> Iterator[Look]:
        page.goto(self._base + "/manage/people")
        yield "people", page
        self._link(page, "Add an agent").click()
        yield "person-new", page
        self._fill(page, "Name", "Ada")
        self._fill(page, "Login", "Ada Lovelace!")
        self._fill(page, "E-mail address", "ada@example.org")
        self._press(page, "Add the agent")
        yield "person-refused", page
        self._fill(page, "Name", "Ada Lovelace, Countess of Somewhere Rather Long")
        self._fill(page, "Login", "ada")
        self._press(page, "Add the agent")
        yield "person-added", page
        self._link(page, "Done").click()
        yield "people-more", page

    def _portals(self, page: Page) -> Iterator[Look]:
        page.goto(self._base + "/manage/portals")
        yield "portals", page
        self._link(page, "New portal").click()
        yield "portal-new", page
        page.locator("main form").evaluate("form => form.noValidate = true")
        self._fill(page, "Minutes that a session code is good", "0")
        self._press(page, "Make the portal")
        yield "portal-refused", page
        self._fill(page, "Name", "Second Hand")
        self._fill(page, "Greeting", "Welcome!\nTell us what is wrong.")
        self._fill(page, "Minutes that a session code is good", "30")
        page.get_by_label(self._("A box to tick")).check()
        self._press(page, "Make the portal")
        expect(page.get_by_role("status").first).to_be_visible()
        yield "portal", page

    def agent(self) -> Iterator[Look]:
        """Give the console as long as no session runs."""
        page = self._met.agent = self._page()
        page.goto(self._base + "/sign-in")
        self._sign_in(page, "ann", PASSWORD)
        page.wait_for_url("**/console")
        expect(page.locator("#no-session")).to_be_visible()
        yield "console", page
        page.locator("#menu summary").click()
        yield "console-menu", page
        page.keyboard.press("Escape")
        page.keyboard.press("Alt+c")
        yield "codes-none", page
        for name in ("Grace Hopper", "Somebody with a name that goes on and on"):
            self._fill(page, "For whom", name)
            self._press(page, "Make a code")
            page.locator(".code", has_text=name).wait_for()
        yield "codes", page
        self._press(page, "QR code")
        page.wait_for_function("document.querySelector('.qr').complete")
        yield "codes-qr", page
        page.keyboard.press("Escape")
        self._press(page, "E-mail …")
        yield "codes-mail", page
        page.keyboard.press("Escape")
        self._press(page, "Revoke …")
        yield "codes-revoke", page
        page.keyboard.press("Escape")
        self._digits = page.locator("li.code .digits").all_inner_texts()
        page.keyboard.press("Escape")

    def session(self) -> Iterator[Look]:
        """Give both sides of a session, up to its end; and a second one beside it."""
        agent = self._met.agent
        customer = self._met.customer = self._page()
        yield from self._join(customer)
        yield "customer-waiting", customer
        agent.locator("#sessions button").first.wait_for()
        yield "console-waiting", agent
        agent.locator("#sessions button").first.click()
        expect(agent.locator(".chat-event").first).to_be_visible()
        self._chat(customer, agent)
        yield "customer-chat", customer
        yield "console-chat", agent
        yield from self._share(customer, agent)
        yield from self._diagnostics(customer, agent)
        yield from self._second(agent)
        yield from self._away(customer, agent)
        yield from self._end(customer, agent)

    def _join(self, page: Page) -> Iterator[Look]:
        page.goto(self._base + "/")
        yield "code", page
        self._fill(page, "Code", "123 456 789")
        self._press(page, "Continue")
        yield "code-refused", page
        page.goto(self._base + "/p/help")
        yield "front", page
        self._fill(page, "Code", self._digits[1])
        self._press(page, "Continue")
        yield "join", page
        self._fill(page, "Your name", "Grace Hopper")
        self._press(page, "Join")
        page.wait_for_url("**/session/*")
        expect(page.locator("#connection")).to_be_hidden()

    def _chat(self, customer: Page, agent: Page) -> None:
        self._say(customer, agent, "Hello! The export button does nothing when I press it. It worked yesterday.")
        self._say(agent, customer, "Good afternoon! I will look into it.")
        agent.get_by_label(self._("Only for agents")).check()
        agent.get_by_label(self._("Message"), exact=True).fill("a known bug, 4.2 has the fix")
        agent.keyboard.press("Enter")
        agent.get_by_label(self._("Only for agents")).uncheck()
        expect(agent.locator(".chat-pending .chat-line")).to_have_count(0)

    def _share(self, customer: Page, agent: Page) -> Iterator[Look]:
        self._press(agent, "Ask to see the screen")
        self._button(customer, "Choose what to show").wait_for()
        yield "customer-asked", customer
        self._press(customer, "Choose what to show")
        expect(customer.locator("#sharing[data-state=on]")).to_be_visible()
        agent.wait_for_function("document.querySelector('.screen canvas')?.width > 300")
        yield "customer-shares", customer
        yield "console-screen", agent
        agent.locator(".screen-bar button", has_text="1 : 1").click()
        yield "console-actual", agent
        agent.locator(".screen-bar button").first.click()
        self._press(customer, "Pause the recording")
        expect(customer.locator("#recording[data-state=paused]")).to_be_visible()
        customer.locator("#sharing button").first.click()
        expect(customer.locator("#sharing[data-state=paused]")).to_be_visible()
        yield "customer-paused", customer
        yield "console-paused", agent
        self._press(customer, "Let the recording go on")
        expect(customer.locator("#recording[data-state=on]")).to_be_visible()

    def _diagnostics(self, customer: Page, agent: Page) -> Iterator[Look]:
        self._press(agent, "Ask for diagnostics")
        self._button(customer, "Look first").wait_for()
        yield "customer-facts", customer
        yield "console-facts-asked", agent
        self._press(customer, "Look first")
        self._button(customer, "Send this").wait_for()
        yield "customer-facts-look", customer
        self._press(customer, "Send this")
        agent.locator(".facts-list details").first.wait_for()
        yield "console-facts", agent
        self._press(agent, "Set a marker …")
        yield "console-marker", agent
        agent.keyboard.press("Enter")

    def _second(self, agent: Page) -> Iterator[Look]:
        other = self._page()
        other.goto(f"{self._base}/join/{self._digits[0].replace(' ', '')}")
        self._fill(other, "Your name", "Somebody with a name that goes on and on")
        self._press(other, "Join")
        other.wait_for_url("**/session/*")
        agent.locator("#sessions li").nth(1).wait_for()
        yield "console-second", agent
        agent.locator("#sessions button.primary").click()
        expect(other.locator(".chat-event")).to_have_count(2)
        agent.get_by_role("tab").first.click()
        self._fill(other, "Message", "Are you there?")
        other.keyboard.press("Enter")
        expect(agent.locator(".tab-unread")).to_be_visible()
        yield "console-tabs", agent
        self._press(other, "Leave")
        yield "customer-leave", other
        other.locator("dialog .danger").click()
        other.locator("#end h1, #end h2").first.wait_for()
        other.context.close()

    def _away(self, customer: Page, agent: Page) -> Iterator[Look]:
        self._met.portal.stop(signal.SIGKILL)
        expect(customer.locator("#connection")).to_be_visible()
        customer.get_by_label(self._("Message"), exact=True).fill("Are you still there?")
        customer.keyboard.press("Enter")
        expect(agent.locator("#trouble")).to_be_visible()
        yield "customer-away", customer
        yield "console-away", agent
        self._met.portal.start()
        expect(customer.locator("#connection")).to_be_hidden()
        expect(agent.get_by_text("Are you still there?")).to_be_visible()
        expect(agent.locator("#trouble")).to_be_hidden()

    def _end(self, customer: Page, agent: Page) -> Iterator[Look]:
        self._press(agent, "Close …")
        yield "console-closing", agent
        agent.locator("#outcome-resolved").check()
        self._press(agent, "Close the session")
        handed = self._("Handed to the browser's downloads. Look whether every file is there.")
        for page in (customer, agent):
            expect(page.locator(".copies:visible", has_text=handed)).to_be_visible()
        yield "customer-end", customer
        yield "console-end", agent
        for page in (customer, agent):
            self._press(page, "They are there")
            expect(page.locator(".copies:visible", has_text=self._("Everything is saved."))).to_be_visible()
        yield "console-saved", agent
        customer.locator(".star input").nth(3).check()
        self._press(customer, "Send")
        expect(customer.locator(".stars")).to_have_count(0)
        yield "customer-thanked", customer
        customer.context.close()
        agent.context.clear_cookies()
        self._met.portal.stop()
        self._met.portal.start()
        expect(agent.locator("#trouble a")).to_be_visible()
        yield "console-signed-out", agent
        agent.context.close()
