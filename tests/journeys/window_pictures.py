"""Pictures of the window for the documents: python -m tests.journeys.window_pictures FOLDER

Twelve states in light and dark at two sizes, taken from the real window on a virtual screen that shows sessions made of
really recorded minutes.  It takes some minutes, most of them for the recordings.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import Final

from PIL import Image

from recorder.clock import SessionClock
from recorder.format.events import About, Consent, Event, Joined, Line, Marker, Outcome, Pause, Resume, Taken
from recorder.format.packet import Packet, kind
from recorder.format.snapshot import Category, Snapshot
from recorder.part import begin_part
from replay.window.theme import DARK, LIGHT, Theme
from tests.bench import desktops
from tests.bench.recorder import Desktop, desk, finish_ours, start_ours
from tests.virtual_screen import VirtualScreen
from vault import bech32, keyring_file
from vault.local import LocalGrowing
from vault.outside import Outside
from vault.primitives import SigningKey

SIZES: Final = ((1280, 720), (1920, 1080))
COLOURS: Final = ("light", "dark")
SEALCAST: Final = str(Path(sys.executable).with_name("sealcast"))
PASSPHRASE: Final = "zebra onyx walrus kettle drum"
SIGNER: Final = SigningKey(bytes(range(32)))
SECOND_US: Final = 1_000_000
BEGAN_US: Final = 1_795_269_909 * SECOND_US  # 21 November 2026, 14:05:09 UTC
COLOURS_KEPT: Final = 256
NEAR: Final = 4  # of 255
THEMES: Final = {"light": LIGHT, "dark": DARK}
SAID: Final[tuple[tuple[float, Event], ...]] = (
    (0.5, Joined(id=2, role="agent", name="Ada Lovelace")),
    (1, Consent(by=1, how="box", text="I agree that this session is recorded.")),
    (4, Line(by=1, text="Hello! The export button does nothing when I press it. It worked yesterday 🙂")),
    (9, Line(by=2, text="Good afternoon! Could you show me your screen, please?")),
    (13, Marker(name="the export fails")),
    (18, Line(by=2, text="runs 4.1, known bug, 4.2 has the fix", audience="agents")),
    (24, Line(by=1, text="There, you see? It is grey again as soon as I choose a photograph.")),
    (33, Line(by=2, text="I see it. Please close the photograph and try the export once more.")),
    (41, Pause(by=1)),
    (46, Resume(by=1)),
    (49, Line(by=1, text="Now it works. Thank you!")),
    (52, Marker(name="the export works")),
    (56, Outcome(outcome="resolved", note="works once the photograph is closed; update to 4.2 ordered")),
)

MACHINE: Final = (
    Category(
        name="system",
        items=(
            {
                "name": "front-office-3", "system": "Debian GNU/Linux 12 (bookworm)", "kernel": "Linux 6.1.0-41-amd64",
                "architecture": "x86_64", "time_zone": "Europe/London", "uptime_s": 31_640,
            },
        ),
    ),
    Category(
        name="hardware",
        items=(
            {"kind": "processor", "name": "AMD Ryzen 5 PRO 4650G", "cores": 6, "threads": 12},
            {"kind": "memory", "size_bytes": 16_636_551_168, "free_bytes": 6_871_947_674},
            {"kind": "graphics", "name": "Radeon Vega 7", "driver": "amdgpu"},
        ),
    ),
    Category(
        name="disks",
        items=(
            {"mounted_at": "/", "size_bytes": 98_383_822_848, "free_bytes": 11_274_289_152},
            {"mounted_at": "/home", "size_bytes": 401_083_940_864, "free_bytes": 3_221_225_472},
        ),
    ),
    Category(name="printers", missing="no print service answers"),
    Category(
        name="programs",
        items=(
            {"name": "photo-export", "version": "4.1.0"},
            {"name": "chromium", "version": "143.0.7499.40"},
            {"name": "mousepad", "version": "0.5.10"},
        ),
    ),
)  # fmt: skip


def main() -> None:
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    # Its name is to be read in the pictures.
    home = Path(tempfile.gettempdir()) / "ada"
    home.mkdir()
    try:
        shelf = home / "Sealcast Recordings"
        shelf.mkdir()
        furnish(home, shelf)
        for size in SIZES:
            for colours in COLOURS:
                with VirtualScreen(*size, manager=False) as screen:
                    take(Camera(screen, target, colours, size), home, shelf)
    finally:
        shutil.rmtree(home)


class Camera:
    """One who shows recordings in the window and takes pictures of it."""

    def __init__(self, screen: VirtualScreen, target: Path, colours: str, size: tuple[int, int]) -> None:
        self._screen, self._target, self._colours, self.size = screen, target, colours, size

    @contextmanager
    def showing(self, home: Path, *arguments: str) -> Iterator[None]:
        environment = self._screen.environment | surroundings(home)
        command = [SEALCAST, "play", *arguments, "--theme", self._colours]
        window = subprocess.Popen(command, env=environment)
        try:
            number = self._screen.window("Sealcast$")
            self._screen.xdotool("windowmove", number, 0, 0, "windowsize", number, *self.size)
            self._screen.xdotool("windowfocus", number, "mousemove", *self.size)
            self.rest()
            yield
            self.press("ctrl+q")
            window.wait(20)
        finally:
            window.kill()
            window.wait()

    def press(self, *keys: str) -> None:
        for key in keys:
            self._screen.xdotool("key", key)
        self.rest()

    def type(self, text: str, *keys: str) -> None:
        self._screen.xdotool("type", "--delay", 20, text)
        self.press(*keys)

    def point(self, left: float, top: float) -> None:
        """Point somewhere, as parts of the window."""
        self._screen.xdotool("mousemove", round(left * self.size[0]), round(top * self.size[1]))
        self.rest()

    def rest(self) -> None:
        self._screen.still(for_s=0.8)

    def take(self, name: str) -> None:
        picture = Image.fromarray(self._screen.screenshot()[..., ::-1])
        small = picture.quantize(palette=palette(picture, THEMES[self._colours]), dither=Image.Dither.NONE)
        path = self._target / f"{name}-{self._colours}-{self.size[0]}x{self.size[1]}.png"
        small.save(path, "PNG", optimize=True)
        print(path, flush=True)


def palette(picture: Image.Image, theme: Theme) -> Image.Image:
    """Return colours for a picture: those of the window exactly, besides what is rare and what is frequent."""
    own = [colour[:3] for colour in (getattr(theme, one.name) for one in fields(theme)) if isinstance(colour, tuple)]
    found: dict[tuple[int, ...], None] = dict.fromkeys(own)
    rare = len(found) + (COLOURS_KEPT - len(found)) // 3
    for method, most in ((Image.Quantize.MAXCOVERAGE, rare), (Image.Quantize.MEDIANCUT, COLOURS_KEPT)):
        parts = picture.quantize(most - len(found), method, dither=Image.Dither.NONE).getpalette() or []
        # What is nearly one of the window's colours would be taken in its place.
        found |= {colour: None for colour in zip(*[iter(parts)] * 3, strict=True) if not any(map(near(colour), own))}
    made = Image.new("P", (1, 1))
    made.putpalette([part for colour in found for part in colour])
    return made


def near(colour: tuple[int, ...]) -> Callable[[tuple[int, ...]], bool]:
    return lambda other: max(abs(one - two) for one, two in zip(colour, other, strict=True)) <= NEAR


def take(camera: Camera, home: Path, shelf: Path) -> None:
    """Take all pictures."""
    one, two, damaged = (str(shelf / name) for name in (session_name(0), session_name(1), session_name(2)))
    with camera.showing(home, one):
        camera.take("ask")
        camera.type("zebra onyx", "Return")
        time.sleep(1)
        camera.rest()
        camera.take("wrong-passphrase")
        camera.type(PASSPHRASE, "Return")
        time.sleep(2)
        camera.press("c")
        camera.press("l", "l")
        camera.take("paused")
        camera._screen.xdotool("key", "space")
        time.sleep(2.5)
        camera.take("playing")
        camera._screen.xdotool("key", "space")
        camera.press("c", "j")
        camera.take("chat-open")
        camera.point(0.62, 0.872 if camera.size[1] == 720 else 0.915)
        time.sleep(1)
        camera.take("hovering")
        camera.point(0.3, 0.3)
        camera.press("slash")
        camera.type("photograph")
        camera.take("search-hits")
        camera.press("Escape", "d")
        camera.take("diagnostics")
        camera.press("c", "question")
        camera.take("help")
    with camera.showing(home, two, "--passphrase-file", str(home / "passphrase"), "--at", "14"):
        camera.press("c", "t", "t")
        camera.take("two-tracks")
    with camera.showing(home, damaged, "--passphrase-file", str(home / "passphrase"), "--at", "30"):
        time.sleep(1)
        camera.rest()
        camera.take("damaged-gap")
    keyring, secret = str(home / "support.keyring"), str(home / "passphrase")
    with camera.showing(home, "--folder", str(shelf), "--keyring", keyring, "--passphrase-file", secret):
        time.sleep(1)
        camera.rest()
        camera.take("library")


def furnish(home: Path, shelf: Path) -> None:
    """Make the keys, and sessions of recorded minutes."""
    (home / "passphrase").write_text(PASSPHRASE)
    (home / "data").mkdir()
    environment = os.environ | surroundings(home)
    made = ("key", "new", str(home / "support.keyring"), "--new-passphrase-file", str(home / "passphrase"))
    trusted = ("trust", "add", bech32.to_string(bech32.SIGNER, SIGNER.public), "--name", "Example Ltd")
    for command in (made, trusted):
        subprocess.run([SEALCAST, *command], env=environment, check=True, capture_output=True)
    (shelf / "support.keyring").write_bytes((home / "support.keyring").read_bytes())
    public = keyring_file.load(home / "support.keyring").keys[-1].public
    customer, agent = minute(home, desktops.office), minute(home, desktops.terminal)
    write(shelf, 0, public, "Grace Hopper", customer)
    write(shelf, 1, public, "Alan Turing", [*customer, *renamed(agent, "agent")])
    write(shelf, 2, public, "Edith Clarke", customer)
    damage(shelf / session_name(2))
    write(shelf, 3, public, "Katherine Johnson", customer[: len(customer) // 2])
    whole = (shelf / session_name(3)).read_bytes()
    (shelf / session_name(3)).write_bytes(whole[: len(whole) * 2 // 3])
    for number, name in ((4, "Hedy Lamarr"), (5, "Mary Jackson"), (6, "Annie Easley")):
        write(shelf, number, public, name, customer[: 60 * number])


CUSTOMERS: Final = (
    "Grace Hopper", "Alan Turing", "Edith Clarke", "Katherine Johnson", "Hedy Lamarr", "Mary Jackson", "Annie Easley",
)  # fmt: skip


def session_name(number: int) -> str:
    return f"2026-11-{21 - number:02} 14.05.09 Support - Ada Lovelace - {CUSTOMERS[number]}.sealcast"


def surroundings(home: Path) -> dict[str, str]:
    return {"HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "TZ": "UTC", "LC_ALL": "C.UTF-8"}


def minute(home: Path, desktop: Desktop) -> list[Packet]:
    """Record a desktop for a minute; return its screen and pointer."""
    name = desktop.__name__
    with desk(desktop, home / name) as (screen, play):
        recorder = start_ours(screen, home / f"{name}.raw")
        play()
        _, found = finish_ours(recorder, home / f"{name}.raw")
    return [one for one in found if kind(one.track) in ("screen", "pointer")]


def renamed(packets: Sequence[Packet], name: str) -> list[Packet]:
    return [replace(one, track=f"{kind(one.track)}/{name}") for one in packets]


def write(shelf: Path, number: int, public: bytes, customer: str, packets: Sequence[Packet]) -> None:
    """Write a session: what was said, and the pictures."""
    wall_us = BEGAN_US - number * 86_400 * SECOND_US
    outside = Outside(wall_us=lambda: wall_us)
    about = About(software="sealcast", portal="Support", customer=customer, agent="Ada Lovelace", team="Desktop help")
    snapshot = Taken(of=1, snapshot=Snapshot(taken_us=wall_us, source="native", categories=MACHINE))
    moments: list[tuple[int, Event | Packet]] = [(one.time_us, one) for one in packets]
    moments.append((0, Joined(id=1, role="customer", name=customer)))
    moments += [(round(at_s * SECOND_US), event) for at_s, event in SAID] + [(11 * SECOND_US, snapshot)]
    growing = LocalGrowing(shelf / session_name(number))
    clock = SessionClock(began_us=0, outside=Outside(monotonic_us=lambda: 0, wall_us=lambda: wall_us))
    with begin_part(growing, about, recipients=[public], signer=SIGNER, clock=clock, outside=outside) as writer:
        for time_us, one in sorted(moments, key=lambda moment: moment[0]):
            if isinstance(one, Packet):
                writer.put(one)
            else:
                writer.put_event(one, time_us=time_us)
        writer.finish()


def damage(path: Path) -> None:
    """Spoil a stretch in the middle."""
    data = bytearray(path.read_bytes())
    at = len(data) // 2
    data[at : at + 2000] = bytes(2000)
    path.write_bytes(data)


if __name__ == "__main__":
    main()
