"""What cannot be shown is told in the window, in plain words: why, and what to do."""

import shutil
from pathlib import Path

import pytest

from recorder.format.events import Joined, Line
from recorder.format.screen import Configuration
from replay.errors import NoKeyError
from replay.key_choice import NoKey
from replay.keys import KeysNearby
from replay.projector import Projector
from replay.window.ask_page import telling_page
from replay.window.box import Box
from replay.window.paint import Panel
from replay.window.troubles import telling
from tests.journeys.played import PAGE, Viewer, film, put_key_file, viewer
from tests.journeys.shown import moment, panel, view_of
from tests.recorder.writing import SCREEN
from tests.replay.sessions import Maker, session_of
from tests.replay.shelf import keyring
from tests.vectors.vector import FOLDER, read
from vault.errors import VaultError
from vault.header import read_header
from vault.local import LocalFile, LocalGrowing
from vault.walk import read_start


def tells(error: Exception) -> Panel:
    told = telling(error)
    return Panel(name="told", box=Box(0, 0, *PAGE), key=0, paint=lambda canvas: telling_page(canvas, told))


def refusal(data: bytes) -> VaultError:
    with pytest.raises(VaultError) as caught:
        read_header(data)
    return caught.value


def test_a_file_that_is_no_recording_is_told_behind_the_library(tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    folder.mkdir()
    whole = film(folder / "whole.sealcast", [1])
    put_key_file(whole)
    broken = {
        "newer": read(FOLDER / "vault" / "version-2.vector").body,
        "foreign": b"%PDF-1.7 " * 100,
        "cut": whole.read_bytes()[:500],
        "spoilt": read(FOLDER / "vault" / "flip-header-signature.vector").body,
    }
    for name, data in broken.items():
        (folder / f"{name}.sealcast").write_bytes(data)
    with viewer(tmp_path, "--folder", folder) as person:
        for name, data in broken.items():
            choose(person, name)
            person.waits_for_page(tells(refusal(data)))
            person.press("Escape")
        choose(person, "whole")
        person.waits_for(1)
        person.quits()


def choose(person: Viewer, name: str) -> None:
    """Search for a name in the library, and open what is found.  One who knows it does not wait until it is shown."""
    person.press("slash", "ctrl+BackSpace")
    person.type(name)
    person.press("Return")


def test_a_double_click_on_what_is_no_recording_is_answered_in_the_window(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.sealcast"
    foreign.write_bytes(b"%PDF-1.7 " * 100)
    with viewer(tmp_path, foreign, "--in-window") as person:
        person.waits_for_page(tells(refusal(foreign.read_bytes())))
        person.quits()


def test_the_keyring_of_another_portal_does_not_help(tmp_path: Path) -> None:
    folder = tmp_path / "copied here"
    folder.mkdir()
    copied = film(folder / "a call.sealcast", [1])
    (folder / "other.keyring").write_bytes(keyring())
    own = tmp_path / "home" / "data" / "sealcast"
    with LocalFile(copied) as source:
        missing = KeysNearby(own=[own / "keyrings", own]).opening(read_start(source), copied)
    assert isinstance(missing, NoKey)
    with viewer(tmp_path, copied) as person:
        person.waits_for_page(tells(NoKeyError(why=missing.why, advice=missing.advice)))
        # Somebody gives him what opens it.
        put_key_file(copied)
        person.press("Return")
        choose(person, "call")
        person.waits_for(1)
        person.quits()


def test_what_the_state_means_is_told_where_it_stands(tmp_path: Path) -> None:
    path = film(tmp_path / "a call.sealcast", [1])
    put_key_file(path)
    view = view_of(path)
    card = panel("state", moment(view, told=True))
    inside = Box(PAGE[0] - 418, 76, 392, 80)
    with viewer(tmp_path, path) as person:
        person.waits_for_page(panel("top", view))
        person.click(PAGE[0] - 60, 26)
        person.waits_for_part(card, inside)
        person.press("Escape")
        person.waits_for_page(panel("side", view))
        person.press("v")
        person.waits_for_part(card, inside)
        person.quits()


@pytest.mark.parametrize("said", [True, False])
def test_where_no_screen_was_recorded_the_rest_is_shown(tmp_path: Path, *, said: bool) -> None:
    path = tmp_path / "a call.sealcast"
    maker = Maker(LocalGrowing(path))
    if said:
        maker.writer.put_event(Joined(id=1, role="customer", name="Grace Hopper"), time_us=0)
        maker.writer.put_event(Line(by=1, text="nobody sees me"), time_us=2_000_000)
    maker.finish()
    put_key_file(path)
    view = view_of(path, why="no screen")
    with viewer(tmp_path, path) as person:
        for name in ("top", "controls", *(["side"] if said else [])):
            person.waits_for_page(panel(name, view))
        if not said:
            words = panel("word", view)
            person.waits_for_part(words, words.box.inset(14))
        person.quits()


def test_a_codec_that_is_missing_here_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a call.sealcast"
    maker = Maker(LocalGrowing(path))
    unknown = Configuration(codec="vvc", width_px=640, height_px=480)
    for time_us in range(0, 10_000_000, 1_000_000):
        maker.writer.put_picture(SCREEN, b"x" * 3000, time_us=time_us, configuration=unknown)
    maker.finish()
    put_key_file(path)
    (shown,) = Projector(session_of(path.read_bytes())).views(0, [SCREEN])
    assert shown.why
    assert "vvc" in shown.why
    words = panel("word", view_of(path, why=shown.why))
    with viewer(
        tmp_path, shutil.copy(path, path.with_name("copied.sealcast")), "--key-file", path.with_suffix(".key")
    ) as person:
        person.waits_for_part(words, words.box.inset(14))
        person.quits()
