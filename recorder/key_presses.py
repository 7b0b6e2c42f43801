"""Keys that steer a recording while it runs, where there is a terminal to press them on."""

import contextlib
import os
import select
import sys
import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Final, Self

_LOOK_S: Final = 0.5  # how long the end waits for the thread at most


class KeyPresses:
    """Listen to single keys for as long as the context lasts; do nothing without a terminal.

    The acts are called in a thread of its own.
    """

    def __init__(self, acts: Mapping[str, Callable[[], None]]) -> None:
        self._acts = acts
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._give_back: Callable[[], None] = lambda: None

    @property
    def heard(self) -> bool:
        """Whether there is a terminal."""
        return self._thread is not None

    def __enter__(self) -> Self:
        if sys.platform != "win32" and sys.stdin is not None and sys.stdin.isatty():
            import termios  # noqa: PLC0415 - not every system has it
            import tty  # noqa: PLC0415

            descriptor = sys.stdin.fileno()
            before = termios.tcgetattr(descriptor)
            # Not raw: Ctrl-C stays a signal.
            tty.setcbreak(descriptor, termios.TCSADRAIN)

            def give_back() -> None:
                with contextlib.suppress(termios.error):  # the terminal went away
                    termios.tcsetattr(descriptor, termios.TCSADRAIN, before)

            self._give_back = give_back
            self._thread = threading.Thread(target=self._listen, args=(descriptor,), name="sealcast-keys", daemon=True)
            self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        if self._thread:
            self._thread.join()
        self._give_back()

    def _listen(self, descriptor: int) -> None:
        with contextlib.suppress(OSError):  # the terminal went away; the recording goes on
            while not self._ended.is_set():
                if select.select([descriptor], [], [], _LOOK_S)[0]:
                    pressed = os.read(descriptor, 1)
                    if not pressed:
                        return
                    self._acts.get(pressed.decode("latin-1"), lambda: None)()
