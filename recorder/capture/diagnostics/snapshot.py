"""Taking a snapshot of this machine: a child process asks (child.py), and here is waited for it, but not for ever."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from recorder.capture.diagnostics.probe import clean
from recorder.capture.diagnostics.table import ORDER
from recorder.format.snapshot import MAX_SIZE, Category, Snapshot

WITHIN_S = 12.0  # every category begins at once, so one deadline holds for each and for all
CHILD = (sys.executable, "-m", "recorder.capture.diagnostics")
_GRACE_S = 2.0  # the child ends by itself at its deadline; after that it is killed
_HOUSE = Path(__file__).resolve().parents[3]


def take_snapshot(
    *, now_us: int, display: str | None = None, within_s: float = WITHIN_S, child: Sequence[str] = CHILD
) -> Snapshot:
    """Return what this machine tells of itself now; what it cannot tell is named with the reason.

    It takes half a second where nothing hangs and never longer than within_s and three seconds.  It only waits, so
    call it on a thread beside the recording.  Programs are told without their arguments, nothing is changed, nobody
    is asked over the network.

    Units: now_us is wall time since 1970.  display names the X display, else the one of the environment.
    Errors: none.
    """
    categories, why = _asked([*child, str(within_s)], display=display, within_s=within_s + _GRACE_S)
    found = {category.name: category for category in categories}
    complete = [found.get(name, Category(name=name, missing=why)) for name in ORDER]
    return Snapshot(taken_us=now_us, source="native", categories=fitted(complete))


def fitted(categories: Iterable[Category], *, limit: int = MAX_SIZE) -> tuple[Category, ...]:
    """Halve the largest categories until all together are small enough for a snapshot."""
    kept = list(categories)
    sizes = [category.size for category in kept]
    while sum(sizes) > limit - 1024:  # the snapshot's own fields
        at = sizes.index(max(sizes))
        count = len(kept[at].items) // 2
        kept[at] = replace(
            kept[at], items=kept[at].items[:count], missing=f"the first {count} are listed, all would be too much"
        )
        sizes[at] = kept[at].size
    return tuple(kept)


def _asked(command: Sequence[str], *, display: str | None, within_s: float) -> tuple[list[Category], str]:
    """Return what the child told, and why it did not tell the rest."""
    try:
        process = subprocess.Popen(  # noqa: S603 (this Python, this package)
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=_HOUSE,
            env={**os.environ, "DISPLAY": display} if display else None,
            start_new_session=True,
        )
    except OSError as error:
        return [], f"the program that asks could not be started: {error.strerror}"
    try:
        out, complaint = process.communicate(timeout=within_s)
    except subprocess.TimeoutExpired:
        out, complaint = _killed(process), b""
    if (process.returncode or 0) > 0:
        line = complaint.decode(errors="replace").strip().rpartition("\n")[2]
        return list(_read(out)), clean(f"the program that asks failed: {line}", limit=400)
    return list(_read(out)), f"it did not answer within {within_s - _GRACE_S:g} s"


def _killed(process: "subprocess.Popen[bytes]") -> bytes:
    """Kill the child and all it started, and return what it told before."""
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    try:
        return process.communicate(timeout=1)[0]
    except subprocess.TimeoutExpired as late:  # not even killing ends it: a dead disk; leave it behind
        process.poll()
        for pipe in (process.stdout, process.stderr):
            if pipe:
                pipe.close()
        return late.output or b""


def _read(out: bytes) -> Iterator[Category]:
    for line in out.splitlines(keepends=True):
        if line.endswith(b"\n"):  # else it was killed while writing
            yield Category.read(json.loads(line))
