"""A program that shows a recording of the tests in a window: python -m tests.replay.window.shown FILE COLOURS."""

import sys
from pathlib import Path

from replay.keys import KeysNearby
from replay.showing import Colours, Showing
from replay.window.app import run
from tests.replay.sessions import KEYS

if __name__ == "__main__":
    file, colours = sys.argv[1:]
    run(Showing(file=Path(file), keys=KeysNearby(own=()), identity=KEYS, colours=Colours(colours)))
