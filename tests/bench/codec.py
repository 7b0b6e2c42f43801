"""The screen codec on scripted desktops: python -m tests.bench.codec [DESKTOP …] [--frames FOLDER]

A minute of each desktop is played once and its frames kept; every encoder gets the same ones, and as many keyframes as
ours made by its rule, evenly spread.  Rows and columns:

- MB of packets; CPU ms a frame of encoding by all threads, a peer's conversion to 4:2:0 included.
- SSIM of luma over all frames, in each of which something changed; its mean and its 5th percentile.
- more MiB: peak memory of the process beyond that of one that only reads the same frames.
- times …: ours in shares of a peer's; below it the goal.
- wrong pixels: those that are not the screen's, bit for bit; text tiles are those that are not photographic.
- jump: from the keyframe before it to a random frame, decoding alone; ms.
- without …: the same frames with one mechanism turned off; bytes and CPU against all of them on.
- hours are made of minutes that repeat: what a keyframe showed does so, too, but every keyframe forgets it.  A working
  hour is 18 minutes each of the office and the terminal, and 24 idle ones: a text cursor blinks and a clock ticks.
"""

import argparse
import io
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from recorder.capture.frame import Frame
from tests.bench import desktops
from tests.bench.codec_peers import (
    OURS,
    VP9,
    VP9_FASTER,
    X264,
    Frames,
    Nobody,
    Ours,
    Peer,
    Took,
    alone,
    encode,
    processes,
)
from tests.bench.codec_pictures import Likeness, jumps, likeness
from tests.bench.codec_without import WITHOUT, encode_without
from tests.bench.desktop_frames import frames_of, read_frames
from tests.bench.report import heading, machine, row

