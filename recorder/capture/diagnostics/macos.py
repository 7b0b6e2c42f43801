"""What macOS tells through its own programs and folders, beyond psutil.  No test runs on macOS."""

import json
import plistlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from recorder.capture.diagnostics.child import Probe
from recorder.capture.diagnostics.log import entries
from recorder.capture.diagnostics.probe import Found, output_of, text_of, told
from recorder.format.snapshot import Category

_LOG: Final = "/var/log/system.log"
_PIXELS: Final = re.compile(r"(\d+) x (\d+)")
_KEXT: Final = re.compile(r"\s(\S+) \(([^)]+)\) [0-9A-F-]{36}")
_STARTUP: Final = ("Library/LaunchAgents", "Library/LaunchDaemons")


def _hardware() -> Category:
    return told("hardware", machine(output_of("system_profiler", "-json", "SPHardwareDataType")))


def machine(text: str) -> Iterator[Found]:
    """Give what system_profiler says of the hardware; no serial numbers."""
    for one in json.loads(text)["SPHardwareDataType"]:
        yield {
            "kind": "machine",
            "model": one.get("machine_model"),
            "name": one.get("machine_name"),
            "processor": one.get("chip_type") or one.get("cpu_type"),
            "cores": str(one["number_processors"]) if "number_processors" in one else None,
            "memory": one.get("physical_memory"),
            "firmware": one.get("boot_rom_version"),
        }


def _displays() -> Category:
    return told("displays", monitors(output_of("system_profiler", "-json", "SPDisplaysDataType")))


def monitors(text: str) -> Iterator[Found]:
    """Give what system_profiler says of displays, with the graphics that drive them."""
    for graphics in json.loads(text)["SPDisplaysDataType"]:
        for one in graphics.get("spdisplays_ndrvs", []):
            size = _PIXELS.search(one.get("_spdisplays_pixels", ""))
            yield {
                "name": one.get("_name"),
                "primary": one.get("spdisplays_main") == "spdisplays_yes",
                "width_px": int(size[1]) if size else None,
                "height_px": int(size[2]) if size else None,
                "graphics": graphics.get("sppci_model"),
            }


def _services() -> Category:
    return told("services", jobs(output_of("launchctl", "list")))


def jobs(text: str) -> Iterator[Found]:
    """Give the jobs of launchctl's list: number of the process or a dash, last exit code, name."""
    for line in text.splitlines()[1:]:
        pid, code, name = line.split("\t")
        yield {"name": name, "state": "stopped" if pid == "-" else "running", "exit_code": code}


def _startup() -> Category:
    homes = [Path("/"), Path("/System"), Path.home()]
    files = [path for home in homes for folder in _STARTUP for path in sorted((home / folder).glob("*.plist"))]
    return told("startup", ({"name": path.stem, "file": str(path)} for path in files))


def _software() -> Category:
    folders = [Path("/Applications"), Path("/System/Applications"), Path.home() / "Applications"]
    return told("software", (application(path) for folder in folders for path in sorted(folder.glob("*.app"))))


def application(path: Path) -> Found:
    """Return name and version of a program that is a folder."""
    try:
        about = plistlib.loads((path / "Contents/Info.plist").read_bytes())
    except (OSError, ValueError, plistlib.InvalidFileException):
        about = {}
    version = about.get("CFBundleShortVersionString")
    return {"name": path.stem, "version": str(version) if version else None, "file": str(path)}


def _drivers() -> Category:
    return told("drivers", extensions(output_of("kextstat", "-l")))


def extensions(text: str) -> Iterator[Found]:
    """Give the kernel extensions that are loaded."""
    for name, version in _KEXT.findall(text):
        yield {"kind": "module", "name": name, "version": version}


def _log() -> Category:
    return told("log", entries(_LOG, text_of(_LOG, last=64 << 10).splitlines()[-200:]))


PROBES: Final[Mapping[str, Probe]] = {
    "hardware": _hardware,
    "displays": _displays,
    "services": _services,
    "startup": _startup,
    "software": _software,
    "drivers": _drivers,
    "log": _log,
}
