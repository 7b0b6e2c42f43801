"""Lines that somebody types, or a program writes, while something else goes on."""

import os
import sys
import threading
from collections.abc import Callable
from typing import Final

_MOST: Final = 64 * 1024  # bytes of a line; what is longer comes as several


def listen(heard: Callable[[str], None]) -> None:
    """Give every line of standard input, as long as there are any; heard is called in a thread of its own."""
    if sys.stdin is None:  # closed before the program began
        return
    descriptor = sys.stdin.fileno()

    def run() -> None:
        line = b""
        # Not through sys.stdin: nobody could end the program while it waits there.
        while piece := _piece(descriptor):
            line += piece
            *whole, line = line.split(b"\n")
            if len(line) > _MOST:
                whole, line = [*whole, line], b""
            for one in whole:
                heard(one.decode(errors="replace"))
        if line:
            heard(line.decode(errors="replace"))

    threading.Thread(target=run, name="sealcast-typed", daemon=True).start()


def _piece(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, _MOST)
    except OSError:  # the terminal went away
        return b""
