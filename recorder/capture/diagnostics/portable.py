"""The door to psutil: what it tells alike on Linux, Windows and macOS."""

import platform
import socket
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import PureWindowsPath
from typing import Final

import psutil

from recorder.capture.diagnostics.probe import Found, MissingError, told
from recorder.format.snapshot import Category

_VOLUME_S: Final = 2.0  # a disk that sleeps may have to start turning
_US: Final = 1_000_000


def system() -> Category:
    """Name, system, time."""
    names = platform.uname()
    now = time.localtime()
    facts: Found = {
        "name": names.node,
        "system": _system(names),
        "kernel": f"{names.system} {names.release}",
        "kernel_version": names.version,
        "architecture": names.machine,
        "python": platform.python_version(),
        "time_zone": now.tm_zone,
        "utc_offset_s": now.tm_gmtoff,
        "uptime_s": int(time.time() - psutil.boot_time()),
        "users": ", ".join(sorted({user.name for user in psutil.users()})) or None,
    }
    return told("system", [facts])


def _system(names: platform.uname_result) -> str:
    if sys.platform == "darwin":
        return f"macOS {platform.mac_ver()[0]}"
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return f"{names.system} {names.release}"


def memory() -> Category:
    """How much there is, and how much is free."""
    main, swap = psutil.virtual_memory(), psutil.swap_memory()
    facts: Found = {
        "total_bytes": main.total,
        "available_bytes": main.available,
        "used_bytes": main.used,
        "free_bytes": main.free,
        "swap_total_bytes": swap.total,
        "swap_used_bytes": swap.used,
    }
    return told("memory", [facts])


def disks() -> Category:
    """Local volumes with their sizes."""
    mounts = [(one.device, one.mountpoint, one.fstype) for one in psutil.disk_partitions()]
    return told("disks", volumes(mounts), missing="network drives are not listed")


def volumes(mounts: Iterable[tuple[str, str, str]]) -> list[Found]:
    """Return volumes (device, folder, type) with how full they are.

    All are asked at once and each in a thread that is left behind when its disk does not answer.
    """
    asked = [(mount, _Usage(mount[1])) for mount in mounts]
    end_s = time.monotonic() + _VOLUME_S
    return [
        {"kind": "volume", "device": device, "folder": folder, "type": kind, **usage.until(end_s)}
        for (device, folder, kind), usage in asked
    ]


class _Usage:
    """How full a volume is, if its disk answers.  It owns the thread that asks."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._found: Found = {"trouble": f"it did not answer within {_VOLUME_S:g} s"}
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()

    def _ask(self) -> None:
        try:
            usage = psutil.disk_usage(self._folder)
            self._found = {"size_bytes": usage.total, "used_bytes": usage.used, "free_bytes": usage.free}
        except OSError as error:
            self._found = {"trouble": error.strerror or "it cannot be asked"}

    def until(self, end_s: float) -> Found:
        self._thread.join(max(0, end_s - time.monotonic()))
        return self._found


def processes() -> Category:
    """Programs that run.  Their arguments may hold passwords and stay out."""
    wanted = (
        "pid", "ppid", "name", "exe", "username", "status", "num_threads", "memory_info", "cpu_times", "create_time",
    )  # fmt: skip
    return told("processes", map(_process, psutil.process_iter(wanted)))


def _process(process: psutil.Process) -> Found:
    info = process.info  # what was not allowed is None
    program, used, times, began_s = info["exe"], info["memory_info"], info["cpu_times"], info["create_time"]
    return {
        "pid": info["pid"],
        "parent_pid": info["ppid"],
        # psutil completes names from 15 characters on from the command line.
        "name": PureWindowsPath(program).name if program else (info["name"] or "")[:15],
        "program": program or None,
        "user": info["username"],
        "state": info["status"],
        "threads": info["num_threads"],
        "memory_bytes": used and used.rss,
        "cpu_us": times and int((times.user + times.system) * _US),
        "started_us": began_s and int(began_s * _US),
    }


def network() -> Category:
    """Interfaces and their addresses."""
    return told("network", interfaces(), missing="gateways and name servers are asked for on Linux only")


def interfaces() -> Iterator[Found]:
    """Give every interface with what it carried, followed by its addresses."""
    states, carried = psutil.net_if_stats(), psutil.net_io_counters(pernic=True)
    for name, addresses in psutil.net_if_addrs().items():
        state, bytes_of = states.get(name), carried.get(name)
        yield {
            "kind": "interface",
            "interface": name,
            "up": state.isup if state else None,
            "hardware_address": next((one.address for one in addresses if one.family == psutil.AF_LINK), None),
            "speed_mbit_s": state.speed if state and state.speed else None,
            "mtu_bytes": state.mtu if state else None,
            "received_bytes": bytes_of.bytes_recv if bytes_of else None,
            "sent_bytes": bytes_of.bytes_sent if bytes_of else None,
        }
        for one in addresses:
            if one.family in {socket.AF_INET, socket.AF_INET6}:
                yield {
                    "kind": "address",
                    "interface": name,
                    "address": one.address.partition("%")[0],
                    "prefix_bits": _prefix_bits(one.family, one.netmask),
                }


def _prefix_bits(family: int, mask: str | None) -> int | None:
    return sum(byte.bit_count() for byte in socket.inet_pton(family, mask)) if mask else None


def power() -> Category:
    """The battery, if there is one."""
    battery = psutil.sensors_battery()
    if battery is None:
        raise MissingError(why="there is no battery")
    left_s = battery.secsleft if battery.secsleft >= 0 else None
    return told(
        "power",
        [{"kind": "battery", "percent": int(battery.percent), "plugged_in": battery.power_plugged, "left_s": left_s}],
    )
