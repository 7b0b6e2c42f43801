"""Facts of a machine as people read them."""

import pytest

from recorder.format.fact_words import fact, told
from recorder.format.snapshot import Value


def day(time_us: int) -> str:
    return f"day {time_us}"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("size_bytes", 17_179_869_184, ("size", "17.2 GB")),
        ("memory_bytes", 17_179_869_184, ("memory", "16.0 GiB")),
        ("used_bytes", 5, ("used", "5 bytes")),
        ("uptime_s", 273_906, ("uptime", "3 days 4:05:06")),
        ("uptime_s", 86_400, ("uptime", "1 day 0:00:00")),
        ("uptime_s", 3_600, ("uptime", "1:00:00")),
        ("uptime_s", 59, ("uptime", "59 s")),
        ("skew_s", -7, ("skew", "-7 s")),
        ("utc_offset_s", 19_800, ("utc offset", "+5:30")),
        ("utc_offset_s", -12_600, ("utc offset", "−3:30")),
        ("speed_mbit_s", 1000, ("speed", "1000 Mbit/s")),
        ("installed_us", 1_790_000_000_000_000, ("installed", "day 1790000000000000")),
        ("worked_us", 61_000_000, ("worked", "0:01:01")),
        ("width_px", 1920, ("width", "1920 px")),
        ("width_mm", 310, ("width", "310 mm")),
        ("clock_mhz", 4500, ("clock", "4500 MHz")),
        ("rate_hz", 60, ("rate", "60 Hz")),
        ("cores", 8, ("cores", "8")),
        ("parent_pid", 1, ("parent pid", "1")),
        ("_bytes", 1, (" bytes", "1 bytes")),
        ("on", True, ("on", "yes")),
        ("size_bytes", False, ("size bytes", "no")),
        ("uptime_s", "long", ("uptime s", "long")),
        ("user", "", ("user", "–")),
    ],
)
def test_a_unit_stands_behind_the_number_and_no_more_in_the_name(
    name: str, value: Value, words: tuple[str, str]
) -> None:
    assert fact(name, value, day=day, memory=name.startswith("memory")) == words


def test_memory_is_counted_as_memory_is() -> None:
    assert told("memory", {"total_bytes": 2**34, "swap_bytes": 2**20, "used_bytes": 1023}, day=day) == [
        ("total", "16.0 GiB"), ("swap", "1.0 MiB"), ("used", "1023 bytes"),
    ]  # fmt: skip
    assert told("hardware", {"kind": "memory", "size_bytes": 2**11}, day=day)[1] == ("size", "2.0 KiB")
    assert told("disks", {"kind": "disk", "size_bytes": 2**34}, day=day)[1] == ("size", "17.2 GB")
