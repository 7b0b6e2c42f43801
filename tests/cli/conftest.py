"""A home, a folder with a recording in it, a screen, and the real program."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.person import MADE, SEALCAST, STRONG, Run
from tests.virtual_screen import VirtualScreen


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    folder = tmp_path / "home"
    folder.mkdir()
    return os.environ | {"HOME": str(folder), "XDG_DATA_HOME": str(folder / "data"), "COLUMNS": "120"}


@pytest.fixture
def here(tmp_path: Path) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "pass").write_text(STRONG + "\n")
    (folder / "complete.sealcast").write_bytes(MADE.data)
    return folder


@pytest.fixture
def run(environment: dict[str, str], here: Path) -> Run:
    def run(*arguments: str, code: int = 0, **more: object) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [SEALCAST, *arguments],
            cwd=here, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **more,
        )  # type: ignore[call-overload] # fmt: skip
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done  # type: ignore[no-any-return]

    return run


@pytest.fixture(scope="module")
def screen() -> Iterator[VirtualScreen]:
    with VirtualScreen(640, 480) as screen:
        screen.start("xterm", "-geometry", "40x10+10+10", "-title", "shell")
        screen.window("^shell$")
        yield screen


@pytest.fixture
def on_screen(environment: dict[str, str], screen: VirtualScreen) -> dict[str, str]:
    environment["DISPLAY"] = screen.display
    return environment


@pytest.fixture
def keyring(run: Run, here: Path) -> Path:
    run("key", "new", "support.keyring", "--new-passphrase-file", "pass")
    return here / "support.keyring"
