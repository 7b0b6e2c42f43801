"""What starts by itself on a Linux machine: with the desktop, by cron, by systemd, by init.

Programs are told without their arguments, which may hold passwords.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from recorder.capture.diagnostics.probe import Found, MissingError, fact, output_of, told
from recorder.format.snapshot import Category


def startup() -> Category:
    """Start-up items of all kinds."""
    missing = None
    enabled: list[Found] = []
    try:
        enabled = list(
            unit_files(
                output_of(
                    "systemctl", "list-unit-files", "--state=enabled", "--full", "--plain", "--no-legend", "--no-pager"
                )
            )
        )
    except MissingError as error:
        missing = f"units of systemd are not known: {error.why}"
    own = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    items = [*_desktop(Path("/etc/xdg")), *_desktop(own), *_cron(Path("/")), *enabled, *_init(Path("/etc"))]
    return told("startup", items, missing=missing)


def _desktop(folder: Path) -> Iterator[Found]:
    for path in sorted(folder.glob("autostart/*.desktop")):
        if text := fact(path):
            yield desktop_entry(text, path)


def desktop_entry(text: str, path: Path) -> Found:
    """Return what a .desktop file starts."""
    lines = text.partition("[Desktop Entry]")[2].partition("\n[")[0].splitlines()
    entry = {key.strip(): value.strip() for key, _, value in (line.partition("=") for line in lines)}
    return {
        "kind": "desktop",
        "name": entry.get("Name") or path.stem,
        "program": program(entry.get("Exec", "")),
        "enabled": entry.get("Hidden") != "true",
        "file": str(path),
    }


def _cron(root: Path) -> Iterator[Found]:
    for path in [root / "etc/crontab", *sorted(root.glob("etc/cron.d/*"))]:
        yield from reboot_lines(fact(path) or "", path, user=None)
    for path in sorted(root.glob("var/spool/cron/crontabs/*")):
        yield from reboot_lines(fact(path) or "", path, user=path.name)


def reboot_lines(text: str, path: Path, *, user: str | None) -> Iterator[Found]:
    """Give what a crontab starts with the machine; a user's own has no column for the user."""
    for line in text.splitlines():
        words = line.split(maxsplit=1 if user else 2)
        if words and words[0] == "@reboot" and len(words) == (2 if user else 3):
            yield {"kind": "cron", "program": program(words[-1]), "user": user or words[1], "file": str(path)}


def unit_files(listing: str) -> Iterator[Found]:
    """Give the units of systemctl's list of enabled unit files."""
    for line in listing.splitlines():
        if line.strip():
            yield {"kind": "systemd", "name": line.split()[0]}


def _init(folder: Path) -> Iterator[Found]:
    local = folder / "rc.local"
    if local.is_file() and os.access(local, os.X_OK):
        yield {"kind": "init", "name": local.name, "program": str(local)}
    for link in sorted(folder.glob("rc2.d/S*")):
        yield {"kind": "init", "name": link.name[3:], "program": str(folder / "init.d" / link.name[3:])}


def program(command: str) -> str | None:
    """Return a command without what it is given: no arguments, and no variables set before it."""
    if command.startswith('"'):
        return command[1:].partition('"')[0]
    return next((word for word in command.split() if "=" not in word), None)
