"""A recording is copied to somebody's empty home: what opens it, what is asked, and what is told."""

import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from replay.errors import NoKeyError
from replay.key_choice import NoKey
from replay.keys import KeysNearby
from replay.window import ask_page
from replay.window.ask_page import Asking
from replay.window.box import Box
from replay.window.paint import Panel
from replay.window.troubles import noted, telling
from tests.journeys.played import PAGE, film, put_key_file, viewer
from tests.replay.shelf import PASSPHRASE, keyring, opened
from tests.vectors.fixed import seed
from vault import bech32
from vault.keyring import read_keyring
from vault.local import LocalFile
from vault.primitives import grouped
from vault.walk import read_start

RING = keyring()


@cache
def offline() -> tuple[str, ...]:
    """Return what starts a program without a network; nothing where that is not allowed."""
    command = ("unshare", "--net", "--map-root-user")
    allowed = subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0
    return command if allowed else ()


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    folder = tmp_path / "copied here"
    folder.mkdir()
    return film(folder / "a call.sealcast", range(5, 9), recipient=read_keyring(RING).recipient)


def asks(asking: Asking) -> Panel:
    return Panel(name="ask", box=Box(0, 0, *PAGE), key=0, paint=lambda canvas: ask_page.ask_page(canvas, asking))


def test_the_passphrase_is_asked_for_until_it_is_right(recording: Path, tmp_path: Path) -> None:
    recording.with_name("support.keyring").write_bytes(RING)
    with viewer(tmp_path, recording, before=offline()) as person:
        asking = Asking(name="a call", keyring="support.keyring")
        person.waits_for_page(asks(asking))
        person.type("zebra onyx")
        person.waits_for_page(asks(replace(asking, typed="zebra onyx")))
        person.press("Return")
        person.waits_for_page(asks(replace(asking, trouble="That does not open it. Capitals and blanks count.")))
        person.type(PASSPHRASE)
        person.press("Return")
        person.waits_for(5)
        person.press("period")
        person.waits_for(6)
        person.quits()


def test_whoever_opens_it_with_a_recovery_key_is_told_what_to_compare(recording: Path, tmp_path: Path) -> None:
    recording.with_name("support.keyring").write_bytes(RING)
    with viewer(tmp_path, recording, before=offline()) as person:
        person.waits_for_page(asks(Asking(name="a call", keyring="support.keyring")))
        person.type(bech32.to_string(bech32.RECOVERY, seed("recovery")))
        person.press("Return")
        ids = "\n  ".join(grouped(key.key_id) for key in read_keyring(RING).keys)
        words = f"opened by recovery key. One of these stands on the printed sheet, or it is not yours:\n  {ids}"
        told = noted(words)
        page = Panel(name="told", box=Box(0, 0, *PAGE), key=0, paint=lambda canvas: ask_page.telling_page(canvas, told))
        person.waits_for_page(page)
        person.press("Return")
        person.waits_for(5)
        person.quits()


def test_a_key_file_of_its_name_opens_it_without_a_question(recording: Path, tmp_path: Path) -> None:
    put_key_file(recording, opened(RING))
    with viewer(tmp_path, recording, before=offline()) as person:
        person.waits_for(5)
        # What is open stands on the window.
        person.screen.window("^a call .*Sealcast$")
        person.quits()


def test_where_nothing_opens_it_the_page_names_what_is_missing(recording: Path, tmp_path: Path) -> None:
    own = tmp_path / "home" / "data" / "sealcast"
    with LocalFile(recording) as source:
        missing = KeysNearby(own=[own / "keyrings", own]).opening(read_start(source), recording)
    assert isinstance(missing, NoKey)
    assert grouped(read_keyring(RING).keys[-1].key_id) in missing.why
    assert str(recording.parent) in missing.why
    assert "PORTAL.keyring" in missing.advice
    told = telling(NoKeyError(why=missing.why, advice=missing.advice))
    page = Panel(name="told", box=Box(0, 0, *PAGE), key=0, paint=lambda canvas: ask_page.telling_page(canvas, told))
    with viewer(tmp_path, recording, before=offline()) as person:
        person.waits_for_page(page)
        person.quits()
