"""Who asks a Linux machine for each category."""

from collections.abc import Mapping
from typing import Final

from recorder.capture.diagnostics import (
    disks,
    displays,
    drivers,
    hardware,
    log,
    network,
    power,
    processes,
    services,
    software,
    startup,
)
from recorder.capture.diagnostics.child import Probe

PROBES: Final[Mapping[str, Probe]] = {
    "hardware": hardware.hardware,
    "disks": disks.disks,
    "displays": displays.displays,
    "processes": processes.processes,
    "services": services.services,
    "startup": startup.startup,
    "software": software.software,
    "drivers": drivers.drivers,
    "network": network.network,
    "power": power.power,
    "log": log.log,
}
