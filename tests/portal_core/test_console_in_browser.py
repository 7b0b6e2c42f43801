"""The agent's console in a real browser, before a real portal: codes, sessions, and copies at their end."""

import hashlib
import itertools
from collections.abc import Iterator
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Download, expect, sync_playwright

from portal_core.db import models as rows
from portal_core.db.database import Transaction
from recorder.format.diagnostics import Diagnostics, TakenSnapshot
from recorder.format.diagnostics_text import as_text
from recorder.format.diagnostics_xml import as_xml
from recorder.format.snapshot import Category, Snapshot
from tests.portal_core.at_console import ZONE, Agent
from tests.portal_core.served import Portal
from tests.portal_core.test_javascript import ARGUMENTS, PATIENCE_MS
from tests.portal_core.watched import Sharer, pictures

NUMBERS: Final = itertools.count(1)
PLACES: Final = ["server", "agent"]
SNAPSHOT: Final = Snapshot(
    taken_us=1_795_000_000_000_000,
    source="a browser",
    categories=(
        Category(name="browser", items=({"name": "Firefox", "version": "143.0"},)),
        Category(name="screens", items=({"width_px": 1920}, {"width_px": 1280})),
        Category(name="power", missing="The browser does not tell it."),
    ),
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as program:
        opened = program.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS, timeout=PATIENCE_MS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with Portal(tmp_path_factory.mktemp("portal")) as running:
        running.add_portal(places=PLACES)
        yield running


@pytest.fixture
def agent(browser: Browser, portal: Portal) -> Iterator[Agent]:
    someone = Agent(browser, portal, f"agent{next(NUMBERS)}")
    yield someone
    someone.page.context.close()
    assert someone.complaints == []


def test_a_code_is_made_handed_out_and_taken_back(agent: Agent) -> None:
    page = agent.page
    page.keyboard.press("Alt+C")
    line = agent.make_code("Bob <b>")
    digits = str(line.locator(".digits").text_content())
    assert len(digits) == len("123 456 789")
    expect(line.locator(".code-left")).to_contain_text(":")
    line.get_by_role("button", name="Copy code").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert agent.clipboard() == digits.replace(" ", "")
    line.get_by_role("button", name="Copy address").click()
    page.wait_for_function("async () => (await navigator.clipboard.readText()).includes('/join/')")
    assert agent.clipboard().endswith("/join/" + digits.replace(" ", ""))
    line.get_by_role("button", name="QR code").click()
    page.wait_for_function("() => document.querySelector('.qr').naturalWidth > 100")
    page.keyboard.press("Escape")
    line.get_by_role("button", name="Revoke").click()
    page.get_by_role("button", name="Revoke", exact=True).click()
    expect(page.locator(".code")).to_have_count(0)
    assert agent.portal.client().post("/code", data={"code": digits}).status_code != 303


def test_what_the_portal_refuses_is_a_sentence_and_a_hint(agent: Agent) -> None:
    agent.press("Session codes")
    agent.make_code("Bob")
    agent.page.get_by_label("For whom").fill("Bob")
    agent.press("Make a code")
    expect(agent.page.get_by_role("alert").filter(has_text=".")).to_contain_text(". ")
    expect(agent.page.locator(".code")).to_have_count(1)


def test_the_portal_mails_the_code_in_the_language_that_was_chosen(agent: Agent) -> None:
    page = agent.page
    agent.press("Session codes")
    agent.make_code("Bob").get_by_role("button", name="E-mail").click()
    page.get_by_label("E-mail address").fill("bob@example.org")
    page.locator("#mail-language").select_option("de")
    agent.press("Let the portal send it")
    expect(
        page.get_by_text(
            "This portal has no mail server: the message to bob@example.org lies in a folder of the portal."
        )
    ).to_be_visible()
    with agent.portal.data() as database, database.begin() as tx:
        assert [one.to for one in tx.query(rows.Mail).all()] == ["bob@example.org"]


def test_a_session_is_held_and_its_copy_saved(agent: Agent) -> None:
    page = agent.page
    customer = agent.customer()
    page.get_by_label("Message", exact=True).fill("Good morning")
    page.keyboard.press("Enter")
    customer.entry("line", text="Good morning")
    agent.press("Ask to see the screen")
    customer.entry("share_asked")
    customer.say("share", track="screen/customer")
    customer.entry("sharing", on=True)
    shown = pictures(3)
    for packet in Sharer().all("tiles", shown):
        customer.send(packet)
    canvas = page.get_by_role("img", name="Screen of Bob, 320 × 240 pixels")
    canvas.wait_for()
    page.wait_for_function(PIXEL, arg=[8, 8, [int(one) for one in shown[-1][8, 8]]])
    agent.press("Set a marker …")
    page.get_by_label("What happens here?").fill("Here it fails")
    agent.press("Set the marker")
    page.get_by_text("Here it fails").wait_for()
    agent.press("Pause the recording")
    customer.entry("recording", state="paused")
    page.get_by_text("recording paused").first.wait_for()
    agent.press("Go on recording")
    customer.entry("recording", state="on")
    with page.expect_download() as first:
        agent.press("Close …")
        page.get_by_label("Not resolved").check()
        page.get_by_label("Note").fill("A driver is missing")
        agent.press("Close the session")
        customer.entry("ended")
        page.get_by_text("Handed to the browser's downloads.").wait_for()
    with agent.portal.data() as database, database.begin() as tx:
        assert copies_of(tx, agent) == []  # no page hears whether a download was written
    agent.press("They are there")
    page.get_by_text("Everything is saved.").wait_for()
    expect(page.locator(".copies")).to_contain_text("complete")
    check_downloads(agent, first.value)


PIXEL: Final = """
([x, y, wanted]) => {
  const page = new OffscreenCanvas(x + 1, y + 1).getContext("2d");
  page.drawImage(document.querySelector(".screen canvas"), 0, 0);
  return wanted.every((one, channel) => page.getImageData(x, y, 1, 1).data[channel] === one);
}
"""


def check_downloads(agent: Agent, first: Download) -> None:
    """The portal took note of the copy, and what was downloaded first opens it."""
    assert first.suggested_filename.endswith(".key")
    with agent.portal.data() as database, database.begin() as tx:
        (part,) = tx.query(rows.Recording).where(rows.Recording.session_id == bytes.fromhex(agent.session)).all()
        copy = (agent.portal.folder / "recordings" / part.file).read_bytes()
        assert part.fingerprint == hashlib.sha256(copy[-1024:-64]).digest()
        assert copies_of(tx, agent) == ["agent"]


def copies_of(tx: Transaction, agent: Agent) -> list[str]:
    """Where copies of his session are confirmed."""
    found = tx.query(rows.Copy).join(rows.Recording, rows.Recording.id == rows.Copy.recording_id)
    return [one.place for one in found.where(rows.Recording.session_id == bytes.fromhex(agent.session))]


def test_diagnostics_are_shown_and_copied_as_an_export_says_them(agent: Agent) -> None:
    page = agent.page
    customer = agent.customer("Carla")
    agent.press("Ask for diagnostics")
    customer.entry("diagnostics_asked")
    customer.say("answer_diagnostics", allowed=True)
    customer.say("diagnostics", snapshot=SNAPSHOT.to_fields())
    page.get_by_text("143.0").wait_for()
    page.get_by_text("power").click()
    expect(page.get_by_text("The browser does not tell it.")).to_be_visible()
    agent.press("Copy all as XML")
    page.wait_for_function("async () => (await navigator.clipboard.readText()).includes('<diagnostics')")
    xml = agent.clipboard()
    time_us = int(xml.split('time_us="')[1].split('"')[0])
    taken = TakenSnapshot(number=1, time_us=time_us, snapshot=SNAPSHOT, of="Carla", role="customer")
    exported = Diagnostics(session=agent.session, snapshots=(taken,))
    assert xml == "".join(as_xml(exported))
    agent.press("Copy all as text")
    page.wait_for_function("async () => (await navigator.clipboard.readText()).startsWith('Diagnostics')")
    assert agent.clipboard() == "".join(as_text(exported, ZoneInfo(ZONE)))
    agent.press("Refresh")
    customer.until(
        lambda: next(iter([one for one in customer.entries if one["kind"] == "diagnostics_asked"][1:]), None)
    )
    customer.say("answer_diagnostics", allowed=False)
    page.get_by_text("The customer refused.").wait_for()


def test_an_agent_tries_a_code_of_his_own_in_the_same_browser(agent: Agent) -> None:
    page = agent.page
    agent.press("Session codes")
    digits = str(agent.make_code("Jo").locator(".digits").text_content()).replace(" ", "")
    page.keyboard.press("Escape")
    customers = page.context.new_page()
    customers.goto(f"{agent.portal.base}/join/{digits}")
    customers.get_by_label("Your name").fill("Jo")
    customers.get_by_role("button", name="Join").click()
    customers.wait_for_url("**/session/*")
    agent.press("Join Jo")
    for writes, reads, text in ((page, customers, "Hello, Jo"), (customers, page, "Hello, agent")):
        writes.get_by_label("Message", exact=True).fill(text)
        writes.keyboard.press("Enter")
        expect(reads.get_by_text(text)).to_be_visible()
    expect(customers.locator("#connection")).to_be_hidden()
    customers.get_by_role("button", name="Leave").click()
    customers.get_by_role("dialog").get_by_role("button", name="Leave").click()
    page.get_by_role("link", name="Save the chat").wait_for()
    with page.expect_download(lambda one: "chat.txt" in one.url) as log:  # the copies come at their own time
        page.get_by_role("link", name="Save the chat").click()
    assert "Hello, Jo" in log.value.path().read_text()
    customers.close()


def test_what_comes_in_another_tab_is_marked(agent: Agent) -> None:
    page = agent.page
    one, other = agent.customer("Dora"), agent.customer("Emil")
    one.say("say", text="Are you there?")
    tab = page.get_by_role("tab", name="Dora")
    expect(tab).to_contain_text("1 unread")
    expect(page).to_have_title("(1) Console · Sealcast")
    page.get_by_role("tab", name="Emil").focus()
    page.keyboard.press("ArrowLeft")
    expect(tab).to_have_attribute("aria-selected", "true")
    expect(tab).not_to_contain_text("unread")
    expect(page).to_have_title("Console · Sealcast")
    page.get_by_label("Only for agents").first.check()
    page.get_by_label("Message", exact=True).first.fill("He sounds angry")
    page.keyboard.press("Enter")
    page.get_by_text("He sounds angry").wait_for()
    other.say("leave")
    one.say("say", text="Hello?")
    one.entry("line", text="Hello?")
    assert one.lines() == ["Are you there?", "Hello?"]
    page.reload()
    expect(page.get_by_role("tab", name="Dora")).to_be_visible()
    page.get_by_text("Are you there?").wait_for()


def test_copies_go_to_the_folder_that_was_chosen_once(agent: Agent) -> None:
    page = agent.page
    # A folder of the browser's own is one like any other, but nobody has to choose it.
    page.evaluate(KEEP_FOLDER)
    customer = agent.customer("Fay")
    customer.say("say", text="Bye")
    customer.say("leave")
    page.get_by_text("Everything is saved in").wait_for()
    found = page.evaluate(LOOK_IN_FOLDER)
    assert sorted(name.rpartition(".")[2] for name, _ in found) == ["key", "sealcast"]
    with agent.portal.data() as database, database.begin() as tx:
        (part,) = tx.query(rows.Recording).where(rows.Recording.session_id == bytes.fromhex(agent.session)).all()
        copy = (agent.portal.folder / "recordings" / part.file).read_bytes()
    assert hashlib.sha256(copy).hexdigest() in [digest for _, digest in found]
    page.reload()
    expect(page.locator("#rest .copies")).to_have_count(0)


def test_whoever_waits_is_counted_until_he_is_joined(agent: Agent) -> None:
    agent.waiting_customer("Gil")
    expect(agent.page).to_have_title("(1) Console · Sealcast")
    expect(agent.page.locator("#sessions li")).to_contain_text("waiting")
    agent.press("Join Gil")
    expect(agent.page.locator("#sessions li")).to_contain_text("running")
    expect(agent.page).to_have_title("Console · Sealcast")


def test_the_sound_stays_off_once_it_is_off(agent: Agent) -> None:
    menu = agent.page.locator("#menu summary")
    menu.click()
    agent.press("Switch the sound off")
    menu.click()
    agent.page.get_by_role("button", name="Switch the sound on").wait_for()
    agent.page.reload()
    menu.click()
    agent.press("Switch the sound on")


def test_what_could_not_be_saved_is_said_and_tried_again(agent: Agent) -> None:
    page = agent.page
    page.route("**/part/1?as=agent", lambda route: route.abort())
    customer = agent.customer("Hal")
    customer.say("leave")
    page.get_by_text("Not everything could be saved.").wait_for()
    expect(page.locator(".copy-list .missing")).to_contain_text("The portal cannot be reached.")
    expect(page.locator(".copy-list .handed")).to_have_count(1)
    page.unroute("**/part/1?as=agent")
    agent.complaints.clear()  # the browser tells of the request that broke off
    agent.press("Try again")
    page.get_by_text("Handed to the browser's downloads.").wait_for()
    expect(page.locator(".copy-list .handed")).to_have_count(2)
    agent.press("They are there")
    expect(page.locator(".copy-list .saved")).to_have_count(2)


def test_copies_of_a_session_that_ended_while_the_page_was_closed_are_saved_when_it_opens(agent: Agent) -> None:
    page = agent.page
    customer = agent.customer("Ida")
    page.goto("about:blank")
    customer.say("leave")
    customer.entry("ended")
    page.goto(agent.portal.base + "/console")
    expect(page.locator("#rest")).to_contain_text("Handed to the browser's downloads.")
    agent.press("They are there")
    expect(page.locator("#rest")).to_contain_text("Everything is saved.")
    page.reload()
    expect(page.locator("#rest .copies")).to_have_count(0)


def test_somebody_who_is_signed_out_is_told(agent: Agent) -> None:
    agent.page.evaluate("fetch('/sign-out', { method: 'POST' })")
    agent.portal.stop()
    agent.portal.start()
    expect(agent.page.locator("#trouble")).to_contain_text("You are signed out.", timeout=PATIENCE_MS)
    expect(agent.page.get_by_role("link", name="Sign in")).to_be_visible()
    agent.complaints.clear()  # the browser tells of sockets that were refused


KEEP_FOLDER: Final = """
async () => {
  const folder = await navigator.storage.getDirectory();
  await new Promise((resolve, reject) => {
    const opening = indexedDB.open("sealcast", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("folders");
    opening.onerror = reject;
    opening.onsuccess = () => {
      const transaction = opening.result.transaction("folders", "readwrite");
      transaction.objectStore("folders").put(folder, "copies");
      transaction.oncomplete = () => { opening.result.close(); resolve(); };
    };
  });
}
"""
LOOK_IN_FOLDER: Final = """
async () => {
  const found = [];
  for await (const [name, handle] of (await navigator.storage.getDirectory()).entries()) {
    const bytes = await (await handle.getFile()).arrayBuffer();
    const hash = [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))];
    found.push([name, hash.map((one) => one.toString(16).padStart(2, "0")).join("")]);
  }
  return found;
}
"""
