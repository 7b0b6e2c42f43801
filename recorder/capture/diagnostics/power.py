"""Power of a Linux machine: batteries and mains adapters, from /sys/class/power_supply."""

from collections.abc import Iterator
from pathlib import Path

from recorder.capture.diagnostics.probe import Found, fact, number, told
from recorder.format.snapshot import Category


def power() -> Category:
    """Batteries and adapters."""
    why = "the kernel knows neither a battery nor a mains adapter, as is usual for virtual machines and desktops"
    found = list(supplies(Path("/sys/class/power_supply")))
    return told("power", found, missing=None if found else why)


def supplies(folder: Path) -> Iterator[Found]:
    """Give the power supplies the kernel knows."""
    for supply in sorted(folder.glob("*")):
        online = fact(supply / "online")
        yield {
            "kind": (fact(supply / "type") or "unknown").lower(),
            "name": supply.name,
            "plugged_in": None if online is None else online != "0",
            "percent": number(fact(supply / "capacity")),
            "state": fact(supply / "status"),
            "cycles": number(fact(supply / "cycle_count")),
            "model": fact(supply / "model_name"),
        }
