"""The tour of the README is always true: every line of it is run."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.virtual_screen import VirtualScreen

ROOT = Path(__file__).parents[1]


def test_every_command_of_the_tour_does_what_it_says(tmp_path: Path) -> None:
    tour = (ROOT / "README.md").read_text().partition("## A tour")[2].partition("\n## ")[0]
    script = "\n".join(re.findall(r"```sh\n(.*?)```", tour, re.DOTALL))
    assert script.count("sealcast ") > 10
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    environment = os.environ | {
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    with VirtualScreen(320, 240, manager=False) as screen:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=tmp_path,
            env=environment | {"DISPLAY": screen.display},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "unknown (" in done.stdout
    assert "known as Example Ltd" in done.stdout
    assert '"state": "interrupted"' in done.stdout
    assert "chat              1 packet," in done.stdout
    assert "20 pictures copied" in done.stdout


def test_every_link_of_the_documents_leads_somewhere() -> None:
    pages = [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "vault").glob("*.md"),
        *(ROOT / "recorder").rglob("*.md"),
    ]
    assert len(pages) >= 8
    for page in pages:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), (page.name, target)


def test_every_make_target_the_documents_name_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in ROOT.glob("*.md"):
        named = set(re.findall(r"(?:^|`)make ([a-z-]+)", page.read_text(), re.MULTILINE))
        assert named <= targets, page.name
