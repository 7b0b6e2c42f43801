"""A virtual screen with real programs on it: Xvfb, openbox, xdotool.  Everything it starts ends with it."""

import io
import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt
from PIL import Image

from tests.waiting import until

Pixels = npt.NDArray[np.uint8]


class VirtualScreen:
    """One Xvfb with a window manager.  Use it as a context manager.

    Of what a screen has, lacking leaves out X extensions; without a manager nobody decorates windows or moves them.
    """

    def __init__(
        self,
        width_px: int = 1280,
        height_px: int = 720,
        *,
        depth_bits: int = 24,
        lacking: Sequence[str] = (),
        manager: bool = True,
    ) -> None:
        self._options = ["-screen", "0", f"{width_px}x{height_px}x{depth_bits}"]
        self._options += [word for name in lacking for word in ("-extension", name)]
        self._manager = manager
        self._running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        reading, writing = os.pipe()
        command = ["Xvfb", "-displayfd", str(writing), "-nolisten", "tcp", "-noreset", *self._options]
        try:
            self.server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
            self._running.append(self.server)
            os.close(writing)
            with os.fdopen(reading) as pipe:
                number = pipe.readline().strip()
            assert number, "Xvfb did not start; as root, `make screen` installs what it needs, libGL too"
            self.display = f":{number}"
            self.environment = {**os.environ, "DISPLAY": self.display}
            for name in ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "XAUTHORITY"):
                self.environment.pop(name, None)
            if self._manager:
                self.start("openbox")
                until(lambda: b"window id" in self.tell("xprop", "-root", "_NET_SUPPORTING_WM_CHECK"))
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> None:
        for process in reversed(self._running):
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(5)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        self._running.clear()

    def start(self, *command: str) -> "subprocess.Popen[bytes]":
        """Start a program on it."""
        process = subprocess.Popen(
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._running.append(process)
        return process

    def end(self, process: "subprocess.Popen[bytes]") -> None:
        process.terminate()
        process.wait(5)
        self._running.remove(process)

    def tell(self, *command: str) -> bytes:
        """Run a program on it and return what it said; a failure says nothing."""
        return subprocess.run(
            command, env=self.environment, capture_output=True, stdin=subprocess.DEVNULL, check=False
        ).stdout

    def xdotool(self, *arguments: str | int) -> str:
        """Type, point, move windows; returns what it said."""
        done = subprocess.run(
            ["xdotool", *map(str, arguments)], env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def window(self, name: str) -> int:
        """Wait for a visible window of that title (a regular expression) and return its id."""
        found: list[str] = []

        def look() -> bool:
            found[:] = self.tell("xdotool", "search", "--onlyvisible", "--name", name).decode().split()
            return bool(found)

        until(look)
        return int(found[0])

    def at_home(self, folder: Path, *, cursors_blink: bool = False) -> None:
        """Let programs that start from now on keep what they keep in that folder, and find nobody's settings there.

        A killed editor asks, the next time, what to restore; and a text cursor that blinks is never still.
        """
        home = folder / "home"
        settings = home / "config" / "gtk-3.0" / "settings.ini"
        settings.parent.mkdir(parents=True)
        settings.write_text(f"[Settings]\ngtk-cursor-blink={int(cursors_blink)}\n")
        own = {"HOME": home, "XDG_CONFIG_HOME": home / "config", "XDG_DATA_HOME": home / "data"}
        self.environment |= {name: str(path) for name, path in own.items()}
        self.environment |= {"XDG_CACHE_HOME": str(home / "cache"), "GSETTINGS_BACKEND": "memory"}

    def screenshot(self) -> Pixels:
        """Return what is shown, by ffmpeg: (height, width, 3) uint8, blue, green, red, without the pointer.

        All of the screen, whatever part of it the monitors show.
        """
        command = [
            "ffmpeg", "-v", "error", "-nostdin", "-f", "x11grab", "-draw_mouse", "0", "-i", self.display,
            "-frames:v", "1", "-f", "image2pipe", "-c:v", "ppm", "-",
        ]  # fmt: skip
        done = subprocess.run(command, env=self.environment, capture_output=True, check=True)
        return np.asarray(Image.open(io.BytesIO(done.stdout)), np.uint8)[..., ::-1]

    def still(self, *, for_s: float = 0.4) -> None:
        """Wait until nothing changes any more."""
        before = self.tell("xwd", "-root", "-silent")
        while True:
            time.sleep(for_s)
            after = self.tell("xwd", "-root", "-silent")
            if before == after:
                return
            before = after
