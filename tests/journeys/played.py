"""Journeys of the player: recordings whose pictures say which ones they are, and whoever sits before the window."""

import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from recorder.capture.frame import Frame, Region
from recorder.encode import Encoder, Preset, open_encoder
from recorder.format.events import Event, Joined
from recorder.format.screen import Configuration
from replay.scene import Pixels
from replay.window.box import Box
from replay.window.layout import layout, pictures, x_at
from replay.window.paint import Canvas, Panel
from replay.window.theme import DARK
from tests.cli.person import SEALCAST
from tests.recorder.writing import SCREEN
from tests.replay.sessions import AGENT, KEYS, Maker
from tests.virtual_screen import VirtualScreen
from tests.waiting import until
from vault import key_file
from vault.header import Identity, unlock
from vault.local import LocalFile, LocalGrowing
from vault.primitives import SigningKey
from vault.walk import read_start

S: Final = 1_000_000
EACH_US: Final = S // 4  # from one picture to the next
FILM: Final = (640, 480)
PAGE: Final = (1280.0, 720.0)
SCREEN_SIZE: Final = (1400, 900)  # has room for the window and what a window manager puts around it
_AWAY: Final = ("mousemove", SCREEN_SIZE[0] - 1, SCREEN_SIZE[1] - 1)
# A picture's number in blocks, and which screen it is of in the last one.  Blue, green, red.  From one number to the
# next a single block changes (a Gray code), so that no screenshot between two pictures shows a third.
_COLUMNS, _ROWS = 4, 3
_BITS: Final = ((150, 40, 20), (40, 220, 250))
_TRACKS: Final = {SCREEN: (30, 30, 200), AGENT: (60, 180, 30)}
_KEYFRAME: Final = 8  # pictures from one keyframe to the next

# Something stands beside the picture then.
JOINED: Final = ((0, Joined(id=1, role="customer", name="Grace Hopper")),)

Seen = tuple[str, int] | None


@cache
def picture(number: int, track: str = SCREEN) -> Pixels:
    """Return the picture of that number: (480, 640, 3) uint8, blue, green, red."""
    pixels, code = np.empty((FILM[1], FILM[0], 3), np.uint8), number ^ number >> 1
    for block in range(_COLUMNS * _ROWS):
        left, top, right, bottom = _block(block, Box(0, 0, *FILM))
        last = block == _COLUMNS * _ROWS - 1
        pixels[top:bottom, left:right] = _TRACKS[track] if last else _BITS[code >> block & 1]
    return pixels


