"""Options of the commands, parsed once: lengths of time, monitors, regions of the screen."""

import re
from typing import Final

import click

from recorder.capture.frame import Region
from recorder.capture.wanted import parse_region

_UNITS: Final = {"h": 3600, "m": 60, "s": 1}


class Duration(click.ParamType[int]):
    """A length such as 90, 90s, 5m, 1h30m or 01:30:00, as µs."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return µs."""
        if isinstance(value, int):
            return value
        text = str(value).strip().lower()
        total_s = 0
        if clock := re.fullmatch(r"(?:(\d{1,4}):)?(\d{1,4}):(\d{1,2})", text):
            hours, minutes, seconds = (int(one or 0) for one in clock.groups())
            total_s = hours * 3600 + minutes * 60 + seconds
        elif re.fullmatch(r"(\d{1,7}[hms])+", text):
            total_s = sum(int(number) * _UNITS[unit] for number, unit in re.findall(r"(\d+)([hms])", text))
        elif re.fullmatch(r"\d{1,7}", text):
            total_s = int(text)
        if not total_s:
            self.fail(f"{text!r} is no length of time; write 90s, 5m, 1h30m or 01:30:00", param, ctx)
        return total_s * 1_000_000


class WhichMonitor(click.ParamType[int | None]):
    """A monitor's number, or all (None)."""

    name = "monitor"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int | None:
        """Return its number; None for all."""
        text = str(value).strip().lower()
        if text == "all":
            return None
        if not re.fullmatch(r"[1-9]\d{0,3}", text):
            self.fail(f"{text!r} is neither a monitor's number, counted from 1, nor all", param, ctx)
        return int(text)


class ScreenRegion(click.ParamType[Region]):
    """A part of the screen such as 100,50,1280x720, from the left and from the top."""

    name = "region"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Region:
        """Return the region."""
        region = value if isinstance(value, Region) else parse_region(str(value))
        if region is None:
            self.fail(f"{value!r} is no region; write LEFT,TOP,WIDTHxHEIGHT, for example 0,0,1280x720", param, ctx)
        return region


DURATION: Final = Duration()
MONITOR: Final = WhichMonitor()
REGION: Final = ScreenRegion()
