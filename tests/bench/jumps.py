"""Jumping in one process: any block of a long file, and how long opening files of any length takes."""

import random
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.bench.report import heading, row
from vault.header import Identity
from vault.local import LocalFile
from vault.reader import SealedFile
from vault.store import Source

JUMPS: Final = 2000
OPENINGS: Final = 200


class Counting:
    """A source that counts how often it is asked."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.reads = 0

    def size(self) -> int:
        return self._source.size()

    def read(self, start: int, size: int) -> bytes:
        self.reads += 1
        return self._source.read(start, size)


def one_block(sealed_path: Path, identity: Identity, *, seed: int) -> None:
    """Read blocks of 1 MiB at random places."""
    heading(f"one block of 1 MiB at random, {JUMPS} times", "p50 ms", "p99 ms", "max ms")
    with LocalFile(sealed_path) as source:
        sealed = SealedFile(source, identity)
        entries = list(sealed.entries())
        took_ms = []
        for entry in random.Random(seed).choices(entries, k=JUMPS):
            began_ns = time.perf_counter_ns()
            sealed.read(entry)
            took_ms.append((time.perf_counter_ns() - began_ns) / 1e6)
    row("SealedFile.read (goal p99 ≤ 2)", *_spread(took_ms), f"{max(took_ms):.2f}")


def opening(sealed_paths: Sequence[tuple[str, Path]], identity: Identity) -> None:
    """Open files of several lengths, with a portal key that was derived before."""
    heading(f"opening, {OPENINGS} times", "p50 ms", "p99 ms", "reads")
    for name, path in sealed_paths:
        with LocalFile(path) as file:
            counting = Counting(file)
            took_ms = []
            for _ in range(OPENINGS):
                began_ns = time.perf_counter_ns()
                SealedFile(counting, identity)
                took_ms.append((time.perf_counter_ns() - began_ns) / 1e6)
        row(f"a file of {name}", *_spread(took_ms), f"{counting.reads / OPENINGS:g}")


def _spread(took_ms: Sequence[float]) -> tuple[str, str]:
    cuts = statistics.quantiles(took_ms, n=100)
    return f"{cuts[49]:.2f}", f"{cuts[98]:.2f}"
