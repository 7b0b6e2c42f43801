"""Where nothing can be recorded: one sentence, the way out, and nothing is left behind or replaced."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.person import Run, tree
from tests.cli.recording import RECORD, portal_key
from tests.recorder.pictures import packets, pictures
from tests.virtual_screen import VirtualScreen

# What goes wrong ends soon, were it recorded after all.
TARGETS = tuple(
    (*target, "--duration", "1s") for target in (("x.sealcast",), ("complete.sealcast", "--force"), ("folder",))
)
WAYLAND = (
    "Error: the screen cannot be recorded: this is a Wayland session, which shows programs nothing of the screen;"
    " sign in to an X11 session, or share the screen in the browser"
)
# Done before the program itself runs: encoders that nobody built; an X server as a Wayland compositor starts it.
TINY_PICTURES = """
from recorder import screen_encoder
screen_encoder.MAX_SIDE = 10
"""
XWAYLAND = {
    "by its extension": """
from recorder.capture.x_display import XDisplay
XDisplay.xwayland = property(lambda _: True)
""",
    "by its monitors": """
from recorder.capture import grab
real = grab.Monitor
grab.Monitor = lambda **fields: real(**fields | {"name": "XWAYLAND0"})
""",
}


@pytest.fixture(autouse=True)
def _folder(here: Path, keyring: Path) -> None:
    assert keyring.exists()
    (here / "folder").mkdir()


@pytest.mark.usefixtures("on_screen")
@pytest.mark.parametrize("preset", ["balanced", "exact"])
@pytest.mark.parametrize("target", TARGETS)
def test_a_screen_that_is_too_large_is_told(
    here: Path, environment: dict[str, str], target: tuple[str, ...], preset: str
) -> None:
    before = tree(here)
    said, hint = refused(TINY_PICTURES, *target, "--preset", preset, here=here, environment=environment)
    assert said.startswith("Error: the picture cannot be encoded: a picture has at most 10 px to a side")
    assert hint.startswith("hint: ")
    assert tree(here) == before


@pytest.mark.parametrize("session", [{"WAYLAND_DISPLAY": "wayland-0"}, {"XDG_SESSION_TYPE": "wayland"}])
@pytest.mark.parametrize("target", TARGETS)
def test_a_wayland_session_is_told(
    run: Run, here: Path, environment: dict[str, str], session: dict[str, str], target: tuple[str, ...]
) -> None:
    no_display(environment)
    environment |= session
    before = tree(here)
    done = run(*RECORD, *target, code=1)
    said, hint = done.stderr.splitlines()
    assert said == WAYLAND
    assert hint.startswith("hint: ")
    assert done.stdout == ""
    assert tree(here) == before


@pytest.mark.usefixtures("on_screen")
@pytest.mark.parametrize("tells", XWAYLAND)
@pytest.mark.parametrize("target", TARGETS)
def test_an_x_server_with_wayland_behind_it_is_told(
    here: Path, environment: dict[str, str], target: tuple[str, ...], tells: str
) -> None:
    before = tree(here)
    said, hint = refused(XWAYLAND[tells], *target, here=here, environment=environment)
    assert said == WAYLAND
    assert hint.startswith("hint: ")
    assert tree(here) == before


def test_a_wayland_session_has_no_monitors_to_choose_from(run: Run, environment: dict[str, str]) -> None:
    no_display(environment)
    environment["WAYLAND_DISPLAY"] = "wayland-0"
    assert run("record", "--list-monitors", code=1).stderr.startswith(WAYLAND)


def test_an_x_server_of_its_own_in_a_wayland_session_is_recorded(
    run: Run, here: Path, keyring: Path, environment: dict[str, str]
) -> None:
    with VirtualScreen(320, 240, manager=False) as screen:
        environment |= {"DISPLAY": screen.display, "WAYLAND_DISPLAY": "wayland-0", "XDG_SESSION_TYPE": "wayland"}
        run(*RECORD, "x.sealcast", "--duration", "1s")
    ((_, pixels),) = pictures(packets(here / "x.sealcast", portal_key(keyring)))
    assert pixels.shape == (240, 320, 3)


def refused(before: str, *arguments: str, here: Path, environment: dict[str, str]) -> list[str]:
    """Record in a program that something was done to before; return what it says on its way out."""
    done = subprocess.run(
        [sys.executable, "-c", f"{before}\nimport cli\ncli.main()", *RECORD, *arguments],
        cwd=here, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    return done.stderr.splitlines()


def no_display(environment: dict[str, str]) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
        environment.pop(name, None)
