"""What the benches print: rows of a table, and the machine they ran on."""

import os
import platform
import shutil
import statistics
import subprocess
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from tests.bench.side_by_side import Run, ratios

WIDTH = 34


def heading(text: str, *columns: str) -> None:
    print(f"\n{text}")
    if columns:
        print(" " * WIDTH + "".join(f"{column:>10}" for column in columns))


def row(name: str, *cells: str) -> None:
    print(f"  {name:<{WIDTH - 2}}" + "".join(f"{cell:>10}" for cell in cells))


def runs_heading(text: str) -> None:
    heading(text, "min s", "median s", "max s", "CPU s", "MB/s", "inside", "peak MiB")


def runs_row(name: str, runs: Sequence[Run], size: int) -> None:
    """Print one contender: MB/s of its median run, the same inside the process, its largest peak."""
    took = [run.took_s for run in runs]
    inside = [run.inside_s for run in runs if run.inside_s is not None]
    row(
        name,
        *(f"{value:.3f}" for value in (min(took), statistics.median(took), max(took))),
        f"{statistics.median(run.cpu_s for run in runs):.2f}",
        f"{size / statistics.median(took) / 1e6:.0f}",
        f"{size / statistics.median(inside) / 1e6:.0f}" if inside else "",
        f"{max(run.peak for run in runs) / 2**20:.1f}",
    )


def ratio_row(runs: Sequence[Run], by_age: Sequence[Run]) -> None:
    """Print how fast we were against age, pair by pair."""
    pairs = ratios(runs, by_age)
    each = " ".join(f"{pair:.2f}" for pair in pairs)
    print(f"  times age's speed, pair by pair: {each}; median {statistics.median(pairs):.2f}")


def machine() -> str:
    """One line that says what the figures were measured on."""
    return " · ".join(
        (
            _cpu_model(),
            f"{len(os.sched_getaffinity(0)) if sys.platform == 'linux' else os.cpu_count()} cores",
            f"{platform.system()} {platform.release()}",
            f"Python {platform.python_version()}",
            f"cryptography {metadata.version('cryptography')}",
            f"age {age_version() or 'is not installed'}",
        )
    )


def age_version() -> str | None:
    if not shutil.which("age"):
        return None
    return subprocess.run(["age", "--version"], capture_output=True, text=True, check=True).stdout.strip()


def _cpu_model() -> str:
    listed = Path("/proc/cpuinfo")
    lines = listed.read_text().splitlines() if listed.exists() else []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.processor() or platform.machine())
