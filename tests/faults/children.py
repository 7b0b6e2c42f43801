"""Processes that faults are done to, forked from one that has everything imported and no threads.

So a thousand of them are cheap, and none inherits a lock that somebody holds.
"""

import multiprocessing
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Final

_PRELOADED: Final = (
    "tests.faults.kills",
    "tests.faults.keyring_kills",
    "tests.faults.recorder_kills",
    "tests.faults.full_disk",
    "tests.faults.second_writer",
)


@contextmanager
def child(target: Callable[..., None], *arguments: object) -> Iterator[tuple[BaseProcess, Connection]]:
    """Run a function of a module in a process of its own, with a pipe from it; it does not outlive the block."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_PRELOADED))
    from_child, to_parent = context.Pipe(duplex=False)
    process = context.Process(target=target, args=(*arguments, to_parent), daemon=True)
    process.start()
    to_parent.close()
    try:
        yield process, from_child
    finally:
        process.kill()
        process.join()
        process.close()
        from_child.close()


def told_until_killed(
    target: Callable[..., None], *arguments: object, story: str, latest_ms: float
) -> tuple[bytes, list[bytes]]:
    """Kill such a process at a random moment after its first word; return that word, and all that it said after it."""
    life_s, told = random.Random(f"life {story}").uniform(0, latest_ms) / 1000, list[bytes]()
    with child(target, *arguments) as (process, from_child):
        first = from_child.recv_bytes()
        until_s = time.monotonic() + life_s
        while (left_s := until_s - time.monotonic()) > 0:
            if from_child.poll(left_s):
                told.append(from_child.recv_bytes())
        process.kill()
        process.join()
        told += _rest(from_child)
    return first, told


def _rest(from_child: Connection) -> Iterator[bytes]:
    try:
        while from_child.poll():
            yield from_child.recv_bytes()
    except (EOFError, OSError):  # its last word may be half a word
        return
