"""Frames of scripted desktops in a file, so that every encoder gets the same ones.

A file holds, one MessagePack value after the other: the size, then for each frame its time and its changed regions
with their pixels, compressed.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgpack
import numpy as np
import zstandard

from recorder.capture.frame import Frame, Region
from recorder.capture.screen import open_screen
from recorder.capture.wanted import Wanted
from tests.bench import desktops
from tests.virtual_screen import VirtualScreen

RATE: Final = 10
_DESKTOPS: Final = {
    "terminal": desktops.terminal,
    "office": desktops.office,
    "film": desktops.film,
    "blink": desktops.blink,
}


def frames_of(name: str, folder: Path) -> Path:
    """Return a file with a minute of a desktop; play it if there is none yet."""
    path = folder / f"{name}.frames"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as home, VirtualScreen(*desktops.SCREEN) as screen:
            play = _DESKTOPS[name](screen, Path(home))
            _watch(screen, play, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)
    return path


def read_frames(path: Path) -> Iterator[Frame]:
    """Yield the frames of a file; all share one buffer, as those of a screen do."""
    open_zstd = zstandard.ZstdDecompressor()
    with path.open("rb") as file:
        found = msgpack.Unpacker(file, max_buffer_size=2**30)
        width_px, height_px = next(found)
        pixels = np.zeros((height_px, width_px, 4), np.uint8)
        for time_us, regions in found:
            changed = []
            for left, top, right, bottom, packed in regions:
                flat = np.frombuffer(open_zstd.decompress(packed), np.uint8)
                pixels[top:bottom, left:right] = flat.reshape(bottom - top, right - left, 4)
                changed.append(Region(left, top, right, bottom))
            yield Frame(time_us=time_us, pixels=pixels, changed=tuple(changed))


def _watch(screen: VirtualScreen, play: desktops.Play, path: Path) -> None:
    """Write down what changes while a desktop is played: by a child, for playing waits and sleeps."""
    player = os.fork()
    if not player:
        try:
            play()
            os._exit(0)
        finally:
            os._exit(1)
    os.environ["DISPLAY"] = screen.display
    source = open_screen(Wanted(), ())
    packing = zstandard.ZstdCompressor(level=1)
    width_px, height_px = desktops.SCREEN
    with path.open("wb") as file:
        file.write(msgpack.packb([width_px, height_px]))
        next_s, ended = 0.0, False
        while not ended:
            time.sleep(max(0.0, next_s - time.monotonic()))
            next_s = time.monotonic() + 1 / RATE
            source.wait(100_000)
            if frame := source.frame():
                rows = [
                    [one.left_px, one.top_px, one.right_px, one.bottom_px, packing.compress(_pixels(frame, one))]
                    for one in frame.changed
                ]
                file.write(msgpack.packb([frame.time_us, rows]))
            done, status = os.waitpid(player, os.WNOHANG)
            ended = done == player
            assert not ended or status == 0, "the desktop was not played to its end"
    source.close()


def _pixels(frame: Frame, region: Region) -> bytes:
    part = frame.pixels[region.top_px : region.bottom_px, region.left_px : region.right_px]
    return np.ascontiguousarray(part).tobytes()
