"""Options of the commands, checked once: times in a session, what opens recordings."""

import re
from typing import Final

import click

_CLOCK: Final = re.compile(r"(?:(?:([0-9]{1,4}):)?([0-9]{1,4}):)?([0-9]{1,7})(?:\.([0-9]{1,6}))?")


class TimeInSession(click.ParamType[int]):
    """A time such as 00:12:30, 12:30 or 750.5 (seconds), as µs since the session began."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return µs."""
        if isinstance(value, int):
            return value
        text = str(value).strip()
        found = _CLOCK.fullmatch(text)
        if found is None:
            self.fail(f"{text!r} is no time in a session; write 00:12:30, 12:30 or 750", param, ctx)
        hours, minutes, seconds = (int(one or 0) for one in found.groups()[:3])
        if (found[1] and minutes > 59) or (found[2] and seconds > 59):
            self.fail(f"{text!r} is no time in a session: a minute ends at 59", param, ctx)
        fraction_us = int((found[4] or "").ljust(6, "0"))
        return ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + fraction_us


def at_most_one_key(keyring: object, key_file: object) -> None:
    """Errors: UsageError when both are named."""
    if keyring and key_file:
        raise click.UsageError("give --keyring or --key-file, not both")
