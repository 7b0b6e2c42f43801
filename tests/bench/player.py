"""The player on ten hours of real content: python -m tests.bench.player [HOURS]

Opening after unlocking, exact cold seeks side by side with mpv and PyAV in the same pictures as plain Matroska, memory,
its own rate, input at the highest speed.  Cold: the file's pages are dropped from the page cache before each.
"""

import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import av
import numpy as np

from replay.opening import OpenSession, parts_of
from replay.projector import Projector
from tests.bench import desktops
from tests.bench.long_recording import SCREEN, minutes, stretches, write, write_mkv
from tests.bench.recorder import KEY
from tests.bench.report import heading, machine, row
from tests.virtual_screen import VirtualScreen
from tests.waiting import until
from vault.header import Identity

SEEKS: Final = 200
OPENINGS: Final = 20
IDENTITY: Final = Identity(portal_keys=[KEY])
PRESSES: Final = 200


def main() -> None:
    hours = float(sys.argv[1]) if len(sys.argv) > 1 else 10
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        ours, plain = Path(folder, "long.sealcast"), Path(folder, "long.mkv")
        filled = minutes(Path(folder))
        write(ours, filled, hours=hours)
        write_mkv(plain, filled, hours=hours)
        print(
            f"{hours:g} hours, {ours.stat().st_size / 1e9:.2f} GB; plain Matroska {plain.stat().st_size / 1e9:.2f} GB"
        )
        opening(ours)
        seeking(ours, plain, hours)
        playing(ours, Path(folder))


def opening(ours: Path) -> None:
    took = []
    for _ in range(OPENINGS):
        cold(ours)
        began_s = time.perf_counter()
        OpenSession(parts_of(ours), IDENTITY).close()
        took.append(time.perf_counter() - began_s)
    heading("opening after unlocking, cold", "p50 ms", "max ms", "goal ms")
    row("sealcast", f"{1000 * float(np.median(took)):.1f}", f"{1000 * max(took):.1f}", "50")


def seeking(ours: Path, plain: Path, hours: float) -> None:
    chance = random.Random(1)
    end_us = max(stretch.until_us for stretch in stretches(hours))
    times_us = [chance.randrange(end_us) for _ in range(SEEKS)]
    heading(f"{SEEKS} exact cold seeks to the same random times", "p50 ms", "p95 ms", "max ms", "goal p95")
    with OpenSession(parts_of(ours), IDENTITY) as opened:
        found = timed(times_us, ours, lambda time_us: show(opened, time_us))
    told("sealcast", found, "150")
    for name in ("office", "blink", "switching"):
        spans = [(one.from_us, one.until_us) for one in stretches(hours) if one.name == name]
        told(f"  of them in {name}", [
            took for took, time_us in zip(found, times_us, strict=True)
            if any(begin <= time_us < end for begin, end in spans)
        ])  # fmt: skip
    for threads in ("SLICE", "AUTO"):
        with av.open(str(plain)) as container:
            container.streams.video[0].thread_type = threads
            told(f"PyAV, threads {threads}", timed(times_us, plain, lambda time_us, at=container: decode(at, time_us)))  # type: ignore[misc]  # bound now
    with mpv(plain) as seek:
        told("mpv --hr-seek=yes --vo=null", timed(times_us, plain, seek))


def told(name: str, took_s: list[float], goal: str = "") -> None:
    if took_s:
        values = np.percentile(took_s, [50, 95, 100]) * 1000
        row(name, *(f"{value:.0f}" for value in values), goal)


def timed(times_us: list[int], path: Path, seek: Callable[[int], None]) -> list[float]:
    took = []
    for time_us in times_us:
        cold(path)
        began_s = time.perf_counter()
        seek(time_us)
        took.append(time.perf_counter() - began_s)
    return took


def show(opened: OpenSession, time_us: int) -> None:
    (view,) = Projector(opened.session).views(time_us, [SCREEN])
    assert view.picture


def decode(container: av.container.InputContainer, time_us: int) -> None:
    container.seek(time_us, backward=True)
    shown = None
    for frame in container.decode(video=0):
        if shown is not None and (frame.time or 0) * 1e6 > time_us:
            break
        shown = frame
    assert shown
    shown.to_ndarray(format="bgra")


@contextmanager
def mpv(plain: Path) -> Iterator[Callable[[int], None]]:
    """Start mpv; give what seeks and returns when the picture is there."""
    with tempfile.TemporaryDirectory() as folder:
        address = str(Path(folder, "socket"))
        options = ("--no-config", "--vo=null", "--ao=null", "--pause", "--hr-seek=yes", "--really-quiet", "--idle=no")
        player = subprocess.Popen(["mpv", *options, f"--input-ipc-server={address}", str(plain)])
        try:
            until(lambda: Path(address).exists())
            with socket.socket(socket.AF_UNIX) as line:
                line.connect(address)
                events = line.makefile("rb")

                def seek(time_us: int) -> None:
                    command = {"command": ["seek", time_us / 1e6, "absolute+exact"]}
                    line.sendall(json.dumps(command).encode() + b"\n")
                    began = False
                    for event in map(json.loads, events):
                        began |= event.get("event") == "seek"
                        if began and event.get("event") == "playback-restart":
                            return

                time.sleep(1)
                yield seek
        finally:
            player.terminate()
            player.wait()


def playing(ours: Path, folder: Path) -> None:
    heading("the window at 1920 × 1080", "first ms", "pictures", "a second", "CPU s", "peak MiB", "input")
    with VirtualScreen(*desktops.SCREEN) as screen:
        for speed, seconds in ((1.0, 58.0), (16.0, 30.0)):
            command = [
                sys.executable,
                "-m",
                "tests.bench.player_window",
                str(ours),
                str(folder),
                str(speed),
                str(seconds),
            ]
            window = subprocess.Popen(command, env=screen.environment, stdout=subprocess.PIPE, text=True)
            assert window.stdout
            screen.window("Sealcast")
            assert window.stdout.readline().strip() == "playing"
            sent = 0
            if speed > 1:
                for _ in range(PRESSES):
                    screen.xdotool("key", "z")
                    sent += 1
            report = json.loads(window.stdout.readline())
            assert window.wait() == 0
            row(
                f"{speed:g} ×, {seconds:g} s",
                f"{report['first_ms']:.0f}",
                str(report["pictures"]),
                f"{report['pictures'] / seconds:.1f}",
                f"{report['cpu_s']:.1f}",
                f"{report['peak'] / 2**20:.0f}",
                f"{report['acts']} of {sent}" if sent else "",
            )
        recorded = sum(1 for _ in pictures_until(ours, 58_000_000))
        row("recorded in the first 58 s", "", str(recorded), f"{recorded / 58:.1f}")
        row("goal", "300", "all", "", "", "400", "all")


def pictures_until(ours: Path, end_us: int) -> Iterator[int]:
    with OpenSession(parts_of(ours), IDENTITY) as opened:
        for found in opened.session.packets():
            packet = getattr(found, "packet", None)
            if packet and packet.time_us >= end_us:
                return
            if packet and packet.track == SCREEN and not packet.configuration:
                yield packet.time_us


def cold(path: Path) -> None:
    """Drop a file's pages from the page cache."""
    descriptor = os.open(path, os.O_RDONLY)
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(descriptor)


if __name__ == "__main__":
    main()
