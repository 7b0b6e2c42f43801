"""Options of the commands, parsed once: lengths of time, monitors, regions of the screen."""

import contextlib
import re
from typing import Final

import click

from recorder.capture.frame import Region
from recorder.capture.mask import Mask
from recorder.capture.wanted import parse_region

LEAST_RATE: Final = 0.1  # a picture in ten seconds
MOST_RATE: Final = 60  # as screens have
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


class ScreenMask(click.ParamType[Mask]):
    """Something that no picture may show."""

    name = "mask"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Mask:
        """Return the mask."""
        try:
            return value if isinstance(value, Mask) else Mask.parse(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Rate(click.ParamType[float]):
    """Pictures a second."""

    name = "rate"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the rate."""
        rate = 0.0
        with contextlib.suppress(ValueError):
            rate = float(str(value))
        if not LEAST_RATE <= rate <= MOST_RATE:  # not a number is neither
            self.fail(f"{value!r} is no rate from {LEAST_RATE} to {MOST_RATE} pictures a second", param, ctx)
        return rate


DURATION: Final = Duration()
MASK: Final = ScreenMask()
MONITOR: Final = WhichMonitor()
RATE: Final = Rate()
REGION: Final = ScreenRegion()
