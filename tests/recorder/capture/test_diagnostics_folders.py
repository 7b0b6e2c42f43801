"""Folders of Linux machines that the tests do not run on, and what is told of them."""

from pathlib import Path

from recorder.capture.diagnostics import (
    displays,
    drivers,
    pci,
    power,
    services,
)

PCI_IDS = """# a comment
8086  Intel Corporation
\t5917  UHD Graphics 620
\t\t1028 0817  of a laptop
\t9d03  SATA Controller
10de  NVIDIA Corporation
\t5917  not this one
C 03  Display controller
\t00  VGA compatible controller
"""


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder


def test_pci_devices_have_names_and_drivers(tmp_path: Path) -> None:
    bus = tmp_path / "bus/pci"
    driver = write(bus / "drivers/i915")
    card = write(bus / "devices/0000:00:02.0", **{"class": "0x030000\n", "vendor": "0x8086\n", "device": "0x5917\n"})
    (card / "driver").symlink_to(driver)
    (driver / card.name).symlink_to(card)
    (driver / "module").symlink_to(write(tmp_path / "module/i915"))
    write(bus / "devices/0000:00:03.0", **{"class": "0x010000\n", "vendor": "0x8086\n", "device": "0xffff\n"})
    write(bus / "devices/0000:00:04.0", **{"class": "0x010000\n", "vendor": "0xabcd\n", "device": "0x5917\n"})
    found = pci.devices(bus / "devices")
    assert [(one.graphics, one.driver) for one in found] == [(True, "i915"), (False, None), (False, None)]
    assert pci.names_in(PCI_IDS, found) == {
        "0000:00:02.0": "Intel Corporation UHD Graphics 620",
        "0000:00:03.0": "Intel Corporation",
    }
    assert list(drivers.bound(tmp_path / "bus")) == [
        {
            "kind": "driver", "name": "i915", "bus": "pci", "module": "i915", "device_count": 1,
            "devices": "0000:00:02.0",
        }
    ]  # fmt: skip


def test_without_an_x_server_the_kernel_knows_what_is_plugged_in(tmp_path: Path) -> None:
    write(tmp_path / "card0-eDP-1", status="connected\n", modes="1920x1080\n1280x720\n", enabled="enabled\n")
    write(tmp_path / "card0-HDMI-A-1", status="disconnected\n", modes="", enabled="disabled\n")
    write(tmp_path / "card1-VGA-1", status="connected\n", modes="1024x768i\n", enabled="disabled\n")
    assert list(displays.connectors(tmp_path)) == [
        {"name": "eDP-1", "enabled": True, "width_px": 1920, "height_px": 1080},
        {"name": "VGA-1", "enabled": False, "width_px": 1024, "height_px": 768},
    ]


def test_batteries_and_adapters_are_power(tmp_path: Path) -> None:
    write(tmp_path / "AC", type="Mains\n", online="1\n")
    write(tmp_path / "BAT0", type="Battery\n", capacity="87\n", status="Discharging\n", model_name="X\n")
    adapter, battery = power.supplies(tmp_path)
    assert (adapter["kind"], adapter["name"], adapter["plugged_in"]) == ("mains", "AC", True)
    assert (battery["kind"], battery["percent"], battery["state"]) == ("battery", 87, "Discharging")
    assert battery["plugged_in"] is None


def test_scripts_of_init_are_services(tmp_path: Path) -> None:
    write(tmp_path / "init.d", README="", cron="", ssh="")
    write(tmp_path / "rc2.d", S01cron="")
    assert [(one["name"], one["starts"]) for one in services.scripts(tmp_path)] == [("cron", True), ("ssh", False)]
