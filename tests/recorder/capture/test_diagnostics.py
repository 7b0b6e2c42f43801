"""A snapshot of the machine the tests run on, each category held against a second source."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from recorder.capture.diagnostics.probe import clean
from recorder.capture.diagnostics.snapshot import take_snapshot
from recorder.capture.diagnostics.table import ORDER
from recorder.format.pack import pack
from recorder.format.snapshot import Item, Snapshot
from tests.virtual_screen import VirtualScreen
from tests.waiting import until

SECRET = "hunter2-open-sesame"
ODD_NAME = b"o\xffd\x1b[1m) R 1 2 of a long name"
SHOWN = "o\ufffdd\ufffd[1m) R 1 2 "  # the kernel keeps 15 bytes


def said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def up_s() -> float:
    return float(Path("/proc/uptime").read_text().split()[0])


class Machine:
    """This machine, made a little special, and what it told of itself."""

    def __init__(self, folder: Path, screen: VirtualScreen) -> None:
        self.screen = screen
        odd = os.fsencode(folder) + b"/" + ODD_NAME
        shutil.copy(os.fsencode(shutil.which("sh") or "sh"), odd)
        autostart = folder / "autostart"
        autostart.mkdir()
        (autostart / "kettle.desktop").write_text(f"[Desktop Entry]\nName=Kettle\nExec=kettle --key {SECRET}\n")
        os.mkfifo(autostart / "waits.desktop")
        self.up_s, self.odd_from_us = up_s(), time.time_ns() // 1000
        self.odd = subprocess.Popen(
            [odd, "-c", "read line", SECRET], stdin=subprocess.PIPE, env={**os.environ, "TOKEN": SECRET}
        )
        try:
            # A child is a copy of this process until its program has begun.
            until(lambda: Path(f"/proc/{self.odd.pid}/comm").read_bytes().startswith(b"o"))
            with pytest.MonkeyPatch.context() as environment:
                environment.setenv("XDG_CONFIG_HOME", str(folder))
                self.began_us = time.time_ns() // 1000
                self.snapshot = take_snapshot(now_us=self.began_us, display=screen.display, within_s=60)
        finally:
            self.odd.communicate()
        self.found = {category.name: category for category in self.snapshot.categories}

    def items(self, name: str, kind: str | None = None) -> list[Item]:
        return [item for item in self.found[name].items if kind is None or item["kind"] == kind]


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with VirtualScreen(1024, 600) as screen:
        screen.tell("xrandr", "--setmonitor", "LEFT", "500/132x600/159+0+0", "screen")
        screen.tell("xrandr", "--setmonitor", "RIGHT", "524/139x600/159+500+0", "none")
        yield Machine(tmp_path_factory.mktemp("home"), screen)


def test_the_categories_are_there_in_their_order(machine: Machine) -> None:
    assert tuple(machine.found) == ORDER
    assert machine.snapshot.taken_us == machine.began_us
    assert machine.snapshot.source == "native"
    assert Snapshot.read(machine.snapshot.to_fields()) == machine.snapshot


def test_what_is_not_there_has_a_reason(machine: Machine) -> None:
    for category in machine.snapshot.categories:
        assert category.items or category.missing
    must = ("system", "memory", "disks", "displays", "processes", "software", "network", "drivers", "log")
    assert [name for name in must if not machine.found[name].items] == []


def test_arguments_and_environments_stay_secret(machine: Machine) -> None:
    assert SECRET.encode() not in pack(machine.snapshot.to_fields())


def test_system_is_what_uname_and_os_release_say(machine: Machine) -> None:
    (system,) = machine.items("system")
    assert system["name"] == said("uname", "-n").strip()
    assert system["kernel"] == said("uname", "-sr").strip()
    assert system["architecture"] == said("uname", "-m").strip()
    assert system["system"] == said("sh", "-c", '. /etc/os-release; printf %s "$PRETTY_NAME"')
    assert isinstance(system["uptime_s"], int)
    assert machine.up_s - 5 < system["uptime_s"] < up_s() + 5  # clocks are set, and the start is known to the second


def test_hardware_is_what_getconf_counts(machine: Machine) -> None:
    (processor,) = machine.items("hardware", "processor")
    assert processor["threads"] == int(said("getconf", "_NPROCESSORS_ONLN"))
    (memory,) = machine.items("hardware", "memory")
    assert memory["size_bytes"] == int(said("getconf", "_PHYS_PAGES")) * int(said("getconf", "PAGE_SIZE"))


def test_memory_is_what_the_kernel_says(machine: Machine) -> None:
    lines = (line.split() for line in Path("/proc/meminfo").read_text().splitlines())
    kernel = {words[0]: int(words[1]) << 10 for words in lines}
    (memory,) = machine.items("memory")
    assert memory["total_bytes"] == kernel["MemTotal:"]
    assert memory["swap_total_bytes"] == kernel["SwapTotal:"]
    assert memory["available_bytes"] == pytest.approx(kernel["MemAvailable:"], rel=0.2)


def test_disks_are_what_df_and_the_partition_table_say(machine: Machine) -> None:
    device, size, folder = said("df", "--block-size=1", "--output=source,size,target", "/").splitlines()[1].split()
    (root,) = (volume for volume in machine.items("disks", "volume") if volume["folder"] == folder)
    assert root["size_bytes"] == int(size)
    assert root["device"] in {device, "/dev/root"}
    blocks = partitions()
    for disk in machine.items("disks", "disk"):
        assert disk["size_bytes"] == blocks[str(disk["device"]).removeprefix("/dev/")]


def partitions() -> dict[str, int]:
    lines = (line.split() for line in Path("/proc/partitions").read_text().splitlines()[2:])
    return {name: int(blocks) << 10 for _, _, blocks, name in lines}


def test_displays_are_what_xrandr_lists(machine: Machine) -> None:
    listed = [line.split() for line in machine.screen.tell("xrandr", "--listmonitors").decode().splitlines()[1:]]
    assert len(listed) == 2
    for monitor, (_, name, place, *_) in zip(machine.items("displays"), listed, strict=True):
        assert f"{monitor['width_px']}/{monitor['width_mm']}x{monitor['height_px']}/{monitor['height_mm']}" in place
        assert place.endswith(f"+{monitor['left_px']}+{monitor['top_px']}")
        assert name.strip("+*") == monitor["name"]


def test_a_process_is_what_was_started(machine: Machine) -> None:
    (odd,) = (item for item in machine.items("processes") if item["pid"] == machine.odd.pid)
    assert odd["name"] == SHOWN
    assert str(odd["program"]).endswith("/o\ufffdd\ufffd[1m) R 1 2 of a long name")
    assert odd["parent_pid"] == os.getpid()
    assert odd["user"] == said("id", "-un").strip()
    assert odd["state"] == "sleeping"
    assert odd["threads"] == 1
    assert isinstance(odd["memory_bytes"], int)
    assert 0 < odd["memory_bytes"] < 64 << 20
    assert isinstance(odd["started_us"], int)
    # The start of the machine is known to the second.
    assert machine.odd_from_us - 2_000_000 < odd["started_us"] < machine.began_us + 2_000_000


def test_this_process_is_among_the_processes(machine: Machine) -> None:
    (own,) = (item for item in machine.items("processes") if item["pid"] == os.getpid())
    lines = (line.split(":\t") for line in Path("/proc/self/status").read_text().splitlines())
    status = {words[0]: words[1].strip() for words in lines if len(words) > 1}
    assert own["name"] == status["Name"]
    assert own["parent_pid"] == int(status["PPid"])
    assert own["program"] == str(Path("/proc/self/exe").readlink())


def test_services_are_what_systemd_or_the_scripts_are(machine: Machine) -> None:
    names = {str(service["name"]) for service in machine.items("services")}
    if Path("/run/systemd/system").is_dir():
        assert {"systemd-journald", "dbus"} <= names
    else:
        assert names == set(said("ls", "/etc/init.d").split()) - {"README"}
        assert machine.found["services"].missing


def test_what_starts_with_the_desktop_is_told_without_arguments(machine: Machine) -> None:
    (kettle,) = (item for item in machine.items("startup", "desktop") if item["name"] == "Kettle")
    assert (kettle["program"], kettle["enabled"]) == ("kettle", True)


def test_software_is_what_dpkg_wrote_down(machine: Machine) -> None:
    paragraphs = Path("/var/lib/dpkg/status").read_text().split("\n\n")
    fields = (dict(line.split(": ", 1) for line in one.splitlines() if ": " in line[:40]) for one in paragraphs)
    written = {
        (one["Package"], one["Version"], one["Architecture"])
        for one in fields
        if one.get("Status", "").endswith(" installed")
    }
    packages = [one for one in machine.items("software") if one["from"] == "dpkg-query"]
    assert {(str(one["name"]).partition(":")[0], one["version"], one["architecture"]) for one in packages} == written


def test_drivers_are_what_the_kernel_has(machine: Machine) -> None:
    # Only what was loaded has a state; what is built in has none.
    assert {str(one["name"]) for one in machine.items("drivers", "module")} == {
        path.parent.name for path in Path("/sys/module").glob("*/initstate")
    }
    bound = said("find", "/sys/bus", "-mindepth", "3", "-maxdepth", "3", "-path", "*/drivers/*").split()
    drivers = machine.items("drivers", "driver")
    assert sorted(f"/sys/bus/{one['bus']}/drivers/{one['name']}" for one in drivers) == sorted(bound)
    for device in machine.items("drivers", "device"):
        driver = Path("/sys/bus/pci/devices") / str(device["address"]) / "driver"
        assert device.get("driver") == (os.path.basename(os.readlink(driver)) if driver.exists() else None)  # noqa: PTH119, PTH115 (not as the probe does it)


def test_network_is_what_ip_says(machine: Machine) -> None:
    links = json.loads(said("ip", "-json", "address"))
    told_of = {item["interface"]: item for item in machine.items("network", "interface")}
    assert {one["ifname"] for one in links if one["addr_info"]} <= set(told_of) <= {one["ifname"] for one in links}
    for one in links:
        if item := told_of.get(one["ifname"]):
            assert item["hardware_address"] == one["address"]
            assert item["mtu_bytes"] == one["mtu"]
    addresses = {
        (item["interface"], item["address"], item["prefix_bits"]) for item in machine.items("network", "address")
    }
    assert addresses == {
        (one["ifname"], address["local"], address["prefixlen"]) for one in links for address in one["addr_info"]
    }
    routes = json.loads(said("ip", "-json", "route", "show", "default"))
    routes += json.loads(said("ip", "-json", "-6", "route", "show", "default"))
    gateways = {(item["interface"], item["address"]) for item in machine.items("network", "gateway")}
    assert gateways == {(one["dev"], one["gateway"]) for one in routes if "gateway" in one}


def test_power_is_what_the_kernel_supplies(machine: Machine) -> None:
    folder = Path("/sys/class/power_supply")
    supplies = {path.name for path in folder.iterdir()} if folder.exists() else set()
    assert {item["name"] for item in machine.items("power")} == supplies


def test_the_log_is_what_its_source_holds(machine: Machine) -> None:
    entries = machine.items("log")
    source = str(entries[0]["source"])
    assert {entry["source"] for entry in entries} == {source}
    assert len(entries) <= 200
    if source == "dmesg":
        held = kernel_messages()
    elif source == "journalctl":
        held = said("journalctl", "--output=cat", "--lines=2000")
    else:
        held = Path(source).read_text(errors="replace")
    for entry in entries[-20:]:
        assert str(entry["entry"]).rpartition("] ")[2].rpartition(": ")[2].removesuffix(" …") in clean(
            held, limit=len(held)
        )


def kernel_messages() -> str:
    ring = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
    try:
        records = []
        while True:
            try:
                records.append(os.read(ring, 16384).decode(errors="replace").partition(";")[2])
            except BlockingIOError:
                return "".join(records)
    finally:
        os.close(ring)