def read(shown: Pixels) -> Seen:
    """Return of which screen a picture is and its number, however large it is shown; None if it is none."""
    found = list[tuple[int, ...]]()
    for block in range(_COLUMNS * _ROWS):
        left, top, right, bottom = _block(block, Box(0, 0, shown.shape[1], shown.shape[0]))
        found.append(tuple(int(part) for part in shown[(top + bottom) // 2, (left + right) // 2]))
    *bits, of = found
    track = next((track for track, colour in _TRACKS.items() if colour == of), None)
    if track is None or any(bit not in _BITS for bit in bits):
        return None
    number = 0
    for bit in reversed(bits):
        number = number << 1 | (_BITS.index(bit) ^ number & 1)
    return track, number


def _block(number: int, of: Box) -> tuple[int, int, int, int]:
    row, column = divmod(number, _COLUMNS)
    wide, tall = of.width / _COLUMNS, of.height / _ROWS
    return round(column * wide), round(row * tall), round((column + 1) * wide), round((row + 1) * tall)


def film(
    path: Path,
    numbers: Sequence[int],
    *,
    tracks: Sequence[str] = (SCREEN,),
    events: Sequence[tuple[int, Event]] = JOINED,
    recipient: bytes | None = None,
    session_id: bytes | None = None,
    key: SigningKey | None = None,
) -> Path:
    """Write a recording with these pictures, one every quarter of a second."""
    who = {"recipient": recipient} | ({"session_id": session_id} if session_id else {})
    maker = Maker(LocalGrowing(path), key=key, **who)  # type: ignore[arg-type]  # bytes, both
    encoders: dict[str, Encoder] = {track: open_encoder(*FILM, preset=Preset.EXACT) for track in tracks}
    waiting = sorted(events, key=lambda one: one[0])
    for at, number in enumerate(numbers):
        time_us = at * EACH_US
        while waiting and waiting[0][0] <= time_us:
            early_us, event = waiting.pop(0)
            maker.writer.put_event(event, time_us=early_us)
        for track, encoder in encoders.items():
            pixels = np.full((FILM[1], FILM[0], 4), 255, np.uint8)
            pixels[..., :3] = picture(number, track)
            frame = Frame(time_us=time_us, pixels=pixels, changed=(Region(0, 0, *FILM),))
            encoded = encoder.encode(frame, keyframe=at % _KEYFRAME == 0)
            told = Configuration(codec="h264", width_px=FILM[0], height_px=FILM[1], title=track)
            maker.writer.put_picture(
                track, encoded.payload, time_us=time_us, configuration=told if encoded.keyframe else None
            )
    for encoder in encoders.values():
        encoder.close()
    maker.finish()
    return path


def put_key_file(path: Path, identity: Identity = KEYS) -> Path:
    """Put beside a recording what opens it without a question."""
    with LocalFile(path) as source:
        header = read_start(source)
    beside = path.with_suffix(".key")
    key_file.save(beside, {header.about.recording_id: unlock(header, identity)})
    return beside


def painted(panel: Panel) -> Pixels:
    """Return what a panel looks like where its pixels are large: blue, green, red."""
    canvas = Canvas(box=panel.box, theme=DARK, scale=1.0)
    panel.paint(canvas)
    return np.asarray(canvas.image.convert("RGB"), np.uint8)[..., ::-1]


@dataclass
class Viewer:
    """A person before the window.  Units: points of the window; no mouse lies over what is looked at."""

    screen: VirtualScreen
    process: "subprocess.Popen[bytes]"
    said: Path
    corner: tuple[int, int] = (0, 0)

    def press(self, *keys: str) -> None:
        self.screen.xdotool("key", *keys)

    def type(self, text: str) -> None:
        self.screen.xdotool("type", text)

    # What belongs together goes to the server by one connection: of several, a busy one takes any first.

    def point(self, x: float, y: float) -> None:
        self.screen.xdotool(*self._to(x, y))

    def click(self, x: float, y: float, *, times: int = 1) -> None:
        self.screen.xdotool(*self._to(x, y), "click", "--repeat", times, "--delay", 80, 1, *_AWAY)

    def away(self) -> None:
        """Put the mouse where nothing is, outside the window."""
        self.screen.xdotool(*_AWAY)

    def _to(self, x: float, y: float) -> tuple[str, int, int]:
        return "mousemove", round(self.corner[0] + x), round(self.corner[1] + y)

    def seek(self, time_us: int, duration_us: int) -> None:
        """Click on the time line."""
        track = layout(PAGE, side=False, bare=False).track
        self.click(x_at(track, time_us, duration_us), track.middle[1])

    def drag(self, from_us: int, to_us: int, duration_us: int) -> None:
        """Press on the time line, move along it, and let go."""
        track = layout(PAGE, side=False, bare=False).track
        steps = [round(from_us + (to_us - from_us) * part) for part in (0, 0.25, 0.5, 0.75, 1)]
        first, *others = (self._to(x_at(track, step_us, duration_us), track.middle[1]) for step_us in steps)
        moves: list[str | int] = [word for move in others for word in move]
        # The window manager holds the mouse until it has seen the press, and what moves meanwhile comes as one.
        rest = ("sleep", "0.3")
        self.screen.xdotool(*first, "mousedown", 1, *rest, *moves, *rest, "mouseup", 1, *rest, *_AWAY)

    def page(self) -> Pixels:
        """Return the window."""
        return self.cut(Box(0, 0, *PAGE))

    def cut(self, box: Box) -> Pixels:
        shot, (left, top) = self.screen.screenshot(), self.corner
        edges = [round(edge) for edge in (top + box.top, top + box.bottom, left + box.left, left + box.right)]
        return shot[edges[0] : edges[1], edges[2] : edges[3]]

    def sees(self, *, full: bool = False, together: int = 1) -> list[Seen]:
        """Return which pictures are shown."""
        if full:
            stage, shot = Box(0, 0, *SCREEN_SIZE), self.screen.screenshot()
        else:
            stage, shot = layout(PAGE, side=True, bare=False).stage, self.page()
        found = list[Seen]()
        for box in pictures(stage, [FILM] * together, fit=True, scale=1.0):
            left, top, right, bottom = (round(edge) for edge in (box.left, box.top, box.right, box.bottom))
            found.append(read(shot[top:bottom, left:right]))
        return found

    def number(self) -> int:
        """Return the number of the picture that is shown; -1 where there is none."""
        (seen,) = self.sees()
        return seen[1] if seen else -1

    def middle(self) -> tuple[int, ...]:
        """Return the colour in the middle of the stage: blue, green, red."""
        x, y = layout(PAGE, side=True, bare=False).stage.middle
        return tuple(int(part) for part in self.cut(Box(x, y, 1, 1))[0, 0])

    def waits_for(self, number: int, *, track: str = SCREEN, full: bool = False) -> None:
        seen = list[Seen]()

        def so() -> bool:
            seen[:] = self.sees(full=full)
            return seen == [(track, number)]

        try:
            until(so)
        except AssertionError as error:
            raise AssertionError(f"not picture {number} of {track}, but {seen}; {self.said.read_text()}") from error

    def waits_for_page(self, panel: Panel) -> None:
        """Wait until that is all that the window shows."""
        self.waits_for_part(panel, panel.box)

    def waits_for_part(self, panel: Panel, part: Box) -> None:
        """Wait until a part of a panel is shown as it is painted."""
        expected = painted(panel)
        left, top = round(part.left - panel.box.left), round(part.top - panel.box.top)
        expected = expected[top : top + round(part.height), left : left + round(part.width)]
        until(lambda: bool(np.array_equal(self.cut(part), expected)))

    def quits(self) -> None:
        """Quit as people do; nothing may be complained of."""
        self.press("ctrl+q")
        assert self.process.wait(20) == 0
        assert self.said.read_text() == ""


@contextmanager
def viewer(home: Path, *arguments: str | Path, before: Sequence[str] = ()) -> Iterator[Viewer]:
    """Start sealcast play, at home in an empty folder, on a screen of its own; before is a command that starts it."""
    said = home / "said"
    with VirtualScreen(*SCREEN_SIZE) as screen, said.open("wb") as out:
        screen.at_home(home)
        command = [*before, SEALCAST, "play", *map(str, arguments), "--theme", "dark"]
        process = subprocess.Popen(command, env=screen.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        try:
            one = Viewer(screen, process, said)
            until(
                lambda: process.poll() is not None or bool(screen.tell("xdotool", "search", "--name", "Sealcast$")),
                patience_s=60,
            )
            assert process.poll() is None, said.read_text()
            window = screen.window("Sealcast$")
            one.away()
            screen.xdotool("windowactivate", "--sync", window)
            told = screen.tell("xwininfo", "-id", str(window)).decode()
            left, top = (int(found) for found in re.findall(r"Absolute upper-left [XY]: +([0-9]+)", told))
            one.corner = left, top
            yield one
        finally:
            process.kill()
            process.wait()
