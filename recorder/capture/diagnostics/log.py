"""The last entries of a Linux machine's log: the first of its logs that has any.

Entries that are known to repeat command lines are cut after the program, for arguments may hold passwords.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final

from recorder.capture.diagnostics.probe import Found, MissingError, output_of, text_of, told
from recorder.format.snapshot import Category

_LINES: Final = 200
_LAST: Final = 256 << 10  # bytes of a file, for that many lines
_FILES: Final = ("/var/log/syslog", "/var/log/messages")
_FILES_AT_WORST: Final = ("/var/log/kern.log", "/var/log/dpkg.log", "/var/log/alternatives.log")
# sudo; cron; the kernel's own command line; the audit system.
_COMMAND: Final = re.compile(r"(\bCOMMAND=\S+|\bCMD \(\S+|\bcommand line:|\b(?:proctitle|cmd|argc)=).+", re.IGNORECASE)


def log() -> Category:
    """The last lines, and where they are from."""
    whys = []
    for source, ask in _sources():
        try:
            lines = [line for line in ask().splitlines() if line.strip()][-_LINES:]
        except MissingError as error:
            whys.append(error.why)
        except OSError as error:
            whys.append(f"{source}: {error.strerror}")
        else:
            if lines:
                return told("log", entries(source, lines))
            whys.append(f"{source} is empty")
    raise MissingError(why="; ".join(whys))


def _sources() -> Iterator[tuple[str, Callable[[], str]]]:
    journal = ("--quiet", "--no-pager", f"--lines={_LINES}", "--output=short-iso")
    yield "journalctl", lambda: output_of("journalctl", *journal)
    for path in _FILES:
        yield path, partial(text_of, path, last=_LAST)
    yield "dmesg", lambda: output_of("dmesg")
    for path in _FILES_AT_WORST:
        yield path, partial(text_of, path, last=_LAST)


def entries(source: str, lines: Iterable[str]) -> Iterator[Found]:
    """Give lines of a log as items."""
    for line in lines:
        yield {"source": source, "entry": _COMMAND.sub(r"\1 …", line)}
