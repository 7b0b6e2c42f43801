"""The recorder on scripted desktops, side by side with ffmpeg: python -m tests.bench.recorder [DESKTOP …]

A first run tells how many keyframes ours makes.  In the second both record the same minute of the same virtual screen,
and a third program takes screenshots meanwhile, bit for bit; each screenshot is compared with what either recording
shows at that time, give or take 150 ms, whichever fits better.  CPU is of whole processes, user and system.
"""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from typing import Final

import av
import numpy as np

from recorder.format.events import Clock, read_event
from recorder.format.packet import Packet
from tests.bench import desktops
from tests.bench.report import heading, machine, row
from tests.bench.screen_quality import Pixels, luma, ssim
from tests.recorder.pictures import packets, pictures
from tests.virtual_screen import VirtualScreen
from tests.waiting import until
from vault.bech32 import PORTAL, to_string
from vault.portal_key import PortalKey

Desktop = Callable[[VirtualScreen, Path], desktops.Play]

SEALCAST: Final = str(Path(sys.executable).with_name("sealcast"))
KEY: Final = PortalKey(bytes(32))
COMPARED: Final = {"office": desktops.office, "terminal": desktops.terminal}
ALONE: Final = {"still": desktops.still, "blink": desktops.blink}
RATE: Final = 10
NEAR_US: Final = 150_000
SAMPLES_A_SECOND: Final = "4/3"


@dataclass(frozen=True, kw_only=True)
class Took:
    """What one recorder needed."""

    cpu_s: float
    size: int
    keyframes: int


def main() -> None:
    print(machine())
    wanted = sys.argv[1:] or [*COMPARED, *ALONE]
    for name in wanted:
        with tempfile.TemporaryDirectory() as folder:
            if name in COMPARED:
                compare(name, COMPARED[name], Path(folder))
            else:
                alone(name, ALONE[name], Path(folder))


def compare(name: str, desktop: Desktop, folder: Path) -> None:
    with desk(desktop, folder / "pilot") as (screen, play):
        recorder = start_ours(screen, folder / "pilot.sealcast")
        play()
        pilot, _ = finish_ours(recorder, folder / "pilot.sealcast")
    every = round(desktops.SECONDS * RATE / pilot.keyframes)
    with desk(desktop, folder / "both") as (screen, play):
        recorder = start_ours(screen, folder / "ours.sealcast")
        peer = start_ffmpeg(screen, folder / "peer.mkv", every=every)
        with screenshots(screen, folder / "truth.nut") as truth:
            play()
        theirs = finish_ffmpeg(peer, folder / "peer.mkv")
        ours, found = finish_ours(recorder, folder / "ours.sealcast")
    values = likeness(truth, our_pictures(found)), likeness(truth, their_pictures(folder / "peer.mkv"))
    heading(f"{name}, {desktops.SECONDS} s at 1920 × 1080", "CPU s", "MB", "keyframes", "SSIM", "5th perc.")
    for who, took, likenesses in (("sealcast record", ours, values[0]), ("ffmpeg x264 veryfast", theirs, values[1])):
        row(who, f"{took.cpu_s:.2f}", f"{took.size / 1e6:.3f}", str(took.keyframes),
            f"{statistics.mean(likenesses):.5f}", f"{np.percentile(likenesses, 5):.5f}")  # fmt: skip
    row("ratio", f"{ours.cpu_s / theirs.cpu_s:.2f}", f"{ours.size / theirs.size:.2f}")
    row("goal", "0.75", "0.60", "", "no worse", "no worse")
    print(f"  {len(truth)} screenshots compared; ours alone: {pilot.cpu_s:.2f} s CPU, {pilot.size / 1e6:.3f} MB")


def alone(name: str, desktop: Desktop, folder: Path) -> None:
    with desk(desktop, folder / "alone") as (screen, play):
        recorder = start_ours(screen, folder / "ours.sealcast")
        time.sleep(2)
        before_s, size = cpu_of(recorder), (folder / "ours.sealcast").stat().st_size
        began_s = time.monotonic()
        play()
        took_s = time.monotonic() - began_s
        cpu_s, grown = cpu_of(recorder) - before_s, (folder / "ours.sealcast").stat().st_size - size
        finish_ours(recorder, folder / "ours.sealcast")
    heading(f"{name}, {took_s:.0f} s at 1920 × 1080, without beginning and end", "% core", "MB an hour")
    row("sealcast record", f"{100 * cpu_s / took_s:.2f}", f"{grown / took_s * 3600 / 1e6:.3f}")


