"""Whole processes measured from outside, in turns: A B A B …, so that what else the machine does hits all alike."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

STOPWATCH: Final = (sys.executable, "-I", "-S", str(Path(__file__).with_name("stopwatch.py")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A command, and the file that it makes, which is taken away before every run."""

    name: str
    command: Sequence[str]
    makes: Path | None = None
    says_time: bool = False  # prints on stderr, and last, the seconds its work took


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run took, from start to end of the process."""

    took_s: float
    cpu_s: float
    peak: int  # bytes
    inside_s: float | None  # what the program itself says of its work, without its start


def ours(program: str, *arguments: object, makes: Path | None = None) -> Contender:
    """Give one of the programs in this folder."""
    command = (sys.executable, "-m", f"tests.bench.{program}", *map(str, arguments))
    return Contender(name="sealcast", command=command, makes=makes, says_time=True)


def take_turns(contenders: Sequence[Contender], *, rounds: int) -> list[list[Run]]:
    """Run each in turn, several rounds; give each one's runs."""
    runs: list[list[Run]] = [[] for _ in contenders]
    for _ in range(rounds):
        for contender, its_runs in zip(contenders, runs, strict=True):
            its_runs.append(_run(contender))
    return runs


def ratios(runs: Sequence[Run], others: Sequence[Run]) -> list[float]:
    """How many times as fast the runs were as the others, pair by pair."""
    return [other.took_s / run.took_s for run, other in zip(runs, others, strict=True)]


def _run(contender: Contender) -> Run:
    if contender.makes:
        contender.makes.unlink(missing_ok=True)
    os.sync()  # what the run before left to do is not this one's
    done = subprocess.run([*STOPWATCH, *contender.command], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{contender.name} failed: {done.stderr}")
    inside_s = float(done.stderr.split()[-1]) if contender.says_time else None
    return Run(inside_s=inside_s, **json.loads(done.stdout))
