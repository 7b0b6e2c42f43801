"""How far a recording is, as one line on a terminal."""

import sys
from typing import Final

import click

from recorder.format.quantities import counted, length, size
from recorder.record import Progress

_KEYS: Final = "m marker · p pause · q end"  # as record_screen.py hears them


class ProgressLine:
    """One line on standard error that is written over and over; nothing where that is no terminal."""

    def __init__(self, *, keys_heard: bool) -> None:
        self._shown = sys.stderr is not None and sys.stderr.isatty()
        self._keys = f" · {_KEYS}" if keys_heard else ""

    def tell(self, progress: Progress) -> None:
        """Show how far it is, over what was shown before."""
        what = "paused   " if progress.paused else "recording"
        pictures = counted(progress.pictures, "picture")
        markers = f" · {counted(progress.markers, 'marker')}" if progress.markers else ""
        self._show(f"{what} {length(progress.time_us)} · {pictures}{markers} · {size(progress.size)}{self._keys}")

    def end(self) -> None:
        """Erase it, so that what is said next begins on a clean line."""
        self._show("")

    def _show(self, line: str) -> None:
        if self._shown:
            try:
                click.echo(f"\r\x1b[K{line}", nl=False, err=True)
            except OSError:  # the terminal went away; the recording goes on
                self._shown = False
