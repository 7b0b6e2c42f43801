"""A whole session in two real browsers before a real portal, on good days and bad ones; and what was recorded."""

import base64
import hashlib
import io
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from recorder.format.events import (
    About,
    Clock,
    Consent,
    Event,
    Joined,
    Left,
    Line,
    Outcome,
    Pause,
    Resume,
    Sharing,
    Taken,
    read_event,
)
from recorder.format.packet import Packet
from recorder.format.screen import Configuration
from tests.journeys.meeting import Meeting, meeting, screen_now
from tests.portal_core import opened
from tests.virtual_screen import Pixels
from tests.waiting import until
from vault import key_file

LIKE_DB = 28.0  # at least, of the screen and what is seen of it: a lossy codec of video lies between


@pytest.fixture
def met(tmp_path: Path) -> Iterator[Meeting]:
    with meeting(tmp_path) as one:
        one.screen.start("xterm", "-fa", "DejaVuSansMono", "-fs", "12", "-geometry", "90x24+40+40", "-e", "cat")
        one.customer = one.join(one.make_code("Bob"), "Bob <b>Customer</b>")
        one.agent.get_by_role("button", name="Join Bob").click()
        expect(one.agent.get_by_text("has joined")).to_have_count(2)
        yield one


def like_db(one: Pixels, other: Pixels) -> float:
    difference = one.astype(np.float64) - other.astype(np.float64)
    return float(10 * np.log10(255**2 / max(1e-9, float(np.mean(difference**2)))))


def write(page: Page, text: str) -> None:
    page.get_by_label("Message", exact=True).fill(text)
    page.keyboard.press("Enter")


def show_screen(met: Meeting) -> None:
    met.agent.get_by_role("button", name="Ask to see the screen").click()
    met.customer.get_by_role("button", name="Choose what to show").click()
    expect(met.customer.get_by_text("Your screen is seen")).to_be_visible()
    met.agent.get_by_text("1 : 1").click()
    until(lambda: met.agent.evaluate("document.querySelector('.screen canvas')?.width") == 1280)


def sees_the_screen(met: Meeting) -> bool:
    return like_db(seen(met), screen_now(met.screen)) > LIKE_DB


def seen(met: Meeting) -> Pixels:
    """Return what the agent's page was given to draw, in its own size."""
    whole = met.agent.evaluate_handle(
        "async () => { const canvas = document.querySelector('.screen canvas');"
        "const copy = new OffscreenCanvas(canvas.width, canvas.height);"
        "copy.getContext('2d').drawImage(canvas, 0, 0);"
        "const blob = await copy.convertToBlob({type: 'image/png'});"
        "const bytes = new Uint8Array(await blob.arrayBuffer());"
        "let text = ''; for (const one of bytes) text += String.fromCharCode(one); return btoa(text); }"
    ).json_value()
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(whole))).convert("RGB"))


def saved(met: Meeting) -> tuple[list[Path], dict[bytes, bytes]]:
    """Return the agent's copies and what opens them."""
    files = met.copies()
    (keys,) = (one for one in files if one.suffix == ".key")
    return [one for one in files if one.suffix == ".sealcast"], key_file.load(keys)


def happened(files: list[Path], keys: dict[bytes, bytes]) -> list[Event]:
    packets = [packet for one in files for packet in opened.packets(one, keys)]
    return [one for one in opened.events(packets) if not isinstance(one, About | Clock | Consent)]


def last_picture(packets: list[Packet]) -> Pixels:
    """Decode what was recorded of the screen, as anybody would, and return the last picture."""
    screen = [one for one in packets if one.track == "screen/customer"]
    configuration = next(Configuration.read(one.payload) for one in screen if one.configuration)
    decoder = av.CodecContext.create({"av1": "libdav1d"}.get(configuration.codec, configuration.codec), "r")
    assert isinstance(decoder, av.VideoCodecContext)
    decoder.thread_count = 1
    frames = [frame for one in screen if not one.configuration for frame in decoder.decode(av.Packet(one.payload))]
    frames += decoder.decode(None)
    return frames[-1].to_ndarray(format="rgb24")  # type: ignore[return-value] # bytes


