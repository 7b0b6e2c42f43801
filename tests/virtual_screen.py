"""A virtual screen with real programs on it: Xvfb, openbox, xdotool.  Everything it starts ends with it."""

import io
import os
import subprocess
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import av
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]


class VirtualScreen:
    """One Xvfb with a window manager.  Use it as a context manager."""

    def __init__(self, width_px: int = 1280, height_px: int = 720, *, manager: bool = True) -> None:
        self.size = width_px, height_px
        self._manager = manager
        self._running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        reading, writing = os.pipe()
        width_px, height_px = self.size
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{width_px}x{height_px}x24", "-nolisten", "tcp",
                   "-noreset"]  # fmt: skip
        try:
            self.server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
            self._running.append(self.server)
            os.close(writing)
            with os.fdopen(reading) as pipe:
                number = pipe.readline().strip()
            assert number, "Xvfb did not start"
            self.display = f":{number}"
            self.environment = {**os.environ, "DISPLAY": self.display}
            self.environment.pop("WAYLAND_DISPLAY", None)
            self.environment.pop("XAUTHORITY", None)
            if self._manager:
                self.start("openbox")
                self.until(lambda: b"window id" in self.tell("xprop", "-root", "_NET_SUPPORTING_WM_CHECK"))
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

        self.until(look)
        return int(found[0])

    def screenshot(self) -> Pixels:
        """Return what is shown, by ffmpeg: (height, width, 4) uint8, BGRX, without the pointer."""
        command = [
            "ffmpeg", "-v", "error", "-nostdin", "-f", "x11grab", "-draw_mouse", "0", "-i", self.display,
            "-frames:v", "1", "-pix_fmt", "bgr0", "-c:v", "rawvideo", "-f", "nut", "-",
        ]  # fmt: skip
        done = subprocess.run(command, env=self.environment, capture_output=True, check=True)
        with av.open(io.BytesIO(done.stdout), "r") as container:
            (frame,) = container.decode(video=0)
        return np.asarray(frame.to_ndarray(format="bgra"), np.uint8)

    @staticmethod
    def until(true: Callable[[], bool], *, patience_s: float = 20) -> None:
        """Look again and again until it is so."""
        end = time.monotonic() + patience_s
        while not true():
            assert time.monotonic() < end, "it did not come about"
            time.sleep(0.02)

    def still(self, *, for_s: float = 0.4) -> None:
        """Wait until nothing changes any more."""
        before = self.tell("xwd", "-root", "-silent")
        while True:
            time.sleep(for_s)
            after = self.tell("xwd", "-root", "-silent")
            if before == after:
                return
            before = after
