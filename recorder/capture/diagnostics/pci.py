"""Devices on a Linux machine's PCI bus, with names from pci.ids where that list is installed."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from recorder.capture.diagnostics.probe import MissingError, fact, text_of

_LISTS: Final = ("/usr/share/misc/pci.ids", "/usr/share/hwdata/pci.ids")
_GRAPHICS: Final = "03"


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One device; codes are hexadecimal, as the makers registered them."""

    address: str
    code: str  # of its class
    maker: str
    model: str
    driver: str | None

    @property
    def graphics(self) -> bool:
        """Whether it draws."""
        return self.code.startswith(_GRAPHICS)


def devices(folder: Path = Path("/sys/bus/pci/devices")) -> list[Device]:
    """Return what is on the bus."""
    return [
        Device(
            address=place.name,
            code=_hex(place / "class"),
            maker=_hex(place / "vendor"),
            model=_hex(place / "device"),
            driver=(place / "driver").resolve().name if (place / "driver").exists() else None,
        )
        for place in sorted(folder.glob("*"))
    ]


def _hex(path: Path) -> str:
    return (fact(path) or "").removeprefix("0x")


def names(found: Iterable[Device]) -> dict[str, str]:
    """Return names by address, of those the list knows."""
    for path in _LISTS:
        try:
            return names_in(text_of(path), found)
        except (OSError, MissingError):
            continue
    return {}


def names_in(text: str, found: Iterable[Device]) -> dict[str, str]:
    """Return names by address.  The list has lines "maker  name", and under them "tab model  name"."""
    wanted = list(found)
    makers = {device.maker for device in wanted}
    known: dict[tuple[str, str], str] = {}
    maker = ""
    for line in text.splitlines():
        if not line.startswith("\t"):
            maker = line[:4]
            if maker in makers:
                known[maker, ""] = line[4:].strip()
        elif maker in makers and line[1:2] != "\t":
            known[maker, line[1:5]] = line[5:].strip()
    both = {one.address: (known.get((one.maker, "")), known.get((one.maker, one.model))) for one in wanted}
    return {address: " ".join(filter(None, pair)) for address, pair in both.items() if any(pair)}
