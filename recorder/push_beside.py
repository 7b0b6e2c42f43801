"""Pushing while sealcast record records: begun with the file, and at the end said whether all of it arrived."""

import shlex
import sys
from collections.abc import Callable
from typing import Final

import click

from recorder.format.quantities import size
from recorder.pushing import PushingBeside
from recorder.target import Target
from vault.ask import shown

PATIENCE_S: Final = 120.0  # for what is left when the recording has ended, while nothing arrives
_LOOK_S: Final = 0.2


class Beside:
    """The pushing of one recording.  What fails is said and never stops the recording; the file stays here anyway."""

    def __init__(self, target: Target, *, say: Callable[[str], None], patience_s: float = PATIENCE_S) -> None:
        self._target = target
        self._say = say
        self._patience_s = patience_s
        self._pushing: PushingBeside | None = None

    def begin(self) -> None:
        """Begin, now that there is a file."""
        assert self._target.pushed_to
        about = self._target.about
        self._pushing = PushingBeside(self._target.path, self._target.pushed_to, customer=about.customer or "")

    def end(self) -> None:
        """Say that the file has all that it will have."""
        if self._pushing:
            self._pushing.end()

    def arrived(self) -> bool:
        """Wait for the rest, and say whether all of it arrived; Ctrl-C waits no longer."""
        pushing, to = self._pushing, self._target.pushed_to
        if pushing is None:
            return False
        there = self._target.path.stat().st_size
        try:
            if not pushing.complete:
                self._say("waiting for the rest to arrive; Ctrl-C waits no longer, and nothing is lost")
            self._wait(pushing, there)
        except KeyboardInterrupt:
            self._say("waiting no longer")
        pushing.give_up()
        if pushing.complete:
            click.echo(f"all of it is at {shown(to)}")
            return True
        why = f": {shown(pushing.trouble)}" if pushing.trouble else ""
        self._say(f"{size(pushing.size)} of {size(there)} arrived at {shown(to)}{why}")
        self._say(f"hint: the file is whole here; to go on: {self._command()}")
        return False

    def _wait(self, pushing: PushingBeside, there: int) -> None:
        waited_s, before = 0.0, pushing.size
        while not pushing.wait(_LOOK_S) and waited_s < self._patience_s:
            waited_s = waited_s + _LOOK_S if pushing.size == before else 0.0
            before = pushing.size
            if sys.stderr.isatty():
                click.echo(f"\rpushing the rest: {size(pushing.size)} of {size(there)}   ", nl=False, err=True)
        if sys.stderr.isatty():
            click.echo(err=True)

    def _command(self) -> str:
        to = self._target.pushed_to
        assert to
        words = ["sealcast", "push", str(self._target.path), "--to", str(to.portal.connection.site)]
        return shlex.join([*words, "--portal-address", to.address])
