"""Recorders that are started as people start them, and what they made."""

import json
import subprocess
from pathlib import Path

from tests.cli.person import SEALCAST, STRONG, Run
from tests.waiting import until
from vault import keyring_file
from vault import passphrase as passphrases
from vault.keyring import open_by_passphrase
from vault.portal_key import PortalKey

RECORD = ("record", "--keyring", "support.keyring", "--no-diagnostics")


def unmeasured(environment: dict[str, str]) -> dict[str, str]:
    """Return an environment without coverage, whose own files fail where a program's may not grow."""
    return {name: value for name, value in environment.items() if not name.startswith("COVERAGE")}


def start(here: Path, environment: dict[str, str], *more: str) -> "subprocess.Popen[str]":
    """Start to record into x.sealcast; return when there is something in it."""
    process = subprocess.Popen(
        [SEALCAST, *RECORD, "x.sealcast", *more],
        cwd=here, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    path = here / "x.sealcast"
    until(lambda: process.poll() is not None or (path.exists() and path.stat().st_size > 1600))
    assert process.poll() is None, process.communicate()
    return process


def told(run: Run, name: str, **more: int) -> dict[str, object]:
    """Return what sealcast info tells of a recording."""
    arguments = ("info", name, "--json", "--keyring", "support.keyring", "--passphrase-file", "pass")
    (found,) = json.loads(run(*arguments, **more).stdout)
    assert isinstance(found, dict)
    return found


def portal_key(keyring: Path, passphrase: str = STRONG) -> PortalKey:
    """Return the key of the portal, as its manager has it."""
    return open_by_passphrase(keyring_file.load(keyring), passphrases.to_bytes(passphrase)).portal_keys[-1]
