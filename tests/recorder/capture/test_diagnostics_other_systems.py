"""What machines with macOS and Windows say: texts and folders, and what is told of them."""

import plistlib
from collections.abc import Iterable
from pathlib import Path

import pytest

from recorder.capture.diagnostics import (
    macos,
    windows,
)
from recorder.capture.diagnostics.probe import Found

LAUNCHCTL = "PID\tStatus\tLabel\n-\t0\tcom.apple.SafariHistoryServiceAgent\n412\t-9\tcom.apple.Finder\n"
KEXTSTAT = """Index Refs Address            Size       Wired      Name (Version) UUID <Linked Against>
    1  150 0                  0          0          com.apple.kpi.bsd (22.6.0) 7F9C2F0C-9E1F-3D4A-9C7B-0A1B2C3D4E5F <>
"""
MAC_HARDWARE = """{"SPHardwareDataType": [{"_name": "hardware_overview", "boot_rom_version": "10151.1.1",
 "chip_type": "Apple M1", "machine_model": "MacBookAir10,1",
 "machine_name": "MacBook Air", "number_processors": "proc 8:4:4",
 "physical_memory": "8 GB", "serial_number": "C02SECRET"}]}"""
MAC_DISPLAYS = """{"SPDisplaysDataType": [{"sppci_model": "Apple M1", "spdisplays_ndrvs": [
 {"_name": "Color LCD", "_spdisplays_pixels": "2880 x 1800", "spdisplays_main": "spdisplays_yes"},
 {"_name": "Beamer"}]},
 {"sppci_model": "without a display"}]}"""


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(
            macos.machine(MAC_HARDWARE),
            [{"kind": "machine", "model": "MacBookAir10,1", "name": "MacBook Air", "processor": "Apple M1",
              "cores": "proc 8:4:4", "memory": "8 GB", "firmware": "10151.1.1"}],
            id="macOS hardware",
        ),
        pytest.param(
            macos.monitors(MAC_DISPLAYS),
            [
                {"name": "Color LCD", "primary": True, "width_px": 2880, "height_px": 1800, "graphics": "Apple M1"},
                {"name": "Beamer", "primary": False, "width_px": None, "height_px": None, "graphics": "Apple M1"},
            ],
            id="macOS displays",
        ),
        pytest.param(
            macos.jobs(LAUNCHCTL),
            [
                {"name": "com.apple.SafariHistoryServiceAgent", "state": "stopped", "exit_code": "0"},
                {"name": "com.apple.Finder", "state": "running", "exit_code": "-9"},
            ],
            id="launchctl",
        ),
        pytest.param(
            macos.extensions(KEXTSTAT),
            [{"kind": "module", "name": "com.apple.kpi.bsd", "version": "22.6.0"}],
            id="kextstat",
        ),
        pytest.param(
            windows.answers('[{"Name":"Spooler","State":"Running","StartMode":"Auto","DisplayName":null,"Path":"x"}]',
                            windows.SERVICES),
            [{"name": "Spooler", "state": "Running", "starts": "Auto"}],
            id="Windows services",
        ),
        pytest.param(
            windows.answers('{"Name":"Intel","NumberOfCores":4}', windows.PROCESSOR),
            [{"model": "Intel", "cores": 4}],
            id="Windows, one thing only",
        ),
        pytest.param(windows.answers("", windows.SERVICES), [], id="Windows, nothing"),
    ],
)  # fmt: skip
def test_things_are_told_in_their_order(found: Iterable[Found], expected: list[Found]) -> None:
    assert list(found) == expected


def test_windows_is_asked_in_json() -> None:
    script = windows.script(windows.DISPLAYS)
    assert "; Add-Type -AssemblyName System.Windows.Forms; ConvertTo-Json " in script
    assert script.endswith("| Select-Object DeviceName,Primary,X,Y,Width,Height)")


def test_applications_of_macos_have_versions(tmp_path: Path) -> None:
    contents = tmp_path / "Tea.app/Contents"
    contents.mkdir(parents=True)
    (contents / "Info.plist").write_bytes(plistlib.dumps({"CFBundleShortVersionString": "1.2"}))
    assert macos.application(tmp_path / "Tea.app")["version"] == "1.2"
    (contents / "Info.plist").write_bytes(b"\x00")
    assert macos.application(tmp_path / "Tea.app")["version"] is None
