"""Scripted desktops: real programs on a virtual screen, used as a person would, the same every run.

A desktop is set up once, then played for a minute; every act has its second, so that a slow machine falls behind
within an act and is on time for the next.  All content, fonts, sizes and places are fixed; only clocks show the time.
Needs Debian's xterm, mousepad, mpv, ffmpeg, feh, x11-apps, chromium, less, vim-tiny,
xdotool, x11-utils and fonts-dejavu-core.
"""

import itertools
import shlex
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from tests.bench.desktop_content import SENTENCES, compiler_lines, file_tree, photograph, source_code, web_page
from tests.virtual_screen import VirtualScreen

SECONDS: Final = 60
SCREEN: Final = (1920, 1080)
XTERM: Final = ("xterm", "-fa", "DejaVu Sans Mono", "-fs", "10", "-bg", "#101418", "-fg", "#d8dee9", "+sb", "-uc")
FILM: Final = (960, 540)
WHEEL_UP: Final = 4
WHEEL_DOWN: Final = 5

Play = Callable[[], None]


class Hand:
    """One who types, points and waits.  Chance is seeded: the same pauses every run."""

    def __init__(self, screen: VirtualScreen, seed: int) -> None:
        self._screen = screen
        self._random = np.random.default_rng(seed)
        self._began_s = time.monotonic()

    def until(self, second: float) -> None:
        """Rest until so many seconds after the start."""
        time.sleep(max(0, self._began_s + second - time.monotonic()))

    def over(self, second: float) -> bool:
        return time.monotonic() - self._began_s >= second

    def think(self, least_s: float, most_s: float) -> None:
        time.sleep(self._random.uniform(least_s, most_s))

    def type(self, text: str, *, until: float) -> None:
        """Type word by word, six or seven letters a second, until done or the second has come."""
        for word in text.split():
            if self.over(until):
                return
            self._screen.xdotool("type", "--delay", int(self._random.integers(90, 160)), "--", f"{word} ")
            self.think(0.05, 0.25)
            if word[-1] in ".:;":
                self.think(0.5, 1.5)

    def press(self, *keys: str, pause_s: float = 0.12) -> None:
        for key in keys:
            self._screen.xdotool("key", key)
            time.sleep(pause_s)

    def roll(self, button: int, *, until: float) -> None:
        """Turn the wheel by one to four notches, read, turn on."""
        while not self.over(until):
            for _ in range(self._random.integers(1, 5)):
                self._screen.xdotool("click", button)
                time.sleep(0.06)
            self.think(0.4, 2.2)

    def activate(self, window: int) -> None:
        self._screen.xdotool("windowactivate", "--sync", window)

    def point(self, left_px: int, top_px: int) -> None:
        self._screen.xdotool("mousemove", left_px, top_px)

    def drag(self, stops: Iterable[tuple[int, int]], *, steps: int = 25) -> None:
        """Drag whatever lies at the first stop along straight lines, 40 positions a second."""
        way = list(stops)
        self.point(*way[0])
        self._screen.xdotool("mousedown", 1)
        for (left, top), (right, bottom) in itertools.pairwise(way):
            for step in range(1, steps + 1):
                self.point(left + (right - left) * step // steps, top + (bottom - top) * step // steps)
                time.sleep(0.025)
        self._screen.xdotool("mouseup", 1)


def office(screen: VirtualScreen, folder: Path) -> Play:
    """Writing, a web page with photographs scrolled, windows switched, one dragged over a photograph."""
    _furnish(screen, folder)
    photograph(7, 900, 600).save(folder / "beach.jpg", quality=90)
    page = web_page(folder)
    screen.start("feh", "--geometry", "900x600+980+400", "--title", "beach", str(folder / "beach.jpg"))
    photo = screen.window("^beach$")
    options = (
        "--no-sandbox",
        "--test-type",
        "--no-first-run",
        "--disable-sync",
        "--disable-extensions",
        "--password-store=basic",
    )
    screen.start(
        "chromium", *options, "--disable-gpu", "--disable-component-update", "--disable-background-networking",
        "--force-device-scale-factor=1", f"--user-data-dir={folder / 'chromium'}",
        "--window-position=560,20", "--window-size=1280,980", f"file://{page}",
    )  # fmt: skip
    browser = screen.window("^Notes")
    report = folder / "report.txt"
    report.write_text("Report of the day\n\n" + "\n".join(SENTENCES[5:]) + "\n\n", "utf-8")
    screen.start("mousepad", "--disable-server", str(report))
    editor = screen.window("report.txt")
    screen.xdotool("windowsize", editor, 760, 640, "windowmove", editor, 40, 60)
    screen.xdotool("windowactivate", "--sync", editor)
    screen.xdotool("key", "ctrl+End")
    screen.still(for_s=2)

    def play() -> None:
        hand = Hand(screen, 1)
        hand.until(1)
        hand.type(" ".join(SENTENCES[:2]), until=15)
        hand.until(16)
        hand.activate(browser)
        hand.point(1200, 700)
        hand.think(1, 1.5)
        hand.roll(WHEEL_DOWN, until=33)
        hand.roll(WHEEL_UP, until=36)
        hand.until(37)
        hand.activate(photo)
        hand.think(1, 1.5)
        hand.activate(editor)
        hand.until(39)
        hand.drag([(400, 72), (1300, 500), (1150, 300), (1350, 420)])
        hand.think(1, 1.2)
        hand.drag([(1350, 420), (420, 140)])
        hand.until(46)
        hand.type(SENTENCES[2], until=53)
        hand.press(*["BackSpace"] * 9)
        hand.activate(browser)
        hand.until(55)
        hand.roll(WHEEL_DOWN, until=58)
        hand.until(SECONDS)

    return play


def terminal(screen: VirtualScreen, folder: Path) -> Play:
    """A build runs, a long listing passes, source code is read and changed, a clock ticks; nothing is a photograph."""
    _furnish(screen, folder, plain=True)
    tree, code, build = folder / "tree", folder / "queue.c", folder / "build.txt"
    file_tree(tree)
    code.write_text(source_code(3, line_count=900), "utf-8")
    build.write_text("\n".join(itertools.islice(compiler_lines(4), 700)) + "\n", "utf-8")
    # Bursts and waits, as a compiler has them; the pauses come from the line itself, so they are the same every run.
    pace = f"awk '{{print; fflush(); system(\"sleep 0.\" (length($0) * 7 % 9))}}' {shlex.quote(str(build))}"
    screen.start("xclock", "-update", "1", "-geometry", "180x180+1720+20", "-title", "xclock")
    shell = ("-e", "env", "PS1=$ ", "HISTFILE=", "sh")
    screen.start(*XTERM, "-geometry", "110x50+980+230", "-title", "listing", *shell)
    listing = screen.window("^listing$")
    screen.start(*XTERM, "-geometry", "110x58+20+20", "-title", "code", *shell)
    editor = screen.window("^code$")
    screen.start(
        *XTERM, "-geometry", "100x12+980+20", "-title", "build", "-e", "sh", "-c", f"read start; {pace}; sleep 99"
    )
    builder = screen.window("^build$")
    for window in (listing, editor, builder):
        screen.xdotool("windowactivate", "--sync", window)
    screen.still(for_s=0.1)

    def play() -> None:
        hand = Hand(screen, 2)
        hand.activate(builder)
        hand.press("Return")
        hand.until(2)
        hand.activate(listing)
        hand.type(f"cd {tree}", until=6)
        hand.press("Return")
        hand.type("ls -lR --time-style=long-iso", until=10)
        hand.press("Return")
        hand.until(12)
        hand.activate(editor)
        hand.type(f"less {code}", until=16)
        hand.press("Return", pause_s=1)
        while not hand.over(26):
            hand.press("space")
            hand.think(0.8, 1.8)
        hand.press(*["k"] * 25, pause_s=0.07)
        hand.press("q")
        hand.until(31)
        hand.type(f"vi -u NONE -n {code}", until=35)
        hand.press("Return", pause_s=0.6)
        hand.press(*["ctrl+d"] * 4, pause_s=0.7)
        hand.press("o")
        hand.type(f"/* {SENTENCES[3]} */", until=48)
        hand.press("Escape", *["j"] * 40, pause_s=0.06)
        hand.until(53)
        hand.activate(listing)
        hand.type("ls -lRr --time-style=long-iso", until=58)
        hand.press("Return")
        hand.until(SECONDS)

    return play


def still(screen: VirtualScreen, folder: Path) -> Play:
    """Windows are open and nothing moves."""
    _furnish(screen, folder)
    photograph(7, 900, 600).save(folder / "beach.jpg", quality=90)
    screen.start("feh", "--geometry", "900x600+980+400", "--title", "beach", str(folder / "beach.jpg"))
    screen.window("^beach$")
    code = folder / "queue.c"
    code.write_text(source_code(3, line_count=60), "utf-8")
    screen.start(
        *XTERM,
        "-geometry",
        "110x58+20+20",
        "-title",
        "code",
        "-e",
        "sh",
        "-c",
        f"cat {shlex.quote(str(code))}; sleep 999",
    )
    screen.window("^code$")
    screen.still(for_s=1)
    return lambda: time.sleep(SECONDS)


def blink(screen: VirtualScreen, folder: Path) -> Play:
    """A text cursor blinks twice in a second or so and a clock ticks; nobody is there."""
    _furnish(screen, folder)
    code = folder / "queue.c"
    code.write_text(source_code(3, line_count=50), "utf-8")
    show = f"cat {shlex.quote(str(code))}; sleep 999"
    screen.start(*XTERM, "-bc", "-geometry", "110x58+20+20", "-title", "code", "-e", "sh", "-c", show)
    window = screen.window("^code$")
    screen.start("xclock", "-update", "1", "-geometry", "180x180+1720+20", "-title", "xclock")
    screen.window("^xclock$")
    screen.xdotool("windowactivate", "--sync", window)
    time.sleep(1)
    return lambda: time.sleep(SECONDS)


def film(screen: VirtualScreen, folder: Path) -> Play:
    """A film plays in a window: a camera goes over a photograph, with the noise of its sensor."""
    _furnish(screen, folder)
    photograph(5, 1920, 1200, grain=0).save(folder / "hills.png")
    path, (width_px, height_px), rate = folder / "hills.mp4", FILM, 25
    camera = (
        "zoompan=z='1.3+0.25*sin(on/60)':x='(iw-iw/zoom)*(0.5+0.5*sin(on/47))':y='(ih-ih/zoom)*(0.5+0.5*cos(on/83))'"
    )
    filters = f"{camera}:d=1:s={width_px}x{height_px}:fps={rate},noise=alls=6:allf=t"
    options = ("-loglevel", "error", "-loop", "1", "-i", str(folder / "hills.png"), "-vf", filters)
    encoder = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p")
    subprocess.run(["ffmpeg", "-nostdin", *options, "-t", "60", *encoder, str(path)], check=True, timeout=300)
    screen.start(
        "mpv", "--no-config", "--vo=x11", "--no-audio", "--loop", "--no-osc", "--title=film", "--pause",
        "--geometry=+480+200", str(path),
    )  # fmt: skip
    window = screen.window("^film$")
    screen.xdotool("windowactivate", "--sync", window)
    screen.still(for_s=1)

    def play() -> None:
        screen.xdotool("key", "space")
        time.sleep(SECONDS)

    return play


def _furnish(screen: VirtualScreen, folder: Path, *, plain: bool = False) -> None:
    # Nobody's settings, fonts, history or language; the wallpaper is ours too.
    screen.at_home(folder, cursors_blink=True)
    screen.environment |= {"LC_ALL": "C.UTF-8", "TZ": "UTC", "GTK_THEME": "Adwaita"}
    wallpaper = Image.new("RGB", SCREEN, "#2e4552") if plain else photograph(1, *SCREEN, grain=0)
    wallpaper.save(folder / "wallpaper.png")
    screen.tell("feh", "--no-fehbg", "--bg-scale", str(folder / "wallpaper.png"))
    screen.xdotool("mousemove", SCREEN[0] - 1, SCREEN[1] - 1)
