"""Options, parsed once: what is understood, and what is refused with an example."""

import click
import pytest

from recorder.capture.frame import Region
from recorder.option_types import DURATION, MONITOR, REGION

DURATIONS = {
    "90": 90, "90s": 90, "5m": 300, "1h30m": 5400, "1h30m5s": 5405, "01:30:00": 5400, "2:05": 125, " 7S ": 7,
}  # fmt: skip
REGIONS = {"0,0,1280x720": Region(0, 0, 1280, 720), "-5,10,20x30": Region(-5, 10, 15, 40)}


@pytest.mark.parametrize("text", DURATIONS)
def test_lengths_of_time(text: str) -> None:
    assert DURATION.convert(text, None, None) == DURATIONS[text] * 1_000_000


@pytest.mark.parametrize("text", ["", "0", "0s", "-5", "1.5", "5x", "1h30", "1:2:3:4", "m5", "99999999"])
def test_lengths_that_are_none(text: str) -> None:
    with pytest.raises(click.BadParameter, match="01:30:00"):
        DURATION.convert(text, None, None)


def test_a_monitor_is_a_number_or_all() -> None:
    assert MONITOR.convert("2", None, None) == 2
    assert MONITOR.convert("All", None, None) is None
    for text in ("0", "-1", "x", "", "1.0"):
        with pytest.raises(click.BadParameter, match="nor all"):
            MONITOR.convert(text, None, None)


@pytest.mark.parametrize("text", REGIONS)
def test_regions(text: str) -> None:
    assert REGION.convert(text, None, None) == REGIONS[text]


@pytest.mark.parametrize("text", ["", "1,2,3", "1,2,0x5", "1,2,5x0", "a,b,cxd", "1,2,3x4,5"])
def test_regions_that_are_none(text: str) -> None:
    with pytest.raises(click.BadParameter, match="0,0,1280x720"):
        REGION.convert(text, None, None)
