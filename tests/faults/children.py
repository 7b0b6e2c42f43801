"""Processes that faults are done to, forked from one that has everything imported and no threads.

So a thousand of them are cheap, and none inherits a lock that somebody holds.
"""

import multiprocessing
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
