"""What comes into the fields of the window: letters of any language, and what was copied elsewhere."""

from dataclasses import replace
from pathlib import Path

import pytest
from Xlib import X, display

from replay.window.ask_page import Asking, ask_page
from replay.window.box import Box
from replay.window.paint import Panel
from tests.journeys.played import PAGE, Viewer, film, viewer
from tests.replay import shelf
from vault.keyring import read_keyring
from vault.keyring_acts import Locks, create
from vault.outside import REAL

PASSPHRASE = "Größe fällt über Äpfel, zweimal"
ASKING = Asking(name="a call", keyring="support.keyring")


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    folder = tmp_path / "calls"
    folder.mkdir()
    ring = create(REAL.random_bytes(16), Locks(passphrase=PASSPHRASE.encode()), writing=shelf._WRITING)
    (folder / "support.keyring").write_bytes(ring)
    return film(folder / "a call.sealcast", [3], recipient=read_keyring(ring).recipient)


def asks(person: Viewer, asking: Asking) -> None:
    page = Panel(name="ask", box=Box(0, 0, *PAGE), key=0, paint=lambda canvas: ask_page(canvas, asking))
    person.waits_for_page(page)


def test_letters_beyond_ascii_are_typed(recording: Path, tmp_path: Path) -> None:
    with viewer(tmp_path, recording) as person:
        asks(person, ASKING)
        person.screen.tell("setxkbmap", "de")
        person.type(PASSPHRASE)
        asks(person, replace(ASKING, typed=PASSPHRASE))
        person.press("BackSpace", "l", "Return")
        person.waits_for(3)
        person.quits()


def test_what_was_copied_elsewhere_is_pasted(recording: Path, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text(f"{PASSPHRASE}\n")
    with viewer(tmp_path, recording) as person:
        asks(person, ASKING)
        window = person.screen.window("Sealcast$")
        person.screen.start("mousepad", "--disable-server", str(note))
        editor = person.screen.window("note.txt")
        person.screen.xdotool("windowactivate", "--sync", editor, "key", "ctrl+a", "ctrl+c")
        person.screen.still()
        person.screen.xdotool("windowminimize", editor, "windowactivate", "--sync", window)
        person.press("ctrl+v")
        asks(person, replace(ASKING, typed=PASSPHRASE))
        person.press("Return")
        person.waits_for(3)
        person.quits()


def test_whoever_owns_the_clipboard_and_gives_nothing_holds_up_nobody(recording: Path, tmp_path: Path) -> None:
    with viewer(tmp_path, recording) as person:
        asks(person, ASKING)
        silent = display.Display(person.screen.display)
        owner = silent.screen().root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
        owner.set_selection_owner(silent.intern_atom("CLIPBOARD"), X.CurrentTime)
        silent.sync()
        person.press("ctrl+v")
        person.type("typed")
        asks(person, replace(ASKING, typed="typed"))
        silent.close()
        person.quits()
