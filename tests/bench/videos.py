"""Videos from recordings beside ffmpeg: python -m tests.bench.videos

Copied: an hour into Matroska, beside ffmpeg -c copy of the same pictures.  Encoded anew: three minutes into MP4, beside
ffmpeg with the same encoder, fed the same frames through a pipe.  Each in a process of its own, in turns.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from recorder.format.transcript import Transcript, transcript
from replay.export.cut import Cut, cut
from replay.export.film import Film
from replay.export.layout import Layout
from replay.export.screens import sizes_of
from replay.export.video import Wanted, write_video
from replay.opening import OpenSession, parts_of
from replay.timeline import Span
from tests.bench import desktops, long_recording
from tests.bench.long_recording import MINUTE_US, SCREEN, minutes, write, write_mkv
from tests.bench.recorder import KEY
from tests.bench.report import machine, runs_heading, runs_row
from tests.bench.side_by_side import Contender, ours, ratios, take_turns
from vault.header import Identity

IDENTITY: Final = Identity(portal_keys=[KEY])
ENCODED: Final = Cut((Span(0, 3 * MINUTE_US),))
ROUNDS: Final = 3
X264: Final = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-bf", "0", "-pix_fmt", "yuv420p")


def main() -> None:
    if len(sys.argv) > 1:
        export(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
        return
    print(machine())
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        folder = Path(name)
        long_recording.DESKTOPS.clear()
        long_recording.DESKTOPS["office"] = desktops.office
        filled = minutes(folder) | {"blink": [], "switching": [], "film": []}
        sealed, plain = folder / "hour.sealcast", folder / "hour.mkv"
        write(sealed, filled, hours=1)
        write_mkv(plain, filled, hours=1)
        copy, mp4 = folder / "copy.mkv", folder / "x.mp4"
        compared(
            "an hour copied into Matroska",
            ours("videos", "copy", sealed, copy, makes=copy),
            Contender(
                name="ffmpeg -c copy",
                command=("ffmpeg", "-v", "error", "-nostdin", "-i", str(plain), "-c", "copy", str(folder / "f.mkv")),
                makes=folder / "f.mkv",
            ),
            size=plain.stat().st_size,
        )
        compared(
            "three minutes encoded anew into MP4",
            ours("videos", "encode", sealed, mp4, makes=mp4),
            ours("videos", "pipe", sealed, folder / "p.mp4", makes=folder / "p.mp4"),
            size=plain.stat().st_size // 20,
        )


def compared(what: str, own: Contender, other: Contender, *, size: int) -> None:
    runs_heading(what)
    mine, theirs = take_turns([own, other], rounds=ROUNDS)
    runs_row("sealcast", mine, size)
    runs_row(other.name if other.name != own.name else "ffmpeg, through a pipe", theirs, size)
    print("  times ffmpeg's speed, pair by pair:", " ".join(f"{one:.2f}" for one in ratios(mine, theirs)))


def export(how: str, sealed: Path, path: Path) -> None:
    """Write a video, and on stderr the seconds it took."""
    began_s = time.perf_counter()
    with OpenSession(parts_of(sealed), IDENTITY) as opened:
        within = cut(opened.session.timeline) if how == "copy" else ENCODED
        if how == "pipe":
            pipe(opened, path)
        else:
            write_video(
                path,
                opened.session,
                Wanted(kind=path.suffix[1:], cut=within, tracks=[SCREEN], transcript=silent()),
            )
    print(time.perf_counter() - began_s, file=sys.stderr)


def silent() -> Transcript:
    return transcript("bench", [], duration_us=0)


def pipe(opened: OpenSession, path: Path) -> None:
    """Feed the frames of the film to ffmpeg."""
    layout = Layout.of([SCREEN], sizes_of(opened.session, [SCREEN], ENCODED))
    raw = ("-f", "rawvideo", "-pix_fmt", "bgra", "-s", f"{layout.width_px}x{layout.height_px}", "-r", "10", "-i", "-")
    command = ("ffmpeg", "-v", "error", *raw, *X264, "-movflags", "+faststart", str(path))
    with subprocess.Popen(command, stdin=subprocess.PIPE) as ffmpeg:
        assert ffmpeg.stdin
        for frame in Film(opened.session, layout, ENCODED).frames():
            ffmpeg.stdin.write(frame.pixels.data)
        ffmpeg.stdin.close()
        assert ffmpeg.wait() == 0


if __name__ == "__main__":
    main()
