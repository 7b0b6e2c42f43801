"""The window, started and watched by tests.bench.player: what it showed and did is printed as JSON when it ends."""

import json
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pyglet

from replay.keys import KeysNearby
from replay.showing import Colours, Showing
from replay.window.acts import Do, SetSpeed
from replay.window.desk import Desk
from replay.window.page import Follow
from replay.window.player_page import PlayerPage
from tests.bench.recorder import KEY
from vault.header import Identity


def main() -> None:
    path, folder, speed, seconds = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
    identity = Identity(portal_keys=[KEY])
    desk = Desk(Showing(folder=folder, keys=KeysNearby(own=[]), identity=identity, colours=Colours.DARK))
    told: dict[str, Any] = {"first_ms": None, "pictures": set(), "peak": 0}
    process, began = psutil.Process(), [0.0, 0.0]

    def begin(_: float) -> None:
        began[0] = time.perf_counter()
        desk.flow.page.follow = Follow(path=path)  # type: ignore[misc]  # a page of the library

    def look(_: float) -> None:
        page = desk.flow.page
        if not isinstance(page, PlayerPage):
            return
        if told["first_ms"] is None:
            if desk._shown and desk.frames:
                told["first_ms"] = (time.perf_counter() - began[0]) * 1000
                desk._do(SetSpeed(speed))
                desk._do(Do.TOGGLE)
                began[1] = time.perf_counter()
                desk.acts = 0
                print("playing", flush=True)
            return
        told["pictures"] |= {film.view.picture.time_us for film in desk._shown if film.view.picture}
        told["peak"] = max(told["peak"], process.memory_info().rss)
        if time.perf_counter() - began[1] > seconds:
            told["position_us"] = page.player.position_us
            pyglet.app.exit()

    pyglet.clock.schedule_once(begin, 1.0)
    pyglet.clock.schedule_interval(look, 1 / 120)
    desk.run()
    told |= {
        "pictures": len(told["pictures"]),
        "last_us": told["position_us"],
        "acts": desk.acts,
        "frames": desk.frames,
    }
    used = process.cpu_times()
    print(json.dumps(told | {"cpu_s": used.user + used.system}))


if __name__ == "__main__":
    main()
