"""A whole session of an agent and a customer who touch nothing but the keyboard, and see where they are."""

from pathlib import Path
from typing import Final

from playwright.sync_api import Page, expect

from tests.journeys.meeting import Meeting, meeting
from tests.portal_core.served import PASSWORD
from tests.waiting import until

MOST_TABS: Final = 60
# What has the cursor, as it is called to people; and whether they see that it has.
AT: Final = """() => {
  const at = document.activeElement;
  const label = at.getAttribute("aria-label") ?? at.labels?.[0]?.innerText ?? at.innerText ?? "";
  const outlined = one => one && getComputedStyle(one).outlineStyle !== "none";
  return [label.trim().split("\\n")[0], outlined(at) || outlined(at.nextElementSibling)];
}"""


def at(page: Page) -> str:
    name, seen = page.evaluate(AT)
    assert seen, f"nobody sees that the cursor is on {name!r}"
    return str(name)


def reach(page: Page, name: str) -> None:
    """Go on with Tab to what is called so."""
    passed = list[str]()
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(AT)[0] == name:
            assert at(page) == name
            return
        passed.append(page.evaluate(AT)[0])
    raise AssertionError(f"{name!r} is not reached: {passed}")


def gets_to(page: Page, name: str) -> None:
    """The first frame moves the cursor there, not the loading."""
    until(lambda: page.evaluate(AT)[0] == name)
    assert at(page) == name


def press(page: Page, name: str) -> None:
    expect(page.get_by_role("button", name=name, exact=True).first).to_be_enabled()
    reach(page, name)
    page.keyboard.press("Enter")


def write(page: Page, name: str, text: str) -> None:
    reach(page, name)
    page.keyboard.type(text)


def test_from_signing_in_to_the_end(tmp_path: Path) -> None:
    with meeting(tmp_path, consent="box") as met:
        met.screen.start("xterm", "-geometry", "90x24+40+40", "-e", "cat")
        agent, customer = met.agent, met.customer = met.context().new_page(), met.context().new_page()
        digits = the_agent_makes_a_code(met, agent)
        the_customer_joins(met, customer, digits)
        press(agent, "Join Bob")
        expect(customer.get_by_text("Ann Agent has joined")).to_be_visible()
        assert at(agent) == "Message"
        agent.keyboard.type("Hello")
        agent.keyboard.press("Enter")
        expect(customer.get_by_text("Hello")).to_be_visible()
        write(customer, "Message", "Good day")
        press(customer, "Send")
        expect(agent.get_by_text("Good day")).to_be_visible()
        press(agent, "Ask to see the screen")
        press(customer, "Choose what to show")
        expect(customer.get_by_text("Your screen is seen")).to_be_visible()
        assert at(customer) == "Conversation"
        press(agent, "1 : 1, actual size")
        press(customer, "Pause the recording")
        expect(agent.get_by_role("button", name="Go on recording")).to_be_visible()
        expect(customer.get_by_role("button", name="Let the recording go on")).to_be_focused()
        assert at(customer) == "Let the recording go on"
        customer.keyboard.press("Enter")
        press(agent, "Ask for diagnostics")
        press(customer, "Look first")
        expect(customer.get_by_role("button", name="Send this")).to_be_visible()
        press(customer, "Send this")
        expect(agent.get_by_role("heading", name="Diagnostics")).to_be_visible()
        press(customer, "Stop showing the screen")
        expect(agent.get_by_text("No screen is being shown.")).to_be_visible()
        the_agent_closes(agent)
        the_customer_rates(customer)


def the_agent_makes_a_code(met: Meeting, agent: Page) -> str:
    agent.goto(met.portal.base + "/sign-in")
    gets_to(agent, "Login")
    agent.keyboard.type("ann")
    write(agent, "Password", PASSWORD)
    agent.keyboard.press("Enter")
    agent.wait_for_url("**/console")
    press(agent, "Session codes")
    assert at(agent) == "For whom"
    agent.keyboard.type("Eve")
    agent.keyboard.press("Enter")
    expect(agent.get_by_text("The code for Eve is")).to_be_visible()
    press(agent, "Revoke …")
    assert at(agent) == "Cancel"
    press(agent, "Revoke")
    expect(agent.get_by_text("The code is revoked.")).to_be_visible()
    assert at(agent) == "For whom"
    agent.keyboard.type("Bob")
    agent.keyboard.press("Enter")
    digits = agent.locator("li.code", has_text="Bob").locator(".digits").inner_text()
    agent.keyboard.press("Escape")
    assert at(agent) == "Session codes"
    return digits


def the_customer_joins(met: Meeting, customer: Page, digits: str) -> None:
    customer.goto(met.portal.base + "/")
    gets_to(customer, "Code")
    customer.keyboard.type(digits)
    customer.keyboard.press("Enter")
    customer.wait_for_url("**/join/*")
    gets_to(customer, "Your name")
    customer.keyboard.type("Bob")
    reach(customer, "I agree that this session is recorded.")
    customer.keyboard.press("Space")
    press(customer, "Join")
    customer.wait_for_url("**/session/*")


def the_agent_closes(agent: Page) -> None:
    press(agent, "Close …")
    reach(agent, "Resolved")
    agent.keyboard.press("Space")
    write(agent, "Note", "a cable")
    press(agent, "Close the session")
    expect(agent.get_by_text("Handed to the browser's downloads.")).to_be_visible()
    assert agent.evaluate("document.activeElement.innerText") == "Bob"
    press(agent, "They are there")
    expect(agent.get_by_text("Everything is saved.")).to_be_visible()
    press(agent, "Close this tab")
    assert at(agent) == "Session codes"


def the_customer_rates(customer: Page) -> None:
    expect(customer.get_by_role("heading", name="The session has ended")).to_be_focused()
    reach(customer, "1 star")
    customer.keyboard.press("ArrowRight")
    expect(customer.get_by_label("2 stars")).to_be_checked()
    write(customer, "What do you want to tell us?", "thank you")
    press(customer, "Send")
    expect(customer.get_by_text("Thank you for telling us.")).to_be_visible()
