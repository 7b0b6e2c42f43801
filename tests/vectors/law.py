"""A law and its vectors: they name each other, its examples are their bytes, and they are made again as they are."""

import re
from collections.abc import Iterable
from pathlib import Path

from tests.vectors.vector import Vector


def names(law: str) -> set[str]:
    """Return which vectors a law names, in `[brackets]` or \\[brackets\\]."""
    return set(re.findall(r"(?:\\|`)\[([a-z0-9-]+)\\?\]", law)) - {"brackets"}


def has_section_of(law: str, vector: Vector) -> bool:
    """Say whether the law has the section that a vector names."""
    return bool(re.search(rf"^###? {re.escape(vector['spec'].removeprefix('§'))}\.? ", law, re.MULTILINE))


def example(block: str) -> bytes:
    """Return the pattern of an example: bytes as hex, text in quotes, … for any; the rest of a line is for people."""
    pattern = b""
    for line in block.splitlines():
        told, _, _ = line.strip().partition("   ")
        for word in told.split():
            if word == "…":
                pattern += b".*?"
            else:
                pattern += re.escape(word.strip("'").encode() if word[0] == "'" else bytes.fromhex(word))
    return pattern


def assert_stored(made: Iterable[tuple[Vector, str | None]], folder: Path) -> None:
    """Compare vectors and their twins, as they were made, with all that lie in a folder."""
    found = set[str]()
    for vector, twin in made:
        assert vector.name not in found
        found.add(vector.name)
        assert vector.to_bytes() == (folder / f"{vector.name}.vector").read_bytes(), vector.name
        path = folder / f"{vector.name}.json"
        assert twin == (path.read_text() if path.exists() else None), vector.name
    assert found == {path.stem for path in folder.glob("*.vector")}
