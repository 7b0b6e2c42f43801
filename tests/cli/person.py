"""Whoever sits before the command line: what he types, what he has, what he sees."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pexpect

from tests.vectors.fixed import Fixed
from tests.vectors.sealed_files import write

SEALCAST = str(Path(sys.executable).with_name("sealcast"))
MADE = write(Fixed(), "complete")
STRONG, OTHER = "zebra onyx walrus kettle drum", "violet marble tundra 58 spoons"
Run = Callable[..., subprocess.CompletedProcess[str]]


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Terminal:
    """A person at a real terminal."""

    def __init__(self, here: Path, environment: dict[str, str], *arguments: str) -> None:
        self.child: pexpect.spawn[str] = pexpect.spawn(
            SEALCAST, list(arguments), cwd=str(here), env=environment, encoding="utf-8", timeout=30
        )
        self.child.delaybeforesend = None

    def shows(self, pattern: str) -> str:
        self.child.expect(pattern)
        assert isinstance(self.child.match, re.Match)
        return str(self.child.match.group(1))

    def answers(self, prompt: str, text: str) -> "Terminal":
        self.child.expect(prompt)
        self.child.waitnoecho()
        self.child.sendline(text)
        return self

    def ends(self, code: int = 0) -> str:
        self.child.expect(pexpect.EOF)
        self.child.close()
        assert self.child.exitstatus == code, self.child.before
        return str(self.child.before)