HOURS: Final = "hours"
MINUTE_US: Final = 60_000_000
# What hours are filled with, minutes each; three times over.
_HOURS: Final = {
    "a working hour, 40 % of it idle": (("office", 6), ("blink", 4), ("terminal", 6), ("blink", 4)),
    "an idle hour": (("blink", 20),),
}
_JUMPS: Final = 200
_SEED: Final = 5
# Bytes and CPU in shares of a peer's.
_GOALS: Final = {
    "terminal": {X264: (0.35, 0.15), VP9: (0.5, 0.1), VP9_FASTER: (0.5, 0.1)},
    "office": {X264: (0.6, 0.3), VP9: (0.9, 0.28), VP9_FASTER: (0.9, 0.28)},
    "film": {X264: (1.1, 1.1)},  # the rest has no goals, and VP9 takes minutes
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.codec")
    parser.add_argument("desktops", nargs="*", metavar="DESKTOP", help=f"of {', '.join(_GOALS)}, {HOURS}; all if none")
    parser.add_argument("--frames", type=Path, metavar="FOLDER", help="where frames are kept for the next run")
    wanted = parser.parse_args()
    assert isinstance(sys.stdout, io.TextIOWrapper)
    sys.stdout.reconfigure(line_buffering=True)  # it takes minutes
    print(machine())
    with tempfile.TemporaryDirectory() as made:
        frames = wanted.frames or Path(made)
        for name in wanted.desktops or [*_GOALS, HOURS]:
            if name == HOURS:
                hours(frames, Path(made))
            else:
                desktop(name, alone(frames_of, name, frames), Path(made))


def desktop(name: str, path: Path, made: Path) -> None:
    frames = partial(read_frames, path)
    took = encode_all(frames, made, peers=list(_GOALS[name]))
    heading(f"{name}, {took[OURS].frame_count} frames in {desktops.SECONDS} s at 1920 × 1080",
            "MB", "CPU ms", "keyframes", "SSIM", "5th perc.", "more MiB")  # fmt: skip
    reading = alone(encode, Nobody, frames, made / "nobody")
    with processes(os.cpu_count() or 1) as pool:
        compared = {who: pool.submit(likeness, frames, made / who, exactly=who == OURS) for who in took}
        like = {who: each.result() for who, each in compared.items()}
    for who, each in took.items():
        row(who, f"{each.size / 1e6:.3f}", f"{each.cpu_ms:.2f}", str(each.keyframes),
            f"{like[who].mean:.5f}", f"{like[who].low:.5f}", f"{(each.peak - reading.peak) / 2**20:.0f}")  # fmt: skip
    against_goals(took, _GOALS[name])
    say_wrong(took[OURS], like[OURS])
    say_jumps(made / OURS)
    without(name, frames, took[OURS], made)


def encode_all(frames: Frames, made: Path, *, peers: Sequence[str]) -> dict[str, Took]:
    """Encode by ours and by each peer, with as many keyframes; packets lie beside, called as their encoder."""
    took = {OURS: alone(encode, Ours, frames, made / OURS)}
    for name in peers:
        peer = partial(Peer, name, frame_count=took[OURS].frame_count, keyframes=took[OURS].keyframes)
        took[name] = alone(encode, peer, frames, made / name)
    return took


def against_goals(took: dict[str, Took], goals: dict[str, tuple[float, float]]) -> None:
    for who, peer in took.items():
        if who != OURS:
            row(f"times {who}", f"{took[OURS].size / peer.size:.3f}", f"{took[OURS].cpu_s / peer.cpu_s:.3f}")
            row("  goal", *(f"≤ {share:g}" for share in goals[who]), "", "no worse", "no worse", "≤ 150")


def say_wrong(took: Took, like: Likeness) -> None:
    print("  packets: " + ", ".join(f"{count} {codec}" for codec, count in took.codecs.items()))
    print(f"  wrong pixels: {like.wrong_pixels} in {like.wrong_frames} of {took.frame_count} frames; of their"
          f" {like.wrong_tiles} tiles {like.wrong_text} are text")  # fmt: skip


def say_jumps(packets: Path) -> None:
    took_ms = alone(jumps, desktops.SCREEN, packets, count=_JUMPS, seed=_SEED)
    p50, p95 = np.percentile(took_ms, (50, 95))
    print(f"  jump: p50 {p50:.1f} ms, p95 {p95:.1f} ms (goal ≤ 80), max {max(took_ms):.1f} ms")


def without(name: str, frames: Frames, on: Took, made: Path) -> None:
    heading(f"{name}, one mechanism turned off", "MB", "CPU ms", "× MB", "× CPU", "keyframes")
    for mechanism in WITHOUT[name]:
        off = alone(encode_without, mechanism, frames, made / "without")
        row(f"without {mechanism}", f"{off.size / 1e6:.3f}", f"{off.cpu_ms:.2f}",
            f"{off.size / on.size:.2f}", f"{off.cpu_s / on.cpu_s:.2f}", str(off.keyframes))  # fmt: skip


def hours(folder: Path, made: Path) -> None:
    heading("hours", "MB", "CPU s", "% core", "keyframes", "frames")
    files = {of: alone(frames_of, of, folder) for of in ("office", "terminal", "blink")}
    for name, filled in _HOURS.items():
        minutes = [files[of] for of, count in filled * 3 for _ in range(count)]
        took = alone(encode, Ours, partial(repeated, minutes), made / OURS)
        row(name, f"{took.size / 1e6:.2f}", f"{took.cpu_s:.1f}", f"{took.cpu_s / 36:.2f}", str(took.keyframes),
            str(took.frame_count))  # fmt: skip
    row("  goal, an idle hour", "≤ 4", "", "≤ 2")


def repeated(minutes: Sequence[Path]) -> Iterator[Frame]:
    """Yield the frames of minutes, one after the other."""
    for minute, path in enumerate(minutes):
        first = next(read_frames(path))
        for at, frame in enumerate(read_frames(path)):
            time_us = minute * MINUTE_US + frame.time_us - first.time_us
            yield replace(frame, time_us=time_us, changed=frame.changed if at else (frame.whole,))


if __name__ == "__main__":
    main()
