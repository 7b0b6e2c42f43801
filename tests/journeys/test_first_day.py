"""The first day of a portal, as docs/portal.md tells it: from an empty folder to the opened copy of a recording.

Everybody goes by what is to be read on the pages and in the terminal.
"""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.journeys.meeting import NAME, trusting
from tests.journeys.reader import mailed_code
from tests.portal_core.browsers import ARGUMENTS, PATIENCE_MS
from tests.portal_core.served import held_port
from tests.virtual_screen import VirtualScreen
from tests.waiting import until

DOCUMENT: Final = Path(__file__).parents[2] / "docs/portal.md"
SEALCAST: Final = str(Path(sys.executable).with_name("sealcast"))
MANAGERS_OWN: Final = "walrus zebra onyx drum"
AGENTS_OWN: Final = "kettle lagoon pepper moth"


@dataclass
class Day:
    """Who works on it, and with what."""

    told: dict[str, str]  # what the terminal says, by its first word
    folder: Path
    screen: VirtualScreen
    browser: Browser
    downloads: Path

    def somebody(self) -> Page:
        """Return the browser of somebody who has never been here."""
        context = self.browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 800})
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("download", lambda one: one.save_as(self.downloads / one.suggested_filename))
        return page

    def sign_in_first(self, page: Page, login: str, password: str, *, own: str, email: str) -> None:
        """Sign in with what was handed over, confirm the e-mail address and choose a password."""
        page.goto(self.told["sign in"])
        page.get_by_label("Login").fill(login)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_text(f"A code with six digits was sent to {email}.")).to_be_visible()
        page.get_by_label("Code from the message").fill(mailed_code(self.folder / "mail", email))
        page.get_by_label("New password").fill(own)
        page.get_by_label("The same again").fill(own)
        page.get_by_role("button", name="Save and go on").click()


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    with (
        VirtualScreen(1280, 720) as screen,
        served_as_documented(tmp_path) as told,
        sync_playwright() as program,
    ):
        folder = Path(told["folder"])
        environment: dict[str, str | float | bool] = dict(screen.environment)
        browser = program.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=[*ARGUMENTS, f"--host-resolver-rules=MAP {NAME} 127.0.0.1", trusting(folder.parent)],
            env=environment,
            timeout=PATIENCE_MS,
        )
        yield Day(told, folder, screen, browser, tmp_path / "Downloads")
        browser.close()


@contextmanager
def served_as_documented(home: Path) -> Iterator[dict[str, str]]:
    """Start it with the document's own command, for a name and a port of this test; give what it says."""
    (command,) = re.findall(r"^\S*/sealcast (serve .*)$", DOCUMENT.read_text(), re.MULTILINE)
    arguments = command.replace("support.example.org", NAME).replace('"Example Ltd"', "Example").split()
    process = subprocess.Popen(
        [SEALCAST, *arguments, "--listen", f"127.0.0.1:{held_port()}"],
        env=os.environ | {"HOME": str(home), "XDG_DATA_HOME": str(home)},
        cwd=home,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr
        told = dict[str, str]()
        while "folder" not in told:
            word, _, rest = process.stderr.readline().partition(":")
            assert rest, word
            told[word] = rest.strip()
        yield told
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0, process.stderr.read()
    finally:
        process.kill()
        process.wait()
        if process.stderr:
            process.stderr.close()


def test_from_an_empty_folder_to_the_opened_copy(day: Day) -> None:
    login, password = the_manager_makes_a_portal_and_adds_an_agent(day)
    agent = day.somebody()
    day.sign_in_first(agent, login, password, own=AGENTS_OWN, email="ann@example.org")
    expect(agent.get_by_text("Nobody is waiting")).to_be_visible()
    agent.get_by_role("button", name="Session codes").click()
    agent.get_by_label("For whom").fill("Bob")
    agent.get_by_role("button", name="Make a code").click()
    said = agent.get_by_role("status").get_by_text("The code for Bob is").inner_text()
    agent.get_by_role("button", name="Close").click()

    customer = the_customer_joins(day, code=said.removeprefix("The code for Bob is "))
    agent.get_by_role("button", name="Join Bob").click()
    agent.get_by_label("Message", exact=True).fill("What happens?")
    agent.get_by_role("button", name="Send").click()
    expect(customer.get_by_text("What happens?")).to_be_visible()
    customer.get_by_label("Message", exact=True).fill("It does not print.")
    customer.get_by_role("button", name="Send").click()
    expect(agent.get_by_text("It does not print.")).to_be_visible()
    agent.get_by_role("button", name="Ask to see the screen").click()
    customer.get_by_role("button", name="Choose what to show").click()
    expect(agent.get_by_text("Delay")).to_be_visible()
    agent.get_by_role("button", name="Close …").click()
    agent.get_by_label("Resolved", exact=True).check()
    agent.get_by_role("button", name="Close the session").click()
    expect(customer.get_by_role("heading", name="The session has ended")).to_be_visible()

    copy = the_agent_finds_the_copies(day, agent)
    opened = subprocess.run(
        [SEALCAST, "info", copy.name], cwd=day.downloads, env=os.environ | {"HOME": str(day.downloads)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert opened.returncode == 0, opened.stderr
    for fact in ("Bob", "Ann Agent", "Support"):
        assert fact in opened.stdout


def the_manager_makes_a_portal_and_adds_an_agent(day: Day) -> tuple[str, str]:
    """Return what the agent signs in with."""
    manager = day.somebody()
    first = day.told["password"].split()[0]
    day.sign_in_first(manager, day.told["login"], first, own=MANAGERS_OWN, email="boss@example.org")
    manager.get_by_role("link", name="Portals").first.click()
    manager.get_by_role("link", name="New portal").click()
    manager.get_by_label("Name", exact=True).fill("Support")
    manager.get_by_label("On the agent's computer").check()
    manager.get_by_role("button", name="Make the portal").click()
    expect(manager.get_by_text("The portal is there; agents can make codes for it now.")).to_be_visible()
    manager.get_by_role("link", name="People").first.click()
    manager.get_by_role("link", name="Add an agent").click()
    manager.get_by_label("Name", exact=True).fill("Ann Agent")
    manager.get_by_label("Login").fill("ann")
    manager.get_by_label("E-mail address").fill("ann@example.org")
    manager.get_by_role("button", name="Add the agent").click()
    login = manager.get_by_role("definition").nth(1).inner_text()
    password = manager.get_by_role("definition").nth(2).inner_text()
    manager.get_by_role("button", name="Sign out").click()
    return login, password


def the_customer_joins(day: Day, *, code: str) -> Page:
    customer = day.somebody()
    customer.goto(day.told["portal"])
    customer.get_by_label("Code").fill(code)
    customer.get_by_role("button", name="Continue").click()
    expect(customer.get_by_text("You will talk to Ann Agent.")).to_be_visible()
    customer.get_by_label("Your name").fill("Bob")
    customer.get_by_role("button", name="Join").click()
    return customer


def the_agent_finds_the_copies(day: Day, agent: Page) -> Path:
    expect(agent.get_by_text("Handed to the browser's downloads.")).to_be_visible()
    # Playwright tells of downloads only while it is asked something.
    until(lambda: bool(agent.evaluate("1")) and len(list(day.downloads.glob("*"))) >= 2)
    (copy,) = day.downloads.glob("*.sealcast")
    expect(agent.get_by_text(copy.name)).to_be_visible()
    agent.get_by_role("button", name="They are there").click()
    expect(agent.get_by_text("Everything is saved.")).to_be_visible()
    return copy
