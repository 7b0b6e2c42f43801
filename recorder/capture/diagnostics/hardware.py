"""Hardware of a Linux machine: processor, memory, mainboard, graphics."""

import os
from collections.abc import Iterator
from pathlib import Path

from recorder.capture.diagnostics import pci
from recorder.capture.diagnostics.probe import Found, fact, number, text_of, told
from recorder.format.snapshot import Category


def hardware() -> Category:
    """What the machine is made of; no serial numbers."""
    size = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    board, graphics = list(_board()), list(_graphics())
    absent = [
        *([] if board else ["the firmware does not name the mainboard"]),
        *([] if graphics else ["there is no graphics device on the PCI bus"]),
    ]
    found: list[Found] = [
        processor(text_of("/proc/cpuinfo"), _fastest_khz()),
        {"kind": "memory", "size_bytes": size},
    ]
    return told("hardware", [*found, *board, *graphics], missing="; ".join(absent) or None)


def processor(text: str, fastest_khz: int | None) -> Found:
    """Return what /proc/cpuinfo says; outside of x86 it says little."""
    threads = [
        {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in block.splitlines())}
        for block in text.split("\n\n")
    ]
    threads = [one for one in threads if "processor" in one]
    first = threads[0] if threads else {}
    cores = {(one.get("physical id"), one["core id"]) for one in threads if "core id" in one}
    clock = first.get("cpu MHz", "").partition(".")[0]
    return {
        "kind": "processor",
        "model": first.get("model name") or first.get("Model"),
        "maker": first.get("vendor_id") or first.get("CPU implementer"),
        "cores": len(cores) or None,
        "threads": len(threads) or None,
        "clock_mhz": fastest_khz // 1000 if fastest_khz else number(clock),
        "virtual": "hypervisor" in first["flags"].split() if "flags" in first else None,
    }


def _fastest_khz() -> int | None:
    return number(fact(Path("/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq")))


def _board() -> Iterator[Found]:
    folder = Path("/sys/class/dmi/id")
    for kind, keys in {
        "machine": ("sys_vendor", "product_name", "product_version"),
        "mainboard": ("board_vendor", "board_name", "board_version"),
        "firmware": ("bios_vendor", "bios_date", "bios_version"),
    }.items():
        maker, model, version = (fact(folder / key) for key in keys)
        if maker or model or version:
            yield {"kind": kind, "maker": maker, "model" if kind != "firmware" else "date": model, "version": version}
    if model := fact(Path("/proc/device-tree/model")):  # boards without DMI, such as ARM
        yield {"kind": "mainboard", "model": model.rstrip("\0")}


def _graphics() -> Iterator[Found]:
    cards = [device for device in pci.devices() if device.graphics]
    names = pci.names(cards) if cards else {}
    for card in cards:
        yield {
            "kind": "graphics",
            "model": names.get(card.address, f"{card.maker}:{card.model}"),
            "driver": card.driver,
            "address": card.address,
        }
