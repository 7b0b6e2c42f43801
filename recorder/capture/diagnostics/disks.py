"""Disks of a Linux machine: devices from /sys/block, mounted volumes from /proc/self/mounts with how full they are."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from recorder.capture.diagnostics.portable import volumes
from recorder.capture.diagnostics.probe import Found, fact, number, text_of, told
from recorder.format.snapshot import Category

_SECTOR: Final = 512  # bytes; the unit of /sys/block/*/size, whatever the disk's own sector
# Over the network: asking them would be asking others, and may take for ever.
_NETWORK: Final = re.compile(
    r"nfs\d?|cifs|smb\w*|9p|afs|ceph|lustre|glusterfs|davfs\d?|fuse\.(?!portal|gvfsd|lxcfs|snapfuse).*"
)
_SIGN_IN: Final = re.compile(r"[^/@]*@")  # user:password@ in the address of a server
_OCTAL: Final = re.compile(r"\\([0-7]{3})")


def disks() -> Category:
    """Devices, volumes, and network folders by name only."""
    mounted = mounts(text_of("/proc/self/mounts"))
    near = [mount for mount in mounted if not _NETWORK.fullmatch(mount[2])]
    far = list(network_folders(mounted))
    return told(
        "disks",
        [*_devices(Path("/sys/block")), *volumes(near), *far],
        missing="how full network folders are is not asked" if far else None,
    )


def mounts(text: str) -> list[tuple[str, str, str]]:
    """Return device, folder and type of what holds files, from /proc/mounts; a device mounted often is there once."""
    found: dict[str, tuple[str, str, str]] = {}
    for line in text.splitlines():
        device, folder, kind = (_OCTAL.sub(lambda code: chr(int(code[1], 8)), word) for word in line.split()[:3])
        stored = device.startswith("/") or _NETWORK.fullmatch(kind) or kind == "zfs" or folder == "/"
        known = found.get(device)
        if stored and (known is None or len(folder) < len(known[1])):
            found[device] = device, folder, kind
    return list(found.values())


def network_folders(mounted: Iterable[tuple[str, str, str]]) -> Iterator[Found]:
    """Give what is mounted over the network."""
    for device, folder, kind in mounted:
        if _NETWORK.fullmatch(kind):
            yield {"kind": "network folder", "device": _SIGN_IN.sub("", device), "folder": folder, "type": kind}


def _devices(folder: Path) -> Iterator[Found]:
    for block in sorted(folder.glob("*")):
        sectors = number(fact(block / "size"))
        if sectors and not block.name.startswith(("loop", "ram")):
            yield {
                "kind": "disk",
                "device": f"/dev/{block.name}",
                "model": fact(block / "device/model"),
                "size_bytes": sectors * _SECTOR,
                "turning": fact(block / "queue/rotational") == "1",
                "removable": fact(block / "removable") == "1",
            }