def test_from_a_code_to_three_equal_recordings(met: Meeting) -> None:
    with met.customer.expect_download() as download:
        show_screen(met)
        met.screen.xdotool("type", "The disk is full.")
        met.screen.xdotool("mousemove", "1270", "710")
        until(lambda: sees_the_screen(met))
        truth = screen_now(met.screen)
        write(met.customer, "It is <i>broken</i> \N{PILE OF POO}")
        expect(met.agent.get_by_text("It is <i>broken</i> \N{PILE OF POO}")).to_be_visible()
        write(met.agent, "I see it.")
        expect(met.customer.get_by_text("I see it.")).to_be_visible()
        met.agent.get_by_role("button", name="Ask for diagnostics").click()
        met.customer.get_by_role("button", name="Allow", exact=True).click()
        expect(met.agent.locator(".facts-list details").first).to_be_visible()
        met.customer.get_by_role("button", name="Pause the recording").click()
        expect(met.agent.get_by_role("button", name="Go on recording")).to_be_visible()
        write(met.customer, "my password is 1234")
        met.customer.get_by_role("button", name="Let the recording go on").click()
        expect(met.agent.get_by_role("button", name="Pause the recording")).to_be_visible()
        met.close_session("a cable")
    files, keys = saved(met)
    (mine,) = files
    hosted = next((met.portal.folder / "recordings").rglob("*.sealcast"))
    his = download.value.path()
    assert hashlib.sha256(hosted.read_bytes()).digest() == hashlib.sha256(mine.read_bytes()).digest()
    assert b"sealcast-keys" in his.read_bytes() or his.read_bytes() == mine.read_bytes()
    packets = opened.packets(mine, keys)
    assert like_db(last_picture(packets), truth) > LIKE_DB
    told = happened(files, keys)
    joined = [one for one in told if isinstance(one, Joined)]
    assert sorted(joined, key=lambda one: one.id) == [  # whose page was quicker came first
        Joined(id=1, role="customer", name="Bob <b>Customer</b>"),
        Joined(id=2, role="agent", name="Ann Agent"),
    ]
    assert [one.text for one in told if isinstance(one, Line)] == ["It is <i>broken</i> \N{PILE OF POO}", "I see it."]
    assert [one.on for one in told if isinstance(one, Sharing)] == [True, False]
    assert [type(one) for one in told if isinstance(one, Pause | Resume)] == [Pause, Resume]
    assert len([one for one in told if isinstance(one, Taken)]) == 1
    assert [one for one in told if isinstance(one, Outcome)] == [Outcome(outcome="resolved", note="a cable", by=2)]
    assert not any(isinstance(one, Left) for one in told)


def test_both_pages_come_back_when_the_portal_was_killed(met: Meeting) -> None:
    show_screen(met)
    until(lambda: sees_the_screen(met))
    write(met.customer, "before")
    expect(met.agent.get_by_text("before")).to_be_visible()
    time.sleep(1.2)  # so that it is sealed
    met.portal.stop(signal.SIGKILL)
    expect(met.customer.get_by_text("The connection is lost")).to_be_visible()
    write(met.customer, "meanwhile")
    met.portal.start()
    expect(met.agent.get_by_text("meanwhile")).to_be_visible()
    write(met.agent, "after")
    expect(met.customer.get_by_text("after")).to_be_visible()
    expect(met.customer.get_by_text("Your screen is seen")).to_be_visible()  # without anybody's doing
    met.screen.xdotool("type", "This is new.")
    met.screen.xdotool("mousemove", "1270", "710")
    until(lambda: sees_the_screen(met))
    met.close_session("a cable")
    files, keys = saved(met)
    assert len(files) == 2
    told = happened(files, keys)
    assert [one.text for one in told if isinstance(one, Line)] == ["before", "meanwhile", "after"]


@pytest.mark.parametrize("away_s", [3, pytest.param(90, marks=pytest.mark.long)])
def test_a_network_that_is_away_loses_and_doubles_nothing(met: Meeting, away_s: int) -> None:
    show_screen(met)
    until(lambda: sees_the_screen(met))
    for page in (met.customer, met.agent):
        page.context.set_offline(True)
        write(page, f"said in the tunnel by {page.title()}")
        time.sleep(away_s)
        page.context.set_offline(False)
    for page in (met.customer, met.agent):
        expect(page.locator(".chat-line")).to_have_count(2)
        expect(page.locator(".chat-pending .chat-line")).to_have_count(0)
    met.customer.reload()
    expect(met.customer.locator(".chat-line")).to_have_count(2)
    met.close_session("a cable")
    files, keys = saved(met)
    assert len([one for one in happened(files, keys) if isinstance(one, Line)]) == 2


def test_a_customers_clock_that_is_wrong_by_hours_changes_nothing(met: Meeting) -> None:
    met.customer.clock.set_system_time(datetime.now(UTC) + timedelta(hours=5))
    write(met.customer, "what time is it?")
    expect(met.agent.get_by_text("what time is it?")).to_be_visible()
    write(met.agent, "time to go")
    expect(met.customer.get_by_text("time to go")).to_be_visible()
    said_at = met.agent.locator(".chat-line time").first.get_attribute("datetime")
    assert said_at
    assert abs(datetime.fromisoformat(said_at) - datetime.now(UTC)) < timedelta(hours=1)
    met.close_session("a cable")
    files, keys = saved(met)
    (file,) = files
    told = [one for one in opened.packets(file, keys) if "/" not in one.track]
    times_us = [one.time_us for one in told if isinstance(read_event(one.track, one.payload), Line)]
    assert [time_us < 3_600_000_000 for time_us in times_us] == [True, True]  # of the session
