"""How a probe asks the machine, and how it says what it found.

Nothing here waits for ever: commands have a deadline, and only regular files are read.
"""

import os
import re
import shutil
import stat
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from recorder.format.errors import RecordingError
from recorder.format.snapshot import MAX_FACTS, MAX_ITEMS, MAX_NAME, MAX_VALUE, Category, Value

COMMAND_S = 5.0  # dpkg-query with 3 000 packages on a cold, slow disk: 2 s
FILE_MAX = 4 << 20  # bytes; pci.ids has 1.5 MB

# Lone surrogates stand for bytes that are no text; control characters cannot be written in XML and move cursors.
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

Found = Mapping[str, Value | None]


class MissingError(RecordingError):
    """This machine cannot give it."""

    def __init__(self, *, why: str) -> None:
        super().__init__(why)
        self.why = why


def told(name: str, found: Iterable[Found], *, missing: str | None = None) -> Category:
    """Make a category of what was found: text cleaned and cut, unknown facts (None) left out.

    Errors: MissingError if there is nothing.
    """
    items = [item for one in found if (item := _item(one))]
    if not items:
        raise MissingError(why=missing or "there is nothing of the kind on this machine")
    if len(items) > MAX_ITEMS:
        missing = f"the first {MAX_ITEMS} of {len(items)} are listed" + (f"; {missing}" if missing else "")
    return Category(name=name, items=tuple(items[:MAX_ITEMS]), missing=clean(missing) if missing else None)


def clean(text: str, *, limit: int = MAX_VALUE) -> str:
    """Return text that any format can hold, cut with an ellipsis."""
    text = _NOT_TEXT.sub("\ufffd", text)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _item(found: Found) -> dict[str, Value]:
    known = [(clean(name, limit=MAX_NAME), value) for name, value in found.items() if value is not None]
    return {name: clean(value) if isinstance(value, str) else value for name, value in known[:MAX_FACTS]}


def output_of(program: str, *arguments: str, within_s: float = COMMAND_S) -> str:
    """Run a program and return what it said.

    Errors: MissingError if it is not there, fails or takes too long.
    """
    path = shutil.which(program)
    if path is None:
        raise MissingError(why=f"{program} is not installed")
    # Not in a session of its own: whatever it leaves running ends with the process that tells.
    try:
        done = subprocess.run(  # noqa: S603 (fixed programs and arguments, no shell)
            [path, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=within_s,
            cwd="/",
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise MissingError(why=f"{program} did not answer within {within_s:g} s") from error
    except OSError as error:
        raise MissingError(why=f"{program} could not be started: {error.strerror}") from error
    if done.returncode:
        complaint = done.stderr.decode(errors="replace").strip().splitlines() or ["it gave no reason"]
        raise MissingError(why=f"{program} failed: {complaint[-1]}")
    return done.stdout.decode(errors="replace")


def text_of(path: Path | str, *, last: int | None = None) -> str:
    """Read a regular file, or only its last bytes.

    Errors: OSError; MissingError for what is no regular file.
    """
    with open(path, "rb", opener=_open_at_once) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise MissingError(why=f"{path} is not a regular file")
        if last is not None:
            file.seek(max(0, file.seek(0, os.SEEK_END) - last))
        return file.read(FILE_MAX).decode(errors="replace")


def _open_at_once(path: str, flags: int) -> int:
    # A named pipe where a file should be would be waited for.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def fact(path: Path) -> str | None:
    """Return what a small file of the kernel says; None if it is not there or not ours to read."""
    try:
        return text_of(path).strip() or None
    except (OSError, MissingError):
        return None


def number(text: str | None) -> int | None:
    """Return the whole number a text is; None if it is none."""
    return int(text) if text and text.isascii() and text.removeprefix("-").isdigit() else None
