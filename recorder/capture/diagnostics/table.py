"""What is asked, in the order it is shown, and who asks it on which system."""

import sys
from collections.abc import Mapping
from typing import Final

from recorder.capture.diagnostics import macos, portable, windows
from recorder.capture.diagnostics.child import Probe
from recorder.capture.diagnostics.probe import MissingError
from recorder.format.snapshot import Category

if sys.platform == "linux":  # elsewhere its libraries are not installed
    from recorder.capture.diagnostics import linux

ORDER: Final = (
    "system", "hardware", "memory", "disks", "displays", "processes", "services", "startup", "software", "drivers",
    "network", "power", "log",
)  # fmt: skip

_ANYWHERE: Final[Mapping[str, Probe]] = {
    "system": portable.system,
    "memory": portable.memory,
    "disks": portable.disks,
    "processes": portable.processes,
    "network": portable.network,
    "power": portable.power,
}


def probes(system: str) -> Mapping[str, Probe]:
    """Return who asks for each category on a system, named as sys.platform does."""
    known = {**_ANYWHERE, **_special(system)}
    return {name: known.get(name, _unknown) for name in ORDER}


def _special(system: str) -> Mapping[str, Probe]:
    if sys.platform == "linux" and system == "linux":
        return linux.PROBES
    return {"win32": windows.PROBES, "darwin": macos.PROBES}.get(system, {})


def _unknown() -> Category:
    raise MissingError(why="how to ask this system for it is not known")
