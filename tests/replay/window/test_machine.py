"""A machine's facts, as people read them."""

import pytest

from recorder.format.snapshot import Category, Item, Snapshot, Value
from replay.window.machine import Rows, machine_rows

GIB = 2**30


def rows(*items: Item, name: str = "things", missing: str | None = None) -> Rows:
    told = Category(name=name, items=items, missing=missing)
    return machine_rows(Snapshot(taken_us=0, source="native", categories=(told,)), day=lambda time_us: f"day {time_us}")


@pytest.mark.parametrize(
    ("key", "value", "title", "text"),
    [
        ("uptime_s", 31_640, "Uptime", "8:47:20"),
        ("uptime_s", 2 * 86_400 + 3 * 3600 + 59, "Uptime", "2 days 3:00:59"),
        ("uptime_s", 86_400, "Uptime", "1 day 0:00:00"),
        ("uptime_s", 3600, "Uptime", "1:00:00"),
        ("left_s", 125, "Left", "0:02:05"),
        ("left_s", 0, "Left", "0 s"),
        ("left_s", -1, "Left", "-1 s"),
        ("utc_offset_s", 3600, "Utc offset", "+1:00"),
        ("utc_offset_s", -12_600, "Utc offset", "−3:30"),
        ("cpu_us", 61_000_000, "Cpu", "0:01:01"),
        ("started_us", 1_790_000_000_000_000, "Started", "day 1790000000000000"),
        ("size_bytes", 98_383_822_848, "Size", "98.4 GB"),
        ("memory_bytes", GIB * 3 // 2, "Memory", "1.5 GiB"),
        ("memory_bytes", 512, "Memory", "512 bytes"),
        ("speed_mbit_s", 1000, "Speed", "1000 Mbit/s"),
        ("width_px", 1920, "Width", "1920 px"),
        ("clock_mhz", 3700, "Clock", "3700 MHz"),
        ("virtual", False, "Virtual", "no"),
        ("cores", 6, "Cores", "6"),
        ("time_zone", "Europe/London", "Time zone", "Europe/London"),
        ("maker", "", "Maker", "–"),
        ("s", 5, "S", "5"),
        ("huge_s", 2**63, "Huge", "106751991167300 days 15:30:08"),
    ],
)
def test_a_number_has_the_unit_that_people_read(key: str, value: Value, title: str, text: str) -> None:
    assert rows({key: value}) == (("things", ""), (title, text))


@pytest.mark.parametrize("where", ["category", "kind"])
def test_memory_is_counted_as_memory_is_sold(where: str) -> None:
    facts: Item = {"total_bytes": 16 * GIB, "free_bytes": GIB // 2}
    if where == "category":
        assert rows(facts, name="memory")[1:] == (("Total", "16.0 GiB"), ("Free", "512.0 MiB"))
    else:
        assert rows({"kind": "memory", **facts}, {"kind": "x"})[1] == ("memory 16.0 GiB", "free 512.0 MiB")


def test_of_several_things_each_is_called_by_its_name() -> None:
    told = rows(
        {"name": "photo-export", "version": "4.1.0"},
        {"kind": "processor", "name": "Ryzen", "cores": 6, "clock_mhz": 3700},
        {"kind": "volume", "device": "/dev/sda1"},
        {"name": "lonely"},
        {},
        missing="one was busy",
    )
    assert told == (
        ("things  5", ""), ("not told", "one was busy"), ("photo-export", "4.1.0"),
        ("processor Ryzen", "cores 6 · clock 3700 MHz"), ("volume", "/dev/sda1"), ("name", "lonely"), ("–", "–"),
    )  # fmt: skip
