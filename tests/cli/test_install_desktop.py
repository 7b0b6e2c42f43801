"""sealcast install-desktop: a desktop knows recordings afterwards, and forgets them again."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from replay.desktop_files import files
from tests.cli.person import MADE, SEALCAST, Run, tree
from tests.waiting import until


def needs(*programs: str) -> None:
    for program in programs:
        if not shutil.which(program):
            pytest.skip(f"{program} is not here")


@pytest.fixture
def data(environment: dict[str, str]) -> Path:
    for name in ("XDG_CURRENT_DESKTOP", "DESKTOP_SESSION", "KDE_FULL_SESSION", "GNOME_DESKTOP_SESSION_ID"):
        environment.pop(name, None)
    return Path(environment["XDG_DATA_HOME"])


def filetype(path: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        ["xdg-mime", "query", "filetype", path], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.usefixtures("data")
def test_the_file_manager_knows_recordings_by_name_and_by_their_first_bytes(
    run: Run, here: Path, environment: dict[str, str]
) -> None:
    needs("xdg-mime", "update-mime-database", "mimetype")
    (here / "nameless").write_bytes(MADE.data)
    (here / "empty.sealcast").write_bytes(b"")
    assert filetype(here / "nameless", environment) != "application/x-sealcast"
    run("install-desktop")
    for name in ("complete.sealcast", "nameless"):
        assert filetype(here / name, environment) == "application/x-sealcast", name
    run("install-desktop", "--uninstall")
    assert filetype(here / "nameless", environment) != "application/x-sealcast"


def test_a_double_click_opens_them_with_sealcast(run: Run, data: Path, environment: dict[str, str]) -> None:
    needs("xdg-mime", "update-desktop-database", "gio")
    run("install-desktop")
    done = subprocess.run(
        ["gio", "mime", "application/x-sealcast"], env=environment, capture_output=True, text=True, check=True
    )
    assert "sealcast.desktop" in done.stdout
    entry = (data / "applications" / "sealcast.desktop").read_text()
    assert f"Exec={SEALCAST} play --in-window %f\n" in entry


def test_the_entry_is_a_good_one(run: Run, data: Path) -> None:
    needs("desktop-file-validate")
    run("install-desktop")
    done = subprocess.run(
        ["desktop-file-validate", data / "applications" / "sealcast.desktop"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_what_it_wrote_goes_again_and_the_rest_stays(run: Run, data: Path) -> None:
    (data / "applications").mkdir(parents=True)
    (data / "applications" / "other.desktop").write_text("[Desktop Entry]\n")
    run("install-desktop")
    run("install-desktop")
    assert set(files("x")) <= set(tree(data))
    run("install-desktop", "--uninstall")
    assert not set(files("x")) & set(tree(data))
    assert (data / "applications" / "other.desktop").exists()
    run("install-desktop", "--uninstall")


def test_without_the_programs_that_tell_the_desktop_it_works_all_the_same(
    run: Run, data: Path, environment: dict[str, str]
) -> None:
    environment["PATH"] = "/nonexistent"
    run("install-desktop")
    assert set(files("x")) <= set(tree(data))


def test_a_place_that_cannot_be_written_is_told(run: Run, environment: dict[str, str]) -> None:
    environment["XDG_DATA_HOME"] = "/proc/none"
    assert "\nhint: " in run("install-desktop", code=1).stderr


def test_a_program_called_strangely_is_quoted_twice(tmp_path: Path) -> None:
    needs("gio")
    folder = tmp_path / 'a "b" $c `d` \\e'
    folder.mkdir()
    program = folder / "sealcast"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$SAID"\n')
    program.chmod(0o755)
    entry = tmp_path / "x.desktop"
    entry.write_text(files(str(program))["applications/sealcast.desktop"])
    said = tmp_path / "said"
    target = tmp_path / "x.sealcast"
    target.write_bytes(b"")
    environment = os.environ | {"SAID": str(said), "HOME": str(tmp_path)}
    subprocess.run(["gio", "launch", entry, target], env=environment, check=True, capture_output=True, timeout=20)
    until(lambda: said.exists() and said.read_text().count("\n") == 3)
    assert said.read_text().splitlines() == ["play", "--in-window", str(target)]
