"""Services of a Linux machine: systemd's, else the scripts of /etc/init.d."""

from collections.abc import Iterator
from pathlib import Path

from recorder.capture.diagnostics.probe import Found, MissingError, output_of, told
from recorder.format.snapshot import Category


def services() -> Category:
    """Services, and whether they run."""
    if Path("/run/systemd/system").is_dir():  # sd_booted(3)
        listing = output_of(
            "systemctl", "list-units", "--type=service", "--all", "--full", "--plain", "--no-legend", "--no-pager"
        )
        return told("services", units(listing))
    # The scripts themselves could say more, but to run them is no longer only reading.
    found = list(scripts(Path("/etc")))
    if not found:
        raise MissingError(why="systemd does not run here, and there are no scripts in /etc/init.d")
    return told("services", found, missing="systemd does not run here, so which of these run is not known")


def units(listing: str) -> Iterator[Found]:
    """Give the services of systemctl's list."""
    for line in listing.splitlines():
        words = line.split(maxsplit=4)
        if len(words) >= 4:
            name, loaded, active, state, *description = words
            yield {
                "name": name.removesuffix(".service"),
                "description": description[0] if description else None,
                "loaded": loaded == "loaded",
                "active": active,
                "state": state,
            }


def scripts(folder: Path) -> Iterator[Found]:
    """Give the scripts of init.d, and whether they start when the machine does."""
    started = {link.name[3:] for link in folder.glob("rc[2-5].d/S*")}
    for script in sorted(folder.glob("init.d/*")):
        if script.name != "README":
            yield {"name": script.name, "program": str(script), "starts": script.name in started}
