"""A program that shows a recording of the tests in a window: python -m tests.replay.window.shown FILE COLOURS.

With a third word it says every act that keys and mouse come to.
"""

import sys
from pathlib import Path

from replay.keys import KeysNearby
from replay.showing import Colours, Showing
from replay.window.app import run
from tests.replay.sessions import KEYS


def say_acts(showing: Showing) -> None:
    # Loading pyglet needs a display.
    from replay.window.acts import Act  # noqa: PLC0415
    from replay.window.desk import Desk  # noqa: PLC0415

    class Saying(Desk):
        def _do(self, act: Act) -> None:
            print(act, flush=True)
            super()._do(act)

    Saying(showing).run()


if __name__ == "__main__":
    file, colours, *said = sys.argv[1:]
    showing = Showing(file=Path(file), keys=KeysNearby(own=()), identity=KEYS, colours=Colours(colours))
    (say_acts if said else run)(showing)
