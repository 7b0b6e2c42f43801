"""What Windows tells through PowerShell, beyond psutil.  Written from the documentation; no test runs on Windows."""

import json
from collections.abc import Iterator, Mapping
from typing import Final

from recorder.capture.diagnostics.child import Probe
from recorder.capture.diagnostics.probe import Found, output_of, told
from recorder.format.snapshot import Category

_UNINSTALL: Final = ",".join(
    rf"'{hive}:\Software\{folder}Microsoft\Windows\CurrentVersion\Uninstall\*'"
    for hive, folder in (("HKLM", ""), ("HKLM", "WOW6432Node\\"), ("HKCU", ""))
)
_CIM: Final = "Get-CimInstance Win32_"

# Where it comes from, and which of its properties are told as what.  Command lines may hold passwords and stay out.
Query = tuple[str, Mapping[str, str]]
PROCESSOR: Final[Query] = (
    _CIM + "Processor",
    {"Name": "model", "NumberOfCores": "cores", "NumberOfLogicalProcessors": "threads", "MaxClockSpeed": "clock_mhz"},
)
MACHINE: Final[Query] = (
    _CIM + "ComputerSystem",
    {"Manufacturer": "maker", "Model": "model", "TotalPhysicalMemory": "memory_bytes"},
)
BOARD: Final[Query] = (_CIM + "BaseBoard", {"Manufacturer": "maker", "Product": "model"})
GRAPHICS: Final[Query] = (_CIM + "VideoController", {"Name": "model", "DriverVersion": "driver_version"})
DISPLAYS: Final[Query] = (
    (
        "Add-Type -AssemblyName System.Windows.Forms; "
        "[System.Windows.Forms.Screen]::AllScreens | Select-Object DeviceName,Primary -ExpandProperty Bounds"
    ),
    {"DeviceName": "name", "Primary": "primary", "X": "left_px", "Y": "top_px", "Width": "width_px",
     "Height": "height_px"},
)  # fmt: skip
SERVICES: Final[Query] = (
    _CIM + "Service",
    {"Name": "name", "DisplayName": "description", "State": "state", "StartMode": "starts"},
)
STARTUP: Final[Query] = (_CIM + "StartupCommand", {"Name": "name", "Location": "place", "User": "user"})
SOFTWARE: Final[Query] = (
    f"Get-ItemProperty {_UNINSTALL} -ErrorAction SilentlyContinue | Where-Object DisplayName",
    {"DisplayName": "name", "DisplayVersion": "version", "Publisher": "maker"},
)
DRIVERS: Final[Query] = (
    _CIM + "SystemDriver",
    {"Name": "name", "DisplayName": "description", "State": "state", "StartMode": "starts"},
)
LOG: Final[Query] = (
    "Get-WinEvent -LogName System -MaxEvents 200 | Select-Object *,@{n='Time';e={$_.TimeCreated.ToString('o')}}",
    {"Time": "time", "LevelDisplayName": "level", "ProviderName": "source", "Id": "code", "Message": "entry"},
)


def script(query: Query) -> str:
    """Return a query as a script that answers in JSON."""
    source, properties = query
    before, _, pipe = source.rpartition("; ")
    return (
        f"[Console]::OutputEncoding=[Text.Encoding]::UTF8; {before + '; ' if before else ''}"
        f"ConvertTo-Json -Compress -InputObject @({pipe} | Select-Object {','.join(properties)})"
    )


def answers(text: str, query: Query) -> Iterator[Found]:
    """Give the facts of an answer."""
    answer = json.loads(text or "[]")
    for one in answer if isinstance(answer, list) else [answer]:
        yield {
            name: value
            for key, name in query[1].items()
            if isinstance(value := one.get(key), str | int)  # bool is one too
        }


def _ask(query: Query) -> Iterator[Found]:
    return answers(output_of("powershell", "-NoProfile", "-NonInteractive", "-Command", script(query)), query)


def _hardware() -> Category:
    kinds = {"processor": PROCESSOR, "machine": MACHINE, "mainboard": BOARD, "graphics": GRAPHICS}
    return told("hardware", ({"kind": kind, **one} for kind, query in kinds.items() for one in _ask(query)))


PROBES: Final[Mapping[str, Probe]] = {
    "hardware": _hardware,
    "displays": lambda: told("displays", _ask(DISPLAYS)),
    "services": lambda: told("services", _ask(SERVICES)),
    "startup": lambda: told("startup", _ask(STARTUP)),
    "software": lambda: told("software", _ask(SOFTWARE)),
    "drivers": lambda: told("drivers", _ask(DRIVERS)),
    "log": lambda: told("log", _ask(LOG)),
}
