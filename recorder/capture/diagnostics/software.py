"""Installed software of a Linux machine, asked of the package programs that are there."""

from collections.abc import Iterator
from typing import Final

from recorder.capture.diagnostics.probe import Found, MissingError, output_of, told
from recorder.format.snapshot import Category

_ASK: Final = {
    "dpkg-query": ("--show", r"--showformat=${binary:Package}\t${Version}\t${Architecture}\t${db:Status-Status}\n"),
    "rpm": ("--query", "--all", r"--queryformat=%{NAME}\t%{VERSION}-%{RELEASE}\t%{ARCH}\n"),
    "flatpak": ("list", "--columns=application,version,arch"),
    "snap": ("list",),
}


def software() -> Category:
    """Packages with their versions."""
    found: list[Found] = []
    whys = []
    for asked, arguments in _ASK.items():
        if asked == "rpm" and found:
            continue  # on a system of the other kind it begins a database of its own
        try:
            found += packages(asked, output_of(asked, *arguments))
        except MissingError as error:
            whys.append(error.why)
    return told("software", found, missing=None if found else "; ".join(whys))


def packages(asked: str, listing: str) -> Iterator[Found]:
    """Give the packages of a listing: name, version, architecture, state by tabs, or snap's table."""
    for line in listing.splitlines():
        words = line.split("\t") if "\t" in line else line.split()[:2]
        name, version, architecture, state = (*words, "", "", "", "")[:4]
        if name and state in {"", "installed"} and (name, version) != ("Name", "Version"):
            yield {"name": name, "version": version, "architecture": architecture or None, "from": asked}
