"""Packets that are small and would become much: refused before any library takes the memory."""

import io
import subprocess
import sys
from collections.abc import Iterator
from typing import Final

import pytest
from PIL import Image

from recorder.codec.grid import MAX_SIDE, Grid
from tests.vectors.codec_bytes import (
    INDEXED,
    LOSSY,
    RAW,
    REFERENCE,
    WINDOW_8_MIB,
    assembled,
    blocks,
    columns,
    jpeg,
    packet,
)

MIB: Final = 1024 * 1024
SMALL: Final = Grid(64, 16)
LARGEST: Final = Grid(MAX_SIDE, MAX_SIDE)
Case = tuple[str, Grid, bytes]  # the name, the picture that it would be, a keyframe


def streams() -> Iterator[Case]:
    zeros = blocks(bytes(128 * 1024))  # one block
    tiles = blocks(columns(runs=[(0, 4)], kinds=[INDEXED] * 4))
    found = {
        "512 MiB of nothing": WINDOW_8_MIB + zeros * 4_096,
        "tiles and 64 MiB behind them": WINDOW_8_MIB + tiles + zeros * 512,
        "runs of 32 GiB": WINDOW_8_MIB + blocks(columns(runs=[(0, 65_535)] * 65_535)),
        "a window of 128 MiB": bytes.fromhex("28b52ffd 00 88") + zeros,
        "a segment of 128 MiB": bytes.fromhex("28b52ffd a0 00000008") + zeros,
    }
    for name, stream in found.items():
        yield name, SMALL, assembled(stream, keyframe=True)


def jpegs() -> Iterator[Case]:
    head, scan = jpeg("smooth")
    at = head.index(b"\xff\xc0")
    frame = head[at : at + 19]
    large = frame[:5] + b"\xff" * 4 + frame[9:]
    found = {
        "a head of 65 535 by 65 535": (head.replace(frame, large), scan),
        "a head of two sizes": (head.replace(frame, large + frame), scan),
        "a JPEG of 4 096 by 4 096": black(4_096),
    }
    for name, (its_head, its_scan) in found.items():
        said = columns(runs=[(0, 4)], kinds=[LOSSY] * 4, head=its_head)
        yield name, SMALL, packet(said, keyframe=True, scan=its_scan)


def black(side: int) -> tuple[bytes, bytes]:
    """Return head and scan of a JPEG."""
    file = io.BytesIO()
    Image.new("RGB", (side, side)).save(file, "JPEG", optimize=True)
    end = file.getvalue().index(b"\xff\xda") + 14
    return file.getvalue()[:end], file.getvalue()[end:]


def largest() -> Iterator[Case]:
    count = LARGEST.count
    runs = [(0, count // 32)] * 32
    found = {
        "no tile": columns(),
        "tiles without a pixel": columns(runs=runs, kinds=[RAW] * count),
        "tiles that never came": columns(runs=runs, kinds=[REFERENCE] * count, references=[0] * count),
    }
    for name, said in found.items():
        yield name, LARGEST, packet(said, keyframe=True)


CASES: Final = {name: (grid, payload) for each in (streams, jpegs, largest) for name, grid, payload in each()}


def taken(name: str) -> int:
    """Return how much memory refusing it takes, bytes."""
    grid, payload = CASES[name]
    command = [sys.executable, "-m", "tests.recorder.codec.peak", str(grid.width_px), str(grid.height_px)]
    return int(subprocess.run(command, input=payload, stdout=subprocess.PIPE, check=True).stdout)


@pytest.mark.parametrize("name", CASES)
def test_what_is_refused_takes_little_memory(name: str) -> None:
    grid, payload = CASES[name]
    assert len(payload) < MIB // 4
    window, not_yet_counted = 8 * MIB, 8 * MIB  # SPEC.md §7; what 256 bytes of a stream unpack to
    bytes_a_tile = 64  # places, kinds, references; its pixels are 1 024
    assert taken(name) < 2 * (window + not_yet_counted) + bytes_a_tile * grid.count


def test_the_memory_of_c_libraries_is_seen() -> None:
    assert taken("512 MiB of nothing") > 8 * MIB
