"""Processes killed while they replace a keyring: it is the old one or the new one, whole."""

import tempfile
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from tests.faults.children import told_until_killed
from tests.faults.counted import LOST, NOT_OPENED, Counted, Tally
from tests.faults.keyrings import SERVER, of_a_server, writing
from vault import keyring_acts, keyring_file
from vault.errors import VaultError
from vault.keyring import open_by_key

_LATEST_MS: Final = 30.0


def replace_until_killed(path: str, to_parent: Connection) -> None:
    """Replace a keyring again and again, and tell each generation that was written."""
    while True:
        held = open_by_key(keyring_file.load(Path(path)), SERVER)
        new = keyring_acts.rotate(held, writing=writing(f"{held.keyring.generation}"))
        written = keyring_file.replace(Path(path), held, new)
        to_parent.send_bytes(b"%d" % written.generation)


def keyring_kills(runs: range, *, seed: str) -> Counted:
    """Kill it at a random moment; the keyring opens, and what was acknowledged is in it."""
    tally = Tally("keyring's writer killed", never=[LOST, NOT_OPENED])
    for run in runs:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "keyring")
            path.write_bytes(of_a_server())
            tally.tried()
            with tally.trying(f"{seed} {run}"):
                _look(path, _killed(path, f"{seed} {run}"), tally)
            tally.saw("a draft was left" if len(list(Path(folder).iterdir())) > 1 else "nothing was left")
    return tally.counted()


def _killed(path: Path, story: str) -> int:
    """Return the generation that was acknowledged last."""
    first, told = told_until_killed(replace_until_killed, str(path), story=story, latest_ms=_LATEST_MS)
    return int([first, *told][-1])


def _look(path: Path, acknowledged: int, tally: Tally) -> None:
    try:
        held = open_by_key(keyring_file.load(path), SERVER)
    except VaultError as error:
        tally.went_wrong(NOT_OPENED, repr(error))
        return
    if held.keyring.generation not in (acknowledged, acknowledged + 1):
        tally.went_wrong(LOST, f"generation {acknowledged} acknowledged, {held.keyring.generation} there")