@contextmanager
def desk(desktop: Desktop, folder: Path) -> Iterator[tuple[VirtualScreen, desktops.Play]]:
    folder.mkdir()
    with VirtualScreen(*desktops.SCREEN) as screen:
        yield screen, desktop(screen, folder)


def start_ours(screen: VirtualScreen, path: Path) -> "subprocess.Popen[bytes]":
    command = [SEALCAST, "record", "--recipient", to_string(PORTAL, KEY.public), "--no-diagnostics", str(path)]
    data = {"XDG_DATA_HOME": str(path.with_suffix(".user"))}
    recorder = subprocess.Popen(command, env=screen.environment | data, stdout=subprocess.DEVNULL)
    until(lambda: path.exists() and path.stat().st_size > 4096)
    return recorder


def start_ffmpeg(screen: VirtualScreen, path: Path, *, every: int) -> "subprocess.Popen[bytes]":
    options = ("-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "veryfast", "-g", str(every))
    command = grabbing(screen, str(RATE), *options, str(path))
    peer = subprocess.Popen(command, env=screen.environment)
    until(path.exists)
    return peer


def finish_ours(recorder: "subprocess.Popen[bytes]", path: Path) -> tuple[Took, list[Packet]]:
    cpu_s = ended(recorder)
    found = packets(path, KEY)
    keyframes = sum(one.keyframe for one in found if one.track == "screen/customer")
    return Took(cpu_s=cpu_s, size=path.stat().st_size, keyframes=keyframes), found


def finish_ffmpeg(peer: "subprocess.Popen[bytes]", path: Path) -> Took:
    cpu_s = ended(peer)
    with av.open(str(path)) as container:
        sizes = [(packet.size, packet.is_keyframe) for packet in container.demux(video=0)]
    return Took(cpu_s=cpu_s, size=sum(size for size, _ in sizes), keyframes=sum(keyframe for _, keyframe in sizes))


def ended(process: "subprocess.Popen[bytes]") -> float:
    """End it as Ctrl-C would; return its seconds of CPU."""
    process.send_signal(signal.SIGINT)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    # ffmpeg ends with 255 when it is interrupted.
    assert process.returncode in {0, 255}, process.args
    return used.ru_utime + used.ru_stime


def cpu_of(process: "subprocess.Popen[bytes]") -> float:
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def screenshots(screen: VirtualScreen, path: Path) -> Iterator[list[tuple[int, Pixels]]]:
    """Take screenshots beside, bit for bit; give times by the wall clock in µs and luma once all is over."""
    taken: list[tuple[int, Pixels]] = []
    camera = subprocess.Popen(grabbing(screen, SAMPLES_A_SECOND, "-pix_fmt", "bgr0", "-c:v", "rawvideo", str(path)))
    try:
        yield taken
    finally:
        ended(camera)
    with av.open(str(path), "r") as container:
        for frame in container.decode(video=0):
            pixels = np.asarray(frame.to_ndarray(format="bgra"), np.uint8)
            taken.append((round((frame.time or 0) * 1e6), luma(pixels).round().astype(np.uint8)))


def grabbing(screen: VirtualScreen, rate: str, *more: str) -> list[str]:
    """Return a command of ffmpeg that grabs the screen, its times by the wall clock."""
    width, height = desktops.SCREEN
    return [
        "ffmpeg", "-v", "error", "-nostdin", "-f", "x11grab", "-framerate", rate, "-draw_mouse", "0",
        "-video_size", f"{width}x{height}", "-i", screen.display, "-copyts", *more,
    ]  # fmt: skip


def our_pictures(found: list[Packet]) -> Iterator[tuple[int, Pixels]]:
    clocks = ((one, read_event(one.track, one.payload)) for one in found if one.track == "recording")
    zero_us = next(event.wall_us - packet.time_us for packet, event in clocks if isinstance(event, Clock))
    for time_us, pixels in pictures(found):
        yield zero_us + time_us, pixels


def their_pictures(path: Path) -> Iterator[tuple[int, Pixels]]:
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield round((frame.time or 0) * 1e6), np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)


def likeness(truth: list[tuple[int, Pixels]], shown: Iterator[tuple[int, Pixels]]) -> list[float]:
    """Return for each screenshot the SSIM of what was shown near its time, of the picture that fits best."""
    best = [0.0] * len(truth)
    for (from_us, pixels), (to_us, _) in pairwise(chain(shown, [(2**62, np.empty(0, np.uint8))])):
        near = [at for at, (time_us, _) in enumerate(truth) if from_us - NEAR_US < time_us < to_us + NEAR_US]
        if near:
            light = luma(pixels)
            for at in near:
                best[at] = max(best[at], ssim(light, truth[at][1].astype(np.float32)))
    return best


if __name__ == "__main__":
    main()
