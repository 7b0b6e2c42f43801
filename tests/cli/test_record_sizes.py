"""A monitor that changes its size while it is recorded: one file, with pictures of each size."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from recorder.format.screen import Configuration
from tests.cli.recording import portal_key, start
from tests.recorder.pictures import Pixels, packets, pictures, psnr
from tests.virtual_screen import VirtualScreen
from tests.waiting import until

ENOUGH_DB = 38
# Modes are even; a screen may be of any size, and then less of its monitor is there.
CHANGES = [
    ("--output", "screen", "--mode", "small"),
    ("--fb", "641x403"),
    ("--output", "screen", "--mode", "1024x768"),
]
SIZES = [(1024, 768), (800, 600), (641, 403), (1024, 768)]


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[VirtualScreen]:
    with VirtualScreen(1024, 768) as started:
        started.at_home(tmp_path / "programs")
        started.tell("xrandr", "--newmode", "small", "30", "800", "816", "896", "1024", "600", "601", "604", "622")
        started.tell("xrandr", "--addmode", "screen", "small")
        lines = "seq -s ' ' 400; printf '\\033[41m%0300d\\033[0m\\n' 7; cat"
        started.start("xterm", "-geometry", "70x20+20+20", "-title", "shell", "-e", "bash", "-c", lines)
        started.window("^shell$")
        started.still()
        yield started


def exactly(one: Pixels, other: Pixels) -> bool:
    return np.array_equal(one, other)


def like_it(one: Pixels, other: Pixels) -> bool:
    return one.shape == other.shape and psnr(one, other) >= ENOUGH_DB


@pytest.mark.parametrize(("preset", "same"), [("exact", exactly), ("balanced", like_it)])
def test_before_and_after_pictures_have_the_size_and_the_content_of_the_screen(
    here: Path,
    keyring: Path,
    screen: VirtualScreen,
    environment: dict[str, str],
    preset: str,
    same: Callable[[Pixels, Pixels], bool],
) -> None:
    path, key, shots = here / "x.sealcast", portal_key(keyring), list[Pixels]()
    process = start(here, environment | {"DISPLAY": screen.display}, "--preset", preset)

    def shown() -> bool:
        """Say whether what is on the screen is the newest that lies in the file."""
        found = [pixels for _, pixels in pictures(packets(path, key))]
        return bool(found) and same(found[-1], shots[-1])

    for change in ((), *CHANGES):
        if change:
            screen.tell("xrandr", *change)
        screen.still()
        shots.append(screen.screenshot())
        until(shown)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 0, said
    assert [(shot.shape[1], shot.shape[0]) for shot in shots] == SIZES
    recorded = packets(path, key)
    found = [pixels for _, pixels in pictures(recorded)]
    at = [next(at for at, pixels in enumerate(found) if same(pixels, shot)) for shot in shots[:-1]]
    assert at == sorted(set(at))
    assert same(found[-1], shots[-1])
    configurations = [Configuration.read(one.payload) for one in recorded if one.configuration]
    assert {(one.width_px, one.height_px) for one in configurations} == {*SIZES}
