"""Drivers of a Linux machine: loaded modules, drivers (built in or not) with what they drive, and PCI devices."""

from collections.abc import Iterator
from pathlib import Path

from recorder.capture.diagnostics import pci
from recorder.capture.diagnostics.probe import Found, text_of, told
from recorder.format.snapshot import Category


def drivers() -> Category:
    """Modules, drivers, devices."""
    missing = None
    try:
        loaded = list(modules(text_of("/proc/modules")))
    except FileNotFoundError:
        loaded, missing = [], "this kernel has no modules, its drivers are built in"
    return told("drivers", [*loaded, *bound(Path("/sys/bus")), *_on_pci()], missing=missing)


def modules(text: str) -> Iterator[Found]:
    """Give the modules of /proc/modules.  Source: proc(5)."""
    for line in text.splitlines():
        name, size, count, users, state = line.split()[:5]
        yield {
            "kind": "module",
            "name": name,
            "size_bytes": int(size),
            "used": int(count),
            "used_by": users.strip(",").replace(",", ", ") if users != "-" else None,
            "state": state.lower(),
        }


def bound(folder: Path) -> Iterator[Found]:
    """Give the drivers of every bus and the devices bound to them."""
    for driver in sorted(folder.glob("*/drivers/*")):
        # Links beside "module" lead to devices.
        devices = sorted(one.name for one in driver.iterdir() if one.is_symlink() and one.name != "module")
        module = driver / "module"
        yield {
            "kind": "driver",
            "name": driver.name,
            "bus": driver.parts[-3],
            "module": module.resolve().name if module.exists() else None,
            "device_count": len(devices),
            "devices": ", ".join(devices) or None,
        }


def _on_pci() -> Iterator[Found]:
    found = pci.devices()
    names = pci.names(found)
    for device in found:
        yield {
            "kind": "device",
            "name": names.get(device.address),
            "address": device.address,
            "code": f"{device.maker}:{device.model}",
            "driver": device.driver,
        }
