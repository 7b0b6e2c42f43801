"""The window where there is nothing to show it on, and while what it shows is still being recorded."""

import signal
import subprocess
from pathlib import Path

import pytest

from tests.cli.person import SEALCAST
from tests.journeys.played import film, put_key_file, viewer
from tests.replay.shelf import PASSPHRASE, keyring
from tests.virtual_screen import VirtualScreen
from tests.waiting import until

# Blue, green, red, and what X calls them.
COLOURS = {"#c81e1e": (30, 30, 200), "#1ec81e": (30, 200, 30), "#1e1ec8": (200, 30, 30)}


@pytest.mark.parametrize("lacking", ["display", "OpenGL"])
def test_where_there_is_no_screen_for_it_that_is_said(tmp_path: Path, lacking: str) -> None:
    path = film(tmp_path / "a call.sealcast", [1])
    put_key_file(path)
    with VirtualScreen(640, 480, lacking=("GLX",), manager=False) as screen:
        screen.at_home(tmp_path)
        gone = ("DISPLAY", "WAYLAND_DISPLAY") if lacking == "display" else ()
        environment = {name: value for name, value in screen.environment.items() if name not in gone}
        done = subprocess.run(
            [SEALCAST, "play", str(path)],
            env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    sentence, *hints = done.stderr.strip().splitlines()
    assert lacking in sentence
    assert any(hint.startswith("hint: ") for hint in hints)


def test_what_is_still_recorded_is_followed(tmp_path: Path) -> None:
    (tmp_path / "support.keyring").write_bytes(keyring())
    (tmp_path / "pass").write_text(f"{PASSPHRASE}\n")
    path = tmp_path / "x.sealcast"
    with VirtualScreen(640, 480, manager=False) as recorded:
        recorded.xdotool("mousemove", 5, 5)  # out of the middle, where one looks
        words = list(COLOURS)
        recorded.tell("xsetroot", "-solid", words[0])
        environment = recorded.environment | {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "recorder")}
        command = ["record", "--keyring", "support.keyring", "--no-diagnostics", "--preset", "exact", path.name]
        recorder = subprocess.Popen(
            [SEALCAST, *command], cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        try:
            until(lambda: path.exists() and path.stat().st_size > 1600)
            secret = ("--keyring", tmp_path / "support.keyring", "--passphrase-file", tmp_path / "pass")
            with viewer(tmp_path, path, *secret) as person:
                for word in words:
                    recorded.tell("xsetroot", "-solid", word)

                    def followed(colour: tuple[int, ...] = COLOURS[word]) -> bool:
                        person.press("End")
                        return person.middle() == colour

                    until(followed)
                recorder.send_signal(signal.SIGTERM)
                assert recorder.wait(30) == 0
                person.press("Home")
                until(lambda: person.middle() == COLOURS[words[0]])
                person.quits()
        finally:
            recorder.kill()
            recorder.wait()
