"""Processes of a Linux machine, from /proc.

Never from /proc/PID/cmdline or environ: arguments and environment may hold passwords, psutil completes cut names from
there, and reading them waits for processes that hang.
"""

import os
from pathlib import Path
from typing import Final

from recorder.capture.diagnostics.probe import Found, text_of, told
from recorder.format.snapshot import Category

_STATES: Final = {
    "R": "running", "S": "sleeping", "D": "waiting for a device", "I": "idle", "T": "stopped", "t": "traced",
    "Z": "ended, not collected", "X": "ended",
}  # fmt: skip
_US: Final = 1_000_000


def processes() -> Category:
    """Every process that may be seen, by number."""
    users = users_of(text_of("/etc/passwd"))
    booted_us = booted(text_of("/proc/stat"))
    numbers = sorted(int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit())
    return told("processes", [one for pid in numbers if (one := _process(pid, users, booted_us))])


def _process(pid: int, users: dict[int, str], booted_us: int) -> Found | None:
    folder = Path("/proc") / str(pid)
    try:
        facts = stat_of((folder / "stat").read_bytes(), booted_us)
        uid = folder.stat().st_uid
    except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
        return None
    try:
        program = str((folder / "exe").readlink())
    except OSError:  # a thread of the kernel, or not ours to see
        program = None
    return {**facts, "program": program, "user": users.get(uid, str(uid))}


def stat_of(line: bytes, booted_us: int) -> Found:
    """Return what a line of /proc/PID/stat says.  Units: booted_us since 1970.  Source: proc(5)."""
    # The name may hold anything, brackets too.
    number, _, rest = line.partition(b" (")
    name, _, rest = rest.rpartition(b") ")
    state, *fields = rest.decode("ascii").split()
    tick_us, page_size = _US // os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    return {
        "pid": int(number),
        "parent_pid": int(fields[0]),
        "name": name.decode(errors="replace"),
        "state": _STATES.get(state, state),
        "threads": int(fields[16]),
        "memory_bytes": int(fields[20]) * page_size,
        "cpu_us": (int(fields[10]) + int(fields[11])) * tick_us,
        "started_us": booted_us + int(fields[18]) * tick_us,
    }


def booted(text: str) -> int:
    """Return when the machine was started, in µs since 1970, from /proc/stat."""
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("btime ")), 0) * _US


def users_of(text: str) -> dict[int, str]:
    """Return names of users by number, from /etc/passwd alone: the system's own look-up may ask the network."""
    lines = (line.split(":") for line in text.splitlines())
    return {int(fields[2]): fields[0] for fields in lines if len(fields) > 2 and fields[2].isdigit()}
