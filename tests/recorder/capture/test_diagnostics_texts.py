"""What Linux machines said that the tests do not run on: texts, and what is told of them."""

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from recorder.capture.diagnostics import (
    disks,
    drivers,
    hardware,
    log,
    network,
    processes,
    services,
    software,
    startup,
)
from recorder.capture.diagnostics.probe import Found

MOUNTS = r"""proc /proc proc rw 0 0
overlay / overlay rw,lowerdir=/a:/b 0 0
tmpfs /run tmpfs rw 0 0
/dev/sda1 /etc/hosts ext4 rw 0 0
/dev/sda1 /data ext4 rw 0 0
/dev/sdb1 /media/my\040disk vfat rw 0 0
tank/home /home zfs rw 0 0
nas:/export /net/nas nfs4 rw,hard 0 0
//anna:secret@server/share /net/share cifs rw 0 0
bob@host:/x /net/x fuse.sshfs rw 0 0
portal /run/user/1000/doc fuse.portal rw 0 0
systemd-1 /proc/sys/fs/binfmt_misc autofs rw 0 0
"""
CPU_ARM = """processor\t: 0
BogoMIPS\t: 108.00
CPU implementer\t: 0x41

processor\t: 1
BogoMIPS\t: 108.00
CPU implementer\t: 0x41

Model\t\t: Raspberry Pi 4 Model B Rev 1.4
"""
CPU_X86 = """processor\t: 0
vendor_id\t: GenuineIntel
model name\t: Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz
cpu MHz\t\t: 800.026
physical id\t: 0
core id\t\t: 0
flags\t\t: fpu vme de

processor\t: 1
vendor_id\t: GenuineIntel
physical id\t: 0
core id\t\t: 0
flags\t\t: fpu vme de
"""
UNITS = """dbus.service          loaded    active   running D-Bus System Message Bus
keyboard-setup.service loaded    active   exited  Set the console keyboard layout
apache2.service       not-found inactive dead    apache2.service
"""
MODULES = """nvidia 56733696 394 nvidia_uvm,nvidia_modeset, Live 0x0000000000000000 (POE)
ext4 1048576 1 - Live 0x0000000000000000
"""
ROUTES = """Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
wlan0\t00000000\t0100A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
wlan0\t0000A8C0\t00000000\t0001\t0\t0\t600\t00FFFFFF\t0\t0\t0
"""
_ZERO = "0" * 32
ROUTES_V6 = f"""fe800000000000000000000000000000 40 {_ZERO} 00 {_ZERO} 00000100 1 0 00000001 wlan0
{_ZERO} 00 {_ZERO} 00 fe800000000000000000000000000001 00000258 1 0 00450003 wlan0
{_ZERO} 00 {_ZERO} 00 {_ZERO} ffffffff 1 0 00200200 lo
"""
DESKTOP = """# made by hand
[Desktop Entry]
Type=Application
Name = Chat
Exec="/opt/my chat/chat" --token=secret
Hidden=true

[Desktop Action quit]
Name=Quit
Exec=quit
"""
CRONTAB = """# m h dom mon dow command
@reboot root TOKEN=secret /usr/local/bin/watch --key secret
17 * * * * root run-parts /etc/cron.hourly
@reboot
"""


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(
            processes.stat_of(
                b"4321 (a) R (b) S 1 4321 4321 0 -1 4194560 1000 0 0 0 250 50 0 0 20 0 3 0 1000 9000000 500 "
                b"18446744073709551615 1 1 0",
                1_000_000,
            ),
            {
                "pid": 4321, "parent_pid": 1, "name": "a) R (b", "state": "sleeping", "threads": 3,
                "memory_bytes": 500 * os.sysconf("SC_PAGE_SIZE"), "cpu_us": 3_000_000, "started_us": 11_000_000,
            },
            id="process",
        ),
        pytest.param(
            hardware.processor(CPU_ARM, 1_500_000),
            {
                "kind": "processor", "model": None, "maker": "0x41", "cores": None, "threads": 2, "clock_mhz": 1500,
                "virtual": None,
            },
            id="processor, ARM",
        ),
        pytest.param(
            hardware.processor(CPU_X86, None),
            {
                "kind": "processor", "model": "Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz", "maker": "GenuineIntel",
                "cores": 1, "threads": 2, "clock_mhz": 800, "virtual": False,
            },
            id="processor, x86",
        ),
        pytest.param(
            startup.desktop_entry(DESKTOP, Path("/x/chat.desktop")),
            {
                "kind": "desktop", "name": "Chat", "program": "/opt/my chat/chat", "enabled": False,
                "file": "/x/chat.desktop",
            },
            id="desktop entry",
        ),
    ],
)  # fmt: skip
def test_one_thing_is_told(found: Found, expected: Found) -> None:
    assert found == expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(
            services.units(UNITS),
            [
                {"name": "dbus", "description": "D-Bus System Message Bus", "loaded": True, "active": "active",
                 "state": "running"},
                {"name": "keyboard-setup", "description": "Set the console keyboard layout", "loaded": True,
                 "active": "active", "state": "exited"},
                {"name": "apache2", "description": "apache2.service", "loaded": False, "active": "inactive",
                 "state": "dead"},
            ],
            id="systemctl list-units",
        ),
        pytest.param(
            startup.unit_files("cron.service enabled enabled\n\nssh.socket enabled disabled\n"),
            [{"kind": "systemd", "name": "cron.service"}, {"kind": "systemd", "name": "ssh.socket"}],
            id="systemctl list-unit-files",
        ),
        pytest.param(
            startup.reboot_lines(CRONTAB, Path("/etc/crontab"), user=None),
            [{"kind": "cron", "program": "/usr/local/bin/watch", "user": "root", "file": "/etc/crontab"}],
            id="crontab",
        ),
        pytest.param(
            startup.reboot_lines("@reboot sync -s secret\n@reboot\n", Path("/c/eva"), user="eva"),
            [{"kind": "cron", "program": "sync", "user": "eva", "file": "/c/eva"}],
            id="crontab of a user",
        ),
        pytest.param(
            software.packages("dpkg-query", "bash\t5.2-1\tamd64\tinstalled\nvim\t9\tamd64\tconfig-files\n"),
            [{"name": "bash", "version": "5.2-1", "architecture": "amd64", "from": "dpkg-query"}],
            id="dpkg-query",
        ),
        pytest.param(
            software.packages("rpm", "bash\t5.2.26-1.fc39\tx86_64\tinstalled\n"),
            [{"name": "bash", "version": "5.2.26-1.fc39", "architecture": "x86_64", "from": "rpm"}],
            id="rpm",
        ),
        pytest.param(
            software.packages("flatpak", "org.gimp.GIMP\t2.10.36\tx86_64\norg.x.Theme\t\tx86_64\n"),
            [
                {"name": "org.gimp.GIMP", "version": "2.10.36", "architecture": "x86_64", "from": "flatpak"},
                {"name": "org.x.Theme", "version": "", "architecture": "x86_64", "from": "flatpak"},
            ],
            id="flatpak",
        ),
        pytest.param(
            software.packages("snap", "Name    Version   Rev   Notes\ncore22  20240111  1122  base\n"),
            [{"name": "core22", "version": "20240111", "architecture": None, "from": "snap"}],
            id="snap",
        ),
        pytest.param(
            drivers.modules(MODULES),
            [
                {"kind": "module", "name": "nvidia", "size_bytes": 56733696, "used": 394,
                 "used_by": "nvidia_uvm, nvidia_modeset", "state": "live"},
                {"kind": "module", "name": "ext4", "size_bytes": 1048576, "used": 1, "used_by": None, "state": "live"},
            ],
            id="modules",
        ),
        pytest.param(
            network.gateways(ROUTES),
            [{"kind": "gateway", "interface": "wlan0", "address": "192.168.0.1"}],
            id="routes",
        ),
        pytest.param(
            network.gateways_v6(ROUTES_V6),
            [{"kind": "gateway", "interface": "wlan0", "address": "fe80::1"}],
            id="routes, version 6",
        ),
        pytest.param(
            network.name_servers("# by hand\nsearch lan\nnameserver 192.168.0.1\nnameserver\noptions edns0\n"),
            [{"kind": "name server", "address": "192.168.0.1"}],
            id="resolv.conf",
        ),
        pytest.param(
            log.entries("x", [
                "Mar 1 sudo: eva : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/mysql -psecret",
                "Mar 1 CRON[12]: (root) CMD (curl -u eva:secret https://x)",
                "Mar 1 kernel: Command line: BOOT_IMAGE=/vmlinuz token=secret",
                "Mar 1 kernel: usb 1-1: new device",
            ]),
            [
                {"source": "x", "entry": "Mar 1 sudo: eva : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/mysql …"},
                {"source": "x", "entry": "Mar 1 CRON[12]: (root) CMD (curl …"},
                {"source": "x", "entry": "Mar 1 kernel: Command line: …"},
                {"source": "x", "entry": "Mar 1 kernel: usb 1-1: new device"},
            ],
            id="log",
        ),
    ],
)  # fmt: skip
def test_things_are_told_in_their_order(found: Iterable[Found], expected: list[Found]) -> None:
    assert list(found) == expected


def test_only_what_holds_files_is_a_disk_and_each_once() -> None:
    assert [folder for _, folder, _ in disks.mounts(MOUNTS)] == [
        "/", "/data", "/media/my disk", "/home", "/net/nas", "/net/share", "/net/x",
    ]  # fmt: skip


def test_network_folders_are_told_by_name_without_passwords() -> None:
    assert list(disks.network_folders(disks.mounts(MOUNTS))) == [
        {"kind": "network folder", "device": "nas:/export", "folder": "/net/nas", "type": "nfs4"},
        {"kind": "network folder", "device": "//server/share", "folder": "/net/share", "type": "cifs"},
        {"kind": "network folder", "device": "host:/x", "folder": "/net/x", "type": "fuse.sshfs"},
    ]


def test_users_come_from_the_file_alone() -> None:
    assert processes.users_of("root:x:0:0::/root:/bin/sh\n+::::::\neva:x:1000:1000::/:/bin/sh\n") == {
        0: "root",
        1000: "eva",
    }
    assert processes.booted("cpu 1 2\nbtime 1700000000\n") == 1_700_000_000_000_000


def test_the_log_is_found_without_any_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert str(log.log().items[0]["source"]).startswith("/var/log/")
