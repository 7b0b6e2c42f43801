"""How far a recording is, as one line on a terminal."""

import sys
from typing import Final

import click

from recorder.format.quantities import length, size
from recorder.record import Progress

_KEYS: Final = "m marker · p pause · q end"


class ProgressLine:
    """One line on standard error that is written over and over; nothing where that is no terminal."""

    def __init__(self, *, keys_heard: bool) -> None:
        self._shown = sys.stderr is not None and sys.stderr.isatty()
        self._keys = f" · {_KEYS}" if keys_heard else ""

    def tell(self, progress: Progress) -> None:
        """Show how far it is."""
        if self._shown:
            what = "paused   " if progress.paused else "recording"
            line = f"{what} {length(progress.time_us)} · {progress.pictures} pictures · {size(progress.size)}"
            click.echo(f"\r\x1b[K{line}{self._keys}", nl=False, err=True)

    def end(self) -> None:
        """Leave the line."""
        if self._shown:
            click.echo("\r\x1b[K", nl=False, err=True)
