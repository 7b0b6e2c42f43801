"""The process that asks the machine: all probes side by side, each category written as soon as it is known.

A process of its own, because the recorder must never hang: a call on a dead disk cannot be interrupted, a thread in
one keeps its process from ending, and a library may hold the interpreter meanwhile.  Here that does not matter.
"""

import contextlib
import json
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import NoReturn

from recorder.capture.diagnostics.probe import MissingError, clean
from recorder.format.snapshot import Category

Probe = Callable[[], Category]


def tell(probes: Mapping[str, Probe], *, within_s: float) -> NoReturn:
    """Write the category of each probe to standard output, a line of JSON each; then end, with all that was started."""
    end_s = time.monotonic() + within_s
    # Libraries print; what they print must not get between the categories.
    with contextlib.suppress(BrokenPipeError), os.fdopen(os.dup(1), "w") as out:
        os.dup2(2, 1)
        answers = queue.SimpleQueue[Category]()
        for name, probe in probes.items():
            threading.Thread(target=_answer, args=(name, probe, answers), daemon=True).start()
        with contextlib.suppress(queue.Empty):
            for _ in probes:
                category = answers.get(timeout=max(0, end_s - time.monotonic()))
                print(json.dumps(category.to_fields()), file=out, flush=True)
    if sys.platform != "win32" and os.getsid(0) == os.getpid():
        os.killpg(0, signal.SIGKILL)  # our own session: commands that hang end with us
    os._exit(0)  # without waiting for threads that hang


def _answer(name: str, probe: Probe, answers: queue.SimpleQueue[Category]) -> None:
    try:
        category = Category.read(probe().to_fields())
    except MissingError as error:
        category = Category(name=name, missing=clean(error.why))
    except Exception as error:  # noqa: BLE001 (whatever this machine does to a probe, the other categories are told)
        category = Category(name=name, missing=clean(f"asking failed: {error!r}"))
    answers.put(category)
